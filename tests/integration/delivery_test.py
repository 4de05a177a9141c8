#!/usr/bin/python3
"""Receivers that hang, reset, fail, ask for patience or answer late, all at once: none delays the good one, each is told in the end."""
import json
import socket
import struct
import threading
import time
import unittest

from support import HttpSink, Sidewatch, wait_until

RULES = """
groups:
  - name: faults
    interval: 250ms
    rules:
      - {alert: Fault, expr: fault == 1}
"""
CONFIG = """
global: {{scrape_interval: 250ms, scrape_timeout: 200ms, evaluation_interval: 250ms}}
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  route:
    receiver: good
    group_wait: 0s
    group_interval: 250ms
    repeat_interval: 1h
    routes: [{routes}]
  receivers:
    - {{name: good, webhook_configs: [{{url: "{good}"}}]}}
{receivers}
"""
LATE = 29  # Seconds; the limit of an attempt is 30.


class Rude:
    """Reads nothing and says nothing, or resets, until it is `mended`; then it takes POSTs and keeps them."""

    def __init__(self, resets):
        self.resets = resets
        self.mended = False
        self.held = []
        self.accepted = []
        self.calls = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            if self.mended:
                self.answer(client)
            elif self.resets:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.close()
            else:
                self.held.append(client)

    def answer(self, client):
        with client, client.makefile("rb") as stream:
            size = 0
            while (line := stream.readline().strip()):
                name, _, value = line.partition(b":")
                size = int(value) if name.lower() == b"content-length" else size
            self.accepted.append(json.loads(stream.read(size)))
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def url(self):
        return f"http://127.0.0.1:{self.port}/"

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class DeliveryTest(unittest.TestCase):
    def setUp(self):
        self.good = self.enterContext(HttpSink())
        self.hanging = self.enterContext(Rude(resets=False))
        self.resetting = self.enterContext(Rude(resets=True))
        self.failing = self.enterContext(HttpSink())
        self.failing.on_post = lambda _: 500 if len(self.failing.requests) < 2 else None
        self.busy = self.enterContext(HttpSink())
        self.busy.on_post = lambda _: 429 if not self.busy.requests else None
        self.busy.headers = {429: {"Retry-After": "4"}}
        self.late = self.enterContext(HttpSink())
        self.late_arrivals = []
        self.late.on_post = self.be_late
        self.faults(())
        urls = {"hanging": self.hanging.url(), "resetting": self.resetting.url(), "failing": self.failing.url(), "busy": self.busy.url(),
                "late": self.late.url()}
        timeout = lambda name: ", timeout: 2s" if name == "hanging" else ""
        self.sidewatch = self.enterContext(Sidewatch(CONFIG.format(
            port=self.good.port, good=self.good.url(), routes=", ".join(f"{{receiver: {n}, continue: true}}" for n in urls) + ", {receiver: good}",
            receivers="\n".join(f'    - {{name: {n}, webhook_configs: [{{url: "{u}"{timeout(n)}}}]}}' for n, u in urls.items()))))
        (self.sidewatch.folder / "rules.yml").write_text(RULES)
        self.sidewatch.launch()

    def be_late(self, _):
        self.late_arrivals.append(time.monotonic())
        if len(self.late_arrivals) == 1:
            time.sleep(LATE)

    def faults(self, hosts):
        self.good.pages["/metrics"] = "".join(f'fault{{host="{h}"}} {int(h in hosts)}\n' for h in "abcde")

    @staticmethod
    def state(body):
        return {a["labels"]["host"] for a in body["alerts"] if a["status"] == "firing"}

    def last(self, bodies):
        return self.state(bodies[-1]) if bodies else set()

    def everybody_is_told(self, hosts):
        for name, bodies in (("good", self.good.accepted), ("hanging", lambda: self.hanging.accepted), ("resetting", lambda: self.resetting.accepted),
                             ("failing", self.failing.accepted), ("busy", self.busy.accepted), ("late", self.late.accepted)):
            wait_until(lambda: bodies() and self.last(bodies()) == set(hosts), f"{name} is told {hosts}")

    def test_none_delays_the_good_one(self):
        waits = []
        for hosts in ("a", "ab", "abc", "abcd", "abcde"):
            begin = time.monotonic()
            self.faults(hosts)
            wait_until(lambda: self.last(self.good.accepted()) == set(hosts), f"the good one is told {hosts}")
            waits.append(time.monotonic() - begin)
            time.sleep(0.5)
        # Each bad one takes seconds: had any been waited for, it would show.
        self.assertLess(sorted(waits)[len(waits) // 2], 2, waits)
        self.assertGreater(self.hanging.calls, 0)
        self.assertGreater(self.resetting.calls, 0)
        self.assertEqual((self.hanging.accepted, self.resetting.accepted), ([], []))
        self.hanging.mended = self.resetting.mended = True
        self.everybody_is_told("abcde")
        refused, taken = self.busy.requests[:2]
        self.assertEqual((refused["status"], taken["status"]), (429, 200))
        self.assertGreaterEqual(taken["at"] - refused["at"], 3.9, "Retry-After is honoured")
        # An answer after 29 s is an answer: nothing is sent again because of it, and what came meanwhile is sent once.
        self.assertEqual([self.state(body) for body in self.late.accepted()], [{"a"}, set("abcde")])
        self.assertGreaterEqual(self.late_arrivals[1] - self.late_arrivals[0], LATE)
        self.faults(())
        self.everybody_is_told("")
        for sink in (self.good, self.failing, self.busy, self.late):
            bodies = [json.dumps(body, sort_keys=True) for body in sink.accepted()]
            self.assertEqual(len(bodies), len(set(bodies)), "nothing is told twice")


if __name__ == "__main__":
    unittest.main()
