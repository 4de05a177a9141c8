#!/usr/bin/python3
"""Debian's amtool and Debian's Prometheus take a live sidewatch for an Alertmanager."""
import json
import re
import subprocess
import unittest
import urllib.error
import urllib.request

from support import BINARY, HttpSink, Process, Sidewatch, free_port, http_get, http_post, wait_until

CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, external_labels: {{site: here}}}}
library: {{enabled: false}}
notifications:
  route:
    receiver: ops
    group_by: [alertname]
    group_wait: 0s
    group_interval: 1s
    repeat_interval: 1h
    escalate: [{{after: 1h, receiver: boss}}]
    routes: [{{receiver: db, matchers: ['team="db"'], escalate: [{{after: 2h, receiver: boss}}]}}]
  receivers:
    - {{name: ops, slack_configs: [{{api_url: "http://127.0.0.1:{port}/hook", channel: "#ops", send_resolved: true, send_resolved_when_muted: false, graphs: false}}]}}
    - {{name: db, webhook_configs: [{{url: "http://127.0.0.1:{port}/t0ken", send_resolved_when_muted: false}}]}}
    - name: boss
      alertmanager_configs: [{{urls: ["http://127.0.0.1:{port}"]}}]
      discord_configs: [{{webhook_url: "http://127.0.0.1:{port}/t0ken", timeout: 5s}}]
