#!/usr/bin/python3
"""tsdb import, dump, list and analyze: what goes in comes out, all of it or nothing."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from support import BINARY

PAGE = """# TYPE a counter
a_total{job="x"} 1 1700000000
a_total{job="x"} 2.5 1700000015
# TYPE b gauge
b{job="y",note="say \\"hi\\""} 1e6 1700000000
b{job="y",note="say \\"hi\\""} NaN 1700000015.5
# EOF
"""


class TsdbTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sidewatch-tsdb-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.storage = str(self.folder / "data")

    def run_tsdb(self, command, *words, stdin=None):
        return subprocess.run([BINARY, "tsdb", command, "--storage.path", self.storage, *words],
                              capture_output=True, text=True, timeout=60, input=stdin)

    def page(self, text, name="page.om"):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def dump(self, *words):
        dumped = self.run_tsdb("dump", *words)
        self.assertEqual(dumped.returncode, 0, dumped.stderr)
        return dumped.stdout.splitlines()

    def test_what_goes_in_comes_out(self):
        done = self.run_tsdb("import", self.page(PAGE))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("imported 4 samples of 2 series", done.stdout)
        self.assertIn("--storage.retention", done.stderr)
        self.assertEqual(self.dump(), [
            '{__name__="a_total", job="x"} 1 1700000000000',
            '{__name__="a_total", job="x"} 2.5 1700000015000',
            '{__name__="b", job="y", note="say \\"hi\\""} 1e+06 1700000000000',
            '{__name__="b", job="y", note="say \\"hi\\""} NaN 1700000015500'])
        self.assertEqual(len(self.dump("--match", "a_total", "--max-time", "1700000000000")), 1)

    def test_several_files_and_the_standard_input(self):
        one = self.page("x 1 1700000000\n# EOF\n", "one.om")
        done = self.run_tsdb("import", one, "-", stdin="y 2 1700000000\n# EOF\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.dump()), 2)

    def test_a_wrong_line_is_named_and_nothing_is_imported(self):
        good = self.page("x 1 1700000000\n# EOF\n", "good.om")
        for text, place, why in (
                ("x 1 1700000000\nx 2\n# EOF\n", ":2:", "timestamp"),
                ("x 1 1700000000\nx{a=1} 2 1700000001\n# EOF\n", ":2:", "expected"),
                ("x 1 1700000000\n", ":2:", "# EOF"),
                ("", ":1:", "# EOF"),
                ("x 1 1700000000\nx 2 1700000000\n# EOF\n", ":2:", "two values"),
        ):
            with self.subTest(text=text):
                failed = self.run_tsdb("import", good, self.page(text, "bad.om"))
                self.assertEqual(failed.returncode, 2)
                self.assertIn("bad.om" + place, failed.stderr)
                self.assertIn(why, failed.stderr)
                self.assertIn("nothing was imported", failed.stderr)
                self.assertEqual(self.dump(), [])

    def test_a_missing_file_or_folder_is_named(self):
        missing = self.run_tsdb("import", str(self.folder / "none.om"))
        self.assertEqual(missing.returncode, 2)
        self.assertIn("none.om: cannot open", missing.stderr)
        self.storage = str(self.folder / "elsewhere")
        self.assertIn("there is no such file", self.run_tsdb("dump").stderr)

    def test_list_and_analyze_count(self):
        lines = [f'm{{i="{i}"}} {i} {1_700_000_000 + 3600 * hour}\n' for i in range(3) for hour in range(5)]
        self.run_tsdb("import", self.page("".join(lines) + "n 1 1700000000\n# EOF\n"))
        listed = self.run_tsdb("list").stdout
        self.assertIn("4 series, 16 samples", listed)
        analyzed = self.run_tsdb("analyze", "--limit", "1").stdout
        self.assertIn("Total Series: 4\n", analyzed)
        self.assertIn("Highest cardinality labels:\n3 i\n", analyzed)
        self.assertIn("Highest cardinality metric names:\n3 m\n", analyzed)


if __name__ == "__main__":
    unittest.main()
