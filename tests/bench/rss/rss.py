#!/usr/bin/python3
"""Resident memory of the whole job, side by side: sidewatch, and Debian's exporters, mtail, Prometheus and Alertmanager doing the same.

    cmake --build --preset release && tests/bench/rss/rss.py [--minutes 3] [--interval 15] [--binary build/release/sidewatch] [--check]

Both watch one shop at the same time: PostgreSQL, Redis, this machine, nginx with TLS, an application, two logs; both evaluate the shipped rules
and have somewhere to send to. Backups and certificates in files are sidewatch's alone: the peers have no program for them. Printed are the
resident set, its proportional share (pages that are shared count in part) and the CPU time over the run. deploy/packages.sh names the
packages (SIDEWATCH_BENCH_PACKAGES, prometheus, prometheus-alertmanager). With --check it ends with 1 if sidewatch is over 25 MB (resident set).
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/integration"))

LIMIT = 25e6

SIDEWATCH = """
global: {{scrape_interval: {interval}s, evaluation_interval: {interval}s, external_labels: {{service: shop}}}}
storage: {{retention: 24h}}
collectors:
  host: [{{}}]
  postgres: [{{name: main, dsn: "{postgres}"}}]
  redis: [{{name: cache, url: "{redis}"}}]
  backups: [{{name: nightly, path: "{backups}/*.backup", schedule: "0 2 * * *", keep: 30d}}]
  certificates: [{{files: ["{tls}/*.crt"], ca_file: "{authority}", endpoints: ["127.0.0.1:{https}, shop.example"]}}]
  probes: [{{url: "{health}", tls_config: {{ca_file: "{authority}"}}}}]
  logs: [{{name: nginx, files: ["{access_log}"], sets: [http, auth_failures, slow]}}, {{name: app, files: ["{app_log}"], sets: [levels, database_errors]}}]
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{app}"]}}]}}]
notifications: {{route: {{receiver: ops}}, receivers: [{{name: ops, webhook_configs: [{{url: "{sink}"}}]}}]}}
"""

MTAIL = r"""
counter http_requests by method, status
/"(?P<method>[A-Z]+) [^"]*" (?P<status>\d{3}) / {
  http_requests[$method][$status]++
}
counter lines_total by level
/ (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) / {
  lines_total[$level]++
}
counter auth_failures
/ 401 / {
  auth_failures++
}
"""

BLACKBOX = {"modules": {"http": {"prober": "http", "timeout": "5s", "http": {"tls_config": {"ca_file": ""}}},
                        "tls": {"prober": "tcp", "timeout": "5s", "tcp": {"tls": True, "tls_config": {"ca_file": "", "server_name": "shop.example"}}}}}


class Shop:
    """What both watch."""

    def __init__(self, stack):
        from shop import DAY, Application, Authority, Backups, Nginx
        from support import HttpSink, Postgres, Process, Redis
        self.folder = stack.enter_context(Process("shop")).folder
        self.postgres = stack.enter_context(Postgres())
        self.redis = stack.enter_context(Redis())
        self.app = stack.enter_context(Application())
        self.sink = stack.enter_context(HttpSink())
        self.authority = Authority(self.folder / "tls")
        self.nginx = stack.enter_context(Nginx(self.app, self.authority.sign("shop", days=60), self.authority.certificate))
        self.backups = Backups(self.folder / "backups", self.postgres)
        self.backups.dump("yesterday.backup", at=time.time() - DAY)
        self.app_log = self.folder / "app.log"
        self.work()

    def work(self):
        """A second's customers."""
        for _ in range(5):
            self.nginx.visit()
        self.redis.cli("SET", "key", "value")
        with open(self.app_log, "a") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')},000 INFO shop: order paid\n{time.strftime('%Y-%m-%d %H:%M:%S')},001 ERROR shop: no stock\n")


def start_sidewatch(stack, shop, options):
    from support import Sidewatch
    config = SIDEWATCH.format(
        interval=options.interval, postgres=shop.postgres.url(), redis=shop.redis.url(), backups=shop.backups.folder, tls=shop.authority.folder,
        authority=shop.authority.certificate, https=shop.nginx.port, health=shop.nginx.url("/health/detailed"), access_log=shop.nginx.access_log,
        app_log=shop.app_log, app=shop.app.port, sink=shop.sink.url())
    return stack.enter_context(Sidewatch(config)).launch()


