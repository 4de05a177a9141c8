"""Random PromQL that Prometheus 2.42 takes, over the metrics of nasty_data.

Times, offsets and ranges are whole hundredths of a second, and no start of a subquery is a multiple of its step: see
nasty_data for why.
"""
import random
import re

from peer import nasty_data

MATH = ("abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp", "floor", "ln", "log10",
        "log2", "rad", "round", "sgn", "sin", "sinh", "sqrt", "tan", "tanh")
DATE = ("day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year")
RANGE = ("avg_over_time", "changes", "count_over_time", "delta", "deriv", "idelta", "irate", "last_over_time",
         "max_over_time", "min_over_time", "present_over_time", "resets", "stddev_over_time", "stdvar_over_time",
         "sum_over_time")
NATIVE = ("histogram_count", "histogram_sum")
FOLDS = ("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar")
ARITHMETIC = ("+", "-", "*", "/", "%", "^", "atan2")
# Where a query has to be worded differently: `for us`, then `for Prometheus 2`.
US, THEM, END = "\x01\x02\x03"
SMOOTHING = f"{US}double_exponential_smoothing{THEM}holt_winters{END}"
WORDINGS = re.compile(f"{US}([^{US}{END}]*){THEM}([^{US}{END}]*){END}")
COMPARISONS = ("==", "!=", ">", "<", ">=", "<=")
SETS = ("and", "or", "unless")
LABELS = ("a", "b", "c", "le", "owner", "version", "text", "missing")
NUMBERS = ("0", "-0", "1", "-1", "2", "3", "0.5", "-0.5", "10", "100", "1e3", "1e-9", "1e300", "1e308", "-1e308", "5e-324",
           "NaN", "Inf", "-Inf", "0x1F", ".5", "0.1", "-7.3", "1.5", "4", "60", "9007199254740993", "9.3e18", "-9.3e18", "1e19")
QUANTILES = ("0", "0.1", "0.25", "0.5", "0.9", "0.99", "1", "-0.1", "1.1", "NaN", "Inf", "-Inf", "1e-300", "0.333")
COUNTS = ("1", "2", "3", "5", "0", "-1", "2.9", "0.3", "1e6", "NaN", "Inf", "-Inf", "9e18", "1e19", "-1e19")
PATTERNS = ("(.*)", "(.+)", "x|y", "(x)(y)?", "([xyz])", "", ".*", "(?P<first>.)(?P<rest>.*)", "(\\\\d+)", "with \\\"(.*)\\\"",
            "(?i)X", "[^x]+", "back.+", "((((.))))", "\\\\w+ ?\\\\w*")
REPLACEMENTS = ("$1", "${1}", "$1$2", "$0", "${0}-${1}", "$$", "$", "${", "$first", "${rest}", "$9", "plain", "", "$1x",
                "${1}x", "a$", "$-1", "${first}_$1", "$01", "$_", "é$1", "${}", "$1.$2", "$rest$first")
RANGES = ("1m", "5m", "30s", "1m3s30ms", "10m", "1h", "2h30m", "90s", "10s", "270s", "3h", "1s")
# Never a whole second together with the fractions of times and offsets.
SUBRANGES = ("1m370ms", "5m370ms", "10m370ms", "30s370ms", "20m370ms", "7m13s370ms")
STEPS = ("", "10s", "30s", "1m", "7s", "2m", "13s", "7m")
OFFSETS = ("1m", "30s", "5m", "-1m", "-10m50ms", "1h", "2h", "-2h", "7m3s50ms", "1d", "1w", "-1s")


def worded(query, side):
    """The query for us (side 1) or for Prometheus 2 (side 2)."""
    changed = 1
    while changed:
        query, changed = WORDINGS.subn(lambda found: found[side], query)
    return query


