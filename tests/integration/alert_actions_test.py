#!/usr/bin/python3
"""Acknowledgement, escalation and the history of alerts: real receivers, a real mail server, kill -9 in between."""
import json
import os
import re
import subprocess
import unittest
import urllib.parse

from support import BINARY, HttpSink, MailSink, Sidewatch, http_get, http_post, wait_until

RULES = """
groups:
  - name: g
    interval: 1s
    rules:
      - alert: Disk
        expr: disk_full == 1
        labels: {severity: critical}
        annotations: {summary: "{{ $labels.node }} is full"}
      - alert: Load
        expr: load_high == 1
      - alert: Clock
        expr: vector(1)
"""
CONFIG = """
global: {{evaluation_interval: 1s, scrape_interval: 1s}}
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  global: {{smtp_smarthost: "localhost:{mail}", smtp_from: sidewatch@shop.example, smtp_auth_username: ops, smtp_auth_password: "{password}"}}
  route:
    receiver: ops
    group_by: [alertname]
    group_wait: 0s
    group_interval: 1s
    repeat_interval: 2s
    routes:
      - matchers: [alertname="Disk"]
        repeat_interval: {repeat}
        escalate: [{{after: 3s, receiver: boss}}, {{after: 15s, receiver: chief}}]
  receivers:
    - name: ops
      webhook_configs: [{{url: "http://127.0.0.1:{port}/ops"}}]
    - name: boss
      email_configs: [{{to: boss@shop.example, send_resolved: true, tls_config: {{ca_file: "{ca}"}}}}]
    - name: chief
      webhook_configs: [{{url: "http://127.0.0.1:{port}/chief"}}]
"""


# The hash of a text that nobody kept.
NOBODYS_PASSWORD = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"


