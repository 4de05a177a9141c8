#!/usr/bin/python3
"""A throw-away shop in which things go wrong one after the other, so that a newcomer sees the whole line work.

Starts PostgreSQL, Redis, nginx with TLS, an application, a sink for Slack and e-mail and sidewatch on private ports of the loopback. Each
incident is made for real, shown as it arrives, mended, and shown to be over. `--once` ends there, otherwise everything runs on until Ctrl-C.
The servers are those of the integration tests, the rules those of the library, with shorter patience.
"""
import argparse
import contextlib
import os
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests/integration"))
os.environ.setdefault("SIDEWATCH_TEST_PATIENCE", "110")
BOLD, DIM, PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")

HURRIED = (
    ("application", "ApplicationErrorRateCritical", ("[5m]", "[5s]"), ("for: 2m", "for: 1s")),
    ("certificates", "CertificateExpiresSoon", ("for: 5m", "for: 1s")),
    ("certificates", "CertificateReloadForgotten", ("for: 15m", "for: 1s")),
    ("logs", "FailedLogins", ("offset 1m", "offset 5s")),
    ("postgres", "PostgresConnectionsCritical", ("for: 1m", "for: 1s")),
)
MAX_CONNECTIONS, FLOOD = 25, 23


def say(text):
    print(f"{DIM}{time.strftime('%H:%M:%S')}{PLAIN} {text}", flush=True)


def indent(text):
    return "\n".join("    | " + line for line in text.strip().splitlines())


def slack_lines(message):
    lines = [f"#{str(message.get('channel', '')).lstrip('#')}  {message.get('text', '')}".rstrip()]
    for attachment in message.get("attachments", []):
        lines.append(f"[{attachment.get('color')}] {attachment.get('title', '')}")
        lines += str(attachment.get("text", "")).splitlines()
        lines += [f"{field['title']}: {field['value']}" for field in attachment.get("fields", [])]
    return lines


def mail_lines(mail):
    text = mail["message"].get_body(("plain",)).get_content()
    return [f"to {', '.join(mail['to'])}", "Subject: " + mail["message"]["Subject"], "", *text.splitlines()]


class Shop:
    """Everything that the demo starts, and the two things that are done to each alert: waited for and shown."""

    def __init__(self, stack):
        from shop import DAY, Application, Authority, Backups, Nginx, hurried_rules, nightly
        from support import HttpSink, MailSink, Postgres, Redis, Sidewatch, wait_until
        self.wait_until = wait_until
        self.sidewatch = stack.enter_context(Sidewatch())
        self.postgres = stack.enter_context(Postgres(max_connections=MAX_CONNECTIONS))
        self.redis = stack.enter_context(Redis())
        self.app = stack.enter_context(Application())
        self.authority = Authority(self.sidewatch.folder / "tls")
        certificate = self.authority.sign("shop", days=60)
        self.authority.sign("mail", days=90)
        self.nginx = stack.enter_context(Nginx(self.app, certificate, self.authority.certificate))
        self.slack = stack.enter_context(HttpSink())
        self.mail = stack.enter_context(MailSink())
        self.backups = Backups(self.sidewatch.folder / "backups", self.postgres)
        schedule, self.due = nightly(after=25)
        self.backups.dump("yesterday.backup", at=self.due - DAY + 5)
        self.sidewatch.config.write_text((HERE / "sidewatch.yml").read_text())
        (self.sidewatch.folder / "hurried.yml").write_text(hurried_rules(HURRIED))
        self.sidewatch.env = {
            "DEMO_POSTGRES": self.postgres.url(), "DEMO_REDIS": self.redis.url(), "DEMO_BACKUPS": str(self.backups.folder), "DEMO_SCHEDULE": schedule,
            "DEMO_TLS": str(self.authority.folder), "DEMO_HTTPS_PORT": str(self.nginx.port), "DEMO_ACCESS_LOG": str(self.nginx.access_log),
            "DEMO_APP_PORT": str(self.app.port), "DEMO_SLACK": self.slack.url(), "DEMO_MAIL_PORT": str(self.mail.port),
            "DEMO_MAIL_PASSWORD": self.mail.PASSWORD, "DEMO_CA": str(self.mail.certificate)}
        self.sidewatch.launch()

    def wait(self, condition, what):
        """While customers come and go."""
        def visit_and_look():
            self.nginx.visit()
            return condition()
        return self.wait_until(visit_and_look, what)

    def wait_healthy(self):
        kinds = {"node", "postgres", "redis", "backups", "certificates", "logs", "app"}
        self.wait(lambda: kinds <= {labels["job"] for labels, up in self.sidewatch.query("up") if up == 1}, "everything is up")
        self.wait(lambda: self.sidewatch.value("backup_verified") == 1, "the last backup is verified")

    def told(self, alert, ended):
        """The message in Slack and the one by e-mail, once both have come."""
        slack = [m for m in self.slack.accepted() for a in m["attachments"] if alert in a.get("title", "") and (a["color"] == "good") == ended]
        mails = [m for m in self.mail.messages if alert in m["message"]["Subject"] and m["message"]["Subject"].startswith("[RESOLVED]") == ended]
        return (slack[0], mails[0]) if slack and mails else None

    def show(self, alert, ended, whole):
        began = time.monotonic()
        slack, mail = self.wait(lambda: self.told(alert, ended), f"{alert} {'is over' if ended else 'arrives'}")
        say(f"after {time.monotonic() - began:.1f} s, in Slack and by e-mail:")
        if whole:
            print(f"    {BOLD}Slack{PLAIN}\n{indent(chr(10).join(slack_lines(slack)))}\n    {BOLD}E-mail{PLAIN}\n{indent(chr(10).join(mail_lines(mail)))}", flush=True)
        else:
            print(indent("\n".join(a.get("title", "") for a in slack["attachments"])), flush=True)


