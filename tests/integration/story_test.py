#!/usr/bin/python3
"""The main job, end to end: connections rise until an alert fires, Slack and e-mail hear of it, and of its end."""
import json
import unittest

from support import HttpSink, MailSink, Postgres, Redis, Sidewatch, wait_until

RULES = """
groups:
  - name: database
    interval: 1s
    rules:
      - alert: TooManyConnections
        expr: sum(pg_stat_activity_count) / scalar(pg_settings_max_connections) > 0.5
        for: 1s
        labels: {severity: critical}
        annotations:
          summary: "{{ $value | humanizePercentage }} of the connections are in use"
          description: "Database {{ $labels.instance }} is nearly full."
      - alert: RedisKeys
        expr: redis_db_keys{db="db0"} > 2
        labels: {severity: warning}
        annotations:
          summary: "{{ $labels.db }} holds {{ $value }} keys"
"""

CONFIG = """
global:
  scrape_interval: 1s
  evaluation_interval: 1s
  external_labels: {{service: shop, environment: test}}
collectors:
  postgres: [{{name: main, dsn: "{postgres}"}}]
  redis: [{{name: cache, url: "{redis}"}}]
rule_files: [rules.yml]
notifications:
  route:
    receiver: ops
    group_by: [alertname]
    group_wait: 0s
    group_interval: 1s
    repeat_interval: 1h
  receivers:
    - name: ops
      slack_configs:
        - api_url: {slack}
          channel: "#ops"
          send_resolved: true
      email_configs:
        - to: ops@shop.example
          from: sidewatch@shop.example
          smarthost: localhost:{mail}
          auth_username: ops
          auth_password: {mail_password}
          require_tls: true
          tls_config: {{ca_file: {ca}}}
          send_resolved: true
"""


def attachments(sink):
    return [a for message in sink.accepted() for a in message["attachments"]]


class StoryTest(unittest.TestCase):
    def setUp(self):
        self.postgres = self.enterContext(Postgres(max_connections=20))
        self.redis = self.enterContext(Redis())
        self.slack = self.enterContext(HttpSink())
        self.mail = self.enterContext(MailSink())
        self.sidewatch = self.enterContext(Sidewatch())
        (self.sidewatch.folder / "rules.yml").write_text(RULES)
        self.sidewatch.config.write_text(CONFIG.format(
            postgres=self.postgres.url(), redis=self.redis.url(), slack=self.slack.url(), mail=self.mail.port,
            mail_password=self.mail.PASSWORD, ca=self.mail.certificate))

    def find(self, color, word):
        return [a for a in attachments(self.slack) if a.get("color") == color and word in json.dumps(a)]

    def mails(self, begin):
        return [m for m in self.mail.messages if m["message"]["Subject"].startswith(begin)]

    def test_connections_rise_and_fall(self):
        self.sidewatch.launch()
        wait_until(lambda: self.sidewatch.value("pg_up") == 1, "Postgres is up")
        wait_until(lambda: self.sidewatch.value("redis_up") == 1, "Redis is up")
        self.assertEqual(self.sidewatch.value("pg_settings_max_connections"), 20)
        self.assertEqual(self.slack.requests, [])

        with self.postgres.connections(12):
            fired = wait_until(lambda: self.find("danger", "TooManyConnections"), "the alert arrives in Slack")
            mail = wait_until(lambda: self.mails("[CRITICAL]"), "the alert arrives by e-mail")[0]
        text = json.dumps(fired[0], ensure_ascii=False)
        self.assertIn(":rotating_light:", text)
        self.assertIn("of the connections are in use", text)
        fields = {f["title"]: f["value"] for f in fired[0]["fields"]}
        self.assertEqual((fields["Service"], fields["Environment"]), ("shop", "test"))

        self.assertTrue(mail["tls"], "the message went over STARTTLS")
        self.assertEqual((mail["user"], mail["to"], mail["from"]), ("ops", ["ops@shop.example"], "sidewatch@shop.example"))
        message = mail["message"]
        self.assertIn("TooManyConnections", message["Subject"])
        self.assertEqual(message.get_content_type(), "multipart/alternative")
        self.assertIn("of the connections are in use", message.get_body(("plain",)).get_content())
        self.assertIn("of the connections are in use", message.get_body(("html",)).get_content())

        wait_until(lambda: self.find("good", "TooManyConnections"), "Slack hears that it is over")
        wait_until(lambda: self.mails("[RESOLVED]"), "so does the mail box")

        for key in range(3):
            self.redis.cli("SET", f"key{key}", "1")
        warned = wait_until(lambda: self.find("warning", "RedisKeys"), "the warning about Redis")
        self.assertIn(":warning:", json.dumps(warned[0]))
        self.assertIn("db0 holds 3 keys", json.dumps(warned[0]))
        self.redis.cli("FLUSHALL")
        wait_until(lambda: self.find("good", "RedisKeys"), "the end of the warning")

        fired_once = self.find("danger", "TooManyConnections")
        self.assertEqual(len(fired_once), 1, "nothing is sent twice")
        for secret in (self.postgres.password, self.redis.password, self.mail.PASSWORD):
            self.assertNotIn(secret, self.sidewatch.log_text())
            self.assertNotIn(secret, self.sidewatch.metrics())


if __name__ == "__main__":
    unittest.main()
