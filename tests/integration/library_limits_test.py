#!/usr/bin/python3
"""The unit tests of the shipped rules hold every `# set:` number: when it moves by a tenth, up or down, the rule's own test fails."""
import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support import ROOT

LIBRARY = ROOT / "alerts/library"
SETTING = re.compile(r"^(?P<text>.*\s)(?P<number>[0-9.]+)\s+# set: (?P<name>[a-z0-9_]+)$")
# Whole numbers that a tenth does not move past the next one. Of a 0, one of anything is enough.
COUNTS = {"target_changes", "blocked_sessions", "deadlocks", "redis_evictions_per_second"}


def moved(name, number, direction):
    return number + direction * (1.1 if name in COUNTS else number * 0.1)


def survivors(stem, direction):
    """(setting, its value, the value that nobody noticed) of the rules of a file whose tests pass with moved numbers, and how many it has."""
    settings, lines, alert = {}, [], None
    for line in (LIBRARY / f"{stem}.yml").read_text().splitlines():
        if line.startswith("      - alert: "):
            alert = line.split()[2]
        match = SETTING.match(line)
        if match:
            number = float(match["number"])
            other = moved(match["name"], number, direction)
            settings[alert] = (match["name"], number, other)
            line = f"{match['text']}{other:.10g}"
        lines.append(line)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "tests").mkdir()
        (folder / f"{stem}.yml").write_text("\n".join(lines) + "\n")
        test = shutil.copy(LIBRARY / f"tests/{stem}_test.yml", folder / "tests")
        tested = subprocess.run(["promtool", "test", "rules", test], capture_output=True, text=True, timeout=240)
    # Also a file that cannot be read at all is noticed by no alert.
    noticed = set(re.findall(r"alertname: (\w+), time", tested.stdout + tested.stderr))
    return [setting for name, setting in settings.items() if name not in noticed], len(settings)


class LibraryLimitsTest(unittest.TestCase):
    def test_no_limit_moves_by_a_tenth_unnoticed(self):
        stems = sorted(path.stem for path in LIBRARY.glob("*.yml"))
        with concurrent.futures.ThreadPoolExecutor(2) as runners:
            found = list(runners.map(lambda job: survivors(*job), [(stem, direction) for stem in stems for direction in (-1, 1)]))
        self.assertGreater(sum(settings for _, settings in found), 90, "the numbers are no longer found")
        unnoticed = [f"{name}: {number:g} may become {other:g}" for rows, _ in found for name, number, other in rows]
        self.assertEqual(unnoticed, [])


if __name__ == "__main__":
    unittest.main()
