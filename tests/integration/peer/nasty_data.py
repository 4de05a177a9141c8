"""A page of OpenMetrics that no program would expose: what query engines stumble over, three hours of it.

No timestamp is a whole number of hundredths of a second. Queries use only such times, so that no sample ever lies on
the edge of a window: there Prometheus 2 and 3 differ.
"""
import math
import random

START = 1_700_000_000_000  # Milliseconds. Years ago: what is loaded must not depend on the clock.
LENGTH = 3 * 3600 * 1000
END = START + LENGTH

SPECIALS = (math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, 1e-300, -1e-300,
            1e150, -1e150, 1.0, -1.0, 0.5, -0.5, 1e15 + 0.3, 2.0 ** 53 + 2)
DATES = (0, -1, 951782400, 951868800, 1709164800, 1709251199, 4102444800, -2208988800, 1e11, -1e11, 1.5e9 + 0.9, 68169600,
         -86400.5, 1e12)

# Kinds of series by metric. Metrics that `matches` lists have the labels that vector matching needs.
COUNTERS = ("requests_total", "errors_total", "bytes_total", "jumps_total")
GAUGES = ("temperature", "queue", "level", "steady", "ties", "flags")
WILD = ("wild", "nan_only", "inf_only", "dates", "tiny")
SPARSE = ("once", "twice", "gaps", "begins", "ends", "bursts", "slow")
INFO = ("build_info", "owner_info")
HISTOGRAMS = ("plain", "no_inf", "falling", "doubled", "nan_counts", "odd_le", "negative", "one_bucket", "no_counts",
              "rounding", "only_inf")
TEXTS = ('with "quotes"', "back\\slash", "ünïcode", "a.b", "0", " ", "$1")

LES = ("0.1", "0.5", "1", "2.5", "10", "+Inf")
BOUNDS = {
    "no_inf": LES[:-1],
    "doubled": ("0.1", "1e-1", "1", "1.0", "0x1p1", "2", "+Inf", "Inf"),
    "odd_le": ("0.1", "one", "1", "1_0", "10", "", "+Inf"),
    "negative": ("-10", "-1", "0", "1", "+Inf"),
    "one_bucket": ("1", "+Inf"),
    "only_inf": ("+Inf",),
}


class Times:
    """Odd timestamps: a mean interval in milliseconds, as irregular as asked for."""

    def __init__(self, rng, interval, wobble=0.3, begin=START, end=END):
        self.rng, self.interval, self.wobble, self.begin, self.end = rng, interval, wobble, begin, end

    def __iter__(self):
        at = self.begin + self.rng.randrange(self.interval)
        while at < self.end:
            yield at + 1 if at % 10 == 0 else at
            at += max(11, int(self.interval * (1 + self.wobble * (2 * self.rng.random() - 1))))


def counter(rng, scale, resets):
    """Never near zero, and never two resets in a row: where a counter would have begun below zero, Prometheus 2 and 3 differ."""
    value, rising = scale, True
    while True:
        yield value if scale < 10 else int(value)
        rising = not rising or rng.random() >= resets
        value = value + rng.random() * scale / 1000 if rising else value * 0.8


def walk(rng, scale, digits):
    value = (rng.random() - 0.5) * scale
    while True:
        yield round(value, digits)
        value += (rng.random() - 0.5) * scale / 10


def among(rng, values):
    while True:
        yield rng.choice(values)


def mostly(rng, usual, odd, share):
    """Of `usual`, now and then one of `odd`."""
    for value in usual:
        yield rng.choice(odd) if rng.random() < share else value


def label_sets(rng, count):
    """Some with fewer labels than others."""
    found = []
    while len(found) < count:
        labels = {"a": rng.choice("xyz"), "b": str(rng.randrange(1, 4))}
        if rng.random() < 0.5:
            labels["c"] = rng.choice(("p", "q", *TEXTS[:4]))
        if rng.random() < 0.2:
            del labels["a"]
        if labels not in found:
            found.append(labels)
    return found


class Page:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.samples = {}
        self.series = []

    def add(self, metric, labels, times, values):
        self.series.append((metric, labels))
        self.samples.setdefault(metric, []).append((tuple(sorted(labels.items())), list(zip(times, values))))

    def write(self, path):
        with open(path, "w", encoding="utf-8") as out:
            for metric, series in sorted(self.samples.items()):
                # One program has its series by labels, the other as they began: the same here.
                labels = sorted(one for one, _ in series)
                for labels, samples in zip(labels, sorted((samples for _, samples in series), key=lambda one: one[0][0])):
                    head = metric + "{" + ",".join(f'{name}="{escaped(value)}"' for name, value in labels) + "}"
                    out.writelines(f"{head} {shown(value)} {at // 1000}.{at % 1000:03}\n" for at, value in samples)
            out.write("# EOF\n")


