#!/usr/bin/python3
"""What queries may take: their time, memory and number; that all else goes on meanwhile; and that promtool can ask."""
import json
import pathlib
import random
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse

from support import BINARY, Sidewatch, http_get, wait_until

START = 1_700_000_000
# Each step sorts 36,000 numbers: minutes of work.
SLOW = "/api/v1/query_range?" + urllib.parse.urlencode({
    "query": "quantile_over_time(0.5, vector(time() % 7)[10h:1s])", "start": START, "end": START + 10_000, "step": 1})


def answer(url, timeout=60):
    """The status and the JSON, of errors too."""
    try:
        status, _, body = http_get(url, timeout=timeout)
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    return status, json.loads(body)


class QueriesTest(unittest.TestCase):
    def start(self, *flags, config=""):
        return self.enterContext(Sidewatch(config, flags=flags)).launch()

    def healthy(self, sidewatch, within):
        began = time.monotonic()
        self.assertEqual(http_get(sidewatch.url("/-/healthy"), timeout=30)[0], 200)
        self.assertLess(time.monotonic() - began, within)

    def test_flags_are_shown(self):
        sidewatch = self.start("--query.max-samples=5000", "--query.lookback-delta=7m")
        flags = sidewatch.api("status/flags")
        self.assertEqual({name: flags[name] for name in flags if name.startswith("query.")}, {
            "query.lookback-delta": "7m", "query.max-concurrency": "4", "query.max-samples": "5000", "query.timeout": "2m"})
        status, got = answer(sidewatch.url("/api/v1/query?query=" + urllib.parse.quote("count_over_time(vector(1)[13h:1s])")))
        self.assertEqual(status, 422)
        self.assertIn("too many samples", got["error"])

    def test_a_wrong_flag_is_named(self):
        for flag, said in (("--query.timeout=soon", "--query.timeout: not a valid duration"), ("--query.timeout=0s", "above 0"),
                           ("--query.max-samples=0", "--query.max-samples"), ("--query.max-concurrency=0", "--query.max-concurrency")):
            ended = subprocess.run([BINARY, "run", flag], capture_output=True, text=True, timeout=30)
            self.assertNotEqual(ended.returncode, 0)
            self.assertIn(said, ended.stderr)

    def test_a_slow_query_ends_at_its_timeout(self):
        sidewatch = self.start()
        began = time.monotonic()
        status, got = answer(sidewatch.url(SLOW + "&timeout=200ms"))
        self.assertEqual((status, got["errorType"]), (503, "timeout"))
        self.assertEqual(got["error"], "query timed out in expression evaluation")
        self.assertLess(time.monotonic() - began, 5)

    def test_many_slow_queries_keep_nothing_else_waiting(self):
        sidewatch = self.start("--query.timeout=6s", "--query.max-concurrency=2")
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(answer(sidewatch.url(SLOW)))) for _ in range(30)]
        for thread in threads:
            thread.start()
        wait_until(lambda: answers, "the first are sent away: all places to wait are taken")
        self.healthy(sidewatch, within=4)
        self.assertIn("sidewatch_", http_get(sidewatch.url("/metrics"), timeout=30)[2].decode())
        for thread in threads:
            thread.join()
        self.assertEqual({status for status, _ in answers}, {503})
        self.assertEqual({got["error"] for _, got in answers},
                         {"query timed out in query queue", "query timed out in expression evaluation"})
        self.assertEqual(sidewatch.value("vector(1)"), 1)

    def test_slow_queries_do_not_hold_up_the_end(self):
        sidewatch = self.start("--query.timeout=2m")
        for _ in range(6):
            threading.Thread(target=self.ask_in_vain, args=(sidewatch.url(SLOW),), daemon=True).start()
        time_given = 20
        sidewatch.stop(patience=time_given)

    @staticmethod
    def ask_in_vain(url):
        try:
            http_get(url, timeout=60)
        except OSError:
            pass

    def test_half_sent_requests_keep_nobody_waiting(self):
        sidewatch = self.start()
        for _ in range(8):
            half = self.enterContext(socket.create_connection(("127.0.0.1", sidewatch.port)))
            half.sendall(b"GET / HTTP/1.1\r\nHo")
        self.healthy(sidewatch, within=4)

    def test_a_range_of_ages_has_no_more_steps_than_any(self):
        sidewatch = self.start()
        for step in ("40", "1", "1001"):
            status, got = answer(sidewatch.url(f"/api/v1/query_range?query=x&start=0&end=10000000000&step={step}&stats=all"))
            self.assertEqual((status, got["errorType"]), (400, "bad_data"), step)
            self.assertIn("exceeded maximum resolution of 11,000 points", got["error"])

    def test_a_query_of_many_bytes_is_refused(self):
        status, got = answer(self.start().url("/api/v1/query?query=" + "1%2B" * 20_000 + "1" * 30_000))
        self.assertEqual((status, got["errorType"]), (400, "bad_data"))
        self.assertIn("more than 65536", got["error"])

    def test_a_long_url_is_taken(self):
        sidewatch = self.start()
        status, got = answer(sidewatch.url("/api/v1/query?query=vector(1)&unused=" + "x" * 60_000))
        self.assertEqual((status, got["status"]), (200, "success"))


