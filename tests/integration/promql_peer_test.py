#!/usr/bin/python3
"""PromQL and the query API beside Debian's Prometheus: random queries over nasty samples have the same answers.

The seeds are fixed. `python3 -m peer.fuzz` asks others, and as many as one likes.
"""
import collections
import unittest

from peer import fuzz, grammar, lists, nasty_data, servers

SEEDS = range(1001, 1006)
QUERIES = 400  # Of each seed.
LISTS = 400


class PromqlPeerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.both = cls.enterClassContext(servers.Both(nasty_data.make()))

    def test_queries_have_the_same_answers(self):
        found = []
        tally = fuzz.run(self.both, SEEDS, QUERIES, found.append)
        self.assertEqual(found, [], "\n".join(["", *found, "python3 -m peer.fuzz --query asks one of them again"]))
        # A generator whose queries find nothing would be quiet, too.
        self.assertGreater(tally["answer"], len(SEEDS) * QUERIES * 0.45, tally)
        self.assertGreater(tally["error"], 0, tally)
        self.assertLess(tally["known difference"] + tally["undefined order"], len(SEEDS) * QUERIES * 0.02, tally)

    def test_lists_and_formatted_queries_are_the_same(self):
        queries = grammar.Grammar(7, self.both.series)
        tally = collections.Counter()
        for _ in range(LISTS):
            request = lists.request(queries)
            ours, theirs = (server.ask(request.path, request.parameters(1)) for server in (self.both.sidewatch, self.both.prometheus))
            self.assertIsNone(lists.difference(ours, theirs), request)
            tally[request.path.split("/")[3]] += 1
        self.assertEqual(set(tally), {"series", "labels", "label", "format_query"})


if __name__ == "__main__":
    unittest.main()
