#!/usr/bin/python3
"""Random queries to sidewatch and to Debian's Prometheus, over the same samples.

    cd tests/integration && python3 -m peer.fuzz --seeds 1:5 --count 1000

Prints what differs, a query a paragraph, and how many there were of each kind. Exit 1 if one differs.
"""
import argparse
import collections
import sys

from peer import differences, grammar, nasty_data, servers

# How often Prometheus is asked again, to see whether it agrees with itself.
AGAIN = 8


def disagrees_with_itself(prometheus, asked, first):
    """What follows the order of a Go map, as ties in topk do, is not to be compared."""
    return any(differences.difference(first, prometheus.ask(asked.path, asked.parameters(2))) for _ in range(AGAIN))


def compare(both, asked, tally):
    """None, or (kind, what differs)."""
    ours = both.sidewatch.ask(asked.path, asked.parameters(1))
    theirs = both.prometheus.ask(asked.path, asked.parameters(2))
    found = differences.difference(ours, theirs)
    if theirs[1]["status"] == "error":
        tally["error"] += 1
    else:
        tally["answer" if theirs[1]["data"]["result"] else "empty"] += 1
        if found is None:
            found = differences.order_differs(grammar.worded(asked.query, 1), ours[1], theirs[1])
    if found is not None and differences.is_known(grammar.worded(asked.query, 1), found, ours[1], theirs[1]):
        tally["known difference"] += 1
        return None
    if found is not None and disagrees_with_itself(both.prometheus, asked, theirs):
        tally["undefined order"] += 1
        return None
    return found


def run(both, seeds, count, tell):
    """Counts by kind; `tell` gets each difference."""
    tally = collections.Counter()
    for seed in seeds:
        queries = grammar.Grammar(seed, both.series)
        for number in range(count):
            asked = grammar.Asked(queries.rng, queries.query())
            found = compare(both, asked, tally)
            if found is not None:
                tally["DIFFERENT " + found[0]] += 1
                tell(f"[{seed}/{number}] {found[0]}: {asked}\n      {found[1]}")
    return tally


class Given:
    """Queries from the command line, all at one time."""

    def __init__(self, query, at):
        self.query = query
        times = at.split(",")
        self.path = "/api/v1/query" if len(times) == 1 else "/api/v1/query_range"
        self.times = {"time": at} if len(times) == 1 else dict(zip(("start", "end", "step"), times))

    def parameters(self, _side):
        return {"query": self.query, **self.times}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seeds", default="1:2", help="first and last, the last not included")
    arguments.add_argument("--count", type=int, default=1000, help="queries a seed")
    arguments.add_argument("--at", default=str(nasty_data.START // 1000 + 3600.13), help="TIME or START,END,STEP of --query")
    arguments.add_argument("--query", nargs="*", help="ask these instead")
    options = arguments.parse_args()
    with servers.Both(nasty_data.make()) as both:
        if options.query:
            for query in options.query:
                asked = Given(query, options.at)
                print(query)
                for server in (both.sidewatch, both.prometheus):
                    print("   ", server.name, server.ask(asked.path, asked.parameters(1)))
            return 0
        first, last = (int(seed) for seed in options.seeds.split(":"))
        tally = run(both, range(first, last), options.count, lambda text: print(text, flush=True))
    print(dict(tally))
    return 1 if any(kind.startswith("DIFFERENT") for kind in tally) else 0


if __name__ == "__main__":
    sys.exit(main())
