#!/usr/bin/python3
"""A throw-away world in which an alert fires and resolves, so that a newcomer sees the whole line work.

Starts PostgreSQL, Redis, a sink for Slack and e-mail and sidewatch on private ports of the loopback; opens
connections until an alert fires, shows both messages, closes them and shows that it is over. `--once` ends there,
otherwise everything runs on until Ctrl-C. The servers are those of the integration tests.
"""
import argparse
import contextlib
import json
import os
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests/integration"))
os.environ.setdefault("SIDEWATCH_TEST_PATIENCE", "110")
BOLD, DIM, PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")


def say(text):
    print(f"{DIM}{time.strftime('%H:%M:%S')}{PLAIN} {text}", flush=True)


def indent(text):
    return "\n".join("    | " + line for line in text.strip().splitlines())


def show_slack(message):
    lines = [f"#{str(message.get('channel', '')).lstrip('#')}  {message.get('text', '')}".rstrip()]
    for attachment in message.get("attachments", []):
        lines.append(f"[{attachment.get('color')}] {attachment.get('title', '')}")
        lines += str(attachment.get("text", "")).splitlines()
        lines += [f"{field['title']}: {field['value']}" for field in attachment.get("fields", [])]
    say(f"{BOLD}Slack{PLAIN}\n{indent(chr(10).join(lines))}")


def show_mail(mail):
    message = mail["message"]
    text = message.get_body(("plain",)).get_content()
    say(f"{BOLD}E-mail{PLAIN} to {', '.join(mail['to'])}\n{indent('Subject: ' + message['Subject'] + chr(10) * 2 + text)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--once", action="store_true", help="end when the alert has resolved")
    options = parser.parse_args()
    os.environ["SIDEWATCH_BINARY"] = str(pathlib.Path(options.binary).resolve())
    from support import HttpSink, MailSink, Postgres, Redis, Sidewatch, wait_until

    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(Postgres(max_connections=20))
        redis = stack.enter_context(Redis())
        slack = stack.enter_context(HttpSink())
        mail = stack.enter_context(MailSink())
        sidewatch = stack.enter_context(Sidewatch())
        config = (HERE / "sidewatch.yml").read_text()
        sidewatch.config.write_text(config)
        (sidewatch.folder / "rules.yml").write_text((HERE / "rules.yml").read_text())
        sidewatch.env = {"DEMO_POSTGRES": postgres.url(), "DEMO_REDIS": redis.url(), "DEMO_SLACK": slack.url(),
                         "DEMO_MAIL_PORT": str(mail.port), "DEMO_MAIL_PASSWORD": mail.PASSWORD, "DEMO_CA": str(mail.certificate)}
        sidewatch.launch()
        say(f"sidewatch watches PostgreSQL on port {postgres.port} and Redis on port {redis.port}")
        print(f"    page      {sidewatch.url('/')}\n    metrics   {sidewatch.url('/metrics')}\n    log       {sidewatch.log}\n", flush=True)

        def shown(what, slack_count, mail_count):
            wait_until(lambda: len(slack.accepted()) >= slack_count and len(mail.messages) >= mail_count, what)
            for message in slack.accepted()[slack_count - 1:]:
                show_slack(message)
            for message in mail.messages[mail_count - 1:]:
                show_mail(message)

        wait_until(lambda: sidewatch.value("pg_up") == 1, "PostgreSQL is seen")
        say("opening 14 of 20 connections …")
        with postgres.connections(14):
            shown("the alert arrives", 1, 1)
            say("closing them again …")
        shown("the resolution arrives", 2, 2)
        say("that was the whole line: target, rule, Slack and e-mail.")
        if options.once:
            return
        say("sidewatch runs on; Ctrl-C ends it and removes everything.")
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
