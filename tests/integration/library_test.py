#!/usr/bin/python3
"""The shipped rules are Prometheus rule files: promtool checks them and runs their unit tests. None lacks its texts, its test or
its runbook, and the example of inhibition is read by the program."""
import collections
import json
import pathlib
import re
import subprocess
import tempfile
import unittest

from support import BINARY, ROOT, Sidewatch, wait_until

LIBRARY = ROOT / "alerts/library"
RUNBOOKS = ROOT / "docs/runbooks"
# NotificationRefused is raised by the notifier, by no rule.
BESIDES = ("README", "NotificationRefused")
FILES = sorted(LIBRARY.glob("*.yml"))
TESTS = sorted((LIBRARY / "tests").glob("*_test.yml"))
# Alerts that are no rules, and where the program raises them.
RAISED = {"NotificationRefused": "alerts/notifier/refusals.cc"}
SETTING = re.compile(r"^\s*(?P<text>.*\S)\s+# set: (?P<name>[a-z0-9_]+)$")


def promtool(*words):
    return subprocess.run(["promtool", *map(str, words)], capture_output=True, text=True, timeout=240)


def rules():
    """(file, name, text) of each rule, without a YAML library: the files keep to one layout."""
    for path in FILES:
        for block in path.read_text().split("\n      - alert: ")[1:]:
            yield path, block.split()[0], block


