#!/usr/bin/python3
"""Probes of real servers: a health page that changes its mind, half a page, silence, TLS that is not believed, a bare port."""
import http.server
import json
import pathlib
import ssl
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import SilentServer, Sidewatch, free_port, http_get, http_post, wait_until  # noqa: E402

HEALTHY = {"status": "healthy", "checks": {"database": "healthy"}, "queue": {"length": 3}}


class Application:
    """/health/detailed as an application shows it; /half breaks off; /old leads to it."""

    def __init__(self, certificate=None):
        self.page, self.status, self.elsewhere = json.dumps(HEALTHY), 200, ""
        app = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = app.page.encode()
                if self.path in ("/old", "/away"):
                    self.send_response(301)
                    self.send_header("Location", "/health/detailed" if self.path == "/old" else app.elsewhere)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(app.status)
                self.send_header("Content-Length", str(len(body) * (2 if self.path == "/half" else 1)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class ProbesTest(unittest.TestCase):
    def setUp(self):
        self.sidewatch = self.enterContext(Sidewatch())

    def run_with(self, *targets):
        lines = "".join(f"    - {target}\n" for target in targets)
        self.sidewatch.config.write_text(f"global: {{scrape_interval: 1s}}\ncollectors:\n  probes:\n{lines}")
        self.sidewatch.launch()

    def wait(self, expression, value):
        wait_until(lambda: self.sidewatch.value(expression) == value, f"{expression} is {value}")

    def test_a_health_page_says_how_its_parts_are(self):
        app = self.enterContext(Application())
        url = f"http://127.0.0.1:{app.port}/health/detailed"
        self.run_with(f'{{url: "{url}", json: [{{path: checks.database, equals: healthy, metric: shop_database_healthy}}, '
                      f'{{path: queue.length, metric: shop_queue_length}}]}}')
        self.wait(f'probe_success{{job="blackbox", instance="{url}"}}', 1)
        self.wait("shop_database_healthy", 1)
        self.wait("shop_queue_length", 3)
        app.page, app.status = json.dumps({**HEALTHY, "checks": {"database": "down"}}), 503
        self.wait("shop_database_healthy", 0)
        self.wait("probe_http_status_code", 503)
        self.wait("probe_success", 0)
        self.assertEqual(self.sidewatch.value('up{job="blackbox"}'), 1, "the probe itself works, as with the peer")
        app.page, app.status = "<html>maintenance</html>", 200
        wait_until(lambda: self.sidewatch.query("shop_database_healthy") == [], "an absent field has no value")
        self.wait("probe_success", 0)
        app.page = json.dumps(HEALTHY)
        self.wait("probe_success", 1)

    def test_failures_are_results_and_disturb_nobody(self):
        app = self.enterContext(Application())
        silent = self.enterContext(SilentServer())
        half = f"http://127.0.0.1:{app.port}/half"
        redirected = f"http://127.0.0.1:{app.port}/old"
        hanging = f"http://127.0.0.1:{silent.port}/"
        port = f"tcp://127.0.0.1:{app.port}"
        closed = f"tcp://127.0.0.1:{free_port()}"
        self.run_with(*(f'{{name: p{i}, url: "{url}"}}' for i, url in enumerate([half, redirected, hanging, port, closed])))
        for url, success in ((half, 0), (redirected, 1), (hanging, 0), (port, 1), (closed, 0)):
            self.wait(f'probe_success{{instance="{url}"}}', success)
            self.wait(f'up{{instance="{url}"}}', 1)
        self.assertEqual(self.sidewatch.value(f'probe_http_status_code{{instance="{half}"}}'), 200)
        self.assertEqual(self.sidewatch.value(f'probe_http_redirects{{instance="{redirected}"}}'), 1)
        self.assertIn("no answer in time", self.sidewatch.log_text())
        self.assertIn("Connection refused", self.sidewatch.log_text())

    def test_tls_that_is_not_believed_fails_and_one_that_is_shows_its_end(self):
        folder = self.sidewatch.folder
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key", "-out", folder / "cert"],
                       check=True, stderr=subprocess.DEVNULL)
        app = self.enterContext(Application((folder / "cert", folder / "key")))
        url = f"https://127.0.0.1:{app.port}/"
        self.run_with(f'{{name: believed, url: "{url}", instance: a, tls_config: {{ca_file: "{folder}/cert"}}}}',
                      f'{{name: unknown, url: "{url}", instance: b}}')
        self.wait('probe_success{instance="a"}', 1)
        self.wait('probe_success{instance="b"}', 0)
        self.assertEqual(self.sidewatch.value('probe_http_ssl{instance="a"}'), 1)
        days = self.sidewatch.value('(probe_ssl_earliest_cert_expiry{instance="a"} - time()) / 86400')
        self.assertAlmostEqual(days, 30, delta=0.1)

    def test_the_endpoint_serves_blackbox_modules_for_allowed_hosts(self):
        app = self.enterContext(Application())
        other = self.enterContext(Application())
        silent = self.enterContext(SilentServer())
        here, port = f"http://127.0.0.1:{app.port}", app.port
        app.elsewhere = f"http://127.0.0.1:{other.port}/health/detailed"
        (self.sidewatch.folder / "blackbox.yml").write_text("modules: {http_404: {prober: http, http: {valid_status_codes: [404]}}}")
        self.sidewatch.config.write_text(f"""
probe:
  allow: ["127.0.0.1:{port}", "127.0.0.1:{silent.port}"]
  modules_file: blackbox.yml
  modules: {{hasty: {{prober: http, timeout: 300ms}}}}
""")
        self.sidewatch.launch()

        def probe(target, module="http_2xx", more="", headers=None):
            query = urllib.parse.urlencode({"target": target, "module": module})
            status, _, body = http_get(self.sidewatch.url(f"/probe?{query}{more}"), headers=headers)
            return status, body.decode()

        status, page = probe(f"{here}/old")
        self.assertEqual(status, 200)
        for line in ("\nprobe_success 1\n", "probe_http_redirects 1", "probe_http_status_code 200", "# TYPE probe_success gauge"):
            self.assertIn(line, page)
        self.assertEqual(probe(f"127.0.0.1:{port}", "tcp_connect")[1].count("\nprobe_success 1\n"), 1)
        self.assertIn("\nprobe_success 0\n", probe(f"{here}/", "http_404")[1])
        self.assertIn("\nprobe_success 0\n", probe(f"127.0.0.1:{silent.port}", "hasty")[1])
        started = time.monotonic()
        self.assertIn("\nprobe_success 0\n", probe(f"127.0.0.1:{silent.port}", headers={"X-Prometheus-Scrape-Timeout-Seconds": "1"})[1])
        self.assertLess(time.monotonic() - started, 5)

        self.assertIn("\nprobe_success 0\n", probe(f"{here}/away")[1], "a redirect leads to nobody else either")
        self.assertIn("which `probe.allow` does not name", probe(f"{here}/away", more="&debug=true")[1])
        status, text = probe(f"127.0.0.1:{other.port}")
        self.assertEqual(status, 403)
        self.assertIn("may not be probed: add it to `allow`", text)
        self.assertEqual(probe(here, "nice")[0], 400)
        self.assertEqual(probe("")[0], 400)

        self.sidewatch.config.write_text(f'probe: {{allow: ["127.0.0.1:{other.port}"]}}\n')
        self.assertEqual(http_post(self.sidewatch.url("/-/reload"))[0], 200)
        self.assertEqual(probe(here)[0], 403)
        self.assertIn("\nprobe_success 1\n", probe(f"127.0.0.1:{other.port}")[1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
