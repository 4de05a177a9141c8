#!/usr/bin/python3
"""One mail to several at a real SMTP server: who is gone or away for now keeps nothing from the others."""
import shutil
import unittest

from support import MailSink, Sidewatch, wait_until

RULES = "groups: [{name: g, interval: 1s, rules: [{alert: Always, expr: vector(1)}]}]\n"
CONFIG = """
global: {{evaluation_interval: 1s}}
rule_files: [rules.yml]
library: {{enabled: false}}
notifications:
  global: {{smtp_smarthost: "localhost:{port}", smtp_from: sidewatch@shop.example, smtp_auth_username: ops, smtp_auth_password: "{password}"}}
  route: {{receiver: ops, group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
  receivers:
    - name: ops
      email_configs: [{{to: "{to}", tls_config: {{ca_file: mail-ca.pem}}}}]
"""
ANN, GONE, AWAY = "ann@shop.example", "gone@shop.example", "away@shop.example"


class MailRecipientsTest(unittest.TestCase):
    def launch(self, mail, *to):
        sidewatch = self.enterContext(Sidewatch(CONFIG.format(port=mail.port, password=mail.PASSWORD, to=", ".join(to))))
        (sidewatch.folder / "rules.yml").write_text(RULES)
        # Named relative to the configuration's folder.
        shutil.copy(mail.certificate, sidewatch.folder / "mail-ca.pem")
        return sidewatch.launch()

    def history(self, sidewatch):
        return [row["entry"] for row in sidewatch.api("alerts/history?event=sent")["history"]]

    def test_who_is_gone(self):
        mail = self.enterContext(MailSink())
        mail.refused[GONE] = "550 5.1.1 no such user"
        sidewatch = self.launch(mail, ANN, GONE)
        first = wait_until(lambda: mail.messages, "the others are told")[0]
        self.assertEqual(first["to"], [ANN])
        wait_until(lambda: "notification delivered in part" in sidewatch.log_text(), "the log says it")
        self.assertIn(f"{GONE}: 550 5.1.1 no such user", sidewatch.log_text())
        sent, = wait_until(lambda: self.history(sidewatch), "the history says it")
        self.assertIn(GONE, sent["answer"])

    def test_who_is_away_for_now(self):
        mail = self.enterContext(MailSink())
        mail.refused[AWAY] = "451 4.7.1 try again later"
        sidewatch = self.launch(mail, ANN, AWAY)
        wait_until(lambda: "451 4.7.1 try again later" in sidewatch.log_text(), "it is tried again")
        del mail.refused[AWAY]
        wait_until(lambda: [AWAY] in [one["to"] for one in mail.messages], "who was away is told later")
        self.assertEqual([one["to"] for one in mail.messages], [[ANN], [AWAY]])

    def test_all_are_gone(self):
        mail = self.enterContext(MailSink())
        mail.refused.update({ANN: "550 gone", GONE: "550 gone, too"})
        sidewatch = self.launch(mail, ANN, GONE)
        wait_until(lambda: "notification given up" in sidewatch.log_text(), "it is refused")
        self.assertEqual(mail.messages, [])


if __name__ == "__main__":
    unittest.main()
