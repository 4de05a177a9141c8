#!/usr/bin/python3
"""Targets that are wrong, down, silent or unknown: each is told apart, no secret shows, nobody else waits."""
import unittest

from support import Postgres, Redis, Sidewatch, SilentServer, free_port, wait_until

CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
collectors:
  postgres:
    - {{name: good, dsn: "{good}"}}
    - {{name: password, dsn: "{password}"}}
    - {{name: down, dsn: "postgres://me:hunter2@127.0.0.1:{closed}/x"}}
    - {{name: silent, dsn: "postgres://me:hunter2@127.0.0.1:{silent}/x"}}
    - {{name: dns, dsn: "postgres://me:hunter2@no-such-host.invalid:5432/x"}}
  redis:
    - {{name: good, url: "{redis}"}}
    - {{name: password, url: "{redis_password}"}}
    - {{name: down, url: "redis://:hunter2@127.0.0.1:{closed}"}}
    - {{name: silent, url: "redis://:hunter2@127.0.0.1:{silent}"}}
    - {{name: dns, url: "redis://:hunter2@no-such-host.invalid:6379"}}
"""

TWINS = """
global: {{scrape_interval: 1s}}
collectors:
  backups:
    - {{name: good, path: "{folder}/good/*.dump", verify: false}}
    - {{name: bad, path: "{folder}/none/*.dump"}}
"""

CLASSES = {"password": "permission_denied", "down": "unavailable", "silent": "deadline_exceeded", "dns": "unresolved_host"}


class FaultsTest(unittest.TestCase):
    def test_each_fault_is_told_apart(self):
        postgres = self.enterContext(Postgres())
        redis = self.enterContext(Redis())
        silent = self.enterContext(SilentServer())
        sidewatch = self.enterContext(Sidewatch(CONFIG.format(
            good=postgres.url(), password=postgres.url("hunter2"), closed=free_port(), silent=silent.port,
            redis=redis.url(), redis_password=redis.url("hunter2"))))
        sidewatch.launch()
        for kind, up in (("postgres", "pg_up"), ("redis", "redis_up")):
            wait_until(lambda: f'{up}{{target="good"}} 1' in sidewatch.metrics(), f"the good {kind} is up")
            for target, error in CLASSES.items():
                line = f'sidewatch_collector_errors_total{{class="{error}",kind="{kind}",target="{target}"}}'
                wait_until(lambda: line in sidewatch.metrics(), line)
                self.assertIn(f'{up}{{target="{target}"}} 0', sidewatch.metrics())
                wait_until(lambda: f"target={target}" in sidewatch.log_text(), f"a log line about {kind} {target}")

        samples = lambda: sidewatch.value('count_over_time(pg_up{target="good"}[1m])') or 0
        before, start = samples(), sidewatch.query("time()")
        wait_until(lambda: samples() >= before + 5, "the good target goes on")
        self.assertLess(sidewatch.query("time()") - start, 12, "the bad ones do not delay it")

        postgres.stop()
        wait_until(lambda: 'pg_up{target="good"} 0' in sidewatch.metrics(), "a server that goes down is seen")
        self.assertNotIn('pg_settings_max_connections{target="good"}', sidewatch.metrics())
        wait_until(lambda: not sidewatch.query("pg_settings_max_connections"), "its other series end")
        postgres.start_server()
        wait_until(lambda: 'pg_up{target="good"} 1' in sidewatch.metrics(), "and that it is back")
        for text in (sidewatch.log_text(), sidewatch.metrics()):
            for secret in ("hunter2", postgres.password, redis.password):
                self.assertNotIn(secret, text)

    def test_two_of_one_kind_on_one_machine(self):
        sidewatch = self.enterContext(Sidewatch(TWINS))
        (sidewatch.folder / "good").mkdir()
        (sidewatch.folder / "good/db.dump").write_text("x")
        sidewatch.config.write_text(TWINS.format(folder=sidewatch.folder))
        sidewatch.launch()
        up = lambda: {labels["target"]: value for labels, value in sidewatch.query('up{job="backups"}')}
        wait_until(lambda: len(up()) == 2, "both are stored")
        self.assertEqual(up(), {"good": 1, "bad": 0})
        wait_until(lambda: min(value for _, value in sidewatch.query('count_over_time(up{job="backups"}[1m])')) >= 4, "some runs")
        self.assertEqual({value for _, value in sidewatch.query('changes(up{job="backups"}[1m])')}, {0})


if __name__ == "__main__":
    unittest.main()
