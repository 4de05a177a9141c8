"""The shop that the bigger tests and the demo watch: an application behind nginx with TLS, its certificates, its nightly dumps."""
import http.server
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

from support import ROOT, Process, free_port, wait_until

DAY = 86400


class Authority:
    """An authority of the shop's own, and the certificates that it signs: FOLDER/NAME.crt and NAME.key, put in place whole."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate = self.folder / "authority.pem"
        self._openssl("req", "-x509", *self._new_key("authority.key"), "-days", "3650", "-subj", "/CN=The shop's authority", "-out", self.certificate)

    def sign(self, name, days):
        new = self.folder / f"{name}.new"
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{name}.example,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
        self._openssl("req", *self._new_key(f"{name}.key.new"), "-subj", f"/CN={name}.example", "-out", self.folder / f"{name}.csr")
        self._openssl("x509", "-req", "-in", self.folder / f"{name}.csr", "-CA", self.certificate, "-CAkey", self.folder / "authority.key",
                      "-CAcreateserial", "-days", str(days), "-extfile", extensions, "-out", new)
        for scrap in (extensions, self.folder / f"{name}.csr"):
            scrap.unlink()
        os.replace(self.folder / f"{name}.key.new", self.folder / f"{name}.key")
        os.replace(new, self.folder / f"{name}.crt")
        return self.folder / f"{name}.crt"

    def _new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.folder / name]

    def _openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Application:
    """Answers /, refuses every POST /login, shows /metrics and /health/detailed; `broken`, every second page is a 500."""

    def __init__(self):
        self.broken = False
        self.lock = threading.Lock()
        self.requests = {}
        self.pages = 0
        app = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if self.path == "/metrics":
                    return self.answer(200, app.metrics(), "text/plain; version=0.0.4")
                if self.path == "/health/detailed":
                    return self.answer(200, json.dumps({"status": "healthy", "checks": {"database": "healthy", "redis": "healthy"}, "queue": {"length": 3}}),
                                       "application/json")
                status = app.count("GET", 200)
                self.answer(status, "a page\n" if status == 200 else "an error\n")

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.answer(app.count("POST", 401), "wrong password\n")

            def answer(self, status, text, content_type="text/plain"):
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def count(self, method, status):
        with self.lock:
            self.pages += status == 200
            if self.broken and status == 200 and self.pages % 2:
                status = 500
            self.requests[method, status] = self.requests.get((method, status), 0) + 1
        return status

    def metrics(self):
        with self.lock:
            rows = dict(self.requests)
        total = sum(rows.values())
        lines = ["# TYPE http_requests_total counter"]
        lines += [f'http_requests_total{{method="{method}",status="{status}"}} {count}' for (method, status), count in rows.items()]
        lines.append("# TYPE http_request_duration_seconds histogram")
        lines += [f'http_request_duration_seconds_bucket{{le="{le}"}} {total}' for le in ("0.1", "1", "+Inf")]
        lines += [f"http_request_duration_seconds_sum {total * 0.02}", f"http_request_duration_seconds_count {total}"]
        return "\n".join(lines) + "\n"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


NGINX = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log notice;
events {{}}
http {{
  log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time';
  access_log {folder}/access.log timed;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    location / {{ proxy_pass http://127.0.0.1:{app}; }}
  }}
}}
"""


class Nginx(Process):
    """Debian's nginx before the application, with TLS and an access log."""

    def __init__(self, app, certificate, authority):
        super().__init__("nginx")
        self.port = free_port()
        self.access_log = self.folder / "access.log"
        (self.folder / "nginx.conf").write_text(NGINX.format(folder=self.folder, port=self.port, certificate=certificate,
                                                             key=certificate.with_suffix(".key"), app=app.port))
        self.context = ssl.create_default_context(cafile=authority)

    def __enter__(self):
        self.start("/usr/sbin/nginx", "-p", str(self.folder), "-e", str(self.folder / "error.log"), "-c", str(self.folder / "nginx.conf"))
        wait_until(lambda: self.visit() == 200, "nginx answers")
        return self

    def log_text(self):
        errors = self.folder / "error.log"
        return super().log_text() + (errors.read_text(errors="replace") if errors.exists() else "")

    def reload(self):
        """What a renewal's hook does, or forgets."""
        self.process.send_signal(signal.SIGHUP)

    def url(self, path="/"):
        return f"https://127.0.0.1:{self.port}{path}"

    def visit(self, path="/", data=None):
        """The status of one request; 0 if nobody answers."""
        try:
            with urllib.request.urlopen(self.url(path), data=data, context=self.context, timeout=10) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def guess_passwords(self, count):
        for number in range(count):
            assert self.visit("/login", f"user=admin&password=guess{number}".encode()) == 401


class Backups:
    """Dumps in a folder, as a nightly job leaves them."""

    def __init__(self, folder, postgres):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.postgres = postgres

    def dump(self, name, at=None):
        """A real dump that seems to have been finished at `at` (now)."""
        path = self.folder / name
        subprocess.run([f"{self.postgres.bin}/pg_dump", "-Fc", "-f", self.folder / f"{name}.tmp", self.postgres.url()], check=True)
        os.replace(self.folder / f"{name}.tmp", path)
        if at is not None:
            os.utime(path, (at, at))
        return path


def hurried_rules(rows):
    """A rule file of rules of the library that wait for minutes, as they stand but in more of a hurry: (file, alert, (from, to)...)."""
    text = "groups:\n  - name: hurried\n    rules:\n"
    for file, alert, *changes in rows:
        library = (ROOT / f"alerts/library/{file}.yml").read_text()
        rule = re.search(rf"^      - alert: {alert}\n.*?(?=^      - |\Z)", library, re.M | re.S)[0]
        for old, new in changes:
            assert old in rule, f"{alert} has no {old}"
            rule = rule.replace(old, new)
        text += rule.rstrip() + "\n"
    return text


def nightly(after):
    """(cron expression in UTC, time) of a daily job at the first whole minute that is at least `after` seconds away."""
    due = (int(time.time() + after) // 60 + 1) * 60
    at = time.gmtime(due)
    return f"{at.tm_min} {at.tm_hour} * * *", due
