#!/usr/bin/python3
"""`sidewatch check`: one look at real servers, a verdict in Nagios' exit codes, nothing left behind."""
import json
import subprocess
import time
import unittest

from support import BINARY, Redis, Sidewatch, SilentServer, free_port

RULES = """
groups:
  - name: recorded
    rules: [{record: "redis:clients", expr: redis_connected_clients}]
  - name: alerts
    rules:
      - {alert: HasClients, expr: "redis:clients > 0", for: 10m, labels: {severity: %s}, annotations: {summary: "{{ $value }} clients"}}
      - {alert: NeverHolds, expr: redis_up > 1}
"""


class CheckTest(unittest.TestCase):
    def check(self, config, rules=None, *words):
        sidewatch = self.enterContext(Sidewatch(config))
        if rules:
            (sidewatch.folder / "rules.yml").write_text(rules)
        ended = subprocess.run([BINARY, "check", f"--config.file={sidewatch.config}", *words], capture_output=True,
                               text=True, timeout=60, cwd=sidewatch.folder)
        self.assertEqual(sorted(p.name for p in sidewatch.folder.iterdir()), sorted(["sidewatch.yml"] + ["rules.yml"] * bool(rules)))
        return ended

    def config(self, redis, *more):
        return "\n".join([f'collectors: {{redis: [{{name: cache, url: "{redis.url()}"}}]}}', "library: {enabled: false}", *more])

    def test_all_is_well(self):
        redis = self.enterContext(Redis())
        ended = self.check(self.config(redis))
        self.assertEqual((ended.returncode, ended.stderr), (0, ""), ended.stdout)
        self.assertRegex(ended.stdout.splitlines()[0], r"^sidewatch OK: 1 of 1 targets up, 0 of 0 rules hold, \d")
        self.assertRegex(ended.stdout, r"redis +cache +up +0\.\d+ +\d+ samples")

    def test_a_rule_that_holds_is_told_whatever_its_for(self):
        redis = self.enterContext(Redis())
        for severity, code in (("info", 0), ("warning", 1), ("critical", 2)):
            with self.subTest(severity):
                ended = self.check(self.config(redis, "rule_files: [rules.yml]"), RULES % severity)
                self.assertEqual(ended.returncode, code, ended.stdout)
                self.assertRegex(ended.stdout, rf"HasClients +{severity} +pending +10m .* 1 clients")
                self.assertIn("cannot wait for `for`", ended.stdout)
                self.assertNotIn("NeverHolds", ended.stdout)

    def test_down_and_silent_targets_are_critical_and_told_apart(self):
        silent = self.enterContext(SilentServer())
        config = f"""
global: {{scrape_timeout: 1s}}
collectors:
  redis:
    - {{name: down, url: "redis://:hunter2@127.0.0.1:{free_port()}"}}
    - {{name: silent, url: "redis://:hunter2@127.0.0.1:{silent.port}"}}
    - {{name: silent2, url: "redis://:hunter2@127.0.0.1:{silent.port}"}}
"""
        begin = time.monotonic()
        ended = self.check(config, None, "--output", "json")
        self.assertLess(time.monotonic() - begin, 30)
        self.assertEqual(ended.returncode, 2)
        page = json.loads(ended.stdout)
        self.assertEqual((page["status"], page["exit_code"]), ("critical", 2))
        errors = {t["name"]: t["error"] for t in page["targets"]}
        self.assertEqual(sorted(errors), ["down", "silent", "silent2"])
        self.assertIn("refused", errors["down"])
        self.assertNotEqual(errors["down"], errors["silent"])
        self.assertNotIn("hunter2", ended.stdout)

    def test_a_broken_configuration_is_unknown(self):
        ended = self.check("collectors: {rediss: []}")
        self.assertEqual(ended.returncode, 3)
        self.assertIn("UNKNOWN", ended.stdout)
        self.assertIn('unknown key "rediss", did you mean "redis"?', ended.stderr)

    def test_the_shipped_rules_judge_too(self):
        ended = self.check(f'collectors: {{redis: [{{name: gone, url: "redis://127.0.0.1:{free_port()}"}}]}}')
        self.assertEqual(ended.returncode, 2)
        self.assertRegex(ended.stdout, r"\nRedisDown +critical ")
        self.assertNotIn("BROKEN RULE", ended.stdout)


if __name__ == "__main__":
    unittest.main()