@contextlib.contextmanager
def connections(shop):
    with shop.postgres.connections(FLOOD):
        yield


@contextlib.contextmanager
def guessed_passwords(shop):
    shop.nginx.guess_passwords(15)
    yield


@contextlib.contextmanager
def broken_application(shop):
    shop.app.broken = True
    yield
    shop.app.broken = False


@contextlib.contextmanager
def expiring_certificate(shop):
    shop.authority.sign("mail", days=10)
    yield
    shop.authority.sign("mail", days=90)


@contextlib.contextmanager
def forgotten_reload(shop):
    shop.authority.sign("shop", days=90)
    yield
    shop.nginx.reload()


@contextlib.contextmanager
def missed_backup(shop):
    left = shop.due - time.time()
    if left > 0:
        say(f"it is due in {left:.0f} s, and nobody makes it …")
    yield
    shop.backups.dump("today.backup")


# What goes wrong, the alert that tells it, how it is mended, and who does both.
INCIDENTS = (
    (f"a leak in the application opens {FLOOD} of PostgreSQL's {MAX_CONNECTIONS} connections", "PostgresConnectionsCritical", "closing them again", connections),
    ("somebody guesses passwords at the shop's login", "FailedLogins", "he gives up", guessed_passwords),
    ("a release breaks every second page of the shop", "ApplicationErrorRateCritical", "rolling it back", broken_application),
    ("the mail server's certificate ends in ten days", "CertificateExpiresSoon", "renewing it", expiring_certificate),
    ("the shop's certificate is renewed on disk, but nginx still serves the old one", "CertificateReloadForgotten", "nginx -s reload", forgotten_reload),
    ("the nightly backup does not come", "BackupMissed", "running pg_dump by hand", missed_backup),
)


def play(shop):
    for number, (what, alert, cure, make) in enumerate(INCIDENTS, 1):
        print(flush=True)
        say(f"{BOLD}{number} of {len(INCIDENTS)}: {what}{PLAIN}")
        with make(shop):
            shop.show(alert, ended=False, whole=number == 1)
            say(f"{cure} …")
        shop.show(alert, ended=True, whole=number == 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--once", action="store_true", help="end when all is well again")
    options = parser.parse_args()
    binary = pathlib.Path(options.binary).resolve()
    os.environ["SIDEWATCH_BINARY"] = str(binary)
    began = time.monotonic()

    with contextlib.ExitStack() as stack:
        say("starting PostgreSQL, Redis, nginx, an application, sinks for Slack and e-mail, and sidewatch beside them …")
        shop = Shop(stack)
        sidewatch = shop.sidewatch
        shop.wait_healthy()
        series = sidewatch.value('count({__name__!=""})')
        say(f"all is well; sidewatch keeps {series:.0f} series of it")
        print(f"    page      {sidewatch.url('/')}\n    metrics   {sidewatch.url('/metrics')}\n    log       {sidewatch.log}", flush=True)
        play(shop)
        print(flush=True)
        say(f"{len(INCIDENTS)} incidents in {time.monotonic() - began:.0f} s, each with its end: {len(shop.slack.accepted())} messages in Slack, "
            f"{len(shop.mail.messages)} by e-mail.")
        if options.once:
            return
        say("sidewatch runs on; Ctrl-C ends it and removes everything. Meanwhile, in another terminal:")
        address = sidewatch.url("")
        for words in (f"alerts --url={address}", f"query --url={address} 'pg_stat_activity_count'", "metrics list"):
            print(f"    {binary} {words}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            while sidewatch.process.poll() is None:
                time.sleep(1)


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
