"""A stand-in for a web application: /metrics, /health, /health/detailed, a page that is sometimes slow, and a log. What is posted to /slack is
printed, as long as there is no Slack to take it."""
import http.server
import json
import logging
import pathlib
import random
import threading
import time

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Numbers:
    def __init__(self):
        self.lock = threading.Lock()
        self.requests = {}
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0

    def count(self, method, status, seconds):
        with self.lock:
            self.requests[method, status] = self.requests.get((method, status), 0) + 1
            self.buckets[next((i for i, bound in enumerate(BUCKETS) if seconds <= bound), len(BUCKETS))] += 1
            self.seconds += seconds

    def page(self):
        with self.lock:
            lines = ["# TYPE http_requests_total counter"]
            lines += [f'http_requests_total{{method="{m}",status="{s}"}} {n}' for (m, s), n in self.requests.items()]
            lines.append("# TYPE http_request_duration_seconds histogram")
            total = 0
            for bound, n in zip((*BUCKETS, "+Inf"), self.buckets):
                total += n
                lines.append(f'http_request_duration_seconds_bucket{{le="{bound}"}} {total}')
            lines += [f"http_request_duration_seconds_sum {self.seconds}", f"http_request_duration_seconds_count {total}"]
        return "\n".join(lines) + "\n"


NUMBERS = Numbers()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        begin = time.monotonic()
        if self.path == "/metrics":
            return self.answer(200, "text/plain; version=0.0.4; charset=utf-8", NUMBERS.page())
        if self.path.startswith("/health"):
            checks = {"database": "healthy", "redis": "healthy", "queue": random.randrange(20)}
            return self.answer(200, "application/json", json.dumps({"status": "healthy", "checks": checks}))
        time.sleep(random.expovariate(20))
        status = 200 if self.path == "/" else 404
        self.answer(status, "text/plain", "hello\n")
        NUMBERS.count("GET", status, time.monotonic() - begin)

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        print("slack:", text, flush=True)
        self.answer(200, "text/plain", "ok")

    def log_message(self, format, *args):
        logging.info(format, *args)

    def answer(self, status, content_type, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    folder = pathlib.Path("/app/logs")
    logging.basicConfig(filename=folder / "app.log" if folder.is_dir() else None, level=logging.INFO,
                        format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    http.server.ThreadingHTTPServer(("", 8000), Handler).serve_forever()