class Peers:
    """Each peer on a port of its own; Prometheus last, as it asks the others."""

    def __init__(self, stack, shop, options):
        from support import Process, free_port
        self.stack, self.shop, self.options = stack, shop, options
        self.make, self.free_port = Process, free_port
        self.processes, self.ports = {}, {}
        self.add("prometheus-node-exporter", "--web.listen-address=127.0.0.1:{port}")
        self.add("prometheus-postgres-exporter", "--web.listen-address=127.0.0.1:{port}",
                 env={"DATA_SOURCE_NAME": shop.postgres.url() + "?sslmode=disable"})
        self.add("prometheus-redis-exporter", "-web.listen-address=127.0.0.1:{port}", f"-redis.addr=redis://127.0.0.1:{shop.redis.port}",
                 f"-redis.password={shop.redis.password}")
        self.add("prometheus-blackbox-exporter", "--web.listen-address=127.0.0.1:{port}", f"--config.file={self.write('blackbox.yml', self.blackbox())}")
        self.write("logs.mtail", MTAIL)
        self.add("mtail", "-address=127.0.0.1", "-port={port}", f"-progs={shop.folder}/logs.mtail", f"-logs={shop.nginx.access_log}",
                 f"-logs={shop.app_log}", "-logtostderr")
        alertmanager = {"route": {"receiver": "ops"}, "receivers": [{"name": "ops", "webhook_configs": [{"url": shop.sink.url()}]}]}
        self.add("prometheus-alertmanager", "--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
                 f"--config.file={self.write('alertmanager.yml', json.dumps(alertmanager))}", f"--storage.path={shop.folder}/alertmanager")
        self.add("prometheus", "--web.listen-address=127.0.0.1:{port}", f"--config.file={self.write('prometheus.yml', json.dumps(self.prometheus()))}",
                 f"--storage.tsdb.path={shop.folder}/prometheus", "--storage.tsdb.retention.time=24h")

    def write(self, name, text):
        (self.shop.folder / name).write_text(text)
        return self.shop.folder / name

    def add(self, name, *words, env=None):
        self.ports[name] = self.free_port()
        self.processes[name] = self.stack.enter_context(self.make(name))
        self.processes[name].start(name, *(word.format(port=self.ports[name]) for word in words), env=env)

    def blackbox(self):
        return json.dumps(BLACKBOX).replace('"ca_file": ""', f'"ca_file": "{self.shop.authority.certificate}"')

    def prometheus(self):
        def job(name, peer):
            return {"job_name": name, "static_configs": [{"targets": [f"127.0.0.1:{self.ports[peer]}"]}]}

        def probe(name, module, target):
            return {"job_name": name, "metrics_path": "/probe", "params": {"module": [module]}, "static_configs": [{"targets": [target]}],
                    "relabel_configs": [{"source_labels": ["__address__"], "target_label": "__param_target"},
                                        {"source_labels": ["__param_target"], "target_label": "instance"},
                                        {"target_label": "__address__", "replacement": f"127.0.0.1:{self.ports['prometheus-blackbox-exporter']}"}]}
        every = f"{self.options.interval}s"
        return {"global": {"scrape_interval": every, "scrape_timeout": every if self.options.interval < 10 else "10s", "evaluation_interval": every},
                "rule_files": [str(path) for path in sorted((ROOT / "alerts/library").glob("*.yml"))],
                "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{self.ports['prometheus-alertmanager']}"]}]}]},
                "scrape_configs": [job("node", "prometheus-node-exporter"), job("postgres", "prometheus-postgres-exporter"),
                                   job("redis", "prometheus-redis-exporter"), job("mtail", "mtail"),
                                   {"job_name": "app", "static_configs": [{"targets": [f"127.0.0.1:{self.shop.app.port}"]}]},
                                   probe("blackbox", "http", self.shop.nginx.url("/health/detailed")),
                                   probe("certificates", "tls", f"127.0.0.1:{self.shop.nginx.port}")]}

    def query(self, expression):
        from support import http_get
        try:
            _, _, body = http_get(f"http://127.0.0.1:{self.ports['prometheus']}/api/v1/query?query={urllib.parse.quote(expression)}")
            return [(row["metric"], float(row["value"][1])) for row in json.loads(body)["data"]["result"]]
        except (OSError, ValueError):
            return []  # It is still starting.


