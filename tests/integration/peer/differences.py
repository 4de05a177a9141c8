"""Holds two answers of the query API against each other, and knows how Prometheus 2 and 3 differ."""
import json
import math
import re

# What the texts of errors differ in between Prometheus 2.42 and 3.
DUPLICATES = re.compile(r"found duplicate series for the match group .* on the (\w+) hand-side of the operation: .*", re.DOTALL)
ERRORS = (
    # Two of the series are named; which ones followed a map's order until Prometheus sorted them.
    (DUPLICATES, r"found duplicate series on the \1 side"),
    (re.compile(r"^Scalar value NaN overflows int64$"), "Parameter value is NaN"),
    # Go's powers are less exact than the C library's, too.
    (re.compile(r"^Scalar value -\S+ (over|under)flows int64$"), r"Scalar value underflows int64"),
    (re.compile(r"^Scalar value \S+ overflows int64$"), r"Scalar value overflows int64"),
    (re.compile(r'^invalid parameter "query": '), ""),
    # The two are not always asked in the same words.
    (re.compile(r"^\d+:\d+: "), ""),
)


def error_text(text):
    for pattern, instead in ERRORS:
        text = pattern.sub(instead, text)
    return text


def same_number(left, right):
    if left == right:
        return True
    left, right = float(left), float(right)
    if math.isnan(left) or math.isnan(right):
        return math.isnan(left) and math.isnan(right)
    # Zeros differ by their sign here.
    return left != 0 and right != 0 and math.isclose(left, right, rel_tol=1e-9)


def by_labels(result):
    return {json.dumps(one["metric"], sort_keys=True, ensure_ascii=False): one.get("values") or [one["value"]] for one in result}


def points_differ(ours, theirs):
    for labels, values in ours.items():
        others = theirs[labels]
        if [at for at, _ in values] != [at for at, _ in others]:
            return "points", f"{labels}: {values[:3]} and {others[:3]} ({len(values)}, {len(others)})"
        for (at, value), (_, other) in zip(values, others):
            if not same_number(value, other):
                return "values", f"{labels} at {at}: {value} and {other}"
    return None


def results_differ(ours, theirs):
    if ours["resultType"] != theirs["resultType"]:
        return "types", f"{ours['resultType']} and {theirs['resultType']}"
    ours, theirs = ours["result"], theirs["result"]
    if ours and not isinstance(ours[0], dict):
        return None if ours[0] == theirs[0] and same_number(ours[1], theirs[1]) else ("values", f"{ours} and {theirs}")
    our_series, their_series = by_labels(ours), by_labels(theirs)
    if len(our_series) != len(ours):
        return "labels", "ours has a series twice"
    if our_series.keys() != their_series.keys():
        return "labels", (f"only ours {sorted(our_series.keys() - their_series.keys())[:4]}, only theirs "
                          f"{sorted(their_series.keys() - our_series.keys())[:4]} of {len(ours)} and {len(theirs)}")
    return points_differ(our_series, their_series)


def is_known(query, found, ours, theirs):
    """What Prometheus 2 and 3 do differently."""
    return any(kind == found[0] and re.search(pattern, query) and holds(ours, theirs) for kind, pattern, holds in KNOWN)


def series_of(answer):
    """(labels, points) of a vector or matrix."""
    return [(one["metric"], one.get("values") or [one["value"]]) for one in answer["data"]["result"]]


def all_values(same):
    """True of two answers whose values are all the same in the eyes of `same`."""
    def holds(ours, theirs):
        ours, theirs = by_labels(ours["data"]["result"]), by_labels(theirs["data"]["result"])
        return all(same_number(value, other) or same(float(value), float(other))
                   for labels in ours for (_, value), (_, other) in zip(ours[labels], theirs[labels]))
    return holds


def within(absolute):
    return all_values(lambda ours, theirs: abs(ours - theirs) <= absolute)


