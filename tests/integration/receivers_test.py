#!/usr/bin/python3
"""Every HTTP receiver against a sink that is well, overloaded, broken or silent."""
import http.server
import json
import threading
import time
import unittest

from support import SilentServer, Sidewatch, wait_until

CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
library: {{enabled: false}}
rule_files: [rules.yml]
notifications:
  route: {{receiver: all, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers:
    - name: all
{receivers}
"""

RULES = """
groups:
  - name: always
    interval: 1s
    rules:
      - alert: DiskFull
        expr: vector(1)
        labels: {severity: critical, service: shop}
        annotations: {summary: "disk is full & <b>hot</b>"}
"""

# Name: path of the request, lines of the configuration, where the body names the alert.
RECEIVERS = {
    "webhook": ("/webhook", "webhook_configs: [{{url: '{url}/webhook'}}]", ("alerts", 0, "labels", "alertname")),
    "alertmanager": ("/api/v2/alerts", "alertmanager_configs: [{{urls: ['{url}']}}]", (0, "labels", "alertname")),
    "pagerduty": ("/pagerduty", "pagerduty_configs: [{{routing_key: s3cret-key, url: '{url}/pagerduty'}}]",
                  ("payload", "custom_details", "firing", 0, "labels", "alertname")),
    "discord": ("/discord", "discord_configs: [{{webhook_url: '{url}/discord'}}]", ("embeds", 0, "title")),
    "telegram": ("/bots3cret:token/sendMessage",
                 "telegram_configs: [{{bot_token: 's3cret:token', chat_id: -7, api_url: '{url}'}}]", ("text",)),
    "msteamsv2": ("/teams", "msteamsv2_configs: [{{webhook_url: '{url}/teams'}}]",
                  ("attachments", 0, "content", "body", 0, "text")),
    "slack": ("/slack", "slack_configs: [{{api_url: '{url}/slack', channel: '#ops'}}]", ("attachments", 0, "title")),
}


class ScriptedSink:
    """Answers the requests of each path by a script, (status, headers) each, then 200."""

    def __init__(self, script=()):
        self.requests = {}
        self.lock = threading.Lock()
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with sink.lock:
                    seen = sink.requests.setdefault(self.path, [])
                    status, headers = script[len(seen)] if len(seen) < len(script) else (200, {})
                    seen.append({"body": json.loads(body), "at": time.monotonic(), "status": status})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def of(self, path):
        with self.lock:
            return list(self.requests.get(path, []))


def dig(body, keys):
    for key in keys:
        body = body[key]
    return body


class ReceiversTest(unittest.TestCase):
    def launch(self, url, extra=""):
        lines = [line.format(url=url) for _, line, _ in RECEIVERS.values()]
        receivers = "\n".join("      " + line for line in lines) + extra
        sidewatch = self.enterContext(Sidewatch(CONFIG.format(receivers=receivers)))
        (sidewatch.folder / "rules.yml").write_text(RULES)
        return sidewatch.launch()

    def check_delivered(self, sink, attempts):
        for name, (path, _, keys) in RECEIVERS.items():
            with self.subTest(receiver=name):
                seen = wait_until(lambda: len(sink.of(path)) >= attempts and sink.of(path), f"{name} is told")
                self.assertEqual(seen[-1]["status"], 200)
                self.assertIn("DiskFull", dig(seen[-1]["body"], keys))

    def check_no_secrets(self, sidewatch):
        for text in (sidewatch.log_text(), sidewatch.metrics()):
            self.assertNotIn("s3cret", text)

    def test_all_are_told_once(self):
        sink = self.enterContext(ScriptedSink())
        sidewatch = self.launch(sink.url)
        self.check_delivered(sink, 1)
        for name, (path, _, _) in RECEIVERS.items():
            self.assertEqual(len(sink.of(path)), 1, name)
        self.check_no_secrets(sidewatch)

    def test_too_many_requests_is_waited_out(self):
        sink = self.enterContext(ScriptedSink([(429, {"Retry-After": "3"})]))
        sidewatch = self.launch(sink.url)
        self.check_delivered(sink, 2)
        for name, (path, _, _) in RECEIVERS.items():
            first, second = sink.of(path)[:2]
            self.assertGreaterEqual(second["at"] - first["at"], 2.9, name)
        self.check_no_secrets(sidewatch)

    def test_a_server_error_is_tried_again(self):
        sink = self.enterContext(ScriptedSink([(500, {})]))
        sidewatch = self.launch(sink.url)
        self.check_delivered(sink, 2)
        self.check_no_secrets(sidewatch)

    def test_one_that_hangs_delays_nobody(self):
        sink = self.enterContext(ScriptedSink())
        silent = self.enterContext(SilentServer())
        hanging = f"\n    - name: hanging\n      webhook_configs: [{{url: 'http://127.0.0.1:{silent.port}/', timeout: 1s}}]"
        sidewatch = self.enterContext(Sidewatch(CONFIG.format(receivers="\n".join(
            "      " + line.format(url=sink.url) for _, line, _ in RECEIVERS.values()) + hanging).replace(
                "repeat_interval: 1h}", "repeat_interval: 1h, routes: [{receiver: hanging, continue: true}, {receiver: all}]}")))
        (sidewatch.folder / "rules.yml").write_text(RULES)
        sidewatch.launch()
        self.check_delivered(sink, 1)
        wait_until(lambda: "notification not delivered, trying again" in sidewatch.log_text(), "the hanging one times out")
        self.check_no_secrets(sidewatch)

    def test_a_refusal_is_told_by_the_others(self):
        good, refusing = self.enterContext(ScriptedSink()), self.enterContext(ScriptedSink([(404, {})] * 1000))
        sidewatch = self.enterContext(Sidewatch(CONFIG.format(
            receivers=f"      webhook_configs: [{{url: '{refusing.url}/gone'}}]\n    - name: boss\n      webhook_configs: [{{url: '{good.url}/boss'}}]")))
        (sidewatch.folder / "rules.yml").write_text(RULES)
        sidewatch.launch()
        seen = wait_until(lambda: good.of("/boss"), "the other receiver is told")
        alert, = seen[0]["body"]["alerts"]
        self.assertEqual(alert["labels"], {"alertname": "NotificationRefused", "integration": "all/webhook[0]", "receiver": "all", "severity": "critical"})
        self.assertIn("404", alert["annotations"]["description"])
        before = len(refusing.of("/gone"))
        wait_until(lambda: len(refusing.of("/gone")) >= before + 3, "more refusals")
        self.assertEqual(len(good.of("/boss")), 1, "however many are refused")
        self.assertEqual({a["labels"]["alertname"] for r in refusing.of("/gone") for a in r["body"]["alerts"]}, {"DiskFull"})


if __name__ == "__main__":
    unittest.main()
