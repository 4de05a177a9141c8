#!/usr/bin/python3
"""The disk of state.db is full or read-only: alerts are evaluated and told all the same, it is said, and durability comes back by itself."""
import contextlib
import os
import subprocess
import tempfile
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
library: {{enabled: {library}}}
notifications:
  route:
    receiver: ops
    group_by: [alertname]
    group_wait: 0s
    group_interval: 250ms
    repeat_interval: 1h
  receivers: [{{name: ops, webhook_configs: [{{url: "{url}"}}]}}]
"""


@contextlib.contextmanager
def small_disk(megabytes):
    """A file system of its own, or nothing where that is not allowed."""
    folder = tempfile.mkdtemp(prefix="sidewatch-disk-")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder], capture_output=True).returncode == 0
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)
        os.rmdir(folder)


class FullDiskTest(unittest.TestCase):
    def setUp(self):
        self.disk = self.enterContext(small_disk(8))
        if self.disk is None:
            self.skipTest("mounting a small tmpfs takes root and CAP_SYS_ADMIN")
        self.sink = self.enterContext(HttpSink())
        self.faults("")

    def faults(self, hosts):
        self.sink.pages["/metrics"] = "".join(f'fault{{host="{h}"}} {int(h in hosts)}\n' for h in "abc")

    def start(self, library="false"):
        self.sidewatch = self.enterContext(Sidewatch(CONFIG.format(port=self.sink.port, url=self.sink.url(), library=library)))
        self.sidewatch.storage = self.disk
        (self.sidewatch.folder / "rules.yml").write_text(RULES)
        return self.sidewatch.launch()

    def told(self, name, status="firing"):
        return [{a["labels"].get("host") for a in body["alerts"] if a["status"] == status} for body in self.sink.accepted()
                if body["groupLabels"]["alertname"] == name]

    def noted(self, name):
        """What the history has of told alerts that fire."""
        rows = self.sidewatch.api(f"alerts/history?event=sent&filter=alertname={name}")["history"]
        return [{a["labels"].get("host") for a in row["entry"]["alerts"] if a["state"] == "firing"} for row in rows]

    def fill(self):
        with contextlib.suppress(OSError), open(f"{self.disk}/ballast", "wb", buffering=0) as ballast:
            while ballast.write(b"x" * 4096):
                pass

    def test_full_while_it_runs(self):
        sidewatch = self.start("true")
        self.faults("a")
        wait_until(lambda: {"a"} in self.told("Fault"), "an alert before")
        self.fill()
        self.faults("ab")
        wait_until(lambda: {"a", "b"} in self.told("Fault"), "an alert while the disk is full")
        self.faults("b")
        wait_until(lambda: {"a"} in self.told("Fault", "resolved"), "an end while the disk is full")
        wait_until(lambda: "cannot be written, going on in memory" in sidewatch.log_text(), "the log says it")
        wait_until(lambda: sidewatch.query('ALERTS{alertname="StorageNotDurable"}'), "an alert says it")
        os.remove(f"{self.disk}/ballast")
        self.faults("bc")
        wait_until(lambda: {"b", "c"} in self.told("Fault"), "an alert after")
        wait_until(lambda: "on disk again" in sidewatch.log_text(), "it is on disk again")
        # Only a crash between the receiver's answer and this note may send it again.
        wait_until(lambda: {"b", "c"} in self.noted("Fault"), "it is noted that it was told")
        before = len(self.told("Fault"))
        sidewatch.kill()
        sidewatch.launch()
        self.faults("")
        wait_until(lambda: {"b", "c"} in self.told("Fault", "resolved"), "the end is told after a kill")
        self.assertEqual(len(self.told("Fault")), before + 1, "and nothing is told twice")

    def check_in_memory(self):
        sidewatch = self.start("true")
        self.faults("a")
        wait_until(lambda: {"a"} in self.told("Fault"), "an alert")
        self.faults("")
        wait_until(lambda: {"a"} in self.told("Fault", "resolved"), "its end")
        wait_until(lambda: self.told("StorageNotDurable"), "an alert says it")
        self.assertIn("all state is in memory only until the disk takes writes", sidewatch.log_text())

    def test_full_when_it_starts(self):
        self.fill()
        self.check_in_memory()

    def test_read_only_when_it_starts(self):
        subprocess.run(["mount", "-o", "remount,ro", self.disk], check=True)
        self.check_in_memory()


if __name__ == "__main__":
    unittest.main()
