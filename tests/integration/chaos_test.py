#!/usr/bin/python3
"""kill -9 at random moments of an incident: nothing lost, at most one repetition a kill, no wrong resolve, nothing out of order.

Short under CTest. By hand: SIDEWATCH_CHAOS_KILLS=500 tests/integration/chaos_test.py; SIDEWATCH_CHAOS_SEED repeats a run's plan.
"""
import json
import logging
import os
import random
import threading
import time
import unittest
import urllib.request

import chaos_oracle as oracle
from support import HttpSink, MailSink, Sidewatch, http_get, http_post, wait_until

KILLS = int(os.environ.get("SIDEWATCH_CHAOS_KILLS", "18"))
SEED = int(os.environ.get("SIDEWATCH_CHAOS_SEED", random.randrange(1 << 32)))

HOSTS = ("a", "b", "c")
# Disk and Web share the service, and so the group.
RULES = """
groups:
  - name: faults
    interval: 250ms
    rules:
      - {alert: Disk, expr: 'fault{name="Disk"} == 1', labels: {service: shop}}
      - {alert: Web, expr: 'fault{name="Web"} == 1', for: 500ms, labels: {service: shop}}
  - name: more
    interval: 250ms
    rules:
      - {alert: Queue, expr: 'fault{name="Queue"} == 1', keep_firing_for: 500ms, labels: {service: queue}}
      - {alert: Pager, expr: 'fault{name="Pager"} == 1', labels: {service: pager}}
"""
NAMES = ("Disk", "Web", "Queue")
LINES = ("{{ .GroupLabels.service }}{{ range .Alerts }}\\n{{ .Labels.alertname }} {{ .Labels.host }} {{ .Status }} {{ .StartsAt.UnixMilli }} "
         "{{ .EndsAt.UnixMilli }}{{ end }}")
CONFIG = """
global: {{scrape_interval: 250ms, scrape_timeout: 200ms, evaluation_interval: 250ms}}
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  global: {{smtp_smarthost: "localhost:{mail}", smtp_from: sidewatch@shop.example, smtp_auth_username: ops, smtp_auth_password: "{password}"}}
  route:
    receiver: ops
    group_by: [service]
    group_wait: 100ms
    group_interval: 300ms
    repeat_interval: 1h
    routes: [{{matchers: [service="pager"], receiver: pager, repeat_interval: 400ms}}]
  receivers:
    - name: ops
      webhook_configs: [{{url: "http://127.0.0.1:{port}/webhook"}}]
      slack_configs: [{{api_url: "http://127.0.0.1:{port}/slack", channel: "#ops", send_resolved: true, text: "{lines}"}}]
      email_configs: [{{to: ops@shop.example, send_resolved: true, text: "{lines}", html: "", tls_config: {{ca_file: "{ca}"}}}}]
    - name: pager
      webhook_configs: [{{url: "http://127.0.0.1:{port}/pager"}}]
"""
SINKS = ("webhook", "slack", "mail")


def from_lines(sink, at, text):
    """A Message of what LINES rendered; None for anything else."""
    group, *rows = [line.strip() for line in text.strip().splitlines()]
    alerts = []
    for row in rows:
        name, host, status, starts, ends = row.split()
        alerts.append(oracle.Alert(name, host, status, int(starts) / 1000, int(ends) / 1000 if status == "resolved" else 0))
    return oracle.Message(sink, group, at, tuple(alerts))


def millis(rfc3339):
    whole, _, fraction = rfc3339.rstrip("Z").partition(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) - time.timezone + int((fraction + "000")[:3]) / 1000


def from_webhook(sink, at, body):
    alerts = [oracle.Alert(a["labels"]["alertname"], a["labels"]["host"], a["status"], millis(a["startsAt"]),
                           millis(a["endsAt"]) if a["status"] == "resolved" else 0) for a in body["alerts"]]
    return oracle.Message(sink, body["groupLabels"]["service"], at, tuple(alerts))


