#!/usr/bin/python3
"""Rules and notifications, side by side with Debian's Prometheus and Alertmanager in one run.

    cmake --build --preset release && tests/bench/alerts/compare.py [--binary build/release/sidewatch]

Printed are: the evaluation of a group of 1,000 alert rules over 10,000 series (evaluationTime of /api/v1/rules, median and worst); the time from an
evaluation that fires to the POST at the receiver, counted from the alert's startsAt; and what 10,000 alerts that are posted at once cost in CPU
time and resident memory until the receiver has all of them. deploy/packages.sh names the packages.

With --check it ends with 1 if sidewatch misses one of LIMITS, and says which: medians for times, the peak for memory.
"""
import argparse
import contextlib
import json
import os
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/integration"))

# What sidewatch may take at most.
LIMITS = {"group evaluation": (40, "ms"), "evaluation to POST": (20, "ms"), "CPU of the crowd": (1, "s"), "memory of the crowd": (60, "MB")}

METRICS, INSTANCES = 1000, 10
CROWD = 10_000
TICKS = os.sysconf("SC_CLK_TCK")

SCRAPE = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: {interval}}}
scrape_configs: [{{job_name: bench, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
rule_files: [rules.yml]
"""
ROUTES = """
  route: {{receiver: ops, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers: [{{name: ops, webhook_configs: [{{url: "{sink}"}}]}}]
"""


def indented(text, by):
    return "".join(" " * by + line.strip() + "\n" if line.strip() else "" for line in text.splitlines())


class Peer:
    """Prometheus that sends to an Alertmanager that sends to the sink."""

    def __init__(self, stack, sink, scrape, rules):
        from support import Process, free_port, http_get, wait_until
        self.alertmanager = stack.enter_context(Process("alertmanager"))
        self.prometheus = stack.enter_context(Process("prometheus"))
        self.am_port, self.port = free_port(), free_port()
        (self.alertmanager.folder / "am.yml").write_text(indented(ROUTES.format(sink=sink.url("/peer")), 0))
        (self.prometheus.folder / "rules.yml").write_text(rules)
        (self.prometheus.folder / "prometheus.yml").write_text(
            scrape + f'alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{self.am_port}"]}}]}}]}}\n')
        self.alertmanager.start("/usr/bin/prometheus-alertmanager", f"--config.file={self.alertmanager.folder}/am.yml",
                                f"--storage.path={self.alertmanager.folder}/data", f"--web.listen-address=127.0.0.1:{self.am_port}",
                                "--cluster.listen-address=")
        self.prometheus.start("/usr/bin/prometheus", f"--config.file={self.prometheus.folder}/prometheus.yml",
                              f"--storage.tsdb.path={self.prometheus.folder}/data", f"--web.listen-address=127.0.0.1:{self.port}")
        for port in (self.port, self.am_port):
            def ready():
                with contextlib.suppress(OSError):
                    return http_get(f"http://127.0.0.1:{port}/-/ready")[0] == 200
            wait_until(ready, f"the peer on port {port} is ready")


def make_ours(stack, sink, scrape, rules):
    from support import Sidewatch
    config = scrape + "library: {enabled: false}\nnotifications:\n" + indented(ROUTES.format(sink=sink.url("/ours")), 2)
    ours = stack.enter_context(Sidewatch(config))
    (ours.folder / "rules.yml").write_text(rules)
    return ours.launch()


def evaluation_times(port, count, interval):
    """evaluationTime of the first group, in milliseconds, of `count` evaluations."""
    from support import http_get
    seen = {}
    deadline = time.monotonic() + 10 * count * interval + 30
    while len(seen) < count and time.monotonic() < deadline:
        groups = json.loads(http_get(f"http://127.0.0.1:{port}/api/v1/rules")[2])["data"]["groups"]
        if groups and groups[0]["evaluationTime"] > 0:
            seen[groups[0]["lastEvaluation"]] = groups[0]["evaluationTime"] * 1000
        time.sleep(interval / 4)
    return list(seen.values())


def bench_rules(sink):
    sink.pages["/metrics"] = "".join(f'bench_metric_{m}{{host="host{i}"}} {m + i}\n' for m in range(METRICS) for i in range(INSTANCES))
    rules = "groups:\n- name: bench\n  rules:\n" + "".join(
        f"  - {{alert: Alert{m}, expr: bench_metric_{m} > 1e12, for: 1m, labels: {{severity: warning}}}}\n" for m in range(METRICS))
    scrape = SCRAPE.format(port=sink.port, interval="2s")
    with contextlib.ExitStack() as stack:
        peer = Peer(stack, sink, scrape, rules)
        ours = make_ours(stack, sink, scrape, rules)
        time.sleep(5)
        for name, port in (("Prometheus", peer.port), ("sidewatch", ours.port)):
            times = evaluation_times(port, 8, 2)
            print(f"  {name:<12} {statistics.median(times):8.1f} ms a group evaluation, worst {max(times):.1f}", flush=True)
    return {"group evaluation": statistics.median(times)}


def started(alert):
    whole, _, fraction = alert["startsAt"].rstrip("Z").partition(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) - time.timezone + float("0." + (fraction or "0"))


def bench_latency(sink, rounds):
    from support import wait_until
    rules = "groups:\n- name: fire\n  rules:\n" + "".join(f"  - {{alert: Fire{i}, expr: 'fire{{n=\"{i}\"}} == 1'}}\n" for i in range(rounds))
    show = lambda upto: sink.pages.update({"/metrics": "".join(f'fire{{n="{i}"}} {int(i < upto)}\n' for i in range(rounds))})
    show(0)
    sink.requests.clear()
    scrape = SCRAPE.format(port=sink.port, interval="1s")
    with contextlib.ExitStack() as stack:
        Peer(stack, sink, scrape, rules)
        make_ours(stack, sink, scrape, rules)
        time.sleep(3)
        for upto in range(1, rounds + 1):
            show(upto)
            wait_until(lambda: len(sink.requests) >= 2 * upto, "both told", patience=30)
    for path, name in (("/peer", "Prometheus and Alertmanager"), ("/ours", "sidewatch")):
        waits = [(r["at"] - started(json.loads(r["body"])["alerts"][0])) * 1000 for r in sink.requests if r["path"] == path]
        print(f"  {name:<28} {statistics.median(waits):8.1f} ms from the evaluation's time to the POST, worst {max(waits):.1f}", flush=True)
    return {"evaluation to POST": statistics.median(waits)}


class Cost:
    """CPU seconds and the growth of the resident set of a process since this was made."""

    def __init__(self, pid):
        self.pid = pid
        self.cpu, self.rss = self.now()

    def now(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        rss = int(status.split("VmRSS:")[1].split()[0])
        return (int(fields[11]) + int(fields[12])) / TICKS, rss / 1024

    def peak(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def grown(self):
        cpu, rss = self.now()
        return cpu - self.cpu, rss - self.rss, self.peak() - self.rss


def bench_crowd(sink):
    from support import http_post, wait_until
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    alerts = [{"labels": {"alertname": "Crowd", "severity": "critical", "instance": f"host{i:05}:9100", "job": "bench"},
               "annotations": {"summary": f"host{i:05} does not answer", "runbook_url": "https://example.org/runbooks/crowd"},
               "startsAt": stamp} for i in range(CROWD)]
    body = json.dumps(alerts).encode()
    sink.pages["/metrics"] = ""
    sink.requests.clear()
    scrape = SCRAPE.format(port=sink.port, interval="1s")
    with contextlib.ExitStack() as stack:
        peer = Peer(stack, sink, scrape, "groups: []\n")
        ours = make_ours(stack, sink, scrape, "groups: []\n")
        time.sleep(3)
        for name, port, path, pid in (("Alertmanager", peer.am_port, "/peer", peer.alertmanager.process.pid), ("sidewatch", ours.port, "/ours", ours.process.pid)):
            cost, begin = Cost(pid), time.monotonic()
            status, answer = http_post(f"http://127.0.0.1:{port}/api/v2/alerts", body, {"Content-Type": "application/json"}, timeout=60)
            assert status == 200, answer
            told = lambda: len({a["labels"]["instance"] for r in list(sink.requests) if r["path"] == path for a in json.loads(r["body"])["alerts"]})
            wait_until(lambda: told() >= CROWD, f"{name} told all", patience=60)
            wall = time.monotonic() - begin
            time.sleep(1)
            cpu, rss, peak = cost.grown()
            print(f"  {name:<12} {cpu:6.2f} s CPU, {rss:6.1f} MB more resident, {peak:6.1f} MB at most, all out after {wall:.1f} s", flush=True)
    return {"CPU of the crowd": cpu, "memory of the crowd": peak}


def missed(figures):
    """A line for each of sidewatch's figures that is over its limit."""
    return [f"MISSED: {name}: {figures[name]:.2f} {unit}, at most {limit} {unit} are allowed"
            for name, (limit, unit) in LIMITS.items() if name in figures and not figures[name] <= limit]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / "build/release/sidewatch"))
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", choices=("rules", "latency", "crowd"))
    parser.add_argument("--check", action="store_true", help="end with 1 if a limit is missed")
    args = parser.parse_args()
    os.environ["SIDEWATCH_BINARY"] = str(pathlib.Path(args.binary).resolve())
    from support import HttpSink
    parts = {"rules": (f"{METRICS} alert rules over {METRICS * INSTANCES} series:", bench_rules),
             "latency": ("From the firing evaluation to the receiver:", lambda sink: bench_latency(sink, args.rounds)),
             "crowd": (f"{CROWD} alerts at once:", bench_crowd)}
    figures = {}
    for name, (title, run) in parts.items():
        if args.only in (None, name):
            print(title)
            with HttpSink() as sink:
                figures.update(run(sink))
    over = missed(figures)
    print("\n".join(over) or "every limit is kept")
    return 1 if over and args.check else 0


if __name__ == "__main__":
    sys.exit(main())
