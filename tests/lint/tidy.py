"""Runs clang-tidy over the program's units and remembers in build/tidy/ which of them were clean.

The preset `lint` compiles the sources in a few big units (cmake/unity.cmake), so that their headers are read and judged
once for a dozen files.

What is remembered of a unit: the paths that it was made of (itself and our headers, from clang's dependency list) and
one hash over their contents, its compile command and the checks. Headers of the system are not in it.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

CLANG_TIDY = "clang-tidy-14"
MEMORY = pathlib.Path("build/tidy")
UNITS = "build/lint/unity/"
OURS = ("exporter/", "collectors/", "alerts/")


def commands():
    """Path from the root of the repository -> compile command, without its launcher and its outputs."""
    found = {}
    for entry in json.loads(pathlib.Path("build/lint/compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        words = words[next(i for i, word in enumerate(words) if "clang" in word):]
        words = words[: words.index("-o")] + ["-c", entry["file"]]
        found[os.path.relpath(entry["file"])] = words
    return found


def fingerprint(paths, rules, command):
    digest = hashlib.sha256(json.dumps([rules, command]).encode())
    for path in paths:
        digest.update(path.encode())
        digest.update(pathlib.Path(path).read_bytes())
    return digest.hexdigest()


def dependencies(command):
    """Our own files that the translation unit reads."""
    rule = subprocess.run(
        command + ["-MM", "-MT", "x"], check=True, capture_output=True, text=True
    ).stdout
    paths = rule.replace("\\\n", " ").split()[1:]
    return sorted({os.path.relpath(path) for path in paths})


def reads_one_of(unit, files):
    if not unit.startswith(UNITS):
        return unit in files
    text = pathlib.Path(unit).read_text()
    return any(f'"{path}"' in text for path in files)


class Checker:
    def __init__(self, full):
        self.checks = [] if full else pathlib.Path("tests/lint/tidy_checks.txt").read_text().split()
        version = subprocess.run([CLANG_TIDY, "--version"], check=True, capture_output=True, text=True)
        self.rules = [version.stdout, pathlib.Path(".clang-tidy").read_text(), self.checks]
        self.memory = MEMORY / ("full" if full else "quick")
        self.commands = commands()

    def known_clean(self, path):
        try:
            kept = json.loads((self.memory / f"{path}.json").read_text())
            return kept["hash"] == fingerprint(kept["paths"], self.rules, self.commands[path])
        except FileNotFoundError:
            return False

    def remember(self, path, paths, print_of_them):
        kept = self.memory / f"{path}.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({"hash": print_of_them, "paths": paths}))

    def refusal(self, path):
        """What clang-tidy says against the file, or None."""
        if path not in self.commands:
            return f"{path}: no target of the preset `lint` compiles it\n"
        if self.known_clean(path):
            return None
        try:
            paths = dependencies(self.commands[path])
        except subprocess.CalledProcessError as error:
            return error.stderr or str(error)
        # Taken before the run: an edit while clang-tidy reads must not pass for clean.
        before = fingerprint(paths, self.rules, self.commands[path])
        # In a unit the sources themselves are included files.
        ours = "--header-filter=" + os.getcwd() + "/(" + "|".join(OURS) + ")"
        arguments = [CLANG_TIDY, "-p", "build/lint", "--quiet", ours, path]
        if self.checks:
            arguments.append("--checks=" + ",".join(self.checks))
        run = subprocess.run(arguments, capture_output=True, text=True)
        if run.returncode != 0:
            return run.stdout or run.stderr or f"{CLANG_TIDY} ended with {run.returncode}"
        self.remember(path, paths, before)
        return None


def main(arguments):
    full = arguments[:1] == ["--full"]
    files = arguments[1:] if full else arguments
    checker = Checker(full)
    # Tests are held by the compiler's warnings and by the sanitizers.
    units = [path for path in checker.commands if path.startswith((*OURS, UNITS))]
    files = [unit for unit in units if not files or reads_one_of(unit, files)]
    refused = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        running = {pool.submit(checker.refusal, path): path for path in files}
        for done in concurrent.futures.as_completed(running):
            if words := done.result():
                refused += 1
                print(f"{words}\nclang-tidy refuses {running[done]}", flush=True)
    if refused:
        sys.exit(f"clang-tidy refuses {refused} of {len(files)} units")
    print(f"clang-tidy holds for {len(files)} units")


if __name__ == "__main__":
    main(sys.argv[1:])
