#!/usr/bin/python3
"""What somebody reads at 3 a.m.: value against limit and how it moved in the last hour, in Slack, in plain text and as a picture in a mail."""
import json
import math
import os
import pathlib
import re
import struct
import subprocess
import time
import unittest
import urllib.parse
import zlib

from support import BINARY, HttpSink, MailSink, Sidewatch, http_get, wait_until

RULES = """
groups:
  - name: disk
    interval: 1s
    rules:
      - alert: DiskFull
        expr: disk_used_ratio{mount="/srv"} * 100 > 90
        labels: {severity: critical, service: shop}
        annotations: {summary: "{{ $labels.instance }} is nearly full", runbook_url: "https://wiki.example/disk", dashboard_url: /d/sidewatch-system}
"""
CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s, grafana_url: "https://grafana.example/"}}
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{port}"], labels: {{instance: "db:9100"}}}}]}}]
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  global: {{smtp_smarthost: "localhost:{mail}", smtp_from: sidewatch@shop.example, smtp_auth_username: ops, smtp_auth_password: "{password}"}}
  route: {{receiver: ops, group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers:
    - name: ops
      slack_configs:
        - {{api_url: "http://127.0.0.1:{port}/slack", channel: "#ops"}}
        - {{api_url: "http://127.0.0.1:{port}/plain", channel: "#ops", graphs: false}}
      email_configs: [{{to: ops@shop.example, tls_config: {{ca_file: "{ca}"}}}}]
"""


def an_hour():
    """The hour before now: slowly rising with a wave, and ten minutes without data."""
    now = time.time()
    lines = ["# TYPE disk_used_ratio gauge"]
    for second in range(-3600, -5, 15):
        if not -2400 < second < -1800:
            value = 0.6 + 0.3 * (second + 3600) / 3600 + 0.03 * math.sin(second / 200)
            lines.append(f'disk_used_ratio{{instance="db:9100",job="app",mount="/srv"}} {value:.4f} {now + second:.3f}')
    return "\n".join([*lines, "# EOF", ""])


def pixels(png):
    """Rows of palette places, of a PNG as we write it."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data = 8, b""
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack(">I", png[at + 8 + size:at + 12 + size])[0], kind
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        data += body if kind == b"IDAT" else b""
        at += 12 + size
    raw = zlib.decompress(data)
    return [raw[row * (width + 1) + 1:(row + 1) * (width + 1)] for row in range(height)]


class MessageTest(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(HttpSink())
        self.mail = self.enterContext(MailSink())
        self.sink.pages["/metrics"] = 'disk_used_ratio{mount="/srv"} 0.934\n'
        self.sidewatch = self.enterContext(Sidewatch(CONFIG.format(
            port=self.sink.port, mail=self.mail.port, password=self.mail.PASSWORD, ca=self.mail.certificate)))
        (self.sidewatch.folder / "rules.yml").write_text(RULES)
        page = self.sidewatch.folder / "hour.om"
        page.write_text(an_hour())
        subprocess.run([BINARY, "tsdb", "import", "--storage.path", str(self.sidewatch.storage), str(page)], check=True, capture_output=True)
        self.sidewatch.launch()

    def slack_text(self, path):
        request, = wait_until(lambda: [r for r in self.sink.requests if r["path"] == path], f"{path} is told")
        return json.loads(request["body"])["attachments"][0]["text"]

    def check_links(self, text):
        *_, alert, whole = text.splitlines()
        self.assertEqual(alert, "• <https://wiki.example/disk|Runbook> · <https://grafana.example/d/sidewatch-system|Dashboard>")
        ack, silence = re.fullmatch(r"<(\S+)\|Acknowledge> · <(\S+)\|Silence>", whole).groups()
        self.assertEqual(http_get(ack.replace("&amp;", "&"))[0], 200)
        page, matchers = silence.split("/#/silences/new?filter=")
        self.assertEqual(page, self.sidewatch.url(""))
        self.assertEqual(urllib.parse.unquote(matchers), '{alertname="DiskFull",instance="db:9100",job="app",mount="/srv",'
                                                         'service="shop",severity="critical"}')

    def test_the_message_says_how_it_came_to_this(self):
        text = self.slack_text("/slack")
        self.assertIn("• *Value:* 93.4 (fires at &gt; 90)", text)
        moved, = [line for line in text.splitlines() if "Last hour" in line]
        self.assertRegex(moved, r"^• \*Last hour:\* [▁▂▃▄▅▆▇█]+ +[▁▂▃▄▅▆▇█]+ \d\d\.?\d* to \d\d\.?\d*$")
        self.assertNotIn("Last hour", self.slack_text("/plain"))
        self.check_links(text)
        mail, = wait_until(lambda: self.mail.messages, "a mail")
        message = mail["message"]
        plain = message.get_body(("plain",)).get_content()
        self.assertIn("Value:       93.4 (fires at > 90)", plain)
        self.assertIn(moved.partition(":* ")[2], plain)
        html = message.get_body(("html",)).get_content()
        picture, = [part for part in message.walk() if part.get_content_type() == "image/png"]
        self.assertIn(f'src="cid:{picture["Content-ID"].strip("<>")}"', html)
        png = picture.get_content()
        rows = pixels(png)
        used = set(b"".join(rows))
        self.assertEqual(used, {0, 1, 2, 3, 4}, "paper, grid, area, line and limit are all there")
        gap = [column for column in range(len(rows[0])) if all(row[column] in (0, 1, 4) for row in rows)]
        self.assertGreater(len(gap), len(rows[0]) / 20, "what is missing is blank")
        if folder := os.environ.get("SIDEWATCH_KEEP_MESSAGES"):
            (pathlib.Path(folder) / "graph.png").write_bytes(png)
            (pathlib.Path(folder) / "mail.html").write_text(html)
            (pathlib.Path(folder) / "mail.txt").write_text(plain)
            (pathlib.Path(folder) / "slack.txt").write_text(text)


if __name__ == "__main__":
    unittest.main()