class Incident:
    """The world, the program in it, its receivers, and the hand that kills."""

    def __init__(self, test):
        self.plan = random.Random(SEED)
        self.moods = random.Random(SEED + 1)  # Of the receivers, whose threads ask in no order of ours.
        self.world = oracle.World()
        self.faults = {(name, host): 0 for name in (*NAMES, "Pager") for host in HOSTS}
        self.reachable = True
        self.kills = []
        self.arrived = threading.Semaphore(0)
        self.http = test.enterContext(HttpSink())
        self.mail = test.enterContext(MailSink())
        # A client that is killed in the middle of STARTTLS is no news here.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self.http.on_post = lambda _: self.receive()
        self.mail.on_mail = self.receive
        self.show()
        self.sidewatch = test.enterContext(Sidewatch(CONFIG.format(
            port=self.http.port, mail=self.mail.port, password=self.mail.PASSWORD, ca=self.mail.certificate, lines=LINES)))
        (self.sidewatch.folder / "rules.yml").write_text(RULES)

    def receive(self):
        """A receiver got a whole message: now and then it takes its time to say so, or will not have it."""
        self.arrived.release()
        mood = self.moods.random()
        if mood < 0.5:
            time.sleep(self.moods.uniform(0, 0.03))
        return 503 if mood > 0.97 else None

    def show(self):
        page = "".join(f'fault{{name="{name}",host="{host}"}} {value}\n' for (name, host), value in self.faults.items())
        self.http.pages["/metrics"] = page if self.reachable else None

    def set(self, key, present):
        if self.faults[key] != present:
            self.faults[key] = int(present)
            self.world.set(key, present, time.time())
            self.show()

    def messages(self):
        found = [from_webhook(r["path"][1:], r["at"], json.loads(r["body"])) for r in list(self.http.requests)
                 if r["status"] == 200 and r["path"] in ("/webhook", "/pager")]
        found += [from_lines("slack", r["at"], json.loads(r["body"])["attachments"][0]["text"]) for r in list(self.http.requests)
                  if r["status"] == 200 and r["path"] == "/slack"]
        for mail in list(self.mail.messages):
            found.append(from_lines("mail", mail["at"], mail["message"].get_body(("plain",)).get_content()))
        return found

    def kill_somewhere(self):
        """Lets it run until a random moment, or until just after a message arrived, and kills it; then it is started again."""
        if self.plan.random() < 0.4:
            while self.arrived.acquire(blocking=False):
                pass
            self.arrived.acquire(timeout=1.5)
            time.sleep(self.plan.choice((0, 0.001, 0.003, 0.01, 0.03)))
        else:
            time.sleep(self.plan.choice((0.2, 0.8, 1.5)) * self.plan.random())
        self.kill()
        self.sidewatch.launch(wait=False)

    def kill(self):
        self.sidewatch.kill()
        self.kills.append(time.time())

    def change(self):
        for key in self.plan.sample([key for key in self.faults if key[0] != "Pager"], self.plan.randrange(1, 4)):
            self.set(key, not self.faults[key])

    def settle(self, silenced=()):
        """Until every receiver believes what is so; `silenced` are not told."""
        def as_it_is():
            beliefs = oracle.standing(sorted(self.messages(), key=lambda m: m.at))
            return all((beliefs.get((sink, key)) == "firing") == bool(value) for key, value in self.faults.items()
                       if key[0] != "Pager" and key not in silenced for sink in SINKS)
        try:
            wait_until(as_it_is, "every receiver knows how it is")
        except AssertionError as lost:
            beliefs = oracle.standing(sorted(self.messages(), key=lambda m: m.at))
            raise AssertionError(f"LOST: {lost}\nfaults {self.faults}\nbeliefs {beliefs}") from None

    def post(self, path, body):
        """Tried until it is taken: the program may just be starting."""
        def taken():
            try:
                status, answer = http_post(self.sidewatch.url(path), json.dumps(body).encode(), {"Content-Type": "application/json"})
                return answer if status == 200 else None
            except OSError:
                return None
        return json.loads(wait_until(taken, f"{path} takes {body}"))

    def told_of(self, key, sinks, since=0):
        return [m for m in self.messages() if m.sink in sinks and m.at > since and any(a.key == key and a.status == "firing" for a in m.alerts)]


