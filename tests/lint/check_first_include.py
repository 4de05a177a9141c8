"""Every source includes its own header first, so that compiling it shows that the header stands alone.

Headers without a source of their own are compiled alone by tests/lint/headers.sh.
"""

import pathlib
import re
import subprocess
import sys

INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.M)


def main():
    sources = subprocess.run(
        ["git", "ls-files", "--", "exporter/*.cc", "collectors/*.cc", "alerts/*.cc"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    wrong = 0
    for source in sources:
        header = pathlib.Path(source).with_suffix(".h")
        first = INCLUDE.search(pathlib.Path(source).read_text())
        if header.exists() and (first is None or first.group(1) != str(header)):
            wrong += 1
            print(f"{source}:1: include {header} first", file=sys.stderr)
    if wrong:
        sys.exit(1)
    print("headers come first")


if __name__ == "__main__":
    main()
