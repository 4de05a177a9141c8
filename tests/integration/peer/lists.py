"""Random requests for lists of series, labels and their values, and for queries well set, to both programs."""
import re

from peer import grammar, nasty_data

# Lists go by chunks and blocks there, by samples here: only times that hold everything or nothing.
TIMES = ({}, {"start": nasty_data.START / 1000 - 60, "end": nasty_data.END / 1000 + 60},
         {"start": nasty_data.START / 1000 - 90_000, "end": nasty_data.START / 1000 - 86_400}, {"start": 0}, {"end": nasty_data.END / 1000 + 9})
NAMES = (*grammar.LABELS, "__name__", "nothing", "__name")
# Prometheus 2 prints them with exponents, 3 without.
EXPONENTS = re.compile(r"(?<![\w.])[\d.]+e-?\d+|9007199254740993")


class Request:
    def __init__(self, path, parameters):
        self.path = path
        self.wanted = parameters

    def parameters(self, _side):
        return self.wanted

    def __str__(self):
        return f"{self.path} {self.wanted}"


def request(queries):
    """By the random numbers of a Grammar."""
    rng = queries.rng
    form = rng.randrange(5)
    selectors = [queries.selector() for _ in range(rng.choice((1, 1, 2, 3)))]
    matching = {"match[]": selectors, **rng.choice(TIMES)}
    if form == 0:
        return Request("/api/v1/series", matching)
    optional = matching if rng.random() < 0.7 else rng.choice(TIMES)
    if form == 1:
        return Request("/api/v1/labels", optional)
    if form == 2:
        return Request(f"/api/v1/label/{rng.choice(NAMES)}/values", optional)
    query = queries.query()
    while grammar.US in query:
        query = queries.query()
    return Request("/api/v1/format_query", {"query": EXPONENTS.sub("3", query)})


def difference(ours, theirs):
    """None, or (kind, what differs)."""
    (our_status, ours), (their_status, theirs) = ours, theirs
    if (our_status, ours.get("data"), ours.get("errorType"), ours.get("error")) == (
            their_status, theirs.get("data"), theirs.get("errorType"), theirs.get("error")):
        return None
    return "lists", f"{our_status} {str(ours)[:900]}\n      {their_status} {str(theirs)[:900]}"