class ChaosTest(unittest.TestCase):
    def setUp(self):
        print(f"seed {SEED}, {KILLS} kills", flush=True)

    def test_killed_at_random_moments(self):
        incident = Incident(self)
        incident.sidewatch.launch()
        steps = (self.changes, self.changes, self.silence, self.acknowledgement, self.missing_data)
        turn = 0
        while len(incident.kills) < KILLS:
            steps[turn % len(steps)](incident)
            turn += 1
            count, complaints = oracle.judge([m for m in incident.messages() if m.sink != "pager"], incident.world, incident.kills)
            self.assertEqual(complaints, [], f"seed {SEED}, after {len(incident.kills)} kills")
            if turn % 10 == 0:
                print(f"{len(incident.kills)} kills, {len(incident.messages())} messages, {count} twice", flush=True)
        self.no_wrong_pages(incident)
        print(f"{len(incident.kills)} kills, {len(incident.messages())} messages, {count} told twice", flush=True)

    def changes(self, incident):
        for _ in range(incident.plan.randrange(2, 6)):
            incident.change()
            incident.kill_somewhere()
        incident.settle()

    def silence(self, incident):
        """A silence that was taken holds, whatever is killed; when it ends, what it hid is told."""
        key = ("Queue", incident.plan.choice(HOSTS))
        incident.set(key, False)
        incident.settle()
        now = time.time()
        stamp = lambda at: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        matchers = [{"name": "alertname", "value": key[0], "isRegex": False}, {"name": "host", "value": key[1], "isRegex": False}]
        silence = incident.post("/api/v2/silences", {"matchers": matchers, "startsAt": stamp(now - 1), "endsAt": stamp(now + 3600),
                                                     "createdBy": "chaos", "comment": "test"})["silenceID"]
        if incident.plan.random() < 0.5:
            incident.kill()  # The moment it is answered.
            incident.sidewatch.launch(wait=False)
        incident.set(key, True)
        for _ in range(2):
            incident.kill_somewhere()
        incident.settle(silenced=[key])
        self.wait_active(incident, key)
        self.assertEqual(incident.told_of(key, SINKS, since=now), [], f"seed {SEED}: silenced, and told")
        silences = json.loads(http_get(incident.sidewatch.url("/api/v2/silences"))[2])
        self.assertIn(silence, [s["id"] for s in silences if s["status"]["state"] == "active"])
        self.expire(incident, silence)
        incident.kill_somewhere()
        incident.settle()

    @staticmethod
    def wait_active(incident, key):
        def active():
            try:
                return any((a["labels"]["alertname"], a["labels"]["host"]) == key for a in incident.sidewatch.api("alerts")["alerts"])
            except (OSError, ValueError):
                return False
        wait_until(active, f"{key} fires unseen")

    @staticmethod
    def expire(incident, silence):
        request = urllib.request.Request(incident.sidewatch.url(f"/api/v2/silence/{silence}"), method="DELETE")
        with urllib.request.urlopen(request, timeout=10) as reply:
            assert reply.status == 200

    def acknowledgement(self, incident):
        """What somebody has taken on is not repeated, whatever is killed; its end is told."""
        key = ("Pager", incident.plan.choice(HOSTS))
        begin = time.time()
        incident.set(key, True)
        wait_until(lambda: len(incident.told_of(key, ("pager",), begin)) >= 2, "the pager repeats")
        incident.post("/api/v1/alerts/ack", {"matchers": ['alertname="Pager"'], "by": "chaos", "comment": "mine"})
        incident.kill()
        taken = time.time()
        incident.sidewatch.launch(wait=False)
        for _ in range(2):
            incident.kill_somewhere()
        incident.sidewatch.wait_ready()
        self.wait_active(incident, key)
        # The one that was on its way when it was taken may come again, once for the kill.
        repeats = incident.told_of(key, ("pager",), taken)
        self.assertLessEqual(len(repeats), 1, f"seed {SEED}: repeated after the acknowledgement: {repeats}")
        incident.set(key, False)
        def ended():
            return any(a.key == key and a.status == "resolved" for m in incident.messages()
                       if m.sink == "pager" and m.at > begin for a in m.alerts)
        wait_until(ended, "the pager is told the end")

    def missing_data(self, incident):
        """The application does not answer: what fires goes on firing."""
        incident.reachable = False
        incident.show()
        for _ in range(2):
            incident.kill_somewhere()
        incident.reachable = True
        incident.show()
        incident.kill_somewhere()
        incident.settle()

    def no_wrong_pages(self, incident):
        pages = [m for m in incident.messages() if m.sink == "pager"]
        self.assertEqual([*oracle.wrong_claims(pages, incident.world), *oracle.overtaken(pages)], [])


class OracleTest(unittest.TestCase):
    """It does complain."""

    KEY = ("Disk", "a")

    def setUp(self):
        self.world = oracle.World()
        self.world.set(self.KEY, True, 100)
        self.world.set(self.KEY, False, 200)

    def message(self, at, status, starts=101, ends=0, sink="slack"):
        return oracle.Message(sink, "g", at, (oracle.Alert(*self.KEY, status, starts, ends),))

    def judge(self, *messages, kills=()):
        return oracle.judge(messages, self.world, list(kills))

    def test_the_truth_is_accepted(self):
        self.assertEqual(self.judge(self.message(102, "firing"), self.message(202, "resolved", ends=201)), (0, []))

    def test_what_is_wrong_is_found(self):
        firing, end = self.message(102, "firing"), self.message(202, "resolved", ends=201)
        for name, messages, kills, word in (
                ("resolved early", (firing, self.message(151, "resolved", ends=150)), [], "wrong resolve"),
                ("never there", (self.message(302, "firing", starts=301),), [], "was not there"),
                ("overtaken", (end, self.message(203, "firing")), [202.5], "older state"),
                ("twice without a kill", (firing, self.message(103, "firing")), [], "told twice"),
                ("an end twice", (firing, end, self.message(203, "resolved", ends=201)), [], "told twice"),
                ("thrice for one kill", (firing, self.message(104, "firing"), self.message(105, "firing")), [103], "told twice")):
            with self.subTest(name):
                self.assertIn(word, str(self.judge(*messages, kills=kills)[1]))

    def test_a_kill_excuses_one_repetition_of_each_sink(self):
        again = [self.message(at, "firing", sink=sink) for sink in ("slack", "mail") for at in (102, 104)]
        self.assertEqual(self.judge(*again, kills=[103]), (2, []))


if __name__ == "__main__":
    unittest.main()