class AlertActionsTest(unittest.TestCase):
    def start(self, repeat="1h"):
        self.sink = self.enterContext(HttpSink())
        self.mail = self.enterContext(MailSink())
        self.values(disk=0)
        self.sidewatch = self.enterContext(Sidewatch(CONFIG.format(
            port=self.sink.port, mail=self.mail.port, password=self.mail.PASSWORD, ca=self.mail.certificate, repeat=repeat)))
        (self.sidewatch.folder / "rules.yml").write_text(RULES)
        self.sidewatch.launch()

    def values(self, disk, load=0):
        self.sink.pages["/metrics"] = f'disk_full{{node="a"}} {disk}\nload_high {load}\n'

    def told(self, path, name, status="firing"):
        """Accepted webhooks of a receiver about a group."""
        bodies = [json.loads(r["body"]) for r in self.sink.requests if r["path"] == path]
        return [b for b in bodies if b["groupLabels"] == {"alertname": name} and b["status"] == status]

    def mails(self, begin):
        return [m for m in self.mail.messages if m["message"]["Subject"].startswith(begin)]

    def let_time_pass(self, repeats=2):
        """Another alert's repeats are the clock."""
        want = len(self.told("/ops", "Clock")) + repeats
        wait_until(lambda: len(self.told("/ops", "Clock")) >= want, "time goes by")

    def run_alerts(self, *words):
        return subprocess.run([BINARY, "alerts", *words, "--url", self.sidewatch.url("")], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "USER": "ann"})

    def restart(self):
        self.sidewatch.kill()
        self.sidewatch.launch()

    def history(self, query=""):
        entries = [row["entry"] for row in self.sidewatch.api("alerts/history?limit=10000&" + query)["history"]]
        return [(e["event"], e) for e in reversed(entries)]

    def events(self, name):
        return [event for event, _ in self.history(f"filter=alertname={name}")]

    def test_an_acknowledgement_stops_repeats_and_never_the_end(self):
        self.start(repeat="2s")
        self.values(disk=1)
        wait_until(lambda: len(self.told("/ops", "Disk")) >= 2, "it is repeated")
        taken = self.run_alerts("ack", "Disk", "node=a", "--comment", "on my way")
        self.assertEqual((taken.returncode, taken.stderr), (0, ""))
        self.assertRegex(taken.stdout, r'^[0-9a-f]{16}  Disk\{.*node="a"')
        held, = self.sidewatch.api("alerts/acks")["acknowledgements"]
        self.assertEqual((held["by"], held["comment"], held["labels"]["node"]), ("ann", "on my way", "a"))
        self.let_time_pass(1)  # What was on its way arrives.
        before = len(self.told("/ops", "Disk"))
        others = (len(self.mails("[")), len(self.told("/chief", "Disk")))
        self.let_time_pass(3)
        self.restart()
        self.assertIn("on my way", self.run_alerts("acks").stdout)
        self.let_time_pass(3)
        self.assertEqual(len(self.told("/ops", "Disk")), before, "it is not repeated")
        self.assertEqual((len(self.mails("[")), len(self.told("/chief", "Disk"))), others, "nor escalated")
        self.values(disk=0)
        wait_until(lambda: self.told("/ops", "Disk", "resolved"), "the end is told")
        wait_until(lambda: self.sidewatch.api("alerts/acks")["acknowledgements"] == [], "it ends with its alert")
        self.assertEqual(self.run_alerts("acks").stdout, "no alert is acknowledged\n")
        # The next time it is news again.
        self.values(disk=1)
        wait_until(lambda: len(self.told("/ops", "Disk")) > before + 1, "it is repeated again")

    def test_an_acknowledgement_can_be_given_back(self):
        self.start(repeat="2s")
        self.values(disk=1)
        wait_until(lambda: self.told("/ops", "Disk"), "it fires")
        fingerprint = self.told("/ops", "Disk")[0]["alerts"][0]["fingerprint"]
        self.assertEqual(self.run_alerts("ack", fingerprint).returncode, 0)
        self.assertEqual(self.run_alerts("unack", fingerprint, "--by", "ben").returncode, 0)
        before = len(self.told("/ops", "Disk"))
        wait_until(lambda: len(self.told("/ops", "Disk")) > before + 1, "it is repeated")
        self.assertEqual([e["by"] for event, e in self.history() if "acknowledged" in event], ["ann", "ben"])
        gone = self.run_alerts("unack", fingerprint)
        self.assertEqual((gone.returncode, gone.stderr), (1, "sidewatch: none of these alerts is acknowledged\n"))

    def test_what_cannot_be_acknowledged(self):
        self.start()
        for words, code, text in ((("ack", "Nothing"), 1, "no such alert fires"), (("ack", "a=~("), 1, "missing )"),
                                  (("ack", "Disk", "--by", ""), 1, "no such alert fires"), (("ack",), 2, "ALERT")):
            with self.subTest(words):
                done = self.run_alerts(*words)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(text, done.stderr)
        url = self.sidewatch.url("/api/v1/alerts/ack")
        for body in (b"", b"[]", b"{}", b'{"matchers": "a=b", "by": "x"}', b'{"matchers": [1]}', b'{"fingerprints": [], "by": 1}'):
            with self.subTest(body):
                status, answer = http_post(url, body)
                self.assertEqual((status, json.loads(answer)["errorType"]), (400, "bad_data"))

    def test_escalation_survives_kill_and_its_end_goes_to_all(self):
        self.start()
        self.values(disk=1)
        wait_until(lambda: self.told("/ops", "Disk"), "ops is told")
        self.assertEqual(self.mail.messages, [], "the boss is not, yet")
        wait_until(lambda: self.mails("[CRITICAL] Disk"), "the boss is told by mail")
        self.assertEqual(self.told("/chief", "Disk"), [])
        # Only a crash between the receiver's answer and this note may send it again.
        wait_until(lambda: self.history("event=sent&receiver=boss"), "it is noted that the boss was told")
        self.restart()
        chief = wait_until(lambda: self.told("/chief", "Disk"), "the chief is told")
        self.assertIn("escalate[1]", chief[0]["groupKey"])
        self.values(disk=0)
        wait_until(lambda: self.told("/ops", "Disk", "resolved"), "ops hears of the end")
        wait_until(lambda: self.told("/chief", "Disk", "resolved"), "so does the chief")
        wait_until(lambda: self.mails("[RESOLVED]"), "and the boss")
        wait_until(lambda: len(self.history("event=sent&filter=alertname=Disk")) == 6, "all of it is noted")
        for told in (self.told("/ops", "Disk"), self.told("/chief", "Disk"), self.mails("[CRITICAL]"), self.mails("[RESOLVED]")):
            self.assertEqual(len(told), 1)
        sent = [(e["receiver"], e["to"] if "to" in e else "", e["reason"]) for event, e in self.history("event=sent&filter=alertname=Disk")]
        self.assertEqual(sent[:3], [("ops", "", "first notification"), ("boss", "boss@shop.example", "escalated after 3s"),
                                    ("chief", "", "escalated after 15s")])
        self.assertEqual(sorted(sent[3:]), [("boss", "boss@shop.example", "all alerts resolved"), ("chief", "", "all alerts resolved"),
                                            ("ops", "", "all alerts resolved")])

    def test_escalation_stops_where_somebody_acknowledges(self):
        self.start()
        self.values(disk=1)
        wait_until(lambda: self.mails("[CRITICAL] Disk"), "the boss is told by mail")
        self.assertEqual(self.run_alerts("ack", "Disk").returncode, 0)
        self.let_time_pass(8)
        self.assertEqual(self.told("/chief", "Disk"), [])
        self.values(disk=0)
        wait_until(lambda: self.mails("[RESOLVED]"), "the boss hears of the end")
        wait_until(lambda: self.told("/ops", "Disk", "resolved"), "ops hears of the end")
        self.let_time_pass(1)
        self.assertEqual(self.told("/chief", "Disk", "resolved"), [], "the chief never heard of it")

    @staticmethod
    def status_of(url):
        try:
            return http_get(url)[0]
        except OSError:
            return None

    def ack_link(self, mail):
        text = mail["message"].get_body(("plain",)).get_content()
        return next(line.split(": ", 1)[1] for line in text.splitlines() if line.startswith("Acknowledge: "))

    def test_a_link_in_the_message_acknowledges_without_a_password(self):
        self.start()
        self.values(disk=1)
        link = self.ack_link(wait_until(lambda: self.mails("[CRITICAL] Disk"), "the boss is told by mail")[0])
        status, headers, page = http_get(link)
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertIn("a is full", page.decode())
        self.assertEqual(self.sidewatch.api("alerts/acks")["acknowledgements"], [], "mail scanners follow links")
        fields = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page.decode()))
        self.assertRegex(fields["alerts"], "^[0-9a-f]{16}$")

        def post(url, **more):
            return http_post(url, urllib.parse.urlencode({**fields, **more}).encode(),
                             {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(post(link)[0], 400, "somebody must say who")
        self.assertEqual(post(link.replace("sig=", "sig=0"), by="eve")[0], 403)
        self.assertEqual(self.sidewatch.api("alerts/acks")["acknowledgements"], [])

        # A password for everything else, and another run: links of messages that people have still work.
        (self.sidewatch.folder / "web.yml").write_text(f"basic_auth_users: {{ann: {NOBODYS_PASSWORD}}}\n")
        self.sidewatch.kill()
        self.sidewatch.flags += ["--web.config.file", "web.yml"]
        self.sidewatch.launch(wait=False)
        wait_until(lambda: self.status_of(link) == 200, "it listens again")
        wait_until(lambda: http_get(link)[0] == 200 and b"a is full" in http_get(link)[2], "the group is there again")
        self.assertEqual(http_get(self.sidewatch.url("/api/v1/alerts/acks"))[0], 401)
        status, page = post(link, by="<b>Ann</b>", comment="on it")
        self.assertEqual(status, 200)
        self.assertIn("&lt;b&gt;Ann&lt;/b&gt; has it", page.decode())
        self.assertIn("taken on by &lt;b&gt;Ann", http_get(link)[2].decode())
        self.values(disk=0)
        wait_until(lambda: b"It is over" in http_get(link)[2], "the page says that it is over")

    def test_history(self):
        self.start()
        body = {"matchers": [{"name": "alertname", "value": "Load", "isRegex": False}], "createdBy": "ann", "comment": "known",
                "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2090-01-01T00:00:00Z"}
        silence = json.loads(http_post(self.sidewatch.url("/api/v2/silences"), json.dumps(body).encode())[1])["silenceID"]
        self.values(disk=1, load=1)
        wait_until(lambda: self.told("/ops", "Disk"), "it fires")
        self.run_alerts("ack", "Disk", "--comment", "on it")
        wait_until(lambda: "silenced" in self.events("Load"), "the silence is noted")
        wait_until(lambda: "sent" in self.events("Disk"), "it is noted that it was sent")
        self.restart()
        self.let_time_pass(2)
        self.assertEqual(self.events("Disk"), ["fired", "sent", "acknowledged"], "the restart is no news")
        self.assertEqual(self.events("Load"), ["fired", "silenced"])
        held = [e for event, e in self.history("filter=alertname=Load") if event == "silenced"][0]
        self.assertEqual(held["by"], silence)
        self.sink.status = 500
        self.values(disk=0)
        wait_until(lambda: self.events("Disk")[3:] == ["resolved", "failed"], "the failure is noted")
        self.sink.status = 200
        wait_until(lambda: self.events("Disk")[3:] == ["resolved", "failed", "sent"], "so is what follows")
        sent = self.history("filter=alertname=Disk&event=sent&receiver=ops")[0][1]
        self.assertEqual((sent["integration"], sent["answer"], sent["reason"]), ("ops/webhook[0]", "status 200", "first notification"))

        shown = self.run_alerts("history", "Disk", "node=a")
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertRegex(shown.stdout, r"^AT +EVENT +ALERT +DETAILS\n")
        self.assertRegex(shown.stdout, r'acknowledged +Disk\{.*\} +ann: on it\n')
        data = json.loads(self.run_alerts("history", "--output", "json", "--limit", "2", "--event", "fired").stdout)
        self.assertEqual([row["entry"]["event"] for row in data["history"]], ["fired", "fired"])
        self.assertEqual(self.run_alerts("history", "Nothing").stdout, "nothing happened\n")
        wrong = self.run_alerts("history", "--event", "exploded")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn('no "exploded", there are fired, resolved', wrong.stderr)
        for query in ("limit=0", "limit=x", "start=noon", "before=-1", "filter=%3D"):
            with self.subTest(query):
                self.assertEqual(http_get(self.sidewatch.url("/api/v1/alerts/history?" + query))[0], 400)


if __name__ == "__main__":
    unittest.main()
