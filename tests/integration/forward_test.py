#!/usr/bin/python3
"""Alerts are handed to Debian's Alertmanager, with a second one of the list that is down or silent: they fire there, then they end."""
import contextlib
import datetime
import json
import unittest

from support import HttpSink, Process, SilentServer, Sidewatch, free_port, http_get, wait_until

RULES = """
groups:
  - name: disk
    interval: 1s
    rules:
      - alert: DiskFull
        expr: disk_used_ratio > 0.9
        labels: {severity: critical, service: shop}
        annotations: {summary: "disk is full"}
"""
CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s, external_labels: {{environment: test}}}}
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{app}"], labels: {{instance: "db:9100"}}}}]}}]
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  route: {{receiver: cluster, group_by: ["..."], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers:
    - name: cluster
      alertmanager_configs: [{{urls: ["http://127.0.0.1:{other}", "http://127.0.0.1:{alertmanager}"], timeout: 2s}}]
"""
ROUTES = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


class Alertmanager(Process):
    """Debian's, alone."""

    def __init__(self):
        super().__init__("alertmanager")
        self.port = free_port()

    def __enter__(self):
        (self.folder / "am.yml").write_text(ROUTES)
        self.start("/usr/bin/prometheus-alertmanager", f"--config.file={self.folder}/am.yml", f"--storage.path={self.folder}/data",
                   f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address=")

        def ready():
            with contextlib.suppress(OSError):
                return http_get(f"http://127.0.0.1:{self.port}/-/ready")[0] == 200
        wait_until(ready, "Alertmanager is ready")
        return self

    def alerts(self):
        return json.loads(http_get(f"http://127.0.0.1:{self.port}/api/v2/alerts")[2])


class ForwardTest(unittest.TestCase):
    def check(self, other):
        app = self.enterContext(HttpSink())
        app.pages["/metrics"] = "disk_used_ratio 0.95\n"
        alertmanager = self.enterContext(Alertmanager())
        sidewatch = self.enterContext(Sidewatch(CONFIG.format(app=app.port, other=other, alertmanager=alertmanager.port)))
        (sidewatch.folder / "rules.yml").write_text(RULES)
        sidewatch.launch()
        alert, = wait_until(alertmanager.alerts, "the alert fires there")
        self.assertEqual(alert["labels"], {"alertname": "DiskFull", "severity": "critical", "service": "shop", "instance": "db:9100",
                                           "job": "app", "environment": "test"})
        self.assertEqual(alert["annotations"], {"summary": "disk is full"})
        self.assertEqual(alert["status"]["state"], "active")
        left = datetime.datetime.fromisoformat(alert["endsAt"]) - datetime.datetime.now(datetime.timezone.utc)
        self.assertGreater(left, datetime.timedelta(hours=2), "it is not forgotten while nothing changes")
        app.pages["/metrics"] = "disk_used_ratio 0.5\n"
        wait_until(lambda: not alertmanager.alerts(), "the alert ends there")
        self.assertNotIn("notification not delivered", sidewatch.log_text(), "one that takes it is enough")

    def test_the_other_is_down(self):
        self.check(free_port())

    def test_the_other_is_silent(self):
        self.check(self.enterContext(SilentServer()).port)


if __name__ == "__main__":
    unittest.main()
