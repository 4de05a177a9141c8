#!/usr/bin/python3
"""The process: flags, clean end, reload all or nothing, clear words for what is wrong at the start."""
import json
import os
import signal
import socket
import subprocess
import time
import unittest

from support import BINARY, Sidewatch, free_port, http_get, http_post, wait_until

RULE = """
groups: [{name: g, rules: [{alert: %s, expr: vector(1)}]}]
"""


def run(*words, timeout=30):
    return subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=timeout)


class ProcessTest(unittest.TestCase):
    def test_zero_configuration_shows_host_and_self(self):
        sidewatch = self.enterContext(Sidewatch())
        sidewatch.words = lambda: [BINARY, "run", f"--storage.path={sidewatch.storage}", f"--web.listen-address=127.0.0.1:{sidewatch.port}"]
        sidewatch.launch()
        page = wait_until(lambda: "node_load1" in sidewatch.metrics() and sidewatch.metrics(), "host metrics")
        self.assertIn("node_memory_MemAvailable_bytes", page)
        self.assertIn("sidewatch_build_info", page)
        self.assertIn("process_resident_memory_bytes", page)

    def test_sigterm_ends_it_within_two_seconds(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            sidewatch = self.enterContext(Sidewatch(
                f'collectors: {{postgres: [{{name: silent, dsn: "postgres://127.0.0.1:{port}/x", timeout: 10s}}]}}'))
            sidewatch.launch(wait=False)
            wait_until(lambda: self.healthy(sidewatch), "the port answers")
            begin = time.monotonic()
            self.assertEqual(sidewatch.stop(signal.SIGTERM), 0)
            patience = float(os.environ.get("SIDEWATCH_STOP_SECONDS", "2"))
            self.assertLess(time.monotonic() - begin, patience)

    @staticmethod
    def healthy(sidewatch):
        try:
            return http_get(sidewatch.url("/-/healthy"), timeout=2)[0] == 200
        except OSError:
            return False

    def test_reload_is_all_or_nothing(self):
        sidewatch = self.enterContext(Sidewatch("global: {evaluation_interval: 1s}\nrule_files: [rules.yml]\n"))
        rules = sidewatch.folder / "rules.yml"
        rules.write_text(RULE % "First")
        sidewatch.launch()
        alerts = lambda: [a["labels"]["alertname"] for a in sidewatch.api("alerts")["alerts"]]
        wait_until(lambda: alerts() == ["First"], "the first rule fires")

        rules.write_text(RULE % "Second")
        sidewatch.process.send_signal(signal.SIGHUP)
        wait_until(lambda: alerts() == ["Second"], "SIGHUP reads the new rule")

        rules.write_text("groups: [{name: g, rules: [{alert: Third, expr: 'sum('}]}]")
        sidewatch.config.write_text("global: {evaluation_intervall: 1s}\nrule_files: [rules.yml]\n")
        status, body = http_post(sidewatch.url("/-/reload"))
        self.assertEqual(status, 500)
        self.assertIn(b"sidewatch.yml:1:10: unknown key \"evaluation_intervall\", did you mean \"evaluation_interval\"?", body)
        self.assertIn(b"rules.yml", body)
        self.assertEqual(alerts(), ["Second"])
        self.assertIn("sidewatch_config_last_reload_successful 0", sidewatch.metrics())

        sidewatch.config.write_text("global: {evaluation_interval: 1s}\nrule_files: [rules.yml]\n")
        rules.write_text(RULE % "Fourth")
        self.assertEqual(http_post(sidewatch.url("/-/reload"))[0], 200)
        wait_until(lambda: alerts() == ["Fourth"], "a good reload takes over")
        self.assertIn("sidewatch_config_last_reload_successful 1", sidewatch.metrics())

    def test_broken_config_ends_with_2_and_every_error(self):
        sidewatch = self.enterContext(Sidewatch(
            "global: {scrape_interval: soon}\nstorag: {}\ncollectors: {postgress: [{}]}\n"))
        for words in (["run", f"--config.file={sidewatch.config}", f"--storage.path={sidewatch.storage}"],
                      ["config", "check", str(sidewatch.config)]):
            with self.subTest(words[0]):
                ended = run(*words)
                self.assertEqual(ended.returncode, 2)
                self.assertIn('sidewatch.yml:1:27: not a valid duration string: "soon"', ended.stderr)
                self.assertIn('sidewatch.yml:2:1: unknown key "storag", did you mean "storage"?', ended.stderr)
                self.assertIn('sidewatch.yml:3:14: unknown key "postgress", did you mean "postgres"?', ended.stderr)

    def test_config_check_accepts_a_good_file(self):
        sidewatch = self.enterContext(Sidewatch("global: {scrape_interval: 5s}\n"))
        for words in ([str(sidewatch.config)], [f"--config.file={sidewatch.config}"], ["--config.file", str(sidewatch.config)]):
            ended = run("config", "check", *words)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, f"{sidewatch.config}: good\n", ""))
        for words in ([], [str(sidewatch.config), "--config.file", str(sidewatch.config)]):
            self.assertEqual(run("config", "check", *words).returncode, 2)

    def test_taken_port_and_unwritable_storage_are_said_clearly(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            sidewatch = self.enterContext(Sidewatch())
            ended = run("run", f"--storage.path={sidewatch.storage}", f"--web.listen-address=127.0.0.1:{port}")
            self.assertEqual(ended.returncode, 2)
            self.assertIn(f"127.0.0.1:{port}", ended.stderr)
            self.assertIn("already in use", ended.stderr)
        ended = run("run", "--storage.path=/proc/sidewatch", f"--web.listen-address=127.0.0.1:{free_port()}")
        self.assertEqual(ended.returncode, 2)
        self.assertIn("/proc/sidewatch", ended.stderr)

    def test_log_formats(self):
        sidewatch = self.enterContext(Sidewatch(flags=["--log.format=json", "--log.level=debug"]))
        sidewatch.launch()
        sidewatch.stop()
        lines = [json.loads(line) for line in sidewatch.log_text().splitlines()]
        self.assertTrue(lines)
        self.assertLessEqual({"time", "level", "msg"}, lines[0].keys())

    def test_secrets_never_show_in_the_status(self):
        sidewatch = self.enterContext(Sidewatch(
            'collectors: {postgres: [{name: x, dsn: "postgres://me:hunter2@127.0.0.1:1/x"}]}\n'
            'notifications: {route: {receiver: r}, receivers: [{name: r, slack_configs: [{api_url: "http://127.0.0.1:1/hunter2", channel: c}]}]}\n'))
        sidewatch.launch()
        shown = sidewatch.api("status/config")["yaml"]
        self.assertIn("<secret>", shown)
        self.assertNotIn("hunter2", shown)


if __name__ == "__main__":
    unittest.main()
