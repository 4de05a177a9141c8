"""The benchmark's data: 10,000 series over four hours, as a page of OpenMetrics with timestamps.

Everything follows from a seed, so that two runs are about the same numbers.
"""
import random

START = 1_700_000_000  # Years ago: what is loaded must not depend on the clock.
INTERVAL = 15
LES = ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "+Inf")
METHODS = ("GET", "POST", "PUT", "DELETE")
STATUSES = ("200", "404")


def instance(number):
    return f"shop-{number:03d}.example:8000"


def counter(rng, steps, most):
    """Grows by a few each interval; one in twenty starts again in between."""
    reset = rng.randrange(steps) if rng.random() < 0.05 else -1
    mean = rng.random() * most
    value = rng.randrange(1_000_000)
    values = []
    for step in range(steps):
        value = 0 if step == reset else value + int(rng.random() * 2 * mean)
        values.append(value)
    return values


def walk(rng, steps, digits):
    """A gauge; `digits` behind the point, None for all that a double has."""
    value = rng.random() * 100
    values = []
    for _ in range(steps):
        value += rng.random() - 0.5
        values.append(value if digits is None else round(value, digits))
    return values


def page_multiples(rng, steps):
    value = rng.randrange(10_000, 200_000)
    values = []
    for _ in range(steps):
        value += rng.randrange(-20, 21)
        values.append(value * 4096)
    return values


def buckets(rng, steps):
    """Cumulative counts by upper bound, and the sum."""
    weights = [rng.random() for _ in LES]
    counts = [0] * len(LES)
    total = 0.0
    columns = [[] for _ in LES]
    sums = []
    for _ in range(steps):
        for place, weight in enumerate(weights):
            counts[place] += int(rng.random() * 6 * weight)
        running = 0
        for place, count in enumerate(counts):
            running += count
            columns[place].append(running)
        total += rng.random()
        sums.append(round(total, 6))
    return columns, sums


def histogram(rng, steps):
    families = {"_bucket": [], "_sum": [], "_count": []}
    for host in range(100):
        for handler in ("/cart", "/search"):
            base = f'handler="{handler}",instance="{instance(host)}",job="shop"'
            columns, sums = buckets(rng, steps)
            for le, column in zip(LES, columns):
                families["_bucket"].append((f'b_bucket{{{base},le="{le}"}}', column))
            families["_sum"].append((f"b_sum{{{base}}}", sums))
            families["_count"].append((f"b_count{{{base}}}", columns[-1]))
    return [series for part in families.values() for series in part]


def families(steps):
    """Yields (type line, list of (series, values))."""
    rng = random.Random(7)
    yield "# TYPE x counter", [
        (f'x_total{{instance="{instance(host)}",job="shop",method="{method}",path="/v1/item/{path}",status="{status}"}}',
         counter(rng, steps, 40))
        for host in range(100) for path in range(5) for method in METHODS for status in STATUSES]
    yield "# TYPE e counter", [
        (f'e_total{{instance="{instance(host)}",job="shop",path="/v1/item/{path}"}}', counter(rng, steps, 3))
        for host in range(100) for path in range(4)]
    yield "# TYPE g gauge", [
        (f'g{{device="disk{disk:02d}",instance="{instance(host)}",job="node"}}',
         walk(rng, steps, None if disk % 4 == 3 else 2))
        for host in range(100) for disk in range(20)]
    yield "# TYPE memory_bytes gauge", [
        (f'memory_bytes{{instance="{instance(host)}",job="node",kind="{kind}"}}', page_multiples(rng, steps))
        for host in range(100) for kind in ("anon", "cache", "free", "slab")]
    yield "# TYPE b histogram", histogram(rng, steps)
    yield "# TYPE up gauge", [
        (f'up{{instance="{instance(host)}",job="shop"}}', [1] * steps) for host in range(100)]
    yield "# TYPE build_info gauge", [
        (f'build_info{{instance="{instance(host)}",job="shop",revision="0f{host % 7}",version="1.{host % 3}"}}', [1] * steps)
        for host in range(100)]
    yield "# TYPE limit gauge", [
        (f'limit{{instance="{instance(host)}",job="node",resource="r{resource}"}}', [host * 1024 + resource] * steps)
        for host in range(100) for resource in range(6)]


def write(path, hours):
    """Writes the page; returns how many series and samples are on it."""
    steps = hours * 3600 // INTERVAL
    times = [str(START + step * INTERVAL) for step in range(steps)]
    series_count = 0
    with open(path, "w", buffering=1 << 20) as page:
        for head, series in families(steps):
            page.write(head + "\n")
            series_count += len(series)
            for name, values in series:
                page.write("".join([f"{name} {value} {at}\n" for value, at in zip(values, times)]))
        page.write("# EOF\n")
    return series_count, series_count * steps
