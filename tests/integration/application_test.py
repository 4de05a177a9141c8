#!/usr/bin/python3
"""scrape_configs end to end: pages as Prometheus scrapes them, and pages that hang, break off or are none. Each failure has its name in the
log (once), in /api/v1/targets and on /metrics, nothing of a failed run is stored, and no other target waits."""
import base64
import gzip
import http.server
import ssl
import threading
import unittest

from shop import Authority
from support import Sidewatch, SilentServer, free_port, wait_until

PAGE = """\
# HELP shop_orders_total Orders so far.
# TYPE shop_orders_total counter
shop_orders_total{{plan="pro"}} {count}
shop_orders_total{{plan="free"}} 3
# TYPE shop_temperature gauge
shop_temperature 21.5
go_goroutines 7
shop_latency_seconds_bucket{{le="1"}} 2
shop_latency_seconds_bucket{{le="+Inf"}} 2
shop_latency_seconds_sum 0.5
shop_latency_seconds_count 2
"""
USER, PASSWORD, TOKEN = "scraper", "s3cret-of-page", "s3cret-token"


class Pages:
    """One server, a behaviour a path; `overrides` says that a path now behaves as another."""

    def __init__(self, certificate=None):
        self.count = 0
        self.overrides = {}
        self.seen = {}
        self.end = threading.Event()
        pages = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path, _, query = self.path.partition("?")
                pages.seen.setdefault(path, {})[query] = dict(self.headers)
                pages.count += 1
                behave = pages.overrides.get(path, path).strip("/").replace("/", "_") or "metrics"
                getattr(self, f"page_{behave}", self.page_missing)()

            def page_metrics(self):
                self.answer(PAGE.format(count=pages.count))

            def page_basic(self):
                wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
                self.page_metrics() if self.headers.get("Authorization") == wanted else self.answer("who are you?\n", status=401)

            def page_bearer(self):
                self.page_metrics() if self.headers.get("Authorization") == f"Bearer {TOKEN}" else self.answer("who are you?\n", status=401)

            def page_gzip(self):
                self.answer(gzip.compress(PAGE.format(count=pages.count).encode()), headers={"Content-Encoding": "gzip"})

            def page_brokengzip(self):
                self.answer(gzip.compress(PAGE.format(count=pages.count).encode())[:-20], headers={"Content-Encoding": "gzip"})

            def page_openmetrics(self):
                self.answer("# TYPE shop_orders counter\nshop_orders_total 5\n# EOF\n", content_type="application/openmetrics-text; version=1.0.0")

            def page_noeof(self):
                self.answer("# TYPE shop_orders counter\nshop_orders_total 5\n", content_type="application/openmetrics-text; version=1.0.0")

            def page_html(self):
                self.answer("<!doctype html><title>the shop</title>\n", content_type="text/html; charset=utf-8")

            def page_garbage(self):
                self.answer("shop_temperature 21.5\nthis is { no line\nshop_orders_total 1\n")

            def page_half(self):
                self.answer(PAGE.format(count=1), extra_length=4096)
                self.close_connection = True

            def page_chunks(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"15\r\nshop_temperature 21.5\r\n40\r\nshop_or")
                self.close_connection = True

            def page_drip(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.close_connection = True
                try:
                    while not pages.end.wait(0.2):
                        self.wfile.write(b"#\n")
                except OSError:
                    pass

            def page_many(self):
                self.answer("".join(f'shop_many{{n="{n}"}} 1\n' for n in range(2000)))

            def page_long(self):
                self.answer(f'shop_long{{text="{"x" * 300}"}} 1\n')

            def page_twice(self):
                self.answer("shop_twice 1\nshop_twice 2\n")

            def page_empty(self):
                self.answer("")

            def page_failing(self):
                self.answer("Traceback: s3cret\n", status=500)

            def page_missing(self):
                self.answer("no such page\n", status=404)

            def answer(self, text, status=200, content_type="text/plain; version=0.0.4; charset=utf-8", headers=None, extra_length=0):
                body = text if isinstance(text, bytes) else text.encode()
                self.send_response(status)
                for name, value in {"Content-Type": content_type, "Content-Length": str(len(body) + extra_length), **(headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

            def handle_error(self, *_):
                pass  # Clients that leave are what is tested.

        self.server = Server(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.end.set()
        self.server.shutdown()
        self.server.server_close()


class ApplicationTest(unittest.TestCase):
    def setUp(self):
        self.pages = self.enterContext(Pages())
        self.sidewatch = self.enterContext(Sidewatch())

    def run_with(self, *jobs):
        """Each job is the inside of a flow mapping; `{port}` is the server's."""
        lines = "".join(f"  - {{{job.replace('{port}', str(self.pages.port))}}}\n" for job in jobs)
        self.sidewatch.config.write_text(f"global: {{scrape_interval: 2s, scrape_timeout: 2s}}\nlibrary: {{enabled: false}}\nscrape_configs:\n{lines}")
        self.sidewatch.launch()

    def wait(self, expression, value):
        wait_until(lambda: self.sidewatch.value(expression) == value, f"{expression} is {value}, not {self.sidewatch.query(expression)}")

    def target(self, job):
        return next(t for t in self.sidewatch.api("targets")["activeTargets"] if t["labels"]["job"] == job)

    def down_lines(self, job):
        return [line for line in self.sidewatch.log_text().splitlines() if "target is down" in line and f"target={job}" in line]

    def test_what_prometheus_yml_says_is_done(self):
        authority = Authority(self.sidewatch.folder / "tls")
        secure = self.enterContext(Pages(authority.sign("shop", days=10)))
        (self.sidewatch.folder / "password").write_text(PASSWORD + "\n")
        local = 'static_configs: [{targets: ["127.0.0.1:{port}"]}]'
        self.run_with(
            f"job_name: plain, {local}",
            f"job_name: path, metrics_path: /gzip, params: {{module: [a, b]}}, {local}",
            f"job_name: openmetrics, metrics_path: /openmetrics, {local}",
            f"job_name: basic, metrics_path: /basic, basic_auth: {{username: {USER}, password_file: password}}, {local}",
            f"job_name: bearer, metrics_path: /bearer, authorization: {{credentials: {TOKEN}}}, {local}",
            f"job_name: old_bearer, metrics_path: /bearer, bearer_token: {TOKEN}, {local}",
            f'job_name: tls, scheme: https, tls_config: {{ca_file: tls/authority.pem}}, static_configs: [{{targets: ["127.0.0.1:{secure.port}"]}}]',
            'job_name: labels, static_configs: [{targets: ["127.0.0.1:{port}"], labels: {team: core, instance: shop-1}}]',
            'job_name: relabel, static_configs: [{targets: ["shop-2", "unwanted:1"]}], relabel_configs: ['
            '{source_labels: [__address__], regex: "unwanted.*", action: drop}, {source_labels: [__address__], target_label: instance}, '
            '{target_label: __address__, replacement: "127.0.0.1:{port}"}, {target_label: __metrics_path__, replacement: /gzip}]',
            f"job_name: metric_relabel, {local}, metric_relabel_configs: ["
            '{source_labels: [__name__], regex: "go_.*", action: drop}, {source_labels: [plan], target_label: tariff}, '
            '{regex: plan, action: labeldrop}]',
            f"job_name: limits, {local}, sample_limit: 9, label_limit: 9, label_name_length_limit: 50, label_value_length_limit: 50, "
            "body_size_limit: 100KB, target_limit: 1")
        jobs = ("plain", "path", "basic", "bearer", "old_bearer", "tls", "labels", "relabel", "metric_relabel", "limits")
        for job in (*jobs, "openmetrics"):
            self.wait(f'up{{job="{job}"}}', 1)
        for job in jobs:
            self.wait(f'shop_temperature{{job="{job}"}}', 21.5)
            self.assertEqual(self.target(job)["health"], "up")
        self.wait('shop_orders_total{job="openmetrics"}', 5)
        self.wait("scrape_samples_scraped{job='plain'}", 8)
        self.assertEqual(set(self.pages.seen["/gzip"]), {"module=a&module=b", ""})
        self.assertEqual(self.pages.seen["/metrics"][""]["X-Prometheus-Scrape-Timeout-Seconds"], "2")
        labels, _ = self.sidewatch.query('shop_temperature{job="labels"}')[0]
        self.assertEqual(labels, {"__name__": "shop_temperature", "job": "labels", "instance": "shop-1", "team": "core"})
        self.assertEqual([row["instance"] for row, _ in self.sidewatch.query('up{job="relabel"}')], ["shop-2"])
        self.assertEqual(self.sidewatch.query('go_goroutines{job="metric_relabel"}'), [])
        self.assertEqual(self.sidewatch.value('shop_orders_total{job="metric_relabel", tariff="free", plan=""}'), 3)
        self.assertEqual(self.sidewatch.value('scrape_samples_post_metric_relabeling{job="metric_relabel"}'), 7)
        shown = self.sidewatch.metrics() + self.sidewatch.log_text() + str(self.sidewatch.api("targets")) + str(self.sidewatch.api("status/config"))
        for secret in (PASSWORD, TOKEN):
            self.assertNotIn(secret, shown)

    # What is wrong, how the job says so, and the words that tell it.
    FAILURES = {
        "hanging": ("", "no answer in time"),
        "drip": ("metrics_path: /drip", "no answer in time"),
        "refused": ("", "Connection refused"),
        "unknown_host": ("", "no-such-host.invalid"),
        "half": ("metrics_path: /half", "transfer closed"),
        "chunks": ("metrics_path: /chunks", "transfer"),
        "brokengzip": ("metrics_path: /brokengzip", "the gzip body ends before its end"),
        "html": ("metrics_path: /html", 'unsupported Content-Type "text/html'),
        "garbage": ("metrics_path: /garbage", "while parsing"),
        "noeof": ("metrics_path: /noeof", "# EOF"),
        "failing": ("metrics_path: /failing", "HTTP status 500"),
        "missing": ("metrics_path: /nowhere", "HTTP status 404"),
        "unauthorised": ("metrics_path: /basic", "HTTP status 401"),
        "wrong_password": (f"metrics_path: /basic, basic_auth: {{username: {USER}, password: hunter2}}", "HTTP status 401"),
        "no_password_file": (f"metrics_path: /basic, basic_auth: {{username: {USER}, password_file: no/such/file}}", "no/such/file"),
        "no_tls": ("scheme: https", "wrong version number"),
        "unknown_authority": ("scheme: https", "certificate"),
        "samples": ("sample_limit: 7", "sample limit exceeded"),
        "body": ("metrics_path: /many, body_size_limit: 1KB", "body size limit exceeded"),
        "label_values": ("metrics_path: /long, label_value_length_limit: 100", "label_value_length_limit exceeded"),
        "label_names": ("label_name_length_limit: 3", "label_name_length_limit exceeded"),
        "label_count": ("label_limit: 2", "label_limit exceeded"),
        "targets": ("target_limit: 1", "target_limit"),
    }

    def failing_jobs(self, silent, secure):
        addresses = {"hanging": silent.port, "refused": free_port(), "unknown_authority": secure.port}
        for job, (keys, _) in self.FAILURES.items():
            address = "no-such-host.invalid:80" if job == "unknown_host" else f"127.0.0.1:{addresses.get(job, self.pages.port)}"
            targets = f'"{address}"' + (', "127.0.0.1:1"' if job == "targets" else "")
            yield f"job_name: {job}, {keys + ', ' if keys else ''}static_configs: [{{targets: [{targets}]}}]"

    def test_failures_have_a_name_and_disturb_nobody(self):
        silent = self.enterContext(SilentServer())
        secure = self.enterContext(Pages(Authority(self.sidewatch.folder / "tls").sign("shop", days=10)))
        good = 'job_name: good, static_configs: [{targets: ["127.0.0.1:{port}"]}]'
        self.run_with(good, *self.failing_jobs(silent, secure))
        for job, (_, words) in self.FAILURES.items():
            with self.subTest(job):
                self.wait(f'max(up{{job="{job}"}})', 0)
                self.assertEqual(self.target(job)["health"], "down")
                wait_until(lambda job=job, words=words: words in self.target(job)["lastError"], f"{words}, not {self.target(job)['lastError']}")
                self.assertEqual(self.sidewatch.query(f'{{job="{job}", __name__=~"shop_.*|go_.*"}}'), [], "nothing of a failed run is stored")
                wait_until(lambda job=job: self.down_lines(job), f"a log line about {job}")
        samples = lambda job: self.sidewatch.value(f'min(count_over_time(up{{job="{job}"}}[1m]))') or 0
        start = self.sidewatch.query("time()")
        goal = samples("good") + 4
        wait_until(lambda: samples("good") >= goal, "the good target goes on")
        self.assertLess(self.sidewatch.query("time()") - start, 16, "the bad ones do not delay it")
        wait_until(lambda: all(samples(job) >= 4 for job in self.FAILURES), "the bad ones are tried on")
        self.assertEqual(self.sidewatch.value('min_over_time(up{job="good"}[1m])'), 1)
        for job in self.FAILURES:
            with self.subTest(job):
                self.assertEqual(len(self.down_lines(job)), 2 if job == "targets" else 1, "told once")
        for secret in (PASSWORD, "hunter2", "s3cret"):
            self.assertNotIn(secret, self.sidewatch.log_text() + self.sidewatch.metrics() + str(self.sidewatch.api("targets")))

    def test_a_page_that_goes_wrong_ends_and_comes_back(self):
        self.run_with('job_name: shop, static_configs: [{targets: ["127.0.0.1:{port}"]}]')
        self.wait("shop_temperature", 21.5)
        for round_number, wrong in enumerate(("/html", "/half", "/drip", "/failing", "/garbage"), 1):
            self.pages.overrides["/metrics"] = wrong
            self.wait("up{job='shop'}", 0)
            self.assertEqual(self.sidewatch.query("shop_temperature"), [], f"{wrong}: its series end")
            self.assertEqual(len(self.down_lines("shop")), round_number)
            self.pages.overrides.clear()
            self.wait("up{job='shop'}", 1)
            self.wait("shop_temperature", 21.5)
        self.assertEqual(self.sidewatch.log_text().count("target is back"), 5)
        self.pages.overrides["/metrics"] = "/empty"
        wait_until(lambda: self.sidewatch.query("shop_temperature") == [], "a page without it has no such series")
        self.assertEqual(self.sidewatch.value("up{job='shop'}"), 1, "an empty page is a page")


if __name__ == "__main__":
    unittest.main()
