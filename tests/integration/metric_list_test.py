#!/usr/bin/python3
"""docs/metrics.md is complete: every name that a run of all collectors shows or stores is in `sidewatch metrics list`."""
import fnmatch
import json
import re
import subprocess
import time
import unittest

from shop import Authority, Backups
from support import BINARY, HttpSink, Postgres, Redis, Sidewatch, http_post, wait_until

CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
collectors:
  host: [{{}}]
  postgres: [{{name: main, dsn: "{postgres}"}}]
  redis: [{{name: cache, url: "{redis}", check_keys: ["*"], export_client_list: true}}]
  heartbeats: [{{name: import, every: 1h}}]
  backups:
    - {{name: nightly, path: "{folder}/backups/*.backup", schedule: "0 2 * * *", keep: 3, max_age: 2d, min_size: 1KB}}
    - {{name: empty, path: "{folder}/backups/empty.sql"}}
  certificates: [{{files: ["{folder}/tls/shop.crt"], key: "{folder}/tls/shop.key", ca_file: "{folder}/tls/authority.pem"}}]
  probes: [{{url: "{page}", json: [{{path: checks.database, equals: healthy}}, {{path: queue}}]}}, {{url: "dns://127.0.0.1:1", query_name: shop.example}}]
  logs: [{{name: app, files: ["{folder}/app.log"], from: start, sets: [levels, auth_failures, database_errors, http, slow, uploads]}}]
  exec: [{{name: script, command: ["/bin/echo", "users_own_total 1"]}}]
  textfile: [{{directory: "{folder}/text"}}]
notifications:
  route: {{receiver: ops, group_by: [alertname], group_wait: 0s}}
  receivers: [{{name: ops, webhook_configs: [{{url: "{page}"}}]}}]
rule_files: [rules.yml]
"""
RULES = """
groups:
  - name: g
    rules: [{alert: Always, expr: vector(1)}]
"""
LOG = (
    "2026-11-21 12:00:00,000 CRITICAL shop: deadlock detected",
    "Nov 21 12:00:03 shop sshd[17]: Failed password for admin from 203.0.113.7 port 4711 ssh2",
    '203.0.113.7 - - [21/Nov/2026:12:00:00 +0000] "POST /upload HTTP/1.1" 201 5 "-" "curl/8" 1.700',
)
USERS = {"users_own_total"}


class MetricListTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        postgres = cls.enterClassContext(Postgres())
        redis = cls.enterClassContext(Redis())
        page = cls.enterClassContext(HttpSink())
        page.pages = {"/": json.dumps({"checks": {"database": "healthy"}, "queue": 3})}
        cls.sidewatch = cls.enterClassContext(Sidewatch())
        folder = cls.sidewatch.folder
        Authority(folder / "tls").sign("shop", days=60)
        backups = Backups(folder / "backups", postgres)
        backups.dump("1.backup", at=time.time() - 3600)
        (backups.folder / "empty.sql").touch()
        (folder / "app.log").write_text("".join(line + "\n" for line in LOG))
        (folder / "text").mkdir()
        (folder / "text" / "own.prom").write_text("users_own_total 1\n")
        (folder / "rules.yml").write_text(RULES)
        redis.cli("SET", "key", "value")
        cls.sidewatch.config.write_text(CONFIG.format(postgres=postgres.url(), redis=redis.url(), folder=folder, page=page.url()))
        cls.sidewatch.launch()
        http_post(cls.sidewatch.url("/ping/import"))
        listed = json.loads(subprocess.run([BINARY, "metrics", "list", "--output", "json"], check=True, capture_output=True, text=True).stdout)
        cls.listed = {row["name"]: row for row in listed}

    def row_of(self, name):
        """The list's row of a name, or of the pattern that it is one of."""
        if name in self.listed:
            return self.listed[name]
        return next((row for pattern, row in self.listed.items() if "*" in pattern and fnmatch.fnmatchcase(name, pattern)), None)

    def wait_all_tried(self):
        for name in ("pg_settings_max_connections", "redis_up", "backup_problem", "x509_cert_not_after", "probe_success", "log_uploads_total",
                     "sidewatch_exec_exit_code", "node_textfile_mtime_seconds", "heartbeat_late", "sidewatch_notifications_total"):
            wait_until(lambda name=name: f"\n{name}" in self.sidewatch.metrics(), f"{name} is shown")

    def test_every_name_of_the_page_is_listed_with_its_type(self):
        self.wait_all_tried()
        types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", self.sidewatch.metrics(), re.M))
        self.assertGreater(len(types), 500)
        self.assertEqual(sorted(name for name in types if self.row_of(name) is None and name not in USERS), [])
        for name, kind in types.items():
            row = self.row_of(name)
            if row is not None and "*" not in row["name"]:
                with self.subTest(name):
                    self.assertEqual(row["type"], {"untyped": "unknown"}.get(kind, kind))

    def test_every_stored_name_is_listed(self):
        self.wait_all_tried()
        wait_until(lambda: self.sidewatch.query("ALERTS"), "the alert is stored")
        names = self.sidewatch.api("label/__name__/values")

        def is_listed(name):
            return any(self.row_of(one) for one in (name, *(name.removesuffix(end) for end in ("_bucket", "_sum", "_count"))))
        self.assertEqual(sorted(name for name in names if not is_listed(name) and name not in USERS), [])

    def test_every_row_of_the_programs_own_has_labels_help_and_source(self):
        own = [row for name, row in self.listed.items() if name.startswith("sidewatch_")]
        self.assertGreater(len(own), 30)
        for row in own:
            with self.subTest(row["name"]):
                self.assertTrue(row["help"].endswith(".") and row["source"])


if __name__ == "__main__":
    unittest.main()
