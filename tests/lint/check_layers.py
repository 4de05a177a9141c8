#!/usr/bin/env python3
"""Holds the layers of layers.txt: prints `file:line: A may not include B` for each include that breaks them."""
import fnmatch
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
# Outside libraries that belong to one folder only.
OWNED = {
    "civetweb.h": ("exporter/net",),
    "curl/": ("exporter/net",),
    "openssl/": ("exporter/net", "collectors/certificates", "tests/*"),
    "yaml-cpp/": ("exporter/config",),
    "sqlite3.h": ("exporter/state",),
}
OUTSIDE = re.compile(r'^\s*#\s*include\s+[<"]([^">]+)[">]')


def read_layers(path):
    layers = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            folder, _, allowed = line.partition(":")
            layers[folder.strip()] = allowed.split()
    return layers


def rule_for(folder, layers):
    if folder in layers:
        return layers[folder]
    best = [name for name in layers if fnmatch.fnmatch(folder, name)]
    return layers[max(best, key=len)] if best else None


def same_unit(folder, target):
    """A folder and the folders inside it are one unit, like collectors/postgres and collectors/postgres/views."""
    inner, outer = (folder, target) if len(folder) > len(target) else (target, folder)
    return inner == outer or (outer.count("/") >= 1 and inner.startswith(outer + "/"))


def main():
    layers = read_layers(ROOT / "tests/lint/layers.txt")
    failures = []
    for top in ("exporter", "collectors", "alerts", "tests"):
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix not in (".cc", ".h"):
                continue
            folder = path.parent.relative_to(ROOT).as_posix()
            allowed = rule_for(folder, layers)
            for number, line in enumerate(path.read_text().splitlines(), 1):
                where = f"{path.relative_to(ROOT)}:{number}"
                outside = OUTSIDE.match(line)
                if outside:
                    for prefix, owners in OWNED.items():
                        if outside.group(1).startswith(prefix) and not any(
                                fnmatch.fnmatch(folder, owner) for owner in owners):
                            failures.append(f"{where}: {folder} may not include <{outside.group(1)}>")
                match = INCLUDE.match(line)
                if not match or "/" not in match.group(1):
                    continue
                target = str(pathlib.PurePosixPath(match.group(1)).parent)
                if not (ROOT / match.group(1)).exists():
                    continue  # generated, or another library's header
                if allowed is None:
                    failures.append(f"{where}: {folder} has no row in tests/lint/layers.txt")
                elif not same_unit(folder, target) and not any(fnmatch.fnmatch(target, name) for name in allowed):
                    failures.append(f"{where}: {folder} may not include {target}")
    print("\n".join(failures) or "layers hold")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
