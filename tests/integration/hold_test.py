#!/usr/bin/python3
"""What stops answering while an alert over its metrics fires: nobody is told "resolved" until it is back and good."""
import contextlib
import time
import unittest

from support import HttpSink, MailSink, Postgres, Sidewatch, wait_until

RULES = """
groups:
  - name: database
    interval: 1s
    rules:
      - alert: TooManyConnections
        expr: sum by (job, instance) (pg_stat_activity_count) / on (job, instance) pg_settings_max_connections > 0.5
        labels: {severity: critical}
        annotations: {summary: "{{ $value | humanizePercentage }} of the connections are in use"}
      - alert: InTotal
        expr: sum(pg_stat_activity_count) > 0
        labels: {severity: critical}
      - record: connections:sum
        expr: sum(pg_stat_activity_count)
      - alert: Recorded
        expr: connections:sum > 0
        labels: {severity: critical}
  - name: as in Prometheus
    on_missing: resolve
    interval: 1s
    rules:
      - alert: Forgotten
        expr: sum(pg_stat_activity_count) > 0
        labels: {severity: critical}
"""

# About no single target, by their labels.
SUMS = ("InTotal", "Recorded")

CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
collectors:
  postgres: [{{name: main, dsn: "{postgres}"}}]
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  route: {{receiver: ops, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers: [{{name: ops, slack_configs: [{{api_url: "{slack}", send_resolved: true}}]}}]
"""


class HoldTest(unittest.TestCase):
    def setUp(self):
        self.postgres = self.enterContext(Postgres(max_connections=20))
        self.slack = self.enterContext(HttpSink())
        self.sidewatch = self.enterContext(Sidewatch())
        (self.sidewatch.folder / "rules.yml").write_text(RULES)
        self.sidewatch.config.write_text(CONFIG.format(postgres=self.postgres.url(), slack=self.slack.url()))

    def alert(self, name):
        found = [a for a in self.sidewatch.api("alerts")["alerts"] if a["labels"]["alertname"] == name]
        return found[0] if found else None

    def told(self, color, name):
        return [a for message in self.slack.accepted() for a in message["attachments"] if a.get("color") == color and name in str(a)]

    def evaluations(self):
        return self.sidewatch.value('sidewatch_rule_group_iterations_total{rule_group=~".*database"}') or 0

    def test_held_while_the_database_is_down(self):
        self.sidewatch.launch()
        with self.postgres.connections(12):
            for name in ("TooManyConnections", *SUMS, "Forgotten"):
                wait_until(lambda: self.told("danger", name), f"{name} is told")
            self.postgres.stop()
        wait_until(lambda: self.sidewatch.value('up{job="postgres"}') == 0, "the target is down")
        wait_until(lambda: "missing_data" in (self.alert("TooManyConnections") or {"annotations": {}})["annotations"], "the alert says that its data is missing")
        held = self.alert("TooManyConnections")
        self.assertEqual(held["state"], "firing")
        self.assertRegex(held["annotations"]["summary"], r"of the connections are in use \(no data since .*job postgres is down")
        wait_until(lambda: self.told("good", "Forgotten"), "a group that wants it resolves as in Prometheus")
        before = self.evaluations()
        wait_until(lambda: self.evaluations() >= before + 5, "more evaluations without data")
        self.sidewatch.kill()
        self.sidewatch.launch()
        before = self.evaluations()
        wait_until(lambda: self.evaluations() >= 3 and self.alert("TooManyConnections"), "held after a restart too")
        for name in ("TooManyConnections", *SUMS):
            self.assertEqual(self.told("good", name), [])
            self.assertIn("job postgres is down", self.alert(name)["annotations"]["missing_data"])
        self.postgres.start_server()
        wait_until(lambda: self.told("good", "TooManyConnections"), "resolved once the database is back and good")
        self.assertNotIn("no data", str(self.told("good", "TooManyConnections")))


PART_CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
collectors:
  certificates: [{{name: edge, timeout: 900ms, endpoints: [{endpoints}]}}]
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  route: {{receiver: ops, group_by: [endpoint], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers: [{{name: ops, slack_configs: [{{api_url: "{slack}", send_resolved: true}}]}}]
"""

PART_RULES = """
groups:
  - name: edge
    interval: 1s
    rules:
      - alert: EndsSoon
        expr: (probe_ssl_earliest_cert_expiry - time()) / 86400 < 30
        annotations: {summary: "ends in {{ $value }} days"}
"""


class HoldPartTest(unittest.TestCase):
    """One endpoint of several no longer answers: the target is up, but what was known of that endpoint is not over."""

    def test_held_while_an_endpoint_does_not_answer(self):
        stays = self.enterContext(MailSink())
        leaving = contextlib.ExitStack()
        gone = leaving.enter_context(MailSink())
        slack = self.enterContext(HttpSink())
        sidewatch = self.enterContext(Sidewatch())
        (sidewatch.folder / "rules.yml").write_text(PART_RULES)
        endpoints = ", ".join(f'{{address: "127.0.0.1:{sink.port}", starttls: smtp}}' for sink in (gone, stays))
        sidewatch.config.write_text(PART_CONFIG.format(endpoints=endpoints, slack=slack.url()))
        sidewatch.launch()
        wait_until(lambda: len(slack.accepted()) == 2, "both certificates are told")
        leaving.close()
        wait_until(lambda: sidewatch.value("probe_success == 0") == 0, "the endpoint is not reached")
        before = wait_until(lambda: sidewatch.value("sidewatch_rule_group_iterations_total"), "evaluations are counted")
        wait_until(lambda: sidewatch.value("sidewatch_rule_group_iterations_total") >= before + 3, "more evaluations")
        self.assertEqual(sidewatch.value('up{job="certificates"}'), 1)
        self.assertEqual(len(slack.accepted()), 2, slack.accepted()[2:])
        held = {a["labels"]["endpoint"]: a for a in sidewatch.api("alerts")["alerts"]}[f"127.0.0.1:{gone.port}"]
        self.assertRegex(held["annotations"]["summary"], r"\(no data since .*endpoint 127.0.0.1:\d+ of target .* failed")


RATE_CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  route: {{receiver: ops, group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers: [{{name: ops, slack_configs: [{{api_url: "{slack}", send_resolved: true}}]}}]
"""

RATE_RULES = """
groups:
  - name: rates
    interval: 250ms
    rules:
      - {alert: Errors, expr: 'rate(errors_total[4s]) >= 0'}
"""


def told_of_errors(test, rules):
    """A receiver that was told of an alert on errors_total, and the sidewatch that told it."""
    sink = test.enterContext(HttpSink())
    sink.pages["/metrics"] = "# TYPE errors_total counter\nerrors_total 7\n"
    sidewatch = test.enterContext(Sidewatch())
    (sidewatch.folder / "rules.yml").write_text(rules)
    sidewatch.config.write_text(RATE_CONFIG.format(port=sink.port, slack=sink.url()))
    sidewatch.launch()
    wait_until(sink.accepted, "it is told")
    wait_until(lambda: sidewatch.waiting() == 0, "it is noted that it was told")
    return sink, sidewatch


class HoldRateTest(unittest.TestCase):
    """A rate has no value at first after the program was away for longer than its range: that is no end."""

    def test_held_until_the_range_is_filled(self):
        sink, sidewatch = told_of_errors(self, RATE_RULES)
        sidewatch.kill()
        away = time.monotonic()
        wait_until(lambda: time.monotonic() - away > 5, "the range is over")
        sidewatch.launch()
        wait_until(lambda: sidewatch.query("rate(errors_total[4s])"), "the rate is back")
        before = wait_until(lambda: sidewatch.value("sidewatch_rule_group_iterations_total"), "evaluations are counted")
        wait_until(lambda: sidewatch.value("sidewatch_rule_group_iterations_total") >= before + 3, "more evaluations")
        self.assertEqual(len(sink.accepted()), 1, sink.accepted()[1:])


RECORDED_RULES = """
groups:
  - name: alerts
    interval: 250ms
    rules: [{alert: High, expr: 'instance:errors > 0', for: 3s}]
  - name: records
    interval: 250ms
    rules: [{record: 'instance:errors', expr: errors_total * 1}]
"""


class HoldRecordedTest(unittest.TestCase):
    """An alert on what another group records of a target: a restart is no end."""

    def test_held_through_a_restart(self):
        sink, sidewatch = told_of_errors(self, RECORDED_RULES)
        sidewatch.stop()
        sidewatch.launch()
        iterations = "min(sidewatch_rule_group_iterations_total)"
        before = wait_until(lambda: sidewatch.value(iterations), "evaluations are counted")
        wait_until(lambda: sidewatch.value(iterations) >= before + 12, "more evaluations, and the group's interval is over")
        self.assertEqual(len(sink.accepted()), 1, sink.accepted()[1:])


if __name__ == "__main__":
    unittest.main(verbosity=2)
