#!/usr/bin/python3
"""The documentation of the configuration: every ```yaml block is a whole config file that the program accepts, and every key that the
code reads is in it."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from support import BINARY, ROOT

CONFIGURATION = ROOT / "docs/configuration.md"
MIGRATION = ROOT / "docs/migration.md"
RECEIVERS = ROOT / "docs/receivers.md"
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)
# Collectors that the documentation knows and this program may not have yet: their blocks are checked as soon as it has.
COMING = ("backups", "certificates", "logs", "heartbeats", "probes")

# Where keys of the config file are read, and how.
READERS = ("exporter/app/config_file.cc", "exporter/scrape/target.cc", "exporter/net/web_config.cc", "exporter/net/http_client_options.cc",
           "alerts/library/library.cc", "alerts/notifier/notification_config.cc", "alerts/dispatch/route_reader.cc", "alerts/mute/inhibitor.cc",
           "alerts/mute/time_interval_reader.cc", "alerts/pipeline/receiver_reader.cc", "alerts/receivers/*/*.cc", "collectors/*/*.cc")
READ = re.compile(r'\b(?:Read|Require|ReadSecret|Get|ReadTemplate|ReadPositive|ReadRuleNames|ReadPattern|ReadRoot|ReadPartNames|ReadViewNames|'
                  r'ReadChoice|GetFilled)\((?:\w+, )?"([a-z][a-z0-9_]+)"')


def blocks(path):
    text = path.read_text()
    return [(text[:match.start()].count("\n") + 2, match[1]) for match in BLOCK.finditer(text)]


class DocsTest(unittest.TestCase):
    def check(self, path):
        environment = {**os.environ, "DATABASE_URL": "postgres://x@db/x", "REDIS_URL": "redis://redis:6379", "PGPASSWORD": "x"}
        for line, text in blocks(path):
            with self.subTest(block=f"{path.name}:{line}"), tempfile.TemporaryDirectory() as folder:
                config = pathlib.Path(folder) / "sidewatch.yml"
                config.write_text(text)
                (pathlib.Path(folder) / "alertmanager.yml").write_text("{route: {receiver: ops}, receivers: [{name: ops}]}\n")
                checked = subprocess.run([BINARY, "config", "check", str(config)], capture_output=True, text=True, timeout=60, env=environment)
                errors = checked.stdout + checked.stderr
                if any(f'unknown key "{kind}"' in errors for kind in COMING):
                    self.skipTest("its collector is not in this program")
                self.assertEqual(checked.returncode, 0, errors)

    def test_examples_of_the_configuration_are_accepted(self):
        self.assertGreater(len(blocks(CONFIGURATION)), 8)
        self.check(CONFIGURATION)

    def test_examples_of_the_migration_are_accepted(self):
        self.assertGreater(len(blocks(MIGRATION)), 5)
        self.check(MIGRATION)

    def test_examples_of_the_receivers_are_accepted(self):
        self.assertGreater(len(blocks(RECEIVERS)), 5)
        self.check(RECEIVERS)

    def test_every_key_is_documented(self):
        pages = [CONFIGURATION, RECEIVERS, *sorted((ROOT / "docs/collectors").glob("*.md"))]
        text = "\n".join(page.read_text() for page in pages)
        missing = {}
        for pattern in READERS:
            paths = sorted(ROOT.glob(pattern))
            self.assertTrue(paths, pattern)
            for path in paths:
                code = path.read_text()
                for key in READ.findall(code) if "MapReader" in code else ():
                    if not re.search(rf"\b{key}\b", text):
                        missing.setdefault(str(path.relative_to(ROOT)), set()).add(key)
        self.assertEqual(missing, {}, "add these keys to docs/configuration.md or to the page of the collector")

    def test_every_flag_is_documented(self):
        shown = subprocess.run([BINARY, "run", "--help"], capture_output=True, text=True, timeout=60).stdout
        flags = set(re.findall(r"--[a-z][a-z.-]+", shown)) - {"--help"}
        self.assertGreater(len(flags), 6)
        text = CONFIGURATION.read_text()
        self.assertEqual({flag for flag in flags if f"`{flag}`" not in text}, set(), "add these flags to docs/configuration.md")


if __name__ == "__main__":
    unittest.main()