def escaped(text):
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def shown(value):
    if math.isnan(value):
        return "NaN"
    return ("+Inf" if value > 0 else "-Inf") if math.isinf(value) else repr(value)


def add_counters(page):
    rng = page.rng
    for metric, scale, resets in zip(COUNTERS, (200, 3, 1e9, 50), (0.01, 0.05, 0.002, 0.3)):
        for labels in label_sets(rng, 9):
            page.add(metric, labels, Times(rng, rng.choice((7_000, 15_000, 60_000))), counter(rng, scale, resets))


def add_gauges(page):
    rng = page.rng
    values = {"temperature": lambda: walk(rng, 50, 2), "queue": lambda: among(rng, range(-5, 30)),
              "level": lambda: mostly(rng, walk(rng, 1, 16), (math.nan, math.inf, -math.inf), 0.03),
              "steady": lambda: among(rng, (rng.choice((3, 0.1, -7.25)),)), "ties": lambda: among(rng, (1, 2, 3)),
              "flags": lambda: among(rng, (0, 1))}
    for metric in GAUGES:
        for labels in label_sets(rng, 8):
            page.add(metric, labels, Times(rng, rng.choice((11_000, 30_000, 45_000))), values[metric]())


def add_wild(page):
    rng = page.rng
    values = {"wild": SPECIALS, "nan_only": (math.nan,), "inf_only": (math.inf, -math.inf), "dates": DATES,
              "tiny": SPECIALS[5:10]}
    for metric in WILD:
        for labels in label_sets(rng, 6):
            page.add(metric, labels, Times(rng, 20_000), among(rng, values[metric]))
    for text in TEXTS:
        page.add("texts", {"text": text}, Times(rng, 60_000), walk(rng, 10, 3))


def add_sparse(page):
    rng = page.rng
    middle = START + LENGTH // 2
    for labels in label_sets(rng, 5):
        once = START + rng.randrange(LENGTH) // 10 * 10 + 3
        page.add("once", labels, (once,), (rng.random() * 10,))
        page.add("twice", labels, (once, once + 40_001), (rng.random(), rng.random()))
        gaps = [at for at in Times(rng, 20_000) if at // 900_000 % 2 == 0]
        page.add("gaps", labels, gaps, walk(rng, 9, 4))
        page.add("begins", labels, Times(rng, 15_000, begin=middle + rng.randrange(600_000)), walk(rng, 9, 1))
        page.add("ends", labels, Times(rng, 15_000, end=middle - rng.randrange(600_000)), counter(rng, 50, 0.02))
        bursts = [at for at in Times(rng, 1_000, 0.9) if at // 60_000 % 7 == 0]
        page.add("bursts", labels, bursts, counter(rng, 5, 0.1))
        page.add("slow", labels, Times(rng, 280_000, 0.2), walk(rng, 99, 3))


def add_infos(page):
    rng = page.rng
    for a in "xyz":
        page.add("build_info", {"a": a, "version": rng.choice(("1.0", "2.0")), "c": "info"}, Times(rng, 30_000), among(rng, (1,)))
    for b in range(1, 4):
        page.add("owner_info", {"b": str(b), "owner": f"team {b}"}, Times(rng, 30_000), among(rng, (1,)))


def columns(rng, kind, count, steps):
    """Counts by bucket, cumulative but for those of `falling`."""
    totals = [0 if kind == "no_counts" else rng.randrange(50_000, 150_000) for _ in range(count)]
    errors = [rng.choice((0, 1e-15, -1e-15, 3e-16)) if kind == "rounding" else 0 for _ in range(count)]
    for _ in range(steps):
        running, row = 0, []
        for place in range(count):
            if kind != "no_counts":
                totals[place] += rng.randrange(4) if kind != "rounding" else rng.randrange(2) * (place % 2)
            running = totals[place] if kind == "falling" else running + totals[place]
            row.append(math.nan if kind == "nan_counts" and rng.random() < 0.1 else running * (1 + errors[place]))
        yield row


def add_histograms(page):
    rng = page.rng
    for kind in HISTOGRAMS:
        bounds = BOUNDS.get(kind, LES)
        for a in ("x", "y"):
            times = list(Times(rng, 30_000, 0.1))
            rows = list(columns(rng, kind, len(bounds), len(times)))
            for place, bound in enumerate(bounds):
                labels = {"a": a, "b": "1", **({"le": bound} if bound else {})}
                page.add(f"{kind}_bucket", labels, times, [row[place] for row in rows])
    return page


def make(seed=1):
    page = Page(seed)
    for part in (add_counters, add_gauges, add_wild, add_sparse, add_infos, add_histograms):
        part(page)
    return page
