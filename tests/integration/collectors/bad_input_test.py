#!/usr/bin/python3
"""What breaks backups, certificates, logs and programs, on the running program: each fault has its own state, metric and one log line, a
neighbour goes on undisturbed, and what could not be read has no value, never a 0."""
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from certificates_test import TlsServer, make_certificate, openssl  # noqa: E402
from support import Sidewatch, http_get, wait_until  # noqa: E402

DUMP = "".join(f"INSERT INTO orders VALUES ({n}, '{n * n}');\n" for n in range(5000)) + "--\n-- PostgreSQL database dump complete\n--\n\n"


def age(path, seconds):
    os.utime(path, (time.time() - seconds,) * 2)


class BadInput(unittest.TestCase):
    KIND = ""

    def setUp(self):
        # Root may read everything, so the program runs as somebody else.
        self.sidewatch = self.enterContext(Sidewatch(user="nobody"))
        self.sidewatch.folder.chmod(0o755)
        self.told = []
        self.folder = self.sidewatch.folder / "watched"
        self.folder.mkdir()

    def run_with(self, *targets):
        lines = "".join(f"    - {target}\n" for target in targets)
        self.sidewatch.config.write_text(f"global: {{scrape_interval: 1s}}\nlibrary: {{enabled: false}}\ncollectors:\n  {self.KIND}:\n{lines}")
        self.sidewatch.launch()
        wait_until(lambda: http_get(self.sidewatch.url("/health/startup"))[0] == 200, "every target was tried")

    def show(self, name, **labels):
        """The value on /metrics; None if it is not there."""
        for line in self.sidewatch.metrics().splitlines():
            match = re.fullmatch(name + r"(?:\{(.*)\})? (\S+)", line)
            if match and labels.items() <= dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[1] or "")).items():
                return float(match[2])
        return None

    def wait(self, value, name, **labels):
        wait_until(lambda: self.show(name, **labels) == value, f"{name}{labels} is {value}, not {self.show(name, **labels)}", 40)

    def lines(self, *words):
        return [line for line in self.sidewatch.log_text().splitlines() if all(word in line for word in words)]

    def runs(self, target):
        return self.show("sidewatch_collector_runs_total", kind=self.KIND, target=target) or 0

    def let_run(self, target, count=3):
        goal = self.runs(target) + count
        wait_until(lambda: self.runs(target) >= goal, f"{count} more runs of {target}")

    def wait_told(self, *words):
        """Some words may be told once: assert_told_once() looks whether they were not told again."""
        wait_until(lambda: self.lines(*words), f"a log line with {words}")
        self.told.append(words)

    def assert_told_once(self):
        self.let_run("good")
        for words in self.told:
            with self.subTest(told=words):
                self.assertEqual(len(self.lines(*words)), 1, f"one line with {words}, not {self.lines(*words)}")


