#!/usr/bin/python3
"""kill -9 at the worst moments: what was to be sent is sent, what fired goes on firing, nothing is told twice."""
import json
import unittest

from support import HttpSink, Sidewatch, SilentServer, wait_until

RULES = """
groups:
  - name: g
    interval: 1s
    rules:
      - alert: Always
        expr: vector(1)
        for: 1s
        labels: {severity: warning}
"""
CONFIG = """
global: {{evaluation_interval: 1s, scrape_interval: 1s}}
collectors: {{host: [{{}}]}}
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  route: {{receiver: ops, group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers: [{{name: ops, slack_configs: [{{api_url: "http://127.0.0.1:{port}/hook", channel: "#ops"}}]}}]
"""


class CrashTest(unittest.TestCase):
    def start(self, port):
        sidewatch = self.enterContext(Sidewatch(CONFIG.format(port=port)))
        (sidewatch.folder / "rules.yml").write_text(RULES)
        return sidewatch.launch()

    def test_killed_between_outbox_and_delivery(self):
        with SilentServer() as silent:
            port = silent.port
            sidewatch = self.start(port)
            # The receiver accepts and never answers: the notification is in the outbox and on its way.
            wait_until(lambda: sidewatch.waiting() == 1, "the notification waits in the outbox")
            sidewatch.kill()
        sink = self.enterContext(HttpSink(port=port))
        sidewatch.launch()
        message, = wait_until(sink.accepted, "it is delivered after the restart")
        self.assertIn("Always", json.dumps(message))
        wait_until(lambda: sidewatch.waiting() == 0, "the outbox is empty")

    def test_refused_by_a_receiver_that_is_down_then_killed(self):
        sink = self.enterContext(HttpSink())
        sink.status = 503
        sidewatch = self.start(sink.port)
        wait_until(lambda: len(sink.requests) >= 2, "it is tried again and again")
        sidewatch.kill()
        sink.status = 200
        sidewatch.launch()
        wait_until(sink.accepted, "it is delivered after the restart")

    def test_alert_state_survives_and_nothing_is_sent_twice(self):
        sink = self.enterContext(HttpSink())
        sidewatch = self.start(sink.port)
        wait_until(sink.accepted, "the alert is sent")
        # Only a crash between the receiver's answer and this commit may send it again.
        wait_until(lambda: sidewatch.waiting() == 0, "it is noted that it was sent")
        alert, = sidewatch.api("alerts")["alerts"]
        sidewatch.kill()
        sidewatch.launch()
        again, = wait_until(lambda: sidewatch.api("alerts")["alerts"], "the alert is there after the restart")
        self.assertEqual((again["state"], again["activeAt"]), ("firing", alert["activeAt"]))
        evaluated = lambda: sidewatch.api("rules")["groups"][0]["lastEvaluation"]
        first = evaluated()
        wait_until(lambda: evaluated() > first, "the rule is evaluated again")
        self.assertEqual(len(sink.accepted()), 1)

    def test_samples_survive(self):
        sink = self.enterContext(HttpSink())
        sidewatch = self.start(sink.port)
        count = lambda: sidewatch.value('count_over_time(up{job="node"}[10m])') or 0
        # A sample is seen a moment before its batch is in the journal; the batch of the one before it certainly is.
        before = wait_until(lambda: count() >= 3 and count(), "three samples")
        wait_until(lambda: count() > before, "one more sample")
        sidewatch.kill()
        sidewatch.launch()
        self.assertGreaterEqual(count(), before)


if __name__ == "__main__":
    unittest.main()
