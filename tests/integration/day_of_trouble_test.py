#!/usr/bin/python3
"""A day of trouble: a shop of real servers in which everything goes wrong at once. Each incident is told exactly once in Slack and once by
e-mail, and so is its end, also when sidewatch itself is killed in between."""
import json
import re
import time
import unittest

from shop import DAY, Application, Authority, Backups, Nginx, hurried_rules, nightly
from support import HttpSink, MailSink, Postgres, Redis, Sidewatch, http_get, wait_until

CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s, external_labels: {{service: shop, environment: test}}}}
collectors:
  host: [{{interval: 5s}}]
  postgres: [{{name: main, dsn: "{postgres}"}}]
  redis: [{{name: cache, url: "{redis}"}}]
  backups: [{{name: nightly, path: "{backups}/*.backup", schedule: "{schedule}", timezone: UTC, grace: 0s, keep: 30d}}]
  certificates:
    - name: shop
      files: ["{tls}/shop.crt", "{tls}/mail.crt"]
      key: "{tls}/shop.key"
      ca_file: "{authority}"
      endpoints: ["127.0.0.1:{https}, shop.example"]
  # Without the set `http`: the application shows its errors itself, and one incident is to be told once.
  logs: [{{name: nginx, files: ["{access_log}"], sets: [auth_failures, slow]}}]
  probes: [{{name: health, url: "{health}", tls_config: {{ca_file: "{authority}"}}, json: [{{path: checks.database, equals: healthy, metric: shop_database_healthy}}]}}]
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{app}"]}}]}}]
rule_files: [hurried.yml]
library: {{disable: [{hurried}]}}
notifications:
  route: {{receiver: ops, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  inhibit_rules:
    - {{source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'], equal: [job, instance, topic]}}
  receivers:
    - name: ops
      slack_configs: [{{api_url: "{slack}", channel: "#ops", send_resolved: true}}]
      email_configs:
        - to: ops@shop.example
          from: sidewatch@shop.example
          smarthost: localhost:{mail}
          auth_username: ops
          auth_password: {mail_password}
          tls_config: {{ca_file: "{mail_ca}"}}
          send_resolved: true
"""

# Rules of the library that wait for minutes.
HURRIED = (
    ("application", "ApplicationErrorRateCritical", ("[5m]", "[15s]"), ("for: 2m", "for: 2s")),
    ("certificates", "CertificateExpiresSoon", ("for: 5m", "for: 2s")),
    ("certificates", "CertificateReloadForgotten", ("for: 15m", "for: 2s")),
    ("postgres", "PostgresConnectionsCritical", ("for: 1m", "for: 2s")),
)
MAX_CONNECTIONS, FLOOD = 25, 23


class DayOfTroubleTest(unittest.TestCase):
    INCIDENTS = ("BackupMissed", "CertificateExpiresSoon", "CertificateReloadForgotten", "FailedLogins", "ApplicationErrorRateCritical",
                 "PostgresConnectionsCritical")

    def setUp(self):
        self.postgres = self.enterContext(Postgres(max_connections=MAX_CONNECTIONS))
        self.redis = self.enterContext(Redis())
        self.app = self.enterContext(Application())
        self.slack = self.enterContext(HttpSink())
        self.mail = self.enterContext(MailSink())
        self.sidewatch = self.enterContext(Sidewatch())
        self.authority = Authority(self.sidewatch.folder / "tls")
        shop_certificate = self.authority.sign("shop", days=60)
        self.authority.sign("mail", days=90)
        self.nginx = self.enterContext(Nginx(self.app, shop_certificate, self.authority.certificate))
        self.backups = Backups(self.sidewatch.folder / "backups", self.postgres)
        # The night comes while the rest goes wrong; the dump of the night before is there.
        schedule, self.due = nightly(after=15)
        self.backups.dump("yesterday.backup", at=self.due - DAY + 5)
        (self.sidewatch.folder / "hurried.yml").write_text(hurried_rules(HURRIED))
        self.sidewatch.config.write_text(CONFIG.format(
            postgres=self.postgres.url(), redis=self.redis.url(), backups=self.backups.folder, schedule=schedule, tls=self.authority.folder,
            authority=self.authority.certificate, https=self.nginx.port, access_log=self.nginx.access_log, health=self.nginx.url("/health/detailed"),
            app=self.app.port, hurried=", ".join(alert for _, alert, *_ in HURRIED), slack=self.slack.url(), mail=self.mail.port,
            mail_password=self.mail.PASSWORD, mail_ca=self.mail.certificate))

    def slack_told(self, alert, ended):
        told = [a for message in self.slack.accepted() for a in message["attachments"] if alert in json.dumps(a)]
        return [a for a in told if (a["color"] == "good") == ended]

    def mail_told(self, alert, ended):
        subjects = [m["message"]["Subject"] for m in self.mail.messages]
        return [s for s in subjects if alert in s and s.startswith("[RESOLVED]") == ended]

    def everything_told(self):
        """Every message's heading, for the reader of a failure."""
        return [a.get("title") or a.get("fallback") for message in self.slack.accepted() for a in message["attachments"]]

    def wait(self, condition, what, patience=75):
        """While customers come and go."""
        def visit_and_look():
            self.nginx.visit()
            return condition()
        return wait_until(visit_and_look, what, patience)

    def wait_told(self, ended):
        def untold():
            return [alert for alert in self.INCIDENTS if not self.slack_told(alert, ended) or not self.mail_told(alert, ended)]
        try:
            self.wait(lambda: not untold(), "every incident is told")
        except AssertionError:
            self.fail(f"{'the end of ' if ended else ''}{untold()} is not told in Slack and by e-mail; firing: {self.firing()}; told: {self.everything_told()}")

    def firing(self):
        return sorted({alert["labels"]["alertname"] for alert in self.sidewatch.api("alerts")["alerts"] if alert["state"] == "firing"})

    def rounds(self, count):
        """The rules are evaluated so many times more, and nothing waits in the outbox."""
        def seen():
            return min(map(float, re.findall(r"^sidewatch_rule_group_iterations_total\{.*\} (\S+)$", self.sidewatch.metrics(), re.M)), default=0)
        goal = seen() + count
        self.wait(lambda: seen() >= goal, f"{count} more evaluations")
        self.wait(lambda: not self.sidewatch.waiting(), "the outbox is empty")

    def test_each_incident_is_told_once_and_so_is_its_end(self):
        self.sidewatch.launch()
        self.wait(lambda: http_get(self.sidewatch.url("/health/startup"))[0] == 200, "every target was tried")
        jobs = {"node", "postgres", "redis", "backups", "certificates", "logs", "blackbox", "app"}
        self.wait(lambda: jobs <= {labels["job"] for labels, up in self.sidewatch.query("up") if up == 1}, "everything is up")
        self.wait(lambda: self.sidewatch.value("shop_database_healthy") == 1, "the application says that it is healthy")
        self.wait(lambda: self.sidewatch.value("backup_verified") == 1, "yesterday's dump is whole")
        self.assertEqual(self.everything_told(), [], "nothing is said of a healthy shop")

        self.app.broken = True
        self.nginx.guess_passwords(15)
        self.authority.sign("mail", days=10)
        self.authority.sign("shop", days=90)  # nginx is not told.
        with self.postgres.connections(FLOOD):
            self.wait_told(ended=False)
            self.assertGreaterEqual(time.time(), self.due, "the dump was not missed before its time")
            self.rounds(1)
            self.sidewatch.kill()
        # The flood ends while nobody looks: its sessions are not taken for present ones afterwards.
        self.sidewatch.launch()
        self.app.broken = False
        self.authority.sign("mail", days=90)
        self.nginx.reload()
        self.backups.dump("today.backup")
        self.wait_told(ended=True)
        self.rounds(5)

        for alert in self.INCIDENTS:
            with self.subTest(alert):
                told = [len(find(alert, ended)) for find in (self.slack_told, self.mail_told) for ended in (False, True)]
                self.assertEqual(told, [1, 1, 1, 1], f"Slack began, ended; e-mail began, ended: {self.everything_told()}")
        # A machine that is busy with other tests may have troubles of its own.
        others = [title for title in self.everything_told() if not any(alert in title for alert in (*self.INCIDENTS, "Host", "RuleEvaluationSlow"))]
        self.assertEqual(others, [], "nothing else is said")
        for secret in (self.postgres.password, self.redis.password, self.mail.PASSWORD):
            self.assertNotIn(secret, self.sidewatch.log_text())


if __name__ == "__main__":
    unittest.main()
