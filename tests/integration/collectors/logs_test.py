#!/usr/bin/python3
"""An access log that is rotated while the program is killed: the counters stay exact."""
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import Sidewatch, wait_until  # noqa: E402

CONFIG = """
global: {{scrape_interval: 1s}}
collectors:
  logs:
    - name: web
      files: ["{path}"]
      from: start
      sets: [http]
      metrics:
        - {{name: logins_total, regex: '"POST /login HTTP[^"]*" (?P<status>[0-9]+)', labels: {{status: status}}}}
"""
STATUSES = (200, 200, 304, 401, 404, 500)


class LogsTest(unittest.TestCase):
    def setUp(self):
        self.sidewatch = self.enterContext(Sidewatch())
        self.path = self.sidewatch.folder / "access.log"
        self.sidewatch.config.write_text(CONFIG.format(path=self.path))
        self.random = random.Random(7)
        self.by_status = dict.fromkeys(STATUSES, 0)
        self.logins = 0
        self.generation = 0

    def write(self, count):
        with open(self.path, "a") as log:
            for number in range(count):
                status = self.random.choice(STATUSES)
                login = self.random.random() < 0.2
                self.by_status[status] += 1
                self.logins += login
                request = "POST /login" if login else f"GET /item/{number}"
                log.write(f'203.0.113.7 - - [21/Nov/2026:12:00:00 +0000] "{request} HTTP/1.1" {status} 5 "-" "curl/8"\n')

    def rotate(self):
        self.generation += 1
        self.path.rename(f"{self.path}.{self.generation}")

    def total(self, metric):
        return self.sidewatch.value(f"sum({metric})") or 0

    def assert_exact(self):
        lines = sum(self.by_status.values())
        wait_until(lambda: self.total("log_http_requests_total") >= lines, f"{lines} lines are counted")
        for status, count in self.by_status.items():
            self.assertEqual(self.total(f'log_http_requests_total{{status="{status}"}}'), count, status)
        self.assertEqual(self.total("logins_total"), self.logins)
        self.assertEqual(self.total('up{job="logs"}'), 1)

    def test_does_not_read_its_own_log(self):
        self.write(20)
        (self.sidewatch.folder / "error.log").symlink_to("/dev/stdout")   # As in the image of nginx.
        self.sidewatch.config.write_text(self.sidewatch.config.read_text().replace(str(self.path), f"{self.sidewatch.folder}/*.log"))
        self.sidewatch.launch()
        self.assertEqual(self.sidewatch.log.parent, self.sidewatch.folder)
        self.assert_exact()
        runs = 'sidewatch_collector_runs_total{kind="logs"}'
        before = self.total(runs)
        wait_until(lambda: self.total(runs) >= before + 3, "it has looked some more times")
        self.assertEqual(self.total("log_read_lines_total"), 20)
        self.assertEqual(self.total("log_files"), 1)
        self.assertEqual(self.sidewatch.log_text().count("where sidewatch itself writes"), 1)

    def test_killed_and_rotated(self):
        self.write(1000)
        self.sidewatch.launch()
        self.assert_exact()
        for _ in range(3):
            self.write(20_000)
            self.sidewatch.kill()
            self.write(500)
            self.rotate()
            self.write(700)
            self.sidewatch.launch()
            self.rotate()
            self.write(300)
            self.assert_exact()


if __name__ == "__main__":
    unittest.main()
