#!/usr/bin/python3
"""Lines of an nginx access log per CPU second, side by side with Debian's mtail.

    cmake --build --preset release && tests/bench/logs/compare.py [--lines 400000] [--rounds 3] [--binary build/release/sidewatch]

Both read the same file from its start and count the same things by the same expressions: one pattern, then ten. From the CPU time of each process
that of the same process with an empty log is taken away; printed are medians over the rounds and their ratio. Both must have counted every line.
"""
import argparse
import contextlib
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/integration"))
TICKS = os.sysconf("SC_CLK_TCK")

# Name, expression, captures that become labels, the capture that is added up.
PATTERNS = [
    ("nginx_requests_total", r'^(?P<ip>\S+) \S+ \S+ \[[^\]]+\] "(?P<method>[A-Z]+) (?P<path>\S+) \S+" (?P<status>\d{3}) (?P<bytes>\d+)',
     ["method", "status"], None),
    ("nginx_404_total", r'" 404 ', [], None),
    ("nginx_5xx_total", r'" (?P<status>5\d\d) ', ["status"], None),
    ("nginx_logins_total", r'"POST \/login\S* HTTP\/[^"]*" (?P<status>\d+)', ["status"], None),
    ("nginx_bots_total", r'"[^"]*(?P<bot>Googlebot|bingbot)[^"]*"$', ["bot"], None),
    ("nginx_sent_bytes_total", r'" \d{3} (?P<bytes>\d+) "', [], "bytes"),
    ("nginx_api_total", r'"[A-Z]+ \/api\/(?P<version>v\d+)\/', ["version"], None),
    ("nginx_uploads_total", r'"PUT \/upload', [], None),
    ("nginx_curl_total", r'"curl\/(?P<version>\S+)"', ["version"], None),
    ("nginx_http2_total", r'HTTP\/2\.0"', [], None),
]
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "curl/8.5.0",
          "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"]
PATHS = ["/", "/index.html", "/api/v1/items/7", "/static/app.css", "/login"]
STATUSES = [200, 200, 200, 200, 304, 404, 200, 502]


def access_log(lines):
    for i in range(lines):
        dice = (i * 2654435761 & 0xffffffff) >> 8
        method = "POST" if dice % 10 == 0 else "GET"
        yield (f'203.0.113.{dice % 250} - - [21/Nov/2026:12:{i // 60 % 60:02}:{i % 60:02} +0000] "{method} {PATHS[dice // 7 % 5]} HTTP/1.1" '
               f'{STATUSES[dice // 11 % 8]} {dice % 40000} "https://shop.example/" "{AGENTS[dice // 13 % 3]}"\n')


def mtail_program(patterns):
    for name, expression, labels, value in patterns:
        keys = "".join(f"[${label}]" for label in labels)
        does = f"{name}{keys} += ${value}" if value else f"{name}{keys}++"
        yield f"counter {name}{' by ' + ', '.join(labels) if labels else ''}\n/{expression}/ {{\n  {does}\n}}\n"


def sidewatch_config(patterns, log):
    metrics = [{"name": name, "regex": expression.replace(r"\/", "/"), "labels": {label: label for label in labels}, **({"value": value} if value else {})}
               for name, expression, labels, value in patterns]
    return json.dumps({"global": {"scrape_interval": "1s"},
                       "collectors": {"logs": [{"name": "nginx", "files": [str(log)], "from": "start", "metrics": metrics}]}})


def run_mtail(folder, patterns, log):
    """(CPU seconds, lines counted)"""
    (folder / "bench.mtail").write_text("".join(mtail_program(patterns)))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = subprocess.run(["mtail", "-one_shot", "-one_shot_format=prometheus", f"-progs={folder}/bench.mtail", f"-logs={log}"],
                            check=True, capture_output=True, text=True, timeout=300).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    counted = sum(float(line.rpartition(" ")[2]) for line in answer.splitlines() if line.startswith("nginx_requests_total{"))
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, counted


def run_sidewatch(_folder, patterns, log):
    from support import Sidewatch, wait_until
    with Sidewatch(sidewatch_config(patterns, log)) as sidewatch:
        sidewatch.launch()
        size = log.stat().st_size
        wait_until(lambda: sidewatch.value("sum(log_read_bytes_total)") == size, "the log is read", 120)
        fields = pathlib.Path(f"/proc/{sidewatch.process.pid}/stat").read_text().rpartition(")")[2].split()
        counted = sidewatch.value("sum(nginx_requests_total)") or 0
        return (int(fields[11]) + int(fields[12])) / TICKS, counted


def rate(run, folder, patterns, log, empty, lines):
    """Lines a CPU second."""
    spent, counted = run(folder, patterns, log)
    assert counted == lines, f"{run.__name__} counted {counted:.0f} of {lines} lines"
    return lines / (spent - run(folder, patterns, empty)[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=str(ROOT / "build/release/sidewatch"))
    parser.add_argument("--lines", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ["SIDEWATCH_BINARY"] = str(pathlib.Path(options.binary).resolve())
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sidewatch-bench-logs-")))
        log, empty = folder / "access.log", folder / "empty.log"
        with open(log, "w") as out:
            out.writelines(access_log(options.lines))
        empty.touch()
        print(f"{'patterns':<10}{'sidewatch':>12}{'mtail':>12}{'ratio':>8}   lines a CPU second, medians of {options.rounds}")
        for patterns in (PATTERNS[:1], PATTERNS):
            rows = [[rate(run, folder, patterns, log, empty, options.lines) for run in (run_sidewatch, run_mtail)] for _ in range(options.rounds)]
            ours, theirs = (statistics.median(row[i] for row in rows) for i in (0, 1))
            print(f"{len(patterns):<10}{ours:>12,.0f}{theirs:>12,.0f}{ours / theirs:>8.1f}", flush=True)


if __name__ == "__main__":
    main()
