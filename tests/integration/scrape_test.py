#!/usr/bin/python3
"""What scrapes us: Debian's Prometheus without an error, promtool without a remark, OpenMetrics, gzip."""
import gzip
import json
import pathlib
import subprocess
import unittest

from support import PATIENCE, ROOT, Postgres, Process, Redis, Sidewatch, free_port, http_get, wait_until

CONFIG = """
global: {{scrape_interval: 1s}}
collectors:
  host: [{{}}]
  postgres: [{{name: main, dsn: "{postgres}"}}]
  redis: [{{name: cache, url: "{redis}"}}]
"""
PARITY = ROOT.parent / "shared/parity"


def inherited_names():
    names = set()
    for path in PARITY.glob("*_exporter.txt"):
        names |= {line.split("\t")[0] for line in path.read_text().splitlines() if line and not line.startswith("#")}
    return names


class Prometheus(Process):
    def __init__(self, target_port):
        super().__init__("prometheus")
        self.port = free_port()
        (self.folder / "prometheus.yml").write_text(json.dumps({
            "global": {"scrape_interval": "1s"},
            "scrape_configs": [{"job_name": "sidewatch", "static_configs": [{"targets": [f"127.0.0.1:{target_port}"]}]}]}))

    def __enter__(self):
        self.start("prometheus", f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
                   f"--web.listen-address=127.0.0.1:{self.port}")
        return self

    def api(self, path):
        return json.loads(http_get(f"http://127.0.0.1:{self.port}/api/v1/{path}")[2])["data"]

    def target(self):
        try:
            targets = self.api("targets")["activeTargets"]
        except (OSError, ValueError):
            return None
        return targets[0] if targets and targets[0]["health"] != "unknown" else None


class ScrapeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgres = cls.enterClassContext(Postgres())
        cls.redis = cls.enterClassContext(Redis())
        cls.sidewatch = cls.enterClassContext(Sidewatch(CONFIG.format(postgres=cls.postgres.url(), redis=cls.redis.url())))
        cls.sidewatch.launch()
        wait_until(lambda: cls.sidewatch.value("pg_up") == 1 and cls.sidewatch.value("redis_up") == 1, "both servers are up")

    def test_prometheus_scrapes_without_error(self):
        with Prometheus(self.sidewatch.port) as prometheus:
            target = wait_until(prometheus.target, "the first scrape", PATIENCE)
            self.assertEqual((target["health"], target["lastError"]), ("up", ""))
            rows = wait_until(lambda: prometheus.api("query?query=pg_up")["result"], "pg_up in Prometheus")
            self.assertEqual(rows[0]["value"][1], "1")
            self.assertEqual(rows[0]["metric"], {"__name__": "pg_up", "job": "sidewatch", "instance": f"127.0.0.1:{self.sidewatch.port}"})

    def test_promtool_has_nothing_to_say(self):
        page = self.sidewatch.metrics()
        checked = subprocess.run(["promtool", "check", "metrics"], input=page.encode(), capture_output=True)
        inherited = inherited_names()
        remarks = [line for line in checked.stderr.decode().splitlines() if line.strip()]
        # Which fields /proc/meminfo has depends on the kernel: node_exporter's names come from there.
        ours = [line for line in remarks if line.split()[0] not in inherited and not line.startswith("node_memory_")]
        self.assertEqual(ours, [])

    def test_content_is_negotiated(self):
        url = self.sidewatch.url("/metrics")
        _, headers, body = http_get(url)
        self.assertTrue(headers["Content-Type"].startswith("text/plain; version=0.0.4"), headers["Content-Type"])
        self.assertNotIn(b"# EOF", body)
        _, headers, body = http_get(url, {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"})
        self.assertTrue(headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0"), headers["Content-Type"])
        self.assertTrue(body.endswith(b"# EOF\n"))
        _, headers, body = http_get(url, {"Accept-Encoding": "gzip"})
        self.assertEqual(headers["Content-Encoding"], "gzip")
        self.assertIn(b"pg_up 1", gzip.decompress(body))

    def test_series_are_labelled_as_the_peer_shows_them(self):
        page = self.sidewatch.metrics()
        self.assertIn("\npg_up 1\n", page)
        self.assertIn("\nredis_up 1\n", page)
        self.assertNotIn("\nup{", page)
        self.assertIn('sidewatch_target_up{kind="postgres",target="main"} 1', page)
        stored, = self.sidewatch.query("pg_up")
        self.assertEqual(stored[0], {"__name__": "pg_up", "job": "postgres", "instance": f"127.0.0.1:{self.postgres.port}"})
        self.assertEqual(self.sidewatch.value('up{job="redis"}'), 1)
        self.assertGreater(self.sidewatch.value('scrape_samples_scraped{job="postgres"}'), 10)
        self.assertGreater(len(self.sidewatch.query('node_cpu_seconds_total{job="node"}')), 3)

    def test_query_range(self):
        wait_until(lambda: (self.sidewatch.value("count_over_time(up{job='redis'}[1m])") or 0) >= 3, "three samples")
        now = self.sidewatch.query("time()")
        data = self.sidewatch.api(f"query_range?query=up%7Bjob%3D%22redis%22%7D&start={now - 10}&end={now}&step=1")
        self.assertEqual(data["resultType"], "matrix")
        self.assertGreaterEqual(len(data["result"][0]["values"]), 2)


if __name__ == "__main__":
    unittest.main()