class BackupsTest(BadInput):
    KIND = "backups"

    def test_bad_backups(self):
        whole = gzip.compress(DUMP.encode())
        files = {"good": whole, "truncated": whole[:len(whole) // 2], "empty": b"", "denied": whole, "garbage": os.urandom(4096), "growing": whole}
        for name, content in files.items():
            (self.folder / name).mkdir()
            path = self.folder / name / "shop.sql.gz"
            path.write_bytes(content)
            age(path, 3600)
        (self.folder / "denied" / "shop.sql.gz").chmod(0)
        (self.folder / "closed").mkdir(mode=0o700)
        (self.folder / "leaves").mkdir()
        (self.folder / "leaves" / "shop.sql.gz").write_bytes(whole)
        age(self.folder / "leaves" / "shop.sql.gz", 3600)
        (self.folder / "loop").symlink_to(self.folder / "loop")
        names = (*files, "closed", "leaves", "loop", "nowhere")
        self.run_with(*(f'{{name: {name}, path: "{self.folder}/{name}/*.gz"}}' for name in names))
        for name in ("good", "leaves"):
            self.wait(1, "backup_verified", backup=name)
        self.assertIsNone(self.show("backup_errors_total", backup="good"))

        for name, reason in (("truncated", "truncated"), ("empty", "empty")):
            with self.subTest(name):
                self.wait(0, "backup_verified", backup=name)
                self.wait(1, "backup_errors_total", backup=name, reason=reason)
                self.assertEqual(self.show("backup_problem", backup=name, reason=reason), 1)
                self.assertIsNone(self.show("backup_age_seconds", backup=name), "no good backup has no age")
                self.wait_told("backup is not good", f"backup={name}", f"reason={reason}")
                self.assertEqual(self.show("sidewatch_target_up", target=name), 1)
        with self.subTest("denied"):
            self.wait(1, "backup_errors_total", backup="denied", reason="permission_denied")
            self.assertEqual(self.show("backup_problem", backup="denied", reason="permission_denied"), 1)
            self.assertIsNone(self.show("backup_verified", backup="denied"), "what cannot be read is not judged")
            self.wait_told("backup=denied", "reason=permission_denied")
        with self.subTest("garbage"):
            self.let_run("garbage")
            self.assertIsNone(self.show("backup_verified", backup="garbage"), "a format that is not known is not judged")
        for name, reason in (("closed", "permission_denied"), ("nowhere", "not_found"), ("loop", "symlink_loop")):
            with self.subTest(name):
                self.wait(0, "sidewatch_target_up", target=name)
                self.assertEqual(self.show("backup_errors_total", backup=name, reason=reason), 1)
                self.assertEqual(self.show("backup_problem", backup=name, reason=reason), 1)
                self.assertIsNone(self.show("backup_files", backup=name))
                self.wait_told("target is down", f"target={name}")

        shutil.rmtree(self.folder / "leaves")
        self.wait(1, "backup_errors_total", backup="leaves", reason="vanished")
        self.wait(0, "sidewatch_target_up", target="leaves")
        self.assertEqual(self.show("backup_problem", backup="leaves", reason="vanished"), 1)
        self.assertIsNone(self.show("backup_files", backup="leaves"))
        self.assertGreater(self.show("backup_age_seconds", backup="leaves"), 3500, "the last good one is remembered")
        self.wait_told("target is down", "target=leaves")
        (self.folder / "leaves").mkdir()
        (self.folder / "leaves" / "shop.sql.gz").write_bytes(whole)
        age(self.folder / "leaves" / "shop.sql.gz", 1800)
        self.wait(1, "sidewatch_target_up", target="leaves")
        self.wait(1, "backup_verified", backup="leaves")
        self.assertIsNone(self.show("backup_problem", backup="leaves"), "what is mended is no problem")
        self.assert_told_once()
        self.assertEqual(self.show("backup_verified", backup="good"), 1)
        self.assertEqual(len(self.lines("target=good", "is down")), 0)

    def test_a_file_that_grows_is_judged_when_it_is_whole(self):
        whole = gzip.compress(DUMP.encode(), 0)
        for name in ("good", "growing"):
            (self.folder / name).mkdir()
            (self.folder / name / "1.sql.gz").write_bytes(whole)
            age(self.folder / name / "1.sql.gz", 3600)
        self.run_with(*(f'{{name: {name}, path: "{self.folder}/{name}/*.sql.gz"}}' for name in ("good", "growing")))
        self.wait(1, "backup_verified", backup="growing")
        with open(self.folder / "growing" / "2.sql.gz", "wb", buffering=0) as file:
            written = 0
            for _ in range(6):
                file.write(whole[written:written + 1000])
                written += 1000
                self.let_run("growing", 1)
                self.assertEqual(self.show("backup_verified", backup="growing"), 1, "the one before is still what counts")
                self.assertIsNone(self.show("backup_errors_total", backup="growing"))
            file.write(whole[written:])
        wait_until(lambda: (self.show("backup_age_seconds", backup="growing") or 3600) < 600, "it counts once it is whole")
        self.wait(1, "backup_verified", backup="growing")
        self.assertEqual(self.lines("backup is not good"), [])


class CertificatesTest(BadInput):
    KIND = "certificates"

    def expired(self, name):
        """A certificate of 2020, which only `openssl ca` makes."""
        make_certificate(self.folder, name)
        home = self.sidewatch.folder / "ca"
        home.mkdir()
        (home / "index").write_text("")
        (home / "serial").write_text("01\n")
        (home / "ca.cnf").write_text(f"[ca]\ndefault_ca = it\n[it]\ndatabase = {home}/index\nserial = {home}/serial\nnew_certs_dir = {home}\n"
                                     "default_md = sha256\npolicy = any\nx509_extensions = names\ncopy_extensions = copy\n[any]\ncommonName = supplied\n"
                                     "[names]\nsubjectAltName = DNS:shop.example,IP:127.0.0.1\n")
        openssl("req", "-new", "-key", self.folder / f"{name}.key", "-subj", "/CN=shop.example", "-out", home / "request")
        openssl("ca", "-config", home / "ca.cnf", "-selfsign", "-keyfile", self.folder / f"{name}.key", "-batch", "-notext", "-in", home / "request",
                "-startdate", "20200101000000Z", "-enddate", "20200201000000Z", "-out", self.folder / f"{name}.crt")

    def test_bad_certificates(self):
        for name in ("good", "denied", "selfsigned"):
            make_certificate(self.folder, name)
        make_certificate(self.folder, "wrong", san="DNS:other.example")
        self.expired("expired")
        (self.folder / "broken.crt").write_text("-----BEGIN CERTIFICATE-----\nno base64\n-----END CERTIFICATE-----\n")
        (self.folder / "cut.crt").write_text((self.folder / "good.crt").read_text()[:200])
        (self.folder / "empty.crt").write_text("")
        (self.folder / "garbage.crt").write_bytes(b"\x30\x82\x05\x00" + os.urandom(64))
        (self.folder / "denied.crt").chmod(0)
        (self.folder / "dangling.crt").symlink_to(self.folder / "nowhere.crt")
        servers = {name: self.enterContext(TlsServer(self.folder, name)).port for name in ("good", "selfsigned", "wrong", "expired")}
        believed = self.folder / "believed.pem"
        believed.write_text("".join((self.folder / f"{name}.crt").read_text() for name in ("good", "wrong", "expired")))
        where = {name: f"127.0.0.1:{port} (shop.example)" for name, port in servers.items()}
        endpoints = ", ".join(f'"127.0.0.1:{port}, shop.example"' for port in servers.values())
        self.run_with(
            f'{{name: good, files: ["{self.folder}/good.crt"], key: "{self.folder}/good.key"}}',
            f'{{name: bad, files: ["{self.folder}/*.crt", "{self.folder}/gone/"], ca_file: "{believed}", endpoints: [{endpoints}]}}')

        problems = [("file", f"{self.folder}/{file}.crt", reason) for file, reason in (
            ("broken", "bad_pem"), ("cut", "bad_pem"), ("empty", "no_certificate_found"), ("garbage", "bad_der"), ("denied", "permission_denied"),
            ("dangling", "broken_symlink"), ("expired", "expired"))]
        problems += [("endpoint", where[name], reason) for name, reason in (
            ("selfsigned", "self_signed"), ("wrong", "wrong_name"), ("expired", "expired"))]
        for kind, source, reason in problems:
            with self.subTest(f"{source} {reason}"):
                self.wait(1, "certificate_problem", reason=reason, **{kind: source})
                self.wait_told("certificate problem", source, f"reason={reason}")
        self.assert_told_once()
        for name in ("broken", "cut", "empty", "garbage", "denied", "dangling"):
            self.assertIsNone(self.show("x509_cert_not_after", filepath=f"{self.folder}/{name}.crt"), name)
            self.assertIsNone(self.show("x509_cert_expired", filepath=f"{self.folder}/{name}.crt"), name)
        self.assertEqual(self.show("x509_cert_expired", filepath=f"{self.folder}/expired.crt"), 1)
        self.assertEqual(self.show("x509_cert_expired", target="bad", filepath=f"{self.folder}/good.crt"), 0)
        self.assertEqual(self.show("certificate_chain_valid", endpoint=where["good"]), 1)
        self.assertEqual(self.show("certificate_chain_valid", endpoint=where["selfsigned"]), 0)
        self.assertEqual(self.show("certificate_chain_valid", endpoint=where["expired"]), 0)
        self.assertEqual(self.show("certificate_name_matches", endpoint=where["wrong"]), 0)
        self.assertEqual((self.show("sidewatch_target_up", target="bad"), self.show("sidewatch_target_up", target="good")), (1, 1))
        self.assertEqual(self.lines("target=good", "WARN"), [])

        make_certificate(self.folder, "broken")
        wait_until(lambda: self.show("certificate_problem", file=f"{self.folder}/broken.crt", reason="bad_pem") is None, "a mended file can be read")
        self.assertEqual(len(self.lines("certificate problem is over", "broken.crt")), 1)


class LogsTest(BadInput):
    KIND = "logs"
    LOGIN = b'203.0.113.7 - - [21/Nov/2026:12:00:00 +0000] "POST /login HTTP/1.1" 401 5 "-" "curl/8"\n'

    def setUp(self):
        super().setUp()
        for name in ("good", "bad"):
            (self.folder / name).mkdir()
        self.good = self.folder / "good" / "access.log"
        self.bad = self.folder / "bad" / "access.log"

    def run_logs(self):
        self.run_with(*(f'{{name: {name}, files: ["{self.folder}/{name}/*.log"], from: start, sets: [http], '
                        'metrics: [{name: seen_%s_total, regex: "user=(?P<user>[^ ]+)", labels: {user: user}}]}' % name for name in ("good", "bad")))

    def append(self, path, content):
        with open(path, "ab") as log:
            log.write(content)

    def wait_requests(self, count, name="bad"):
        wait_until(lambda: self.sidewatch.value(f'sum(log_http_requests_total{{log="{name}"}})') == count,
                   f"{count} requests of {name}, not {self.sidewatch.value('sum by (log) (log_http_requests_total)')}", 60)

    def high_water(self):
        status = pathlib.Path(f"/proc/{self.sidewatch.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    def test_a_line_of_100_megabytes(self):
        self.append(self.good, self.LOGIN)
        self.append(self.bad, self.LOGIN)
        self.run_logs()
        self.wait_requests(1)
        before = self.high_water()
        piece = b"x" * (1 << 20)
        for _ in range(100):
            self.append(self.bad, piece)
        self.append(self.bad, b"\n" + self.LOGIN * 2)
        self.append(self.good, self.LOGIN)
        self.wait_requests(2, "good")
        self.wait_requests(3)
        self.assertEqual(self.sidewatch.value('log_lines_truncated_total{log="bad"}'), 1)
        self.assertEqual(self.sidewatch.value('log_read_lines_total{log="bad"}'), 4)
        self.assertLess(self.high_water() - before, 8 << 20, "a long line is not kept in memory")

    def test_nul_bytes_and_no_utf8(self):
        self.append(self.good, self.LOGIN)
        self.append(self.bad, self.LOGIN + b"\0" * 5000 + b"\n" + b"user=a\0b x\nuser=\xff\xfe x\nuser=fine x\n\r\n\n" + self.LOGIN)
        self.run_logs()
        self.wait_requests(2)
        self.wait(1, "seen_bad_total", user="fine")
        self.assertEqual(self.sidewatch.value("count(seen_bad_total)"), 3)
        checked = subprocess.run(["promtool", "check", "metrics"], input=self.sidewatch.metrics().encode(), capture_output=True, text=False)
        self.assertNotIn(b"error while linting", checked.stderr)
        self.wait_requests(1, "good")

    def test_files_that_cannot_be_read(self):
        self.append(self.good, self.LOGIN)
        self.append(self.bad, self.LOGIN)
        self.append(self.bad.with_name("denied.log"), self.LOGIN)
        self.bad.with_name("denied.log").chmod(0)
        self.run_logs()
        self.wait_requests(1)
        denied = str(self.bad.with_name("denied.log"))
        wait_until(lambda: (self.show("log_read_errors_total", file=denied, reason="permission_denied") or 0) > 0, "it is counted")
        self.assertEqual(self.show("sidewatch_target_up", target="bad"), 1, "the other file is read")
        self.wait_told("log file cannot be read", "denied.log", "permission_denied")
        self.assertIsNone(self.show("log_last_line_timestamp_seconds", file=denied))
        self.bad.with_name("denied.log").chmod(0o644)
        self.wait_requests(2)

        shutil.rmtree(self.folder / "bad")
        pattern = f"{self.folder}/bad/*.log"
        wait_until(lambda: (self.show("log_read_errors_total", file=pattern, reason="not_found") or 0) > 0, "a folder that vanished is counted")
        self.wait_told("log file cannot be read", pattern, "not_found")
        self.append(self.good, self.LOGIN)
        self.wait_requests(2, "good")
        (self.folder / "bad").mkdir()
        self.append(self.bad, self.LOGIN)
        self.wait_requests(3)
        self.wait_told("log file can be read again", pattern)
        self.assertEqual(self.show("sidewatch_target_up", target="bad"), 1)
        self.assert_told_once()

    def test_folders_that_are_closed_or_not_there(self):
        self.append(self.good, self.LOGIN)
        (self.folder / "bad").chmod(0o700)
        self.run_logs()
        self.wait(0, "sidewatch_target_up", target="bad")
        self.wait_told("target is down", "target=bad", "permission_denied")
        self.assertIsNone(self.show("log_http_requests_total", log="bad"))
        (self.folder / "bad").chmod(0o755)
        self.append(self.bad, self.LOGIN)
        self.wait_requests(1)
        self.wait(1, "sidewatch_target_up", target="bad")
        self.wait_requests(1, "good")
        self.assert_told_once()

    def test_killed_at_any_moment(self):
        """kill -9 while it reads, copytruncate and rotation while it is down: exact afterwards."""
        self.append(self.good, self.LOGIN)
        total = 0
        self.append(self.bad, self.LOGIN)
        total += 1
        self.run_logs()
        self.wait_requests(total)
        for generation in range(4):
            self.append(self.bad, self.LOGIN * 30_000)
            total += 30_000
            before = self.runs("bad")
            wait_until(lambda: self.runs("bad") > before, "it reads")
            self.sidewatch.kill()
            if generation % 2:
                shutil.copy(self.bad, f"{self.bad}.{generation}")
                os.truncate(self.bad, 0)
            else:
                self.bad.rename(f"{self.bad}.{generation}")
            self.append(self.bad, self.LOGIN * 10)
            total += 10
            self.sidewatch.launch()
            self.wait_requests(total)
        self.wait_requests(1, "good")


class ExecTest(BadInput):
    KIND = "exec"
    # name: (script, what the log says)
    SCRIPTS = {
        "hangs": ("sleep 3117 & sleep 3118; wait", "target is down"),
        "ignores": ("trap '' TERM INT HUP; while :; do sleep 3119; done", "target is down"),
        "closes": ("exec >&- 2>&-; sleep 3120", "target is down"),
        "floods": ("yes shop_flood 1", "target is down"),
        "floods_errors": ("yes error >&2 & sleep 3121", "target is down"),
        "fails": ("echo shop_half 1; echo 'no database, password=hunter2' >&2; exit 3", "ended with 3"),
        "dies": ("echo shop_half 1; kill -SEGV $$", "ended with 139"),
        "garbage": ("echo '<html>'", "the output is no metrics"),
        "binary": ("printf x; head -c 100000 /dev/urandom", "the output is no metrics"),
        "half": ("printf 'shop_half 1\\nshop_half{a='", "the output is no metrics"),
        "no_eof": ("printf '# TYPE a gauge\\na 1\\n# EOF\\nb 2\\n'", None),
    }

    def test_programs_that_misbehave(self):
        targets = ['{name: good, command: [/bin/sh, -c, "echo shop_good 1"]}', f'{{name: nowhere, command: ["{self.folder}/nowhere"]}}']
        (self.folder / "plain").write_text("echo shop_plain 1\n")
        targets.append(f'{{name: not_executable, command: ["{self.folder}/plain"]}}')
        for name, (script, _) in self.SCRIPTS.items():
            path = self.folder / name
            path.write_text(f"#!/bin/bash\n{script}\n")
            path.chmod(0o755)
            targets.append(f'{{name: {name}, command: ["{path}"], max_output: 1MB, timeout: 900ms}}')
        self.run_with(*targets)
        self.wait(1, "shop_good")
        for name, words in {**{name: words for name, (_, words) in self.SCRIPTS.items() if words}, "nowhere": "No such file", "not_executable": "denied"}.items():
            with self.subTest(name):
                self.wait(0, "sidewatch_target_up", target=name)
                self.wait_told("target is down", f"target={name} ", words)
        self.assert_told_once()
        for name in ("shop_half", "shop_flood", "shop_plain"):
            self.assertIsNone(self.show(name), "nothing of a failed run counts")
        self.wait(3, "sidewatch_exec_exit_code", target="fails")
        self.assertNotIn("hunter2", self.sidewatch.log_text())
        self.let_run("good", 5)
        self.assertEqual(self.lines("target=good", "is down"), [])
        self.sidewatch.stop()
        left = [name for name in ("3117", "3118", "3119", "3120", "3121", "shop_flood") if self.runs_still(name)]
        self.assertEqual(left, [], "nothing that was started stays behind")

    def runs_still(self, word):
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if words[:1] and words[0].rpartition("/")[2] in ("sleep", "yes") and any(word in w for w in words[1:]):
                return True
        return False


if __name__ == "__main__":
    unittest.main(verbosity=2)