class Grammar:
    """One seed, one sequence of queries."""

    def __init__(self, seed, series):
        self.rng = random.Random(seed)
        self.series = series
        self.metrics = sorted({metric for metric, _ in series})
        self.fixes_time = True

    def one_of(self, *choices):
        return self.rng.choice(choices)

    def chance(self, share):
        return self.rng.random() < share

    def query(self):
        depth = self.rng.choice((1, 2, 2, 3, 3, 4, 5))
        if self.chance(0.01):
            # Only on top: where nobody reads the result we may not come to see what is wrong with it.
            factors = self.one_of("0, 0.5", "1, 0.5", "-1, NaN", "0.5, 1", "Inf, 0.5", "0.5, -Inf", "0.5, 1.5")
            return f"{SMOOTHING}({self.matrix(depth)}, {factors})"
        if self.chance(0.05):
            return f"{self.one_of('topk', 'bottomk')}{self.grouping()}({self.parameter_and_vector(COUNTS, depth)})"
        return self.scalar(depth) if self.chance(0.03) else self.vector(depth)

    # Selectors

    def quote(self, text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    def matcher(self, labels):
        if labels and self.chance(0.7):
            name, value = self.rng.choice(sorted(labels.items()))
            form = self.rng.randrange(6)
            if form < 2:
                return f"{name}={self.quote(value)}"
            if form == 2:
                return f"{name}!={self.quote(value)}"
            if form == 3:
                return f'{name}=~"{self.one_of("x|y", ".*", ".+", "[xy]", "1|2", "(?i)X", "", "x|", "[^z]")}"'
            if form == 4:
                return f'{name}!~"{self.one_of("x|y", "", "z", "1|3", ".", "none", "p.*")}"'
            return f'{name}=~{self.quote(value[:1].replace(chr(92), "") .replace("$", "").replace(".", "").replace("+", "[+]") + ".*")}'
        return self.one_of('a="x"', 'a!="x"', 'c=""', 'c!=""', 'missing=""', 'missing!="x"', 'a=~"x|z"', 'b!~"1"', 'b="2"', 'b=~"[12]"',
                           'a="none"', 'a="x",a!="y"', 'c=~"p|"')

    def selector(self):
        metric, labels = self.rng.choice(self.series)
        if self.chance(0.06):
            other = self.rng.choice(self.metrics)
            return f'{{__name__=~"{metric}|{other}"' + (f",{self.matcher(labels)}" if self.chance(0.5) else "") + "}"
        if self.chance(0.02):
            return self.one_of('{a="x",b="1"}', '{__name__=~"t.*"}', '{__name__=~".*_info"}', '{c="p"}', '{text=~".+"}')
        if self.chance(0.4):
            return metric
        matchers = ",".join(self.matcher(labels) for _ in range(self.one_of(1, 1, 1, 2, 3)))
        return f"{metric}{{{matchers}}}"

    def histogram(self):
        kind = self.rng.choice(nasty_data.HISTOGRAMS)
        return f"{kind}_bucket" + self.one_of("", "", "", '{a="x"}', '{le!="1"}', '{le!="+Inf"}', '{le=~".+"}', '{le=~"1|[+]Inf"}')

    def counter(self):
        if self.chance(0.3):
            return self.histogram()
        return self.rng.choice(nasty_data.COUNTERS) + self.one_of("", "", '{a="x"}', '{b=~"1|2"}')

    def shift(self, at=True):
        """What may stand behind a selector or a subquery."""
        parts = []
        if self.chance(0.12):
            parts.append(" offset " + self.rng.choice(OFFSETS))
        if at and self.fixes_time and self.chance(0.12):
            seconds = (nasty_data.START + self.rng.randrange(nasty_data.LENGTH)) // 1000
            parts.append(self.one_of(" @ start()", " @ end()", f" @ {seconds}.21", f" @ {seconds}.210", " @ 0.21", f" @ {seconds}.21"))
        self.rng.shuffle(parts)
        return "".join(parts)

    def matrix(self, depth, inner=None, at=True):
        if depth <= 1 or self.chance(0.75):
            return f"{inner or self.selector()}[{self.rng.choice(RANGES)}]{self.shift(at)}"
        depth = min(depth, 3)
        inside = inner or (self.selector() if self.chance(0.3) else self.vector(depth - 1))
        if self.chance(0.05):
            inside = f"vector({self.scalar(depth - 1)})"
        elif inside[-1] not in ")}" and " " in inside:
            inside = f"({inside})"
        return f"({inside})[{self.rng.choice(SUBRANGES)}:{self.rng.choice(STEPS)}]{self.shift(at)}"

    # Scalars

    def number(self):
        return self.rng.choice(NUMBERS)

    def scalar(self, depth):
        if depth <= 1 or self.chance(0.4):
            return self.one_of(self.number(), self.number(), "time()", "pi()", f"scalar({self.selector()})")
        form = self.rng.randrange(6)
        if form == 0:
            return f"scalar({self.vector(depth - 1)})"
        if form == 1:
            return f"({self.scalar(depth - 1)} {self.rng.choice(ARITHMETIC)} {self.scalar(depth - 1)})"
        if form == 2:
            return f"({self.scalar(depth - 1)} {self.rng.choice(COMPARISONS)} bool {self.scalar(depth - 1)})"
        if form == 3:
            return f"-({self.scalar(depth - 1)})"
        if form == 4:
            return f"{self.number()} {self.rng.choice(ARITHMETIC)} {self.number()} {self.rng.choice(ARITHMETIC)} {self.number()}"
        return f"scalar(sum({self.vector(depth - 1)}))"

    def parameter(self, usual, depth):
        return self.rng.choice(usual) if self.chance(0.85) else self.scalar(min(depth, 2))

    def parameter_and_vector(self, usual, depth):
        """Of an aggregation. Prometheus forgets that the one may change when `@` fixes the other."""
        if self.chance(0.85):
            return f"{self.rng.choice(usual)}, {self.vector(depth - 1)}"
        fixed, self.fixes_time = self.fixes_time, False
        inside = f"{self.scalar(min(depth, 2))}, {self.vector(depth - 1)}"
        self.fixes_time = fixed
        return inside

    # Instant vectors

    def vector(self, depth):
        if depth <= 0 or self.chance(0.08):
            return self.selector() + self.shift()
        forms = ((self.mapped, 14), (self.ranged, 30), (self.aggregated, 24), (self.binary, 30), (self.labelled, 8),
                 (self.quantiled, 8), (self.other, 12))
        choice = self.rng.choices([form for form, _ in forms], [weight for _, weight in forms])[0]
        return choice(depth)

    def mapped(self, depth):
        form = self.rng.randrange(10)
        inner = self.vector(depth - 1)
        if form < 4:
            return f"{self.rng.choice(MATH)}({inner})"
        if form < 6:
            return f"{self.rng.choice(DATE)}({self.one_of(inner, inner, 'dates', '')})"
        if form == 6:
            low, high = self.number(), self.number()
            return self.one_of(f"clamp({inner}, {low}, {high})", f"clamp_min({inner}, {low})", f"clamp_max({inner}, {high})",
                               f"clamp({inner}, {self.scalar(2)}, {self.scalar(2)})")
        if form == 7:
            return f"round({inner}, {self.parameter(('0', '0.1', '5', '-1', '0.01', '1e-9', 'NaN', 'Inf', '7', '-0.5'), depth)})"
        if form == 8:
            return f"{self.rng.choice(NATIVE)}({inner})" if self.chance(0.1) else f"sgn({inner})"
        return f"{self.one_of('-', '-', '+')}{self.one_of(f'({inner})', self.selector())}"

    def ranged(self, depth):
        # No `@` where another argument may change in a range query: Prometheus 2 moves the window then.
        form = self.rng.randrange(20)
        if form == 0:
            return f"quantile_over_time({self.parameter(QUANTILES, depth)}, {self.matrix(depth, at=False)})"
        if form == 1:
            return f"predict_linear({self.matrix(depth, at=False)}, {self.parameter(NUMBERS, depth)})"
        if form == 2:
            factors = f"{self.one_of('0.5', '0.1', '0.99', '0.5', 'NaN')}, {self.one_of('0.5', '0.1', '0.9', '0.3')}"
            return f"{SMOOTHING}({self.matrix(depth)}, {factors})"
        if form == 3:
            return f"absent_over_time({self.matrix(depth)})"
        if form == 4:
            return f"quantile_over_time({self.rng.choice(QUANTILES)}, {self.selector()}[{self.rng.choice(RANGES)}])"
        if form < 9:
            return f"{self.one_of('rate', 'rate', 'increase', 'increase', 'irate', 'resets')}({self.matrix(depth, self.counter())})"
        return f"{self.rng.choice(RANGE)}({self.matrix(depth)})"

    def grouping(self):
        if self.chance(0.25):
            return ""
        names = self.rng.sample(LABELS, self.one_of(0, 1, 1, 1, 2, 2, 3))
        if self.chance(0.03):
            names.append("__name__")
        return f" {self.one_of('by', 'by', 'without')} ({', '.join(names)})"

    def aggregated(self, depth):
        form = self.rng.randrange(12)
        inner = self.vector(depth - 1)
        grouping = self.grouping()
        if form < 7:
            name, inside = self.rng.choice(FOLDS), inner
            if name.startswith("std"):
                return self.deviation(name, grouping, inner)
        elif form == 7:
            name, inside = "quantile", self.parameter_and_vector(QUANTILES, depth)
        elif form == 8:
            # Behind all that are grouped by: Prometheus 2 does not sort them.
            label = "z" if " by " in grouping else self.one_of("v", "a", "b", "le", "new", "__name__", "missing")
            # Not too exact: the last digits would be labels.
            values = self.one_of("ties", "flags", "queue", "nan_only", "inf_only", "wild", f"round({inner}, 0.001)")
            name, inside = "count_values", f'"{label}", {values}'
        else:
            # Which of equal values stay is no more to be seen behind other operators: these have hardly any.
            unequal = self.one_of("errors_total", "bytes_total", "temperature", "slow", "texts", "rate(bytes_total[5m])", "-errors_total")
            name, inside = self.one_of("topk", "bottomk"), f"{self.rng.choice(COUNTS)}, {unequal}"
        return f"{name}({inside}){grouping}" if self.chance(0.3) else f"{name}{grouping}({inside})"

    def deviation(self, name, grouping, inner):
        """Of one infinity or NaN Prometheus 2 has 0, Prometheus 3 NaN."""
        grouping = grouping.replace("__name__", "text")
        usual = f"{name}{grouping} ({inner})"
        return f"{US}{usual}{THEM}({usual} + 0 * max{grouping} ({inner})){END}"

    def operand(self, depth):
        """Mostly of a metric with labels that match."""
        return self.vector(depth) if self.chance(0.6) else self.selector()

    def operator(self):
        if self.chance(0.6):
            return self.rng.choice(ARITHMETIC)
        return self.rng.choice(COMPARISONS) + self.one_of("", "", " bool")

    def matching(self):
        if self.chance(0.2):
            return ""
        names = self.rng.sample(LABELS, self.one_of(0, 1, 1, 2, 2, 3))
        return f" {self.one_of('on', 'ignoring')} ({', '.join(names)})"

    def grouped_matching(self):
        names = self.one_of("a", "b", "a, b", "a", "b", "")
        include = self.one_of("()", "()", "(version)", "(owner)", "(c)", "(missing)", "(version, owner)", "(a)" if "a" not in names else "(c)")
        return f" on ({names}) {self.one_of('group_left', 'group_right')} {include}"

    def binary(self, depth):
        form = self.rng.randrange(12)
        left = self.operand(depth - 1)
        if form < 3:
            scalar = self.scalar(min(depth, 3))
            pair = (left, scalar) if self.chance(0.6) else (scalar, left)
            return self.joined(pair[0], self.operator(), pair[1])
        if form < 5:
            return self.joined(left, self.rng.choice(SETS) + self.matching(), self.operand(depth - 1))
        if form < 7:
            labels = ", ".join(self.rng.sample(("a", "b", "c"), self.one_of(1, 2, 2, 3)))
            sides = [f"{self.one_of('sum', 'max', 'count', 'avg')} by ({labels}) ({self.operand(depth - 1)})" for _ in range(2)]
            return self.joined(sides[0], self.operator() + self.one_of("", f" on ({labels})", " ignoring (missing)"), sides[1])
        if form < 10:
            one = self.one_of("build_info", "owner_info", 'build_info{a!="z"}', f"sum by (a) ({left})", f"max by (b) ({left})",
                              f"min by (a, b) ({left})")
            matching = self.grouped_matching()
            many = self.operand(depth - 1)
            pair = (many, one) if "group_left" in matching else (one, many)
            return self.joined(pair[0], self.operator() + matching, pair[1])
        if form == 10:
            return self.joined(left, self.operator() + self.matching(), left)
        return self.joined(left, self.operator() + self.matching(), self.operand(depth - 1))

    def joined(self, left, operator, right):
        if operator.startswith("atan2"):
            # Prometheus 2 forgot to take the name away.
            left, right = f"1 * ({left})", f"1 * ({right})"
            return f"({left}) {operator} ({right})"
        if operator.startswith("%"):
            # The remainder of something large is all rounding.
            left, right = self.selector(), self.one_of(self.number(), self.selector())
        if self.chance(0.1):
            return f"{left} {operator} {right}"
        return f"({left}) {operator} ({right})"

    def labelled(self, depth):
        inner = self.vector(depth - 1)
        target = self.one_of("a", "b", "new", "c", "le", "__name__", "text", "x_1")
        if self.chance(0.65):
            return (f'label_replace({inner}, "{target}", "{self.rng.choice(REPLACEMENTS)}", '
                    f'"{self.one_of("a", "b", "c", "text", "missing", "__name__", "le")}", "{self.rng.choice(PATTERNS)}")')
        sources = "".join(f', "{name}"' for name in self.rng.sample(LABELS, self.one_of(0, 1, 2, 3)))
        return f'label_join({inner}, "{target}", "{self.one_of("-", "", ", ", "é")}"{sources})'

    def quantiled(self, depth):
        form = self.rng.randrange(6)
        inner = self.histogram()
        if form == 0:
            inner = self.vector(depth - 1)
        elif form == 1:
            inner = f"sum by (le{self.one_of('', ', a')}) ({inner})"
        elif form < 4:
            inner = f"{self.one_of('rate', 'increase', 'delta', 'max_over_time')}({inner}[{self.one_of('1m', '5m', '20m')}])"
        elif form == 4:
            inner = f"sum by (le, a) (rate({inner}[5m]))"
        return f"histogram_quantile({self.parameter(QUANTILES, depth)}, {inner})"

    def other(self, depth):
        form = self.rng.randrange(9)
        if form == 0:
            return f"vector({self.scalar(depth)})"
        if form == 1:
            return f"timestamp({self.selector()}{self.shift()})"
        if form == 2:
            return f"timestamp(({self.vector(depth - 1)}) + 0)"
        if form == 3:
            return f"absent({self.selector()}{self.shift()})"
        if form == 4:
            return f"absent({self.vector(depth - 1)})"
        if form < 7:
            return f"{self.one_of('sort', 'sort_desc')}({self.vector(depth - 1)})"
        if form == 7:
            return f"({self.vector(depth - 1)})"
        return f"absent_over_time({self.selector()}[{self.rng.choice(RANGES)}])"


class Asked:
    """An instant or a range query with its times."""

    def __init__(self, rng, query):
        self.query = query
        at = (nasty_data.START + rng.randrange(-600_000, nasty_data.LENGTH + 900_000)) // 1000
        if rng.random() < 0.55:
            self.path, self.times = "/api/v1/query", {"time": f"{at}.13"}
            return
        step = rng.choice(("7", "13.7", "60", "301", "1000", "15", "60"))
        count = rng.choice((1, 5, 20, 60))
        end = at + count * float(step) + rng.choice((0, 0.3, 1.1))
        self.path, self.times = "/api/v1/query_range", {"start": f"{at}.13", "end": f"{end + 0.13:.2f}", "step": step}

    def parameters(self, side):
        return {"query": worded(self.query, side), **self.times}

    def __str__(self):
        times = ", ".join(f"{name}={value}" for name, value in self.times.items())
        return f"{worded(self.query, 1)}\n      {self.path.rsplit('/', 1)[1]} {times}"