"""
PROMETHEUS = """
global: {{evaluation_interval: 1s, external_labels: {{cluster: eu}}}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{api_version: v2, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]}}
"""
RULES = "groups: [{name: g, rules: [{alert: FromPrometheus, expr: vector(1), labels: {severity: page}, annotations: {summary: hello}}]}]"
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n$"


class AmtoolTest(unittest.TestCase):
    def setUp(self):
        self.sink = self.enterContext(HttpSink())
        self.sidewatch = self.enterContext(Sidewatch(CONFIG.format(port=self.sink.port)))
        self.sidewatch.launch()

    def amtool(self, *words, code=0):
        ended = subprocess.run(["amtool", f"--alertmanager.url={self.sidewatch.url('')}", *words],
                               capture_output=True, text=True, timeout=60)
        self.assertEqual(ended.returncode, code, ended.stderr + ended.stdout)
        return ended.stdout

    def run_silence(self, *words):
        return subprocess.run([BINARY, "silence", *words, "--url", self.sidewatch.url("")],
                              capture_output=True, text=True, timeout=60)

    def v2(self, path):
        return json.loads(http_get(self.sidewatch.url("/api/v2/" + path))[2])

    def silences(self, *words):
        return json.loads(self.amtool("silence", "query", "-o", "json", *words))

    def texts(self):
        return [json.dumps(message) for message in self.sink.accepted()]

    def sent(self, word):
        return wait_until(lambda: [t for t in self.texts() if word in t], f"a notification about {word}")

    def test_alerts(self):
        self.amtool("alert", "add", "Disk", "node=a", "--annotation=summary=it is full")
        alert, = json.loads(self.amtool("alert", "query", "-o", "json"))
        # External labels are for alerts of our own rules.
        self.assertEqual(alert["labels"], {"alertname": "Disk", "node": "a"})
        self.assertEqual((alert["status"]["state"], alert["receivers"]), ("active", [{"name": "ops"}]))
        self.assertIn("it is full", self.amtool("alert", "query", "node=a"))
        self.assertEqual(json.loads(self.amtool("alert", "query", "-o", "json", "node=b")), [])
        self.assertEqual(len(json.loads(self.amtool("alert", "query", "-o", "json", "--receiver=o.*"))), 1)
        self.sent("Disk")
        group, = self.v2("alerts/groups")
        self.assertEqual((group["labels"], group["receiver"]), ({"alertname": "Disk"}, {"name": "ops"}))

    def test_life_of_a_silence(self):
        added = self.amtool("silence", "add", "alertname=Disk", "node=~a|b", "-c", "new disks come", "-a", "ann", "-d", "1h")
        self.assertRegex(added, UUID)
        ident = added.strip()
        silence, = self.silences()
        self.assertEqual((silence["id"], silence["createdBy"], silence["comment"]), (ident, "ann", "new disks come"))
        self.assertEqual(self.silences("node=c"), [])
        self.assertEqual(self.silences('node=~"a|b"')[0]["id"], ident)
        # A changed end keeps the id, as history stays true.
        self.assertIn(ident, self.amtool("silence", "update", "-d", "2h", "-c", "later", ident))
        self.assertEqual(self.silences()[0]["comment"], "later")
        self.amtool("silence", "expire", ident)
        self.assertEqual(self.silences(), [])
        kept, = self.silences("--expired")
        self.assertEqual(kept["status"]["state"], "expired")
        file = self.sidewatch.folder / "silences.json"
        file.write_text(json.dumps([{**silence, "id": ""}, {**silence, "id": "", "comment": "two"}]))
        self.amtool("silence", "import", str(file))
        self.assertEqual(sorted(s["comment"] for s in self.silences()), ["new disks come", "two"])

        trails = {t["silence"]["id"]: t["changes"] for t in self.sidewatch.api("silences")["silences"]}
        self.assertEqual([c["what"] for c in trails[ident]], ["created", "changed", "expired"])
        self.assertEqual((trails[ident][0]["by"], trails[ident][0]["from"], trails[ident][0]["why"]),
                         ("ann", "127.0.0.1", "new disks come"))

    def test_configuration(self):
        shown = self.amtool("config", "show")
        self.assertIn("api_url: <secret>", shown)
        self.assertIn("url: http://<secret>", shown)
        self.assertNotIn(str(self.sink.port), shown)
        self.assertNotIn("t0ken", shown + self.sidewatch.api("status/config")["yaml"])
        # What no Alertmanager knows would make amtool refuse the whole.
        self.assertNotIn("escalate", shown)
        self.assertIn("escalate", self.sidewatch.api("status/config")["yaml"])
        self.assertEqual(self.amtool("config", "routes", "test", "team=db").strip(), "db")
        self.assertEqual(self.amtool("config", "routes", "test", "team=web").strip(), "ops")
        self.assertIn("disabled", self.amtool("cluster", "show"))

    def test_errors_are_json(self):
        for method, path, want in (
                ("GET", "nothing", {"code": 404, "message": "path /api/v2/nothing was not found"}),
                ("POST", "nothing/else", {"code": 404, "message": "path /api/v2/nothing/else was not found"}),
                ("PUT", "silences", {"code": 405, "message": "method PUT is not allowed, but [GET,POST] are"}),
                ("POST", "status", {"code": 405, "message": "method POST is not allowed, but [GET] are"})):
            with self.subTest(method=method, path=path), self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(urllib.request.Request(self.sidewatch.url("/api/v2/" + path), data=b"" if method != "GET" else None,
                                                              method=method), timeout=10)
            self.assertEqual((refused.exception.code, refused.exception.headers["Content-Type"]), (want["code"], "application/json"))
            self.assertEqual(json.loads(refused.exception.read()), want)
            refused.exception.close()
        status, _ = http_post(self.sidewatch.url("/api/v2/alerts"), b"[]", {"Content-Type": "text/plain"})
        self.assertEqual(status, 415)

    def test_silenced_alerts_are_not_sent_and_a_silence_survives_kill(self):
        ident = self.amtool("silence", "add", "alertname=Quiet", "-c", "known", "-a", "ann", "-d", "1h").strip()
        self.sidewatch.kill()
        self.sidewatch.launch()
        self.assertEqual([s["id"] for s in self.silences()], [ident])
        self.amtool("alert", "add", "Quiet")
        self.amtool("alert", "add", "Loud")
        self.sent("Loud")
        quiet, = [a for a in self.v2("alerts") if a["labels"]["alertname"] == "Quiet"]
        self.assertEqual((quiet["status"]["silencedBy"], quiet["status"]["state"]), ([ident], "suppressed"))
        # The next flush of its group comes after several intervals; the moment the silence goes, it is sent.
        self.assertEqual([t for t in self.texts() if "Quiet" in t], [])
        self.amtool("silence", "expire", ident)
        self.sent("Quiet")

    def test_a_silence_ends_with_its_alert(self):
        body = {"matchers": [{"name": "alertname", "value": "Flaky", "isRegex": False}], "createdBy": "ann", "comment": "c",
                "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2090-01-01T00:00:00Z", "annotations": {"sidewatch_until": "resolved"}}
        status, answer = http_post(self.sidewatch.url("/api/v2/silences"), json.dumps(body).encode())
        self.assertEqual(status, 200, answer)
        ident = json.loads(answer)["silenceID"]
        self.amtool("alert", "add", "Flaky")
        self.assertEqual(self.v2("alerts")[0]["status"]["silencedBy"], [ident])
        self.amtool("alert", "add", "Flaky", "--start=2020-01-01T00:00:00Z", "--end=" + self.v2("alerts")[0]["updatedAt"])
        wait_until(lambda: self.v2("silence/" + ident)["status"]["state"] == "expired", "the silence ends with its alert")

    def test_subcommands(self):
        added = self.run_silence("add", "alertname=Disk", 'node!="b"', "--comment", "new disks", "--by", "ann", "--for", "90m", "--until-resolved")
        self.assertEqual((added.returncode, added.stderr), (0, ""))
        self.assertRegex(added.stdout, UUID)
        ident = added.stdout.strip()
        listed = self.run_silence("list")
        self.assertRegex(listed.stdout, r"^ID +STATE +ENDS +BY +MATCHERS +COMMENT\n")
        self.assertIn(f"{ident}  active", listed.stdout)
        self.assertIn('{alertname="Disk",node!="b"}', listed.stdout)
        data = json.loads(self.run_silence("list", "--output", "json").stdout)
        self.assertEqual(data["silences"][0]["silence"]["annotations"], {"sidewatch_until": "resolved"})
        expired = self.run_silence("expire", ident, "--by", "ben", "--comment", "done")
        self.assertEqual((expired.returncode, expired.stderr), (0, ""))
        self.assertEqual(self.run_silence("list").stdout, "no silences\n")
        change = json.loads(self.run_silence("list", "--expired", "--output", "json").stdout)["silences"][0]["changes"][-1]
        self.assertEqual((change["what"], change["by"], change["why"]), ("expired", "ben", "done"))
        gone = self.run_silence("expire", "00000000-0000-0000-0000-000000000000")
        self.assertEqual(gone.returncode, 1)
        self.assertIn("there is no silence 00000000", gone.stderr)
        self.assertEqual(self.run_silence("add", "Disk=(", "--comment", "c", "--for", "soon").returncode, 2)

    def test_prometheus_delivers(self):
        prometheus = self.enterContext(Process("prometheus"))
        (prometheus.folder / "rules.yml").write_text(RULES)
        config = prometheus.folder / "prometheus.yml"
        config.write_text(PROMETHEUS.format(port=self.sidewatch.port))
        prometheus.start("prometheus", f"--config.file={config}", f"--storage.tsdb.path={prometheus.folder}/data",
                         "--rules.alert.resend-delay=1s", f"--web.listen-address=127.0.0.1:{free_port()}")
        text, *_ = self.sent("FromPrometheus")
        self.assertIn("hello", text)
        alert, = self.v2("alerts")
        self.assertEqual(alert["labels"], {"alertname": "FromPrometheus", "severity": "page", "cluster": "eu"})
        self.assertTrue(re.search(r"/graph\?g0\.expr=vector", alert["generatorURL"]), alert["generatorURL"])


if __name__ == "__main__":
    unittest.main()
