#!/usr/bin/env python3
"""PromQL beside the peers: the same data and the same queries, one run, interleaved.

    tests/bench/promql/compare.py --binary build/release/sidewatch [--rounds 7] [--hours 4] [--keep FOLDER]

Starts sidewatch and, where they are installed, Prometheus (packages `prometheus`) and VictoriaMetrics (package
`victoria-metrics`) on free loopback ports with 10,000 series each, and prints medians, ratios, resident memory and
bytes a sample. Answers of sidewatch and Prometheus are held against each other. Exit 1 if one differs.
"""
import argparse
import json
import math
import os
import pathlib
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

import data
import lean_client

PATIENCE = 300
STEP = 60

INSTANT = (
    ("rate", 'sum(rate(x_total[5m]))'),
    ("rate by", 'sum by (path, status) (rate(x_total{method=~"GET|POST"}[5m]))'),
    ("max 1h", 'max_over_time(g[1h])'),
    ("increase 1h", 'sum without (instance) (increase(x_total[1h]))'),
    ("quantile", 'histogram_quantile(0.95, sum by (le) (rate(b_bucket[5m])))'),
    ("topk", 'topk(10, rate(x_total[5m]))'),
    ("matching", 'sum by (instance) (rate(e_total[5m])) / on (instance) sum by (instance) (rate(x_total[5m]))'),
    ("quantile 1h", 'quantile_over_time(0.9, g[1h])'),
    ("count_values", 'count_values("v", limit)'),
    ("predict", 'predict_linear(g{device=~"disk0.*"}[1h], 3600) < 0'),
    ("absent", 'absent(up{job="nothing"}) or count(up == 1)'),
    ("group_left", 'memory_bytes{kind!="free"} * on (instance) group_left (version) build_info'),
)
RANGE = (
    ("rate", 'sum(rate(x_total[5m]))'),
    ("quantile by le", 'histogram_quantile(0.95, sum by (le) (rate(b_bucket[5m])))'),
    ("ratio", 'sum(rate(e_total[5m])) / sum(rate(x_total[5m]))'),
    ("plain 200", 'g{device="disk03"} or g{device="disk04"}'),
    ("deriv", 'avg by (device) (deriv(g[10m]))'),
    ("max 1h", 'max by (instance) (max_over_time(g[1h]))'),
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def folder_bytes(folder):
    return sum(path.stat().st_size for path in pathlib.Path(folder).rglob("*") if path.is_file())


class Peer:
    """A server with the data in it. `load` before `start`, or after it where the data goes in by HTTP."""

    name = ""
    idle_path = "/-/healthy"  # Answers without any work.

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / self.name
        self.folder.mkdir()
        self.port = free_port()
        self.process = None
        self.connection = None
        self.load_seconds = 0.0
        self.ready_seconds = 0.0

    def run_load(self, command):
        begun = time.monotonic()
        subprocess.run(command, check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL)
        self.load_seconds = time.monotonic() - begun

    def launch(self, command, ready_path):
        log = open(self.folder / "log", "w")
        begun = time.monotonic()
        self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{ready_path}", timeout=2) as reply:
                    if reply.status == 200:
                        break
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() - begun > PATIENCE:
                raise SystemExit(f"{self.name} does not start:\n" + (self.folder / "log").read_text()[-2000:])
            time.sleep(0.01)
        self.ready_seconds = time.monotonic() - begun
        self.connection = lean_client.LeanClient(self.port, PATIENCE)

    def ask(self, path, parameters):
        """Seconds on the wall and the body. No path: the idle one."""
        target = (path or self.idle_path) + "?" + urllib.parse.urlencode(parameters)
        begun = time.perf_counter()
        try:
            status, body = self.connection.get(target)
        except (lean_client.Closed, BrokenPipeError, ConnectionResetError):
            # Closed while the peers had their turn; the ask that counts begins with the new connection.
            self.connection.close()
            begun = time.perf_counter()
            status, body = self.connection.get(target)
        seconds = time.perf_counter() - begun
        if status != 200:
            raise SystemExit(f"{self.name}: {status} for {parameters}: {body[:500]}")
        return seconds, body

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()


class Sidewatch(Peer):
    name = "sidewatch"

    def __init__(self, folder, binary):
        super().__init__(folder)
        self.binary = binary

    def start(self, page):
        self.run_load([self.binary, "tsdb", "import", "--quiet", "--storage.path", str(self.folder / "data"), page])
        self.launch([self.binary, "run", "--web.read-only-data", "--storage.retention=0",
                     f"--storage.path={self.folder / 'data'}", f"--web.listen-address=127.0.0.1:{self.port}"], "/-/ready")

    def stored_bytes(self):
        return folder_bytes(self.folder / "data")


class Prometheus(Peer):
    name = "prometheus"

    def start(self, page):
        self.run_load(["promtool", "tsdb", "create-blocks-from", "openmetrics", page, str(self.folder / "data")])
        (self.folder / "prometheus.yml").write_text("{}\n")
        self.launch(["prometheus", f"--config.file={self.folder / 'prometheus.yml'}",
                     f"--storage.tsdb.path={self.folder / 'data'}", "--storage.tsdb.retention.time=100y",
                     f"--web.listen-address=127.0.0.1:{self.port}"], "/-/ready")

    def stored_bytes(self):
        return sum(folder_bytes(block) for block in (self.folder / "data").iterdir()
                   if (block / "meta.json").exists())


class VictoriaMetrics(Peer):
    name = "victoria-metrics"
    idle_path = "/health"

    def start(self, page):
        self.launch(["victoria-metrics", f"-storageDataPath={self.folder / 'data'}", "-retentionPeriod=100y",
                     f"-httpListenAddr=127.0.0.1:{self.port}", "-search.disableCache", "-loggerLevel=ERROR"], "/health")
        begun = time.monotonic()
        subprocess.run(["curl", "-sSf", "-T", page, f"http://127.0.0.1:{self.port}/api/v1/import/prometheus"],
                       check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/internal/force_flush", timeout=60) as reply:
            reply.read()
        self.load_seconds = time.monotonic() - begun
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/internal/force_merge", timeout=60) as reply:
            reply.read()
        time.sleep(5)

    def stored_bytes(self):
        return folder_bytes(self.folder / "data")


def close(left, right):
    if left == right:
        return True
    left, right = float(left), float(right)
    return (math.isnan(left) and math.isnan(right)) or math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)


def same_answer(ours, theirs):
    """None, or what differs first."""
    ours, theirs = json.loads(ours)["data"], json.loads(theirs)["data"]
    if ours["resultType"] != theirs["resultType"]:
        return f"types {ours['resultType']} and {theirs['resultType']}"
    if ours["resultType"] not in ("vector", "matrix"):
        return None if ours == theirs else "values"

    def by_labels(result):
        return {json.dumps(one["metric"], sort_keys=True): one.get("values") or [one["value"]] for one in result}
    left, right = by_labels(ours["result"]), by_labels(theirs["result"])
    if left.keys() != right.keys():
        return f"{len(left)} series and {len(right)}, or other labels"
    for labels, values in left.items():
        others = right[labels]
        if len(values) != len(others):
            return f"{len(values)} and {len(others)} values of {labels}"
        for (at, value), (other_at, other) in zip(values, others):
            if at != other_at or not close(value, other):
                return f"{labels} at {at}: {value} and {other}"
    return None


def queries(hours):
    # Off the samples by a second: since Prometheus 3 a range leaves out a sample at its left end, Debian's 2 takes it in.
    yield "bare", "round trip", None, {}  # The time of small queries is mostly this.
    end = data.START + hours * 3600 - data.INTERVAL + 1
    start = end - 230 * STEP
    for name, query in INSTANT:
        yield "instant", name, "/api/v1/query", {"query": query, "time": end}
    for name, query in RANGE:
        yield "range", name, "/api/v1/query_range", {"query": query, "start": start, "end": end, "step": STEP, "nocache": 1}


def measure(peers, hours, rounds):
    """Yields (kind, name, {peer: (median ms, median CPU ms)}, difference)."""
    chance = random.Random(1)
    for kind, name, path, parameters in queries(hours):
        walls = {peer.name: [] for peer in peers}
        cpus = {peer.name: 0.0 for peer in peers}
        bodies = {}
        for peer in peers:
            bodies[peer.name] = peer.ask(path, parameters)[1]  # Not counted: caches of pages warm up.
        for _ in range(rounds):
            # Who comes after a heavy peer finds cold caches and busy processors: that is to hit all alike.
            for peer in chance.sample(peers, len(peers)):
                before = peer.cpu_seconds()
                walls[peer.name].append(peer.ask(path, parameters)[0])
                cpus[peer.name] += peer.cpu_seconds() - before
        difference = None
        if path is not None and "prometheus" in bodies:
            difference = same_answer(bodies["sidewatch"], bodies["prometheus"])
        yield kind, name, {peer.name: (statistics.median(walls[peer.name]) * 1000,
                                       cpus[peer.name] / rounds * 1000) for peer in peers}, difference


def report(peers, hours, rounds):
    names = [peer.name for peer in peers]
    print(f"{'':24}" + "".join(f"{name + ' ms':>20}{'(CPU)':>9}" for name in names)
          + "".join(f"{'x ' + name:>18}" for name in names[1:]))
    differences = 0
    for kind, name, medians, difference in measure(peers, hours, rounds):
        line = f"{kind + ' ' + name:24}"
        for peer in names:
            line += f"{medians[peer][0]:20.2f}{medians[peer][1]:9.1f}"
        for peer in names[1:]:
            line += f"{medians[peer][0] / medians['sidewatch'][0]:18.1f}"
        print(line, flush=True)
        if difference is not None:
            differences += 1
            print(f"    DIFFERS from prometheus: {difference}")
    return differences


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", default="build/release/sidewatch")
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--hours", type=int, default=4)
    arguments.add_argument("--keep", help="keep the page of samples in this folder and use it again")
    arguments.add_argument("--only", help="comma-separated names of peers besides sidewatch", default=None)
    options = arguments.parse_args()
    folder = tempfile.mkdtemp(prefix="sidewatch-bench-")
    keep = pathlib.Path(options.keep or folder)
    keep.mkdir(parents=True, exist_ok=True)
    page = keep / f"page-{options.hours}h.om"
    samples = 10_000 * options.hours * 3600 // data.INTERVAL
    peers = [Sidewatch(folder, options.binary)]
    for peer, program in ((Prometheus, "prometheus"), (VictoriaMetrics, "victoria-metrics")):
        if shutil.which(program) is None:
            print(f"{program} is not installed: left out")
        elif options.only is None or peer.name in options.only.split(","):
            peers.append(peer(folder))
    try:
        if not page.exists():
            print(f"making {samples} samples…", flush=True)
            data.write(page, options.hours)
        for peer in peers:
            peer.start(str(page))
            print(f"{peer.name:18} loaded in {peer.load_seconds:6.1f} s, ready in {peer.ready_seconds:6.2f} s, "
                  f"{peer.resident_bytes() / 1e6:7.1f} MB resident, {peer.stored_bytes() / samples:5.2f} bytes a sample on disk",
                  flush=True)
        differences = report(peers, options.hours, options.rounds)
        for peer in peers:
            print(f"{peer.name:18} {peer.resident_bytes() / 1e6:7.1f} MB resident after the queries")
    finally:
        for peer in peers:
            peer.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
