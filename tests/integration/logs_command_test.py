#!/usr/bin/python3
"""`sidewatch logs test`: what a configuration makes of lines, without a server."""
import os
import pathlib
import subprocess
import tempfile
import unittest

from support import BINARY

CONFIG = r"""
collectors:
  logs:
    - name: web
      files: [/var/log/nginx/access.log]
      sets: [http]
      metrics:
        - {name: sent_bytes_total, regex: '" \d{3} (?P<bytes>[\d-]+) "', value: bytes}
        - {name: api_total, regex: '/api/(?P<version>v\d+)/', labels: {version: version}}
    - {name: other, files: [/var/log/other.log], metrics: [{name: x_total, regex: nothing}]}
"""
LINE = '203.0.113.7 - - [21/Nov/2026:12:00:00 +0000] "GET {path} HTTP/1.1" {status} {size} "-" "curl/8"\n'
LINES = (LINE.format(path="/api/v1/items", status=200, size=7) + "\x1b[31m\0 noise\n"
         + LINE.format(path="/", status=404, size="-"))


class LogsCommandTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "c.yml").write_text(CONFIG)

    def play(self, *words, lines=LINES):
        return subprocess.run([BINARY, "logs", "test", "--config.file", str(self.folder / "c.yml"), *words],
                              input=lines, capture_output=True, text=True, timeout=60)

    def test_shows_what_matches_and_the_metrics(self):
        ended = self.play("--target", "web")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        for part in ("1: 203.0.113.7 ", 'method="GET"', 'status="404"', "set: log_http_requests_total{",
                     '  api_total: version="v1"\n', '  sent_bytes_total: bytes="7"\n',
                     '  sent_bytes_total (dropped: the value is not a number): bytes="-"\n',
                     'sent_bytes_total{log="web"} 7\n', 'api_total{log="web",version="v1"} 1\n',
                     'log_http_requests_total{file="-",log="web",method="GET",status="404"} 1\n',
                     'log_lines_dropped_total{log="web",metric="sent_bytes_total",reason="not_a_number"} 1\n',
                     "3 lines: 2 match, 1 match nothing (--unmatched shows them)\n"):
            self.assertIn(part, ended.stdout)
        self.assertNotIn("noise", ended.stdout)
        self.assertNotIn("log_read_", ended.stdout)

    def test_shows_what_does_not_match_on_demand_and_harmlessly(self):
        ended = self.play("--target", "web", "--unmatched", "-")
        self.assertIn("2: \\x1b[31m\\x00 noise\n  matches nothing\n", ended.stdout)

    def test_reads_a_file(self):
        (self.folder / "a.log").write_text(LINES)
        ended = self.play("--target", "web", str(self.folder / "a.log"))
        self.assertIn(f'file="{self.folder}/a.log"', ended.stdout)

    def test_a_line_is_looked_at_up_to_its_limit(self):
        ended = self.play("--target", "web", lines="x" * 100_000 + "/api/v1/\n" + "/api/v2/ without an end")
        self.assertIn("2 lines: 1 match, 1 match nothing", ended.stdout)

    def test_without_a_file_the_environment_names_the_target(self):
        def play(**environment):
            return subprocess.run([BINARY, "logs", "test"], input="ERROR it broke\n", capture_output=True, text=True, timeout=60,
                                  env={**os.environ, **environment})
        ended = play(LOG_PATHS="/app/logs/*.log")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        self.assertIn('log_lines_total{file="-",level="error",log="logs"} 1\n', ended.stdout)
        ended = play(LOG_PATHS="")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("environment: no target under collectors: logs; set LOG_PATHS or name a file by --config.file", ended.stderr)

    def test_says_by_its_exit_code_how_it_went(self):
        self.assertEqual(self.play("--target", "other").returncode, 1)
        self.assertEqual(self.play("--target", "web", lines="").returncode, 1)
        for words, text in ((("--target", "none"), 'no target "none" of logs; there are web, other'),
                            ((), "say which one by --target; there are web, other"),
                            (("--target", "web", "/none.log"), "/none.log"),
                            (("--wrong",), "--wrong")):
            ended = self.play(*words)
            self.assertEqual(ended.returncode, 2, words)
            self.assertIn(text, ended.stderr)
        (self.folder / "c.yml").write_text("collectors: {logs: [{files: [x], metrics: [{name: a, regex: '('}]}]}")
        ended = self.play()
        self.assertEqual(ended.returncode, 2)
        self.assertIn("c.yml:1:", ended.stderr)


if __name__ == "__main__":
    unittest.main()
