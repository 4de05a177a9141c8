#!/usr/bin/python3
"""--storage.retention and --web.read-only-data: what is kept, and a server that changes nothing."""
import hashlib
import subprocess
import unittest

from support import BINARY, HttpSink, Sidewatch, wait_until

CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
rule_files: [rules.yml]
notifications:
  route: {{receiver: hook, group_wait: 0s}}
  receivers: [{{name: hook, slack_configs: [{{api_url: "{hook}", channel: "#ops"}}]}}]
"""
RULES = "groups: [{name: g, rules: [{alert: Always, expr: 'app_answer > 1'}]}]"


class StorageFlagsTest(unittest.TestCase):
    def start(self, *flags):
        sink = self.enterContext(HttpSink())
        sink.pages["/metrics"] = "app_answer 42\n"
        sidewatch = self.enterContext(Sidewatch(CONFIG.format(port=sink.port, hook=sink.url()), flags=flags))
        (sidewatch.folder / "rules.yml").write_text(RULES)
        sidewatch.launch()
        return sidewatch, sink

    def state(self, sidewatch):
        return hashlib.sha256((sidewatch.storage / "state.db").read_bytes()).hexdigest()

    def test_read_only_data_answers_and_changes_nothing(self):
        sidewatch, sink = self.start()
        wait_until(lambda: sink.accepted(), "the alert is told")
        wait_until(lambda: sidewatch.value("count_over_time(app_answer[1h])") >= 2, "samples are stored")
        sidewatch.stop()
        before, told = self.state(sidewatch), len(sink.requests)

        sidewatch.flags = ["--web.read-only-data", "--storage.retention=0"]
        sidewatch.launch()
        count = sidewatch.value("count_over_time(app_answer[1h])")
        self.assertGreaterEqual(count, 2)
        self.assertEqual(sidewatch.api("targets")["activeTargets"][0]["labels"]["job"], "sidewatch")
        self.assertEqual(len(sidewatch.api("targets")["activeTargets"]), 1)
        self.assertEqual(sidewatch.api("rules")["groups"], [])
        wait_until(lambda: "sidewatch_tsdb_samples " in sidewatch.metrics(), "the program's own numbers are on /metrics")
        runs = 'sidewatch_collector_runs_total{kind="self",target="self"}'
        ran = lambda: next((float(line.rsplit(" ", 1)[1]) for line in sidewatch.metrics().splitlines() if line.startswith(runs)), 0)
        wait_until(lambda: ran() >= 2, "time goes on")
        self.assertEqual(sidewatch.value("count_over_time(app_answer[1h])"), count)
        self.assertEqual(sidewatch.api("status/flags")["web.read-only-data"], "true")
        sidewatch.stop()
        self.assertEqual(self.state(sidewatch), before)
        self.assertEqual(len(sink.requests), told)

    def test_retention_flag_wins_over_the_file(self):
        sidewatch, _ = self.start("--storage.retention=36h")
        self.assertEqual(sidewatch.api("status/runtimeinfo")["storageRetention"], "1d12h")
        sidewatch.stop()
        sidewatch.flags = ["--storage.retention=0"]
        sidewatch.launch()
        wait_until(lambda: sidewatch.value("count_over_time(app_answer[1h])"), "samples are kept without a bound")

    def test_a_wrong_retention_is_named(self):
        ended = subprocess.run([BINARY, "run", "--storage.retention=soon"], capture_output=True, text=True, timeout=30)
        self.assertEqual(ended.returncode, 2)
        self.assertIn('--storage.retention: not a valid duration string: "soon"', ended.stderr)


if __name__ == "__main__":
    unittest.main()
