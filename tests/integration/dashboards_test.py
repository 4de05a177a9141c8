#!/usr/bin/python3
"""The dashboards: what is committed is what the generator writes, and every query of every panel is read by the program and answered by
it, while it watches a real PostgreSQL, a real Redis, nginx, its certificates and logs, backups, this machine, itself and an application."""
import itertools
import json
import re
import subprocess
import sys
import time
import unittest
import urllib.parse

from shop import DAY, Application, Authority, Backups, Nginx
from support import ROOT, HttpSink, Postgres, Redis, Sidewatch, http_get, http_post, wait_until

GRAFANA = ROOT / "grafana"
DASHBOARDS = sorted((GRAFANA / "dashboards").glob("*.json"))
TITLES = {"System Overview", "Application Performance", "Database Metrics", "Cache Performance", "Backups and Certificates", "Logs and Security"}

# What a metric's name begins with, and whether this test has something that shows it. The queries of a kind that is not live are only
# read, not run: start what it watches in setUpClass and say True.
LIVE = {
    "pg_": True,
    "redis_": True,
    "node_": True,
    "http_": True,
    "process_": True,
    "up": True,
    "scrape_": True,
    "sidewatch_": True,
    "ALERTS": True,
    "heartbeat_": True,
    "backup_": True,
    "x509_": True,
    "certificate_": True,
    "probe_": True,
    "log_": True,
}
# Grafana's variables, as Grafana would fill them in for a dashboard of a few seconds.
VARIABLES = {"$__rate_interval": "10s", "$instance": ".*", "$job": ".*", "$database": ".*", "$log": ".*"}

CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
collectors:
  host: [{{}}]
  postgres: [{{name: main, dsn: "{postgres}"}}]
  redis: [{{name: cache, url: "{redis}"}}]
  heartbeats: [{{name: import, every: 1h}}]
  backups:
    - {{name: nightly, path: "{backups}/*.backup", schedule: "0 2 * * *"}}
    - {{name: cut, path: "{backups}/cut.sql.gz"}}
  certificates: [{{files: ["{tls}/shop.crt"], key: "{tls}/shop.key", ca_file: "{tls}/authority.pem", endpoints: ["127.0.0.1:{https}, shop.example"]}}]
  probes: [{{url: "https://127.0.0.1:{https}/health/detailed", tls_config: {{ca_file: "{tls}/authority.pem"}}}}]
  logs:
    - {{name: nginx, files: ["{access_log}"], sets: [http, auth_failures, slow]}}
    - {{name: app, files: ["{app_log}"], sets: [levels, auth_failures, database_errors], from: start}}
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{app}"]}}]}}]
library: {{set: {{deadlocks: -1}}}}   # one alert that fires, for the panels of alerts
"""

# What an application and the machine's sshd write on a bad day.
LOG = (
    "2026-11-21 12:00:00,000 INFO shop: order 17 paid",
    "2026-11-21 12:00:01,000 ERROR shop: deadlock detected while paying order 18",
    "2026-11-21 12:00:02,000 CRITICAL shop: no worker is left",
    "Nov 21 12:00:03 shop sshd[17]: Failed password for admin from 203.0.113.7 port 4711 ssh2",
)


def application_page(requests):
    """The page of an application that has answered so many requests, one in ten with an error."""
    lines = [f'http_requests_total{{method="GET",status="{status}"}} {count}' for status, count in ((200, requests), (500, requests // 10))]
    lines += [f'http_request_duration_seconds_bucket{{le="{le}"}} {count}' for le, count in (("0.1", requests // 2), ("1", requests), ("+Inf", requests))]
    lines += [f"http_request_duration_seconds_sum {requests * 0.2}", f"http_request_duration_seconds_count {requests}",
              f"process_resident_memory_bytes {1e8}", f"process_cpu_seconds_total {requests / 100}"]
    return "\n".join(lines) + "\n"


class GrowingPages(dict):
    """Each reading shows some more requests."""

    def __init__(self):
        super().__init__()
        self.requests = itertools.count(100, 30)

    def get(self, path, default=None):
        return application_page(next(self.requests)) if path == "/metrics" else default


def dashboards():
    return [json.loads(path.read_text()) for path in DASHBOARDS]


def filled_in(expression):
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    return expression


def queries():
    """(dashboard, panel, expression) of every query."""
    for dashboard in dashboards():
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                yield dashboard["title"], panel["title"], filled_in(target["expr"])
        for annotation in dashboard["annotations"]["list"]:
            yield dashboard["title"], annotation["name"], filled_in(annotation["expr"])


def metric_names(node):
    """The names that a parsed query selects."""
    if isinstance(node, list):
        return set().union(*map(metric_names, node))
    if not isinstance(node, dict):
        return set()
    own = {node["name"]} if node.get("type") in ("vectorSelector", "matrixSelector") and node.get("name") else set()
    return own.union(*map(metric_names, node.values()))


def kind_of(name):
    return max((prefix for prefix in LIVE if name.startswith(prefix)), key=len, default=None)


class CommittedTest(unittest.TestCase):
    def test_the_json_is_what_the_generator_writes(self):
        checked = subprocess.run([sys.executable, GRAFANA / "generate.py", "--check"], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_dashboards_have_what_grafana_needs(self):
        self.assertEqual({dashboard["title"] for dashboard in dashboards()}, TITLES)
        self.assertEqual(len({dashboard["uid"] for dashboard in dashboards()}), len(TITLES))
        for dashboard in dashboards():
            self.assertEqual(dashboard["templating"]["list"][0]["type"], "datasource")
            ids = [panel["id"] for panel in dashboard["panels"]]
            self.assertEqual(len(ids), len(set(ids)))
            places = set()
            for panel in dashboard["panels"]:
                self.assertEqual(panel.get("datasource", {"uid": "${datasource}"})["uid"], "${datasource}", panel["title"])
                place = panel["gridPos"]
                cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
                self.assertFalse(cells & places, f"{panel['title']} lies over another panel")
                self.assertLessEqual(place["x"] + place["w"], 24)
                places |= cells

    def test_every_variable_is_one_that_the_dashboard_has(self):
        for dashboard in dashboards():
            names = {variable["name"] for variable in dashboard["templating"]["list"]} | {"__rate_interval"}
            used = set(re.findall(r"\$\{?(\w+)", json.dumps([p.get("targets") for p in dashboard["panels"]])))
            self.assertEqual(used - names, set(), dashboard["title"])

    def test_provisioning_finds_them(self):
        source = (GRAFANA / "provisioning/datasources/sidewatch.yaml").read_text()
        self.assertIn("type: prometheus", source)
        self.assertIn("type: file", (GRAFANA / "provisioning/dashboards/sidewatch.yaml").read_text())


class QueriesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgres = cls.enterClassContext(Postgres())
        cls.postgres.sql("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        cls.postgres.stop()
        cls.postgres.start_server()
        cls.postgres.sql("CREATE EXTENSION pg_stat_statements")
        cls.postgres.sql("CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id")
        cls.postgres.sql("DELETE FROM orders WHERE id % 2 = 0")
        cls.postgres.sql("SELECT pg_create_physical_replication_slot('standby', true)")
        cls.redis = cls.enterClassContext(Redis())
        cls.app = cls.enterClassContext(HttpSink())
        cls.app.pages = GrowingPages()
        cls.sidewatch = cls.enterClassContext(Sidewatch())
        folder = cls.sidewatch.folder
        authority = Authority(folder / "tls")
        certificate = authority.sign("shop", days=60)
        shop = cls.enterClassContext(Application())
        cls.nginx = cls.enterClassContext(Nginx(shop, certificate, authority.certificate))
        shop.broken = True
        backups = Backups(folder / "backups", cls.postgres)
        for day in (2, 1):
            backups.dump(f"{day}.backup", at=time.time() - day * DAY)
        (backups.folder / "cut.sql.gz").write_bytes(b"")
        cls.app_log = folder / "app.log"
        cls.write_log()
        cls.sidewatch.config.write_text(CONFIG.format(
            postgres=cls.postgres.url(), redis=cls.redis.url(), app=cls.app.port, backups=backups.folder, tls=authority.folder, https=cls.nginx.port,
            access_log=cls.nginx.access_log, app_log=cls.app_log))
        cls.sidewatch.launch()
        http_post(cls.sidewatch.url("/ping/import"))

    @classmethod
    def write_log(cls):
        with open(cls.app_log, "a") as log:
            log.write("".join(line + "\n" for line in LOG))

    def parse(self, expression):
        status, _, body = http_get(self.sidewatch.url("/api/v1/parse_query?query=" + urllib.parse.quote(expression)))
        answer = json.loads(body)
        self.assertEqual((status, answer["status"]), (200, "success"), f"{expression}: {answer.get('error')}")
        return answer["data"]

    def work(self):
        """Something for the rates to see: the servers are idle otherwise."""
        self.redis.cli("SET", "key", "value")
        self.redis.cli("GET", "key")
        self.redis.cli("GET", "no such key")
        self.postgres.sql("UPDATE orders SET id = id + 1 WHERE id % 10 = 1")
        for _ in range(2):
            self.nginx.visit()
        self.nginx.guess_passwords(1)
        self.write_log()

    def answered(self, expression):
        """The number of series that answer, once there are any."""
        def ask():
            found = self.sidewatch.query(expression)
            if not found:
                self.work()
            return found
        try:
            return wait_until(ask, expression, 30)
        except AssertionError:
            return None

    def test_every_query_is_read_and_names_metrics_of_a_known_kind(self):
        count = 0
        for dashboard, panel, expression in queries():
            with self.subTest(dashboard=dashboard, panel=panel):
                names = metric_names(self.parse(expression))
                self.assertEqual({name for name in names if kind_of(name) is None}, set())
                count += 1
        self.assertGreater(count, 120)

    def test_every_query_of_a_live_kind_is_answered(self):
        for dashboard, panel, expression in queries():
            names = metric_names(self.parse(expression))
            if not all(LIVE[kind_of(name)] for name in names):
                continue
            with self.subTest(dashboard=dashboard, panel=panel, query=expression):
                self.assertTrue(self.answered(expression), "no answer")

    def test_every_metric_of_a_live_kind_exists(self):
        # `or vector(0)` and `x or y` answer also when a name is wrong.
        names = set().union(*(metric_names(self.parse(expression)) for _, _, expression in queries()))
        for name in sorted(names):
            if LIVE[kind_of(name)]:
                with self.subTest(metric=name):
                    self.assertTrue(self.answered(name), "no such series")


if __name__ == "__main__":
    unittest.main()
