"""Packs sources into few translation units: unity.py OUT ROOT SOURCE...

Most of a small file's compile time goes into the headers that it shares with all others, so a unit reads the headers of
all its sources first. A name that a source keeps to itself (anonymous namespace or static) may be a word of another one
in the unit: it is renamed by a macro around the source's text. Where a macro would reach further than the source's own
name, the two stay apart.
"""

import math
import pathlib
import re
import sys

MOST = 240_000  # Bytes a unit: g++ takes 1.5 GB for one.

OPEN = re.compile(r"^namespace ([\w:]+) \{", re.M)
ANONYMOUS = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.M | re.S)
TYPE = re.compile(r"^(?:template <.*> )?(?:struct|class|enum(?: class)?|union) (\w+)", re.M)
ALIAS = re.compile(r"^using (\w+) =", re.M)
USING = re.compile(r"^using ((?:\w+::)+(\w+));", re.M)
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
HEADER = re.compile(r"^#include .*", re.M)
QUALIFIED = re.compile(r"(?:\.|->|::)\s*(\w+)")
FUNCTION = re.compile(r"^(?=\S)(?!static_assert)[\w:<>&*,\[\] .]*?\b(?![A-Z_]+\()(\w+)\(", re.M)
OBJECT = re.compile(r"^(?:inline |static |thread_local )*(?:constexpr|constinit|const) [^=;({]*?\b(\w+)(?:\[[^\]]*\])?\s*(?:=|;|\{)", re.M)
STATIC = re.compile(r"^static [\w:<>&*, ]*?\b(\w+)\(", re.M)
ENUMERATORS = re.compile(r"^enum (?!class)\w*[^{]*\{([^}]*)\}", re.M)
METHOD = re.compile(r"\boverride\b|^\w[^=;{]*? \w+::\w+\(", re.M)  # Of a class that a header declares.
MACRO = re.compile(r"^#define (\w+)", re.M)
UNQUALIFIED = re.compile(r"(?<![\w.>:])(\w+)")
COMMENT = re.compile(r"(?:^|[ \t]+)//.*", re.M)


def words_of(text):
    return set(re.findall(r"\w+", text))


class Headers:
    """The words of each of our headers and of those that it includes."""

    def __init__(self, root):
        self.root = root
        self.known = {}

    def words(self, text):
        return set().union(*(self.of(name) for name in INCLUDE.findall(text)))

    def of(self, name):
        path = self.root / name
        if name not in self.known:
            self.known[name] = set()
            if path.exists():
                text = COMMENT.sub("", path.read_text())
                self.known[name] = words_of(text) | self.words(text)
        return self.known[name]


class Source:
    def __init__(self, path, headers):
        whole = path.read_text()
        text = COMMENT.sub("", whole)
        self.path = path
        self.size = len(text)
        opened = OPEN.search(text)
        self.scope = opened.group(1).split("::") if opened else []
        self.macros = set(MACRO.findall(text))
        # Names taken from elsewhere: two sources may take the same one.
        self.taken = {name: whole for whole, name in USING.findall(text)}
        self.bare = set(UNQUALIFIED.findall(text))
        own = COMMENT.sub("", "\n".join(ANONYMOUS.findall(whole)))
        self.names = set(STATIC.findall(text)) | set(ALIAS.findall(text))
        for pattern in (FUNCTION, OBJECT, TYPE):
            self.names.update(pattern.findall(own))
        for body in ENUMERATORS.findall(own):
            self.names.update(re.findall(r"\bk\w+", body))
        self.words = words_of(text)
        self.read = self.words | headers.words(text)
        self.headers = HEADER.findall(text)
        # A macro would also hit the namesake in a class or namespace, and a method that a header of ours declares.
        methods = headers.words(text) if METHOD.search(text) else set()
        self.fixed = self.names & (set(QUALIFIED.findall(text)) | methods)

    def sees(self, other):
        shorter = min(len(self.scope), len(other.scope))
        return self.scope[:shorter] == other.scope[:shorter]

    def meets(self, other):
        if self.macros & other.read or other.macros & self.read:
            return True
        return self.sees(other) and bool(
            self.fixed & other.words or other.fixed & self.words or self.takes_from(other) or other.takes_from(self))

    def takes_from(self, other):
        """Whether a name that this one takes from elsewhere would mean something else to the other one."""
        return any(name in other.bare and other.taken.get(name) != whole for name, whole in self.taken.items())

    def renamed(self, unit):
        """Names of its own that others of the unit, or their headers, use for something else."""
        others = [other for other in unit if other is not self]
        return sorted((self.names - self.fixed) & set().union(*(other.read for other in others)))


def pack(sources):
    units = []
    # An even number with as many bytes in each, so that two cores end together.
    whole = sum(source.size for source in sources)
    most = whole / (2 * math.ceil(whole / MOST / 2)) * 1.02 if whole > MOST else MOST
    # Those that meet most others first: fewer units are left half empty.
    conflicts = {source: sum(map(source.meets, sources)) for source in sources}
    for source in sorted(sources, key=conflicts.get, reverse=True):
        for unit in units:
            full = sum(other.size for other in unit) + source.size > most
            if not full and not any(source.meets(other) for other in unit):
                unit.append(source)
                break
        else:
            units.append([source])
    return units


def text_of(unit, root):
    lines = []
    if len(unit) > 1:
        lines += dict.fromkeys(header for source in unit for header in source.headers)
    for number, source in enumerate(unit):
        names = source.renamed(unit)
        lines += [f"#define {name} {name}_{number}" for name in names]
        lines.append(f'#include "{source.path.relative_to(root)}"')
        lines += [f"#undef {name}" for name in names]
    return "\n".join(lines) + "\n"


def main(out, root, paths):
    headers = Headers(root)
    units = pack([Source(pathlib.Path(path), headers) for path in paths])
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for number, unit in enumerate(units):
        target = out / f"unit_{number:03}.cc"
        text = text_of(unit, root)
        # An unchanged unit keeps its time, so that nothing is compiled for having been packed again.
        if not target.exists() or target.read_text() != text:
            target.write_text(text)
        written.append(target)
    for stale in set(out.glob("unit_*.cc")) - set(written):
        stale.unlink()
    print(";".join(str(path) for path in written), end="")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:])
