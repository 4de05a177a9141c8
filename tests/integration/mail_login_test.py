#!/usr/bin/python3
"""Every way to log in at a real SMTP server, right and wrong: the mail arrives, or it is tried again and no secret shows."""
import base64
import hmac
import logging
import unittest
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import MISSING, AuthResult
from support import Sidewatch, free_port, wait_until

RULES = "groups: [{name: g, interval: 1s, rules: [{alert: Always, expr: vector(1)}]}]\n"
CONFIG = """
global: {{evaluation_interval: 1s}}
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  route: {{receiver: ops, group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers:
    - name: ops
      email_configs: [{{to: ops@shop.example, from: sidewatch@shop.example, smarthost: "127.0.0.1:{port}", require_tls: false, {login}}}]
"""
USER, PASSWORD = "ops", "s3cret-of-mail"


class LoginSink:
    """Takes mail from whoever logs in by the one mechanism that it offers."""

    def __init__(self, mechanism):
        # Without TLS, and with logins that fail: here that is what is tested.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", message="Requiring AUTH", category=UserWarning)
        self.accepted = []
        self.refused = 0
        sink = self

        class Handler:
            async def handle_DATA(self, _server, session, envelope):
                sink.accepted.append((session.auth_data, envelope.rcpt_tos))
                return "250 kept"

            async def auth_CRAM__MD5(self, server, _args):
                challenge = b"<1896.697170952@shop.example>"
                answer = await server.challenge_auth(challenge)
                if answer is MISSING:
                    return AuthResult(success=False)
                user, _, digest = answer.decode().partition(" ")
                good = user == USER and hmac.compare_digest(digest, hmac.new(PASSWORD.encode(), challenge, "md5").hexdigest())
                sink.refused += not good
                return AuthResult(success=good, handled=False, auth_data=f"CRAM-MD5 {user}")

        def authenticate(_server, _session, _envelope, used, data):
            good = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
            sink.refused += not good
            return AuthResult(success=good, handled=False, auth_data=f"{used} {data.login.decode()}")

        self.port = free_port()
        others = {"PLAIN", "LOGIN", "CRAM-MD5"} - {mechanism}
        self.controller = Controller(Handler(), hostname="127.0.0.1", port=self.port, auth_required=True, auth_require_tls=False,
                                     auth_exclude_mechanism=others, authenticator=authenticate)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()


class MailLoginTest(unittest.TestCase):
    LOGINS = {"PLAIN": "auth_username: ops, auth_password: '{secret}'", "LOGIN": "auth_username: ops, auth_password: '{secret}'",
              "CRAM-MD5": "auth_username: ops, auth_secret: '{secret}'"}

    def start(self, sink, login):
        sidewatch = self.enterContext(Sidewatch(CONFIG.format(port=sink.port, login=login)))
        (sidewatch.folder / "rules.yml").write_text(RULES)
        return sidewatch.launch()

    def check_no_secrets(self, sidewatch, secret):
        for text in (sidewatch.log_text(), sidewatch.metrics()):
            self.assertNotIn(secret, text)
            self.assertNotIn(base64.b64encode(secret.encode()).decode(), text)

    def test_each_mechanism(self):
        for mechanism, login in self.LOGINS.items():
            with self.subTest(mechanism):
                sink = self.enterContext(LoginSink(mechanism))
                sidewatch = self.start(sink, login.format(secret=PASSWORD))
                mail, = wait_until(lambda: sink.accepted, f"a mail after {mechanism}")
                self.assertEqual(mail, (f"{mechanism} ops", ["ops@shop.example"]))
                self.check_no_secrets(sidewatch, PASSWORD)

    def test_a_wrong_secret_is_tried_again_and_does_not_show(self):
        for mechanism, login in self.LOGINS.items():
            with self.subTest(mechanism):
                sink = self.enterContext(LoginSink(mechanism))
                sidewatch = self.start(sink, login.format(secret="wr0ng-of-mail"))
                wait_until(lambda: sink.refused >= 2, f"{mechanism} is tried again")
                self.assertEqual(sink.accepted, [])
                wait_until(lambda: "notification not delivered, trying again" in sidewatch.log_text(), "the log says it")
                self.check_no_secrets(sidewatch, "wr0ng-of-mail")


if __name__ == "__main__":
    unittest.main()
