"""Judges what receivers were told while sidewatch was killed again and again: lost, wrong, twice, or out of order.

A Message is what one receiver accepted at one time about one group. A World is what really was. Nothing here knows how sidewatch works.
"""
import bisect
import collections
import dataclasses

# Clocks of this machine's processes, and a rule that is evaluated a moment after its timestamp.
SLACK = 0.1
# A receiver may read what was sent a moment before the kill a moment after it.
READING = 1.0


@dataclasses.dataclass(frozen=True)
class Alert:
    name: str
    host: str
    status: str
    starts: float
    ends: float  # 0 while it fires.

    @property
    def key(self):
        return (self.name, self.host)


@dataclasses.dataclass(frozen=True)
class Message:
    sink: str
    group: str
    at: float
    alerts: tuple

    def signature(self):
        return tuple(sorted((a.key, a.status, a.starts, a.ends) for a in self.alerts))


class World:
    """When each fault was there. Faults begin absent."""

    def __init__(self):
        self.changes = collections.defaultdict(list)  # Key: [(when, present)], in order.

    def set(self, key, present, at):
        self.changes[key].append((at, present))

    def present(self, key, at):
        changes = self.changes[key]
        place = bisect.bisect_right(changes, at, key=lambda change: change[0])
        return place > 0 and changes[place - 1][1]

    def was(self, key, present, begin, end):
        """Whether it was so at any moment of [begin, end]."""
        return self.present(key, begin) == present or any(
            begin <= at <= end and value == present for at, value in self.changes[key])


def wrong_claims(messages, world):
    """Resolved though the fault never went away, or firing though it was not there."""
    for message in messages:
        for alert in message.alerts:
            if alert.status == "resolved" and not world.was(alert.key, False, alert.starts + SLACK, alert.ends + SLACK):
                yield f"wrong resolve of {alert.key} by {message.sink}: {message}"
            if not world.was(alert.key, True, alert.starts - SLACK - 1, alert.starts + SLACK):
                yield f"{message.sink} was told of {alert.key}, which was not there: {message}"


def overtaken(messages):
    """An older state told after a newer one."""
    newest = {}
    for message in messages:
        for alert in message.alerts:
            place = (message.sink, message.group, alert.key)
            state = (alert.starts, alert.status == "resolved")
            if state < newest.get(place, state):
                yield f"{message.sink} was told an older state of {alert.key} after a newer one: {message}"
            newest[place] = max(state, newest.get(place, state))


def duplicates(messages, kills):
    """Gives (all duplicates, complaints). A kill excuses one repetition at each sink.

    A repetition is the message told last about the group once more, or a message that tells of an end that was told before.
    """
    told = {}
    ends = {}
    excused = set()
    count, complaints = 0, []
    for message in messages:
        place = (message.sink, message.group)
        known_ends = ends.setdefault(place, {})
        new_ends = {(a.key, a.starts, a.ends) for a in message.alerts if a.status == "resolved"}
        before = told.get(place)
        earlier = [known_ends[end] for end in new_ends if end in known_ends]
        if before is not None and before.signature() == message.signature():
            earlier = [before]
        told[place] = message
        known_ends.update((end, message) for end in new_ends)
        if not earlier:
            continue
        count += 1
        since = min(m.at for m in earlier) - READING
        between = [k for k in kills if since <= k <= message.at and (message.sink, k) not in excused]
        if between:
            excused.add((message.sink, between[0]))
        else:
            complaints.append(f"{message.sink} was told twice without a kill of its own in between: {earlier} {message}, kills "
                              f"{[k for k in kills if since - 5 < k < message.at + 5]}")
    return count, complaints


def standing(messages):
    """What each sink believes: {(sink, key): status}."""
    beliefs = {}
    for message in messages:
        for alert in message.alerts:
            beliefs[message.sink, alert.key] = alert.status
    return beliefs


def judge(messages, world, kills):
    """Gives (number of duplicates, complaints)."""
    messages = sorted(messages, key=lambda m: m.at)
    count, complaints = duplicates(messages, kills)
    return count, [*wrong_claims(messages, world), *overtaken(messages), *complaints]
