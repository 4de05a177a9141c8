#!/usr/bin/python3
"""The commands that ask a running server, and the list of metrics."""
import json
import subprocess
import unittest

from support import BINARY, HttpSink, Sidewatch, free_port, wait_until

CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
library: {{enabled: false}}
rule_files: [rules.yml]
"""
RULES = "groups: [{name: g, rules: [{alert: TooMuch, expr: app_answer > 1, labels: {severity: critical}, annotations: {summary: 'it is {{ $value }}'}}]}]"


def run(*words):
    return subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=60)


class CliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        sink = cls.enterClassContext(HttpSink())
        sink.pages["/metrics"] = 'app_answer{who="deep thought"} 42\n'
        cls.sidewatch = cls.enterClassContext(Sidewatch(CONFIG.format(port=sink.port)))
        (cls.sidewatch.folder / "rules.yml").write_text(RULES)
        cls.sidewatch.launch()
        wait_until(lambda: cls.sidewatch.api("alerts")["alerts"], "the rule fires")

    def ask(self, *words):
        return run(*words, "--url", self.sidewatch.url(""))

    def test_query(self):
        ended = self.ask("query", 'app_answer{who=~"deep.*"}')
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertRegex(ended.stdout, r'^SERIES +VALUE\napp_answer\{.*who="deep thought"\} +42\n$')
        self.assertEqual(self.ask("query", "1 + 1").stdout, "2\n")
        data = json.loads(self.ask("query", "app_answer", "--output", "json").stdout)
        self.assertEqual(data["result"][0]["value"][1], "42")
        self.assertEqual(self.ask("query", "app_answer", "--time", "0").stdout, "no series\n")

    def test_query_range(self):
        ended = self.ask("query", "range", "--last", "10s", "--step", "1s", "vector(7)")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertRegex(ended.stdout, r"^SERIES +TIME +VALUE\n\{\} +20\d\d-\d\d-\d\dT.*Z +7\n")
        self.assertEqual(len(ended.stdout.splitlines()), 12)

    def test_mistakes_are_told(self):
        ended = self.ask("query", "sum(")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("parse error", ended.stderr)
        self.assertEqual(self.ask("query", "range", "--last", "soon", "up").returncode, 2)
        self.assertEqual(run("query").returncode, 2)
        ended = run("query", "up", "--url", f"http://127.0.0.1:{free_port()}")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("--url", ended.stderr)

    def test_alerts(self):
        ended = self.ask("alerts")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertRegex(ended.stdout, r"\nTooMuch +critical +firing +20.*Z +\{.*\} +it is 42\n")
        self.assertEqual(json.loads(self.ask("alerts", "--output", "json").stdout)["alerts"][0]["state"], "firing")

    def test_metrics_list(self):
        names = {row["name"]: row for row in json.loads(run("metrics", "list", "--output", "json").stdout)}
        for name in ("pg_up", "redis_up", "node_load1", "heartbeat_late", "process_cpu_seconds_total"):
            self.assertIn(name, names)
        self.assertEqual(names["heartbeat_pings_total"]["labels"], ["name", "kind"])
        self.assertIn("| `node_load1` |", run("metrics", "list", "--output", "markdown").stdout)
        self.assertRegex(run("metrics", "list").stdout, r"^KIND +METRIC +TYPE")


if __name__ == "__main__":
    unittest.main()