def memory(pid):
    """(resident, proportional) bytes."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return tuple(int(re.search(rf"^{name}:\s+(\d+) kB", text, re.M)[1]) * 1024 for name in ("Rss", "Pss"))


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_for_both(sidewatch, peers):
    from support import wait_until
    jobs = {"node", "postgres", "redis", "app", "blackbox", "certificates"}

    def all_up(rows, more):
        return jobs | more <= {labels["job"] for labels, up in rows if up == 1} and all(up == 1 for _, up in rows)
    wait_until(lambda: all_up(sidewatch.query("up"), {"backups", "logs"}), "everything is up for sidewatch", 90)
    wait_until(lambda: all_up(peers.query("up"), {"mtail"}), "everything is up for Prometheus", 90)


def report(rows, seconds, series):
    print(f"\n{'process':<32}{'RSS MB':>9}{'PSS MB':>9}{'CPU %':>8}   after {seconds:.0f} s")
    for name, (rss, pss), cpu in rows:
        print(f"{name:<32}{rss / 1e6:>9.1f}{pss / 1e6:>9.1f}{100 * cpu / seconds:>8.2f}")
    ours, *others = rows
    totals = [sum(memory[i] for _, memory, _ in others) for i in (0, 1)]
    cpu = sum(cpu for _, _, cpu in others)
    print(f"{'the peers together':<32}{totals[0] / 1e6:>9.1f}{totals[1] / 1e6:>9.1f}{100 * cpu / seconds:>8.2f}")
    print(f"{'peers / sidewatch':<32}{totals[0] / ours[1][0]:>9.1f}{totals[1] / ours[1][1]:>9.1f}{cpu / max(ours[2], 0.01):>8.1f}")
    print(f"series: sidewatch {series[0]:.0f}, Prometheus {series[1]:.0f}")


def judge(resident):
    """0 if sidewatch keeps to its limit, else 1; says which."""
    good = resident <= LIMIT
    print(f"{'good' if good else 'FAILED'}: sidewatch has {resident / 1e6:.1f} MB resident, the limit is {LIMIT / 1e6:.0f} MB")
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=str(ROOT / "build/release/sidewatch"))
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--interval", type=int, default=15, help="seconds between two collections of a target")
    parser.add_argument("--check", action="store_true", help="end with 1 if sidewatch is over 25 MB")
    options = parser.parse_args()
    os.environ["SIDEWATCH_BINARY"] = str(pathlib.Path(options.binary).resolve())
    version = subprocess.run([options.binary, "version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    print(f"{options.binary}: {version}; every {options.interval} s for {options.minutes:g} min")

    with contextlib.ExitStack() as stack:
        shop = Shop(stack)
        sidewatch = start_sidewatch(stack, shop, options)
        peers = Peers(stack, shop, options)
        wait_for_both(sidewatch, peers)
        processes = {"sidewatch": sidewatch, **peers.processes}
        before = {name: cpu_seconds(p.process.pid) for name, p in processes.items()}
        began = time.monotonic()
        pause = threading.Event()
        while (seconds := time.monotonic() - began) < options.minutes * 60:
            shop.work()
            print(f"\r{seconds:.0f} s …", end="", flush=True) if sys.stdout.isatty() else None
            pause.wait(1)
        rows = [(name, memory(p.process.pid), cpu_seconds(p.process.pid) - before[name]) for name, p in processes.items()]
        wait_for_both(sidewatch, peers)
        report(rows, seconds, (sidewatch.value("sidewatch_tsdb_series"), peers.query("count({__name__!=''})")[0][1]))
        return judge(rows[0][1][0]) if options.check else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssertionError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