class PromtoolTest(unittest.TestCase):
    """Debian's promtool asks a running sidewatch."""

    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        page = folder / "page.om"
        lines = [f'requests_total{{job="shop",path="{path}"}} {10 * i + add} {START + 15 * i}'
                 for path, add in (("/a", 0), ("/b", 1)) for i in range(41)]
        page.write_text("# TYPE requests counter\n" + "\n".join(lines) + "\n# EOF\n")
        self.sidewatch = self.enterContext(Sidewatch("", flags=["--web.read-only-data", "--storage.retention=0"]))
        subprocess.run([BINARY, "tsdb", "import", "--storage.path", self.sidewatch.storage, page], check=True, timeout=60,
                       capture_output=True)
        self.sidewatch.launch()

    def ask(self, command, *words):
        ended = subprocess.run(["promtool", "query", command, "--format=json", *words] if command in ("instant", "range") else
                               ["promtool", "query", command, *words], capture_output=True, text=True, timeout=60)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout

    def test_instant(self):
        got = json.loads(self.ask("instant", f"--time={START + 600}", self.sidewatch.url("/"), "sum by (job) (requests_total)"))
        self.assertEqual(got, [{"metric": {"job": "shop"}, "value": [START + 600, "801"]}])

    def test_range(self):
        got = json.loads(self.ask("range", f"--start={START + 300}", f"--end={START + 600}", "--step=5m", self.sidewatch.url("/"),
                                  'rate(requests_total{path="/a"}[5m])'))
        self.assertEqual([row["metric"] for row in got], [{"job": "shop", "path": "/a"}])
        self.assertEqual([at for at, _ in got[0]["values"]], [START + 300, START + 600])
        for _, value in got[0]["values"]:
            self.assertAlmostEqual(float(value), 10 / 15, places=2)

    def test_series(self):
        got = self.ask("series", "--match=requests_total", f"--start={START}", f"--end={START + 600}", self.sidewatch.url("/"))
        self.assertEqual(got.splitlines(), [f'{{__name__="requests_total", job="shop", path="{path}"}}' for path in ("/a", "/b")])

    def test_labels(self):
        got = self.ask("labels", f"--start={START}", f"--end={START + 600}", self.sidewatch.url("/"), "path")
        self.assertEqual(got.splitlines(), ["/a", "/b"])

    def test_labels_of_another_time_are_none(self):
        for path in ("labels", "label/path/values"):
            self.assertEqual(self.sidewatch.api(f"{path}?start={START - 7200}&end={START - 3600}"), [])
            self.assertNotEqual(self.sidewatch.api(f"{path}?start={START}&end={START + 3600}"), [])


class MaxBytesTest(unittest.TestCase):
    def test_the_oldest_samples_go_above_it(self):
        sidewatch = self.enterContext(Sidewatch("storage: {retention: 24h}\n"))
        now, chance = int(time.time()), random.Random(7)
        lines = [f'noise{{n="{n}"}} {chance.random()} {now - 6000 + i}' for n in range(8) for i in range(6000)]
        page = sidewatch.folder / "page.om"
        page.write_text("# TYPE noise gauge\n" + "\n".join(lines) + "\n# EOF\n")
        subprocess.run([BINARY, "tsdb", "import", "--storage.path", sidewatch.storage, page], check=True, timeout=120,
                       capture_output=True)
        count = lambda: sidewatch.value("sum(count_over_time(noise[24h]))")
        sidewatch.launch()
        self.assertEqual(count(), 48_000)
        sidewatch.stop()
        sidewatch.config.write_text("storage: {retention: 24h, max_bytes: 256KB}\n")
        sidewatch.launch()
        wait_until(lambda: 0 < count() < 40_000, "the oldest samples are gone")
        self.assertEqual(sidewatch.value("count(noise offset 1m)"), 8)


if __name__ == "__main__":
    unittest.main(verbosity=2)
