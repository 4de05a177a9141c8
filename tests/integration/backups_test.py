#!/usr/bin/python3
"""Backups as a user has them: pg_dump's three formats, compressed archives, whole, cut and damaged, seen on /metrics."""
import gzip
import os
import re
import subprocess
import tarfile
import time
import unittest

from support import BINARY, Postgres, Sidewatch, wait_until

CONFIG = """
global: {{scrape_interval: 1s}}
collectors:
  backups:
    - {{name: custom, path: "{folder}/good.backup"}}
    - {{name: cut, path: "{folder}/cut.backup"}}
    - {{name: directory, path: "{folder}/good.dir"}}
    - {{name: tar, path: "{folder}/good.tar"}}
    - {{name: cut_tar, path: "{folder}/cut.tar"}}
    - {{name: flipped, path: "{folder}/flipped.sql.gz"}}
    - {{name: empty, path: "{folder}/empty.backup"}}
    - {{name: nowhere, path: "{folder}/no/such/*.backup"}}
    - {{name: dated, path: "{folder}/%Y%m%d/{{uploads.tar.gz,config.tar.gz}}", timezone: UTC}}
    - {{name: missed, path: "{folder}/nightly-%Y.backup", schedule: "* * * * *", grace: 0s}}
"""


def settle(path):
    """As if nobody had written to it for an hour."""
    for name in [path, *path.rglob("*")] if path.is_dir() else [path]:
        os.utime(name, (time.time() - 3600,) * 2)


class BackupsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sidewatch = cls.enterClassContext(Sidewatch())
        cls.files = cls.sidewatch.folder / "backups"
        cls.files.mkdir()
        with Postgres() as postgres:
            postgres.sql("CREATE TABLE orders AS SELECT i, md5(i::text) AS text FROM generate_series(1, 20000) i")
            postgres.sql("SELECT lo_from_bytea(0, 'a large object')")
            for kind, name in (("c", "good.backup"), ("d", "good.dir"), ("t", "good.tar")):
                subprocess.run([f"{postgres.bin}/pg_dump", f"-F{kind}", "-f", cls.files / name, postgres.url()], check=True)
            piped = subprocess.run([f"{postgres.bin}/pg_dump", "-Fc", postgres.url()], check=True, capture_output=True).stdout
            text = subprocess.run([f"{postgres.bin}/pg_dump", postgres.url()], check=True, capture_output=True).stdout
        (cls.files / "piped.backup").write_bytes(piped)
        (cls.files / "good.sql.gz").write_bytes(gzip.compress(text))
        (cls.files / "cut.sql.gz").write_bytes(gzip.compress(text[:-2000]))
        flipped = bytearray(gzip.compress(text, 0))
        flipped[len(flipped) // 2] ^= 1
        (cls.files / "flipped.sql.gz").write_bytes(flipped)
        good = (cls.files / "good.backup").read_bytes()
        (cls.files / "cut.backup").write_bytes(good[:-100])
        (cls.files / "half.backup").write_bytes(good[:len(good) // 2])
        (cls.files / "head.backup").write_bytes(good[:200])
        (cls.files / "cut.tar").write_bytes((cls.files / "good.tar").read_bytes()[:-20000])
        (cls.files / "empty.backup").write_bytes(b"")
        for day in ("20260101", "20260102"):
            (cls.files / day).mkdir()
            for name in ("uploads.tar.gz", "config.tar.gz"):
                with tarfile.open(cls.files / day / name, "w:gz") as archive:
                    archive.add(__file__, "script")
        for path in cls.files.iterdir():
            settle(path)
        cls.sidewatch.config.write_text(CONFIG.format(folder=cls.files))
        cls.sidewatch.launch()
        wait_until(lambda: "backup_next_expected_timestamp_seconds" in cls.sidewatch.metrics(), "the last target was tried")

    def show(self, name, **labels):
        """The value of a series on /metrics; None if it is not there."""
        for line in self.sidewatch.metrics().splitlines():
            match = re.fullmatch(name + r"\{(.*)\} (\S+)", line)
            if match and labels.items() <= dict(re.findall(r'(\w+)="([^"]*)"', match[1])).items():
                return float(match[2])
        return None

    def test_whole_dumps_are_verified(self):
        for name in ("custom", "directory", "tar"):
            wait_until(lambda name=name: self.show("backup_verified", backup=name) == 1, f"{name} is verified")
            self.assertAlmostEqual(self.show("backup_age_seconds", backup=name), 3600, delta=120)
            self.assertGreater(self.show("backup_size_bytes", backup=name), 1000)
            self.assertIsNone(self.show("backup_errors_total", backup=name))

    def test_damage_has_a_reason_and_counts_once(self):
        reasons = {"cut": "truncated", "cut_tar": "truncated", "flipped": "corrupt", "empty": "empty"}
        for name, reason in reasons.items():
            wait_until(lambda name=name: self.show("backup_verified", backup=name) == 0, f"{name} is found damaged")
            self.assertEqual(self.show("backup_errors_total", backup=name, reason=reason), 1, name)
            self.assertIsNone(self.show("backup_last_success_timestamp_seconds", backup=name), name)
        self.assertEqual(self.sidewatch.log_text().count("reason=truncated"), 2)
        self.assertEqual(self.show("sidewatch_target_up", target="cut"), 1)

    def test_no_folder_is_a_target_that_is_down(self):
        self.assertEqual(self.show("sidewatch_target_up", target="nowhere"), 0)
        self.assertEqual(self.show("backup_errors_total", backup="nowhere", reason="not_found"), 1)
        self.assertIsNone(self.show("backup_files", backup="nowhere"))

    def test_dates_in_names_are_times(self):
        for name in ("uploads.tar.gz", "config.tar.gz"):
            self.assertEqual(self.show("backup_last_success_timestamp_seconds", backup="dated", file=name), 1767312000)
            self.assertEqual(self.show("backup_oldest_timestamp_seconds", backup="dated", file=name), 1767225600)
            self.assertEqual(self.show("backup_files", backup="dated", file=name), 2)

    def test_schedule_without_backups_is_missed(self):
        self.assertEqual(self.show("backup_state", backup="missed", state="missed"), 1)
        self.assertEqual(self.show("backup_state", backup="missed", state="ok"), 0)
        self.assertGreaterEqual(self.show("backup_missed_total", backup="missed"), 1)

    def test_totals_survive_a_restart(self):
        wait_until(lambda: self.show("backup_errors_total", backup="cut", reason="truncated"), "the fault is counted")
        self.sidewatch.kill()
        self.sidewatch.launch()
        wait_until(lambda: self.show("backup_verified", backup="cut") == 0, "the verdict is back")
        self.assertEqual(self.show("backup_errors_total", backup="cut", reason="truncated"), 1)

    def test_command_reads_files(self):
        words = {"good.backup": "good", "piped.backup": "good", "good.dir": "good", "good.tar": "good", "good.sql.gz": "good",
                 "cut.sql.gz": "truncated", "half.backup": "truncated", "head.backup": "truncated", "flipped.sql.gz": "corrupt",
                 "empty.backup": "empty", "no": "vanished"}
        for name, word in words.items():
            ended = subprocess.run([BINARY, "backup", "verify", self.files / name], capture_output=True, text=True, timeout=60)
            self.assertEqual(ended.returncode, 0 if word == "good" else 1, name)
            self.assertIn(f"{name}: {word}: ", ended.stdout + ended.stderr)


if __name__ == "__main__":
    unittest.main()
