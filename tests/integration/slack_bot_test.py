#!/usr/bin/python3
"""A Slack bot whose program is killed between a message and its end: the end still finds the message, as an update or in its thread."""
import json
import unittest

from support import HttpSink, Sidewatch, wait_until

RULES = """
groups:
  - name: g
    interval: 1s
    rules:
      - {alert: Queue, expr: queue > 5, labels: {severity: critical}}
"""
CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  route: {{receiver: ops, group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers:
    - name: ops
      slack_configs:
        - {{app_token: xoxb-s3cret, app_url: "{url}/update/chat.postMessage", channel: "#ops", send_resolved: true, update_message: true}}
        - {{app_token: xoxb-s3cret, app_url: "{url}/thread/chat.postMessage", channel: "#ops", send_resolved: true, post_updates_to_thread: true}}
"""


class SlackBotTest(unittest.TestCase):
    def setUp(self):
        self.slack = self.enterContext(HttpSink())
        for way, stamp in (("update", "1700000000.000100"), ("thread", "1700000000.000200")):
            answer = {"ok": True, "channel": "C0OPS", "ts": stamp}
            for method in ("postMessage", "update"):
                self.slack.answers[f"/{way}/chat.{method}"] = json.dumps(answer).encode()
        self.queue(9)
        self.sidewatch = self.enterContext(Sidewatch(CONFIG.format(port=self.slack.port, url=self.slack.url(""))))
        (self.sidewatch.folder / "rules.yml").write_text(RULES)

    def queue(self, length):
        self.slack.pages["/metrics"] = f"queue {length}\n"

    def calls(self, path):
        return [json.loads(r["body"]) for r in self.slack.requests if r["path"] == path]

    def test_the_end_finds_its_message_after_a_crash(self):
        self.sidewatch.launch()
        wait_until(lambda: self.calls("/update/chat.postMessage") and self.calls("/thread/chat.postMessage"), "both messages are there")
        wait_until(lambda: self.sidewatch.waiting() == 0, "it is noted that they were sent")
        self.sidewatch.kill()
        self.queue(1)
        self.sidewatch.launch()
        update, = wait_until(lambda: self.calls("/update/chat.update"), "the message is changed")
        self.assertEqual((update["channel"], update["ts"]), ("C0OPS", "1700000000.000100"))
        self.assertIn("RESOLVED", json.dumps(update))
        first, follow_up = wait_until(lambda: len(self.calls("/thread/chat.postMessage")) > 1 and self.calls("/thread/chat.postMessage"), "the thread goes on")
        self.assertNotIn("thread_ts", first)
        self.assertEqual(follow_up["thread_ts"], "1700000000.000200")
        self.assertIn("RESOLVED", json.dumps(follow_up))
        self.assertEqual(len(self.calls("/update/chat.postMessage")), 1)


if __name__ == "__main__":
    unittest.main()
