#!/usr/bin/python3
"""Heartbeats: a job pings by HTTP; what it told survives kill -9; a late job is an alert."""
import unittest

from support import Sidewatch, http_get, http_post, wait_until

CONFIG = """
global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
collectors:
  heartbeats:
    - {name: import, every: 1h, grace: 5m, job: cron}
    - {name: hasty, every: 1s, grace: 1s}
    - {name: nightly, schedule: "0 2 * * *", timezone: Europe/Berlin, grace: 1h}
library: {enabled: false}
rule_files: [rules.yml]
"""
RULES = "groups: [{name: g, rules: [{alert: JobIsLate, expr: heartbeat_late == 1}, {alert: JobFailed, expr: heartbeat_last_exit_code != 0}]}]"


class HeartbeatsTest(unittest.TestCase):
    def start(self, *flags):
        sidewatch = self.enterContext(Sidewatch(CONFIG, flags=flags))
        (sidewatch.folder / "rules.yml").write_text(RULES)
        return sidewatch.launch()

    def test_pings_are_kept_over_a_crash_and_become_metrics_and_alerts(self):
        sidewatch = self.start()
        self.assertEqual(http_get(sidewatch.url("/ping/import/start"))[::2], (200, b"OK\n"))
        self.assertEqual(sidewatch.metrics().count('heartbeat_running{name="import",target="import"} 1'), 1)
        # Nothing was due since it is known.
        self.assertIn('heartbeat_state{name="nightly",state="ok",target="nightly"} 1', sidewatch.metrics())
        self.assertIn('heartbeat_next_expected_timestamp_seconds{name="nightly"', sidewatch.metrics())
        self.assertEqual(http_post(sidewatch.url("/ping/import/3"), b"x" * 20_000 + b"last words"), (200, b"OK\n"))
        sidewatch.kill()

        sidewatch.launch()
        page = sidewatch.metrics()
        for line in ('heartbeat_last_exit_code{name="import",target="import"} 3', 'heartbeat_running{name="import",target="import"} 0',
                     'heartbeat_pings_total{kind="start",name="import",target="import"} 1', 'heartbeat_late{name="import",target="import"} 0'):
            self.assertIn(line, page)
        self.assertIn("heartbeat_last_duration_seconds", page)
        self.assertNotIn('heartbeat_last_success_timestamp_seconds{name="import"', page)
        body = http_get(sidewatch.url("/api/v1/heartbeats/import/log"))[2]
        self.assertEqual((len(body), body[-10:]), (10_000, b"last words"))

        alerts = lambda: {(a["labels"]["alertname"], a["labels"]["name"]) for a in sidewatch.api("alerts")["alerts"]}
        wait_until(lambda: alerts() == {("JobIsLate", "hasty"), ("JobFailed", "import")}, "late and failed jobs fire")
        rows = sidewatch.query('heartbeat_last_exit_code{name="import"}')
        self.assertEqual((rows[0][0]["job"], rows[0][0]["instance"]), ("cron", "import"))
        self.assertEqual(http_get(sidewatch.url("/ping/import"))[0], 200)
        wait_until(lambda: ("JobFailed", "import") not in alerts(), "a success clears it")

    def test_unknown_names_are_told_the_cure(self):
        sidewatch = self.start()
        status, _, body = http_get(sidewatch.url("/ping/export"))
        self.assertEqual(status, 404)
        self.assertIn(b'There is no heartbeat "export". Add {name: export', body)
        self.assertIn(b"use one of: hasty, import" if b"hasty, import" in body else b"use one of: import, hasty", body)
        self.assertEqual(http_get(sidewatch.url("/ping/import/maybe"))[0], 400)

    def test_only_who_may_write_may_ping(self):
        sidewatch = self.start()
        forwarded = {"X-Forwarded-For": "192.0.2.1"}
        for path in ("/ping/import", "/api/v1/heartbeats/import/log"):
            status, _, body = http_get(sidewatch.url(path), headers=forwarded)
            self.assertEqual(status, 403, path)
            self.assertIn(b"--web.allow-writes-from", body)
        sidewatch.stop()
        sidewatch.flags = ["--web.allow-writes-from=127.0.0.0/8"]
        sidewatch.launch()
        self.assertEqual(http_get(sidewatch.url("/ping/import"), headers=forwarded)[0], 200)


if __name__ == "__main__":
    unittest.main()
