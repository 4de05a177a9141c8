#!/usr/bin/env python3
"""A file that outgrows its gate must be split: 500 lines for code, 800 for tests. Constant tables may be longer."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE, TESTS = 500, 800
TABLE_MARK = "// lint: a constant table"


def main():
    names = subprocess.run(["git", "ls-files", "--", "*.cc", "*.h"], cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout.split()
    failures = []
    for name in names:
        text = (ROOT / name).read_text()
        gate = TESTS if name.startswith("tests/") else CODE
        lines = text.count("\n")
        if lines > gate and TABLE_MARK not in text[:400]:
            failures.append(f"{name}: {lines} lines, the gate is {gate}: split it by responsibility")
    print("\n".join(failures) or "sizes hold")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
