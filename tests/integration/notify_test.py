#!/usr/bin/python3
"""`sidewatch notify test` against a real mail server and a web server: what arrives, what is shown, how it ends."""
import json
import subprocess
import tempfile
import pathlib
import unittest

from support import BINARY, HttpSink, MailSink

CONFIG = """
global: {{external_labels: {{service: shop}}}}
library: {{enabled: false}}
notifications:
  global: {{smtp_smarthost: "localhost:{mail}", smtp_from: sidewatch@shop.example, smtp_auth_username: ops}}
  route: {{receiver: ops}}
  receivers:
    - name: ops
      slack_configs: [{{api_url: "{web}/services/s3cret-path", channel: "#ops"}}]
      email_configs: [{{to: ops@shop.example, auth_password: "{password}", tls_config: {{ca_file: "{ca}"}}}}]
    - name: pager
      pagerduty_configs: [{{routing_key: s3cret-key, url: "{web}/pagerduty"}}]
      webhook_configs: [{{url: "{web}/s3cret-hook", http_config: {{authorization: {{credentials: s3cret-token}}}}}}]
    - name: fixed
      slack_configs: [{{api_url: "{web}/s3cret", title: Shop, text: Come}}]
      email_configs: [{{to: ops@shop.example, headers: {{Subject: Come}}, auth_password: "{password}", tls_config: {{ca_file: "{ca}"}}}}]
      pagerduty_configs: [{{routing_key: s3cret-key, url: "{web}/s3cret", description: Come}}]
      discord_configs: [{{webhook_url: "{web}/s3cret", title: Shop, message: Come}}]
      msteamsv2_configs: [{{webhook_url: "{web}/s3cret", title: Shop, text: Come}}]
      telegram_configs: [{{bot_token: s3cret, chat_id: 1, api_url: "{web}", message: Come, parse_mode: MarkdownV2}}]
    - name: nobody
"""


class NotifyTest(unittest.TestCase):
    def setUp(self):
        self.web = self.enterContext(HttpSink())
        self.mail = self.enterContext(MailSink())
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def notify(self, receiver, *words, password=MailSink.PASSWORD, web=None):
        config = self.folder / "sidewatch.yml"
        config.write_text(CONFIG.format(mail=self.mail.port, web=web or self.web.url(""), password=password, ca=self.mail.certificate))
        done = subprocess.run([BINARY, "notify", "test", f"--receiver={receiver}", f"--config.file={config}", *words],
                              capture_output=True, text=True, timeout=120)
        for text in (done.stdout, done.stderr):
            self.assertNotIn("s3cret", text)
            self.assertNotIn(password, text)
        return done

    def test_every_integration_of_the_receiver(self):
        done = self.notify("ops")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        slack, = self.web.accepted()
        self.assertIn("[TEST]", json.dumps(slack))
        self.assertEqual(self.web.requests[0]["path"], "/services/s3cret-path")
        mail, = self.mail.messages
        self.assertIn("[TEST]", mail["message"]["Subject"])
        self.assertEqual((mail["tls"], mail["user"], mail["to"]), (True, "ops", ["ops@shop.example"]))
        for line in ("ops/slack[0]:", "> POST /<secret> HTTP/1.1", "< HTTP/1.0 200 OK", "ops/slack[0]: delivered: status 200",
                     "ops/email[0]:", "> STARTTLS", "> MAIL FROM:<sidewatch@shop.example>", "> RCPT TO:<ops@shop.example>", "< 250 kept"):
            self.assertIn(line, done.stdout)
        self.assertRegex(done.stdout, r"(?m)^> AUTH (PLAIN|LOGIN)")
        self.assertRegex(done.stdout, r"(?m)^ops/email\[0\]: delivered: 250 ")

    def test_a_text_without_anything_of_the_alert_is_marked_too(self):
        self.notify("fixed")
        self.assertEqual([mail["message"]["Subject"] for mail in self.mail.messages], ["[TEST] Come"])
        self.assertEqual(len(self.web.requests), 5)
        for request in self.web.requests:
            text = request["body"].decode()
            self.assertRegex(text.replace("\\", ""), r"\[TEST\] (Shop|Come)")

    def test_keys_and_tokens_are_masked(self):
        done = self.notify("pager", "--resolve")
        self.assertEqual(done.returncode, 0, done.stdout)
        events = [json.loads(r["body"]) for r in self.web.requests if r["path"] == "/pagerduty"]
        self.assertEqual([e["event_action"] for e in events], ["trigger", "resolve"])
        self.assertEqual(len(self.web.requests), 4)
        self.assertIn('"routing_key":"<secret>"', done.stdout)
        self.assertIn("> Authorization: <secret>", done.stdout)

    def test_what_is_not_taken_ends_with_1(self):
        with self.subTest("the mail server refuses the login"):
            done = self.notify("ops", password="wr0ng-word")
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("< 535", done.stdout)
            self.assertEqual(self.mail.messages, [])
        with self.subTest("the web server refuses"):
            self.web.status = 404
            done = self.notify("ops")
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("ops/slack[0]: refused: unexpected status code 404", done.stdout)
            self.assertIn("ops/email[0]: delivered", done.stdout)
        with self.subTest("nobody listens"):
            done = self.notify("pager", web="http://127.0.0.1:1")
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("not delivered", done.stdout)
        with self.subTest("a receiver that tells nobody"):
            done = self.notify("nobody")
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("tells nobody", done.stdout)

    def test_what_cannot_be_asked_ends_with_2(self):
        done = self.notify("opps")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn('no receiver "opps"', done.stderr)
        config = self.folder / "bad.yml"
        config.write_text("notifications: {route: {}}\n")
        done = subprocess.run([BINARY, "notify", "test", "--receiver=ops", f"--config.file={config}"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("bad.yml:1:", done.stderr)


if __name__ == "__main__":
    unittest.main()