def same_values_at_all_times(ours, theirs):
    def sorted_values(answer):
        return sorted((at, math.isnan(float(value)), float(value)) for _, points in series_of(answer) for at, value in points)
    left, right = sorted_values(ours), sorted_values(theirs)
    return len(left) == len(right) and all(
        a == b and same_number(str(v), str(w)) or a == b and v == w for (a, _, v), (b, _, w) in zip(left, right))


# What Prometheus 2.42 and 3 do differently, and what a computer leaves open: (kind of difference, of which queries,
# what has to hold of the two answers).
KNOWN = (
    # Since 3 the series that a comparison filters out must match uniquely, too.
    ("success", "[<>!=]", lambda ours, _: ours.get("error", "").startswith("multiple matches for labels")),
    # 2 sorts 0 and -0 as it happens; the compensated sums of 3 make -0 to 0.
    ("values", "quantile|sum|avg", within(0)),
    # Of counts that are not a number, 2 goes on with the largest one before, 3 with the next one.
    ("values", "histogram_quantile.*nan_counts", lambda *_: True),
    # 2 adds up without compensation: beside 1e150, smaller ones are lost.
    ("values", r"(sum|avg).*\b(wild|tiny)\b", lambda *_: True),
    # Go's logarithm takes what is below 2.2e-308 for a normal number.
    ("values", r"(ln|log10)\(.*\b(wild|tiny)\b", all_values(lambda ours, theirs: max(ours, theirs) < -307)),
    # Go's atan2 loses the sign of a quotient that is too small.
    ("values", r"\b(wild|tiny)\b.*atan2|atan2.*\b(wild|tiny)\b", within(2 * math.pi)),
    # What `@` fixes is evaluated there even in a subquery that has no step.
    ("success", r"@.*\]", lambda ours, theirs: "error" not in ours and not ours["data"]["result"] and "same labelset" in theirs["error"]),
    # What rounding made of a large mean shows behind a function that goes up and down.
    ("values", "sin|cos|tan|%", within(1e-3)),
    ("values", r"(1e308|1e300|e18|1e19)\b.*%", lambda *_: True),
    ("values", "ceil|floor|round", within(1)),
    ("values", r"(resets|changes)\(\(", within(2)),
    # Of several errors, on both sides of an operator or at several steps, one is told.
    ("errors", "", lambda ours, theirs: ours["errorType"] == theirs["errorType"] == "execution"),
    # Which of equal values stay: 2 takes out of its heap and puts in, 3 puts into the place.
    ("labels", "topk|bottomk", same_values_at_all_times),
    ("points", "topk|bottomk", same_values_at_all_times),
    ("values", "topk|bottomk", same_values_at_all_times),
)


def difference(ours, theirs):
    """None, or (kind, what differs). Each answer is (HTTP status, body)."""
    (our_status, ours), (their_status, theirs) = ours, theirs
    if ours["status"] == theirs["status"] == "success":
        return results_differ(ours["data"], theirs["data"])
    shown = [str(one.get("error") or one["data"]["result"])[:500] for one in (ours, theirs)]
    if ours["status"] != theirs["status"]:
        return "success", f"{our_status} {shown[0]} and {their_status} {shown[1]}"
    if (our_status, ours["errorType"]) != (their_status, theirs["errorType"]):
        return "errors", f"{our_status} {ours['errorType']} and {their_status} {theirs['errorType']}: {shown}"
    if error_text(ours["error"]) != error_text(theirs["error"]):
        return "errors", f"{shown[0]} and {shown[1]}"
    return None


def order_differs(query, ours, theirs):
    """Of an instant vector that is sorted: None, or what differs."""
    if not re.match(r"(sort|sort_desc|topk|bottomk)\(", query) or re.search(r"\) (by|without)", query) or ours["data"]["resultType"] != "vector":
        return None
    values = [[float(one["value"][1]) for one in answer["data"]["result"]] for answer in (ours, theirs)]
    if all(left == right or left != left and right != right or math.isclose(left, right, rel_tol=1e-9)
           for left, right in zip(*values)):
        return None
    return "order", f"{values[0]} and {values[1]}"