class LibraryTest(unittest.TestCase):
    def test_promtool_accepts_every_file(self):
        self.assertGreater(len(FILES), 5)
        checked = promtool("check", "rules", *FILES)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_promtool_passes_every_unit_test(self):
        tested = promtool("test", "rules", *TESTS)
        self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)

    def test_our_own_runner_says_what_promtool_says(self):
        for words in (("test", "rules", *TESTS), ("check", "rules", *FILES)):
            peer = promtool(*words)
            ours = subprocess.run([BINARY, words[1], words[0], *map(str, words[2:])], capture_output=True, text=True, timeout=240)
            self.assertEqual((ours.returncode, ours.stdout, ours.stderr), (peer.returncode, peer.stdout, peer.stderr))

    def test_every_rule_has_a_test_in_which_it_fires(self):
        self.assertEqual([p.stem for p in FILES], [p.stem.removesuffix("_test") for p in TESTS])
        for path, name, _ in rules():
            test = (LIBRARY / "tests" / f"{path.stem}_test.yml").read_text()
            block = test.partition(f"  - name: {name}\n")[2].partition("\n  - name: ")[0]
            self.assertIn(f"alertname: {name}\n        exp_alerts:\n          - exp_labels:", block, f"{name} never fires in its test")

    def test_a_message_asks_only_for_labels_that_the_metrics_have(self):
        listed = json.loads(subprocess.run([BINARY, "metrics", "list", "--output", "json"], check=True, capture_output=True, text=True).stdout)
        labels = collections.defaultdict(set)
        for metric in listed:
            labels[metric["name"]].update(metric["labels"])
        # One name, two sets of labels; the list shows the first.
        labels["certificate_chain_valid"].add("endpoint")
        judged = 0
        for _, name, block in rules():
            expression, _, rest = block.partition("annotations:")
            metrics = set(re.findall(r"[a-z_][a-z0-9_]+", expression)) & set(labels)
            if not metrics or "__name__" in expression:
                continue  # An application's metrics are its own.
            judged += 1
            with self.subTest(rule=name):
                known = {"job", "instance", "target"}.union(*(labels[metric] for metric in metrics))
                self.assertEqual(set(re.findall(r"\$labels\.(\w+)", rest)) - known, set(), "labels that no series has")
        self.assertGreater(judged, 60)

    def test_every_rule_says_what_is_needed_at_night(self):
        for path, name, block in rules():
            with self.subTest(rule=name):
                self.assertRegex(block, r"\n        labels: \{severity: (critical|warning|info), topic: [a-z_]+\}\n")
                self.assertRegex(block, r'\n          summary: "[^"]')
                self.assertRegex(block, r'\n          description: "[^"]')
                self.assertIn(f"\n          runbook_url: https://github.com/sidewatch/sidewatch/blob/main/docs/runbooks/{name}.md\n", block + "\n")
                yes_or_no = re.search(r"[=!>]=? [01]([\s)]|$)", block)
                self.assertTrue(yes_or_no or "$value" in block, "a rule on a number shows the number")

    def test_the_readme_tells_how_many_are_on(self):
        off = [name for _, name, block in rules() if "# off: " in block.splitlines()[0]]
        self.assertEqual(off, ["Watchdog"])
        self.assertIn(f"\n{len(list(rules())) - len(off)} alert rules are on without a word", (ROOT / "README.md").read_text())

    def test_groups_and_names_are_the_librarys(self):
        names = collections.Counter(name for _, name, _ in rules())
        self.assertEqual([name for name, count in names.items() if count > 1], [])
        for path in FILES:
            self.assertEqual(re.findall(r"^  - name: (.*)$", path.read_text(), re.M), [f"sidewatch:{path.stem}"])

    def test_every_rule_has_its_runbook_and_every_runbook_its_rule(self):
        self.assertEqual(sorted(p.stem for p in RUNBOOKS.glob("*.md") if p.stem not in BESIDES), sorted(name for _, name, _ in rules()))
        for path in RUNBOOKS.glob("*.md"):
            if path.stem == "README":
                continue
            text = path.read_text()
            self.assertTrue(text.startswith(f"# {path.stem}\n"), path.name)
            for heading in ("## What it means", "## How to check", "## What to do", "## When to ignore it"):
                self.assertIn(heading, text, path.name)

    def test_a_setting_has_one_default_and_is_documented(self):
        defaults = collections.defaultdict(set)
        for path in FILES:
            for line in path.read_text().splitlines():
                match = SETTING.match(line)
                if match:
                    defaults[match["name"]].add(match["text"].split()[-1])
                else:
                    self.assertNotRegex(line, r"# set: [a-z]", f"{path.name}: a setting stands behind its number")
        self.assertGreater(len(defaults), 20)
        self.assertEqual({name: values for name, values in defaults.items() if len(values) != 1}, {})
        listed = dict(re.findall(r"^\| `([a-z0-9_]+)` \| ([0-9.]+) \|", (RUNBOOKS / "README.md").read_text(), re.M))
        self.assertEqual(listed, {name: values.pop() for name, values in defaults.items()})

    def test_the_examples_are_read_by_the_program(self):
        examples = sorted((LIBRARY / "examples").glob("*.yml"))
        self.assertGreater(len(examples), 1)
        for example in examples:
            with self.subTest(example.name), tempfile.TemporaryDirectory() as folder:
                config = pathlib.Path(folder) / "sidewatch.yml"
                config.write_text(f"notifications_file: {example}\n")
                checked = subprocess.run([BINARY, "config", "check", str(config)], capture_output=True, text=True, timeout=60)
                self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_the_example_for_those_on_call_routes_by_severity_and_priority(self):
        with Sidewatch(f"library: {{enabled: false}}\nnotifications_file: {LIBRARY}/examples/on-call.yml\n") as sidewatch:
            sidewatch.launch()
            for label, want in {"severity=critical": "status,on-call", "severity=p1": "status,on-call", "priority=P1": "status,on-call",
                                "severity=warning": "team", "priority=P2": "team", "severity=info": "team-mail", "severity=P4": "team-mail",
                                "priority=p3": "team-mail", "a=b": "team"}.items():
                with self.subTest(label):
                    tested = subprocess.run(["amtool", "--alertmanager.url", sidewatch.url(""), "config", "routes", "test", label],
                                            capture_output=True, text=True, timeout=60)
                    self.assertEqual((tested.stdout.strip(), tested.returncode), (want, 0), tested.stderr)

    def test_every_example_holds_the_lower_levels_back(self):
        example = (LIBRARY / "examples/notifications.yml").read_text()
        equal = re.findall(r"equal: (\[.*\])", example)
        self.assertEqual(len(equal), 2)
        for page in ("README.md", "docs/configuration.md", "deploy/compose/sidewatch.yml", "deploy/kubernetes/sidecar.yaml"):
            with self.subTest(page=page):
                self.assertEqual([names for names in equal if names not in (ROOT / page).read_text()], [])

    def test_the_program_runs_them_by_default(self):
        config = "global: {scrape_interval: 1s, evaluation_interval: 1s}\nlibrary: {disable: [RedisEvictions], enable: [Watchdog]}\n"
        with Sidewatch(config) as sidewatch:
            sidewatch.launch()

            def evaluated():
                found = {rule["name"]: rule for group in sidewatch.api("rules")["groups"] for rule in group["rules"]}
                return found if found and all(rule["health"] != "unknown" for rule in found.values()) else None
            found = wait_until(evaluated, "every rule of the library was evaluated")
            self.assertEqual({name: rule["lastError"] for name, rule in found.items() if rule["health"] != "ok"}, {})
            self.assertEqual(sorted(found), sorted({name for _, name, _ in rules()} - {"RedisEvictions"}))
            self.assertEqual(found["Watchdog"]["state"], "firing")


if __name__ == "__main__":
    unittest.main()
