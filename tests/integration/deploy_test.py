#!/usr/bin/python3
"""What deploy/ holds fits together: files parse, configurations are good, what is mounted and copied exists, scripts do what they say."""
import contextlib
import email
import http.server
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request
from pathlib import Path

import yaml
from aiosmtpd.controller import Controller

from support import BINARY, ROOT, HttpSink, Postgres, free_port

DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose"
VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


def run(*words, check=True, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{words[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def environment(variables):
    """As a shell without any of them set: `${NAME:-default}` is the default."""
    return {**os.environ, **{name: VARIABLE.sub(lambda match: match[2] or "", value) for name, value in variables.items()}}


def packages(name):
    return run("bash", "-c", f'source {DEPLOY}/packages.sh && printf "%s\\n" "${{{name}[@]}}"').stdout.split()


class DeployTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.compose = yaml.safe_load((COMPOSE / "compose.yaml").read_text())
        self.config = (COMPOSE / "sidewatch.yml").read_text()

    def test_every_yaml_file_parses(self):
        paths = sorted(path for pattern in ("*.yml", "*.yaml") for path in DEPLOY.rglob(pattern))
        self.assertGreater(len(paths), 4)
        for path in paths:
            with self.subTest(path=path.name):
                self.assertTrue(all(yaml.safe_load_all(path.read_text())))

    def test_the_configuration_of_compose_is_good_and_given_all_that_it_asks_for(self):
        sidewatch = self.compose["services"]["sidewatch"]
        run(BINARY, "config", "check", COMPOSE / "sidewatch.yml", env=environment(sidewatch["environment"]))
        self.assertEqual({match[1] for match in VARIABLE.finditer(self.config)}, set(sidewatch["environment"]))
        self.assertEqual(set(re.findall(r"/run/secrets/(\w+)", self.config)), set(sidewatch["secrets"]))
        mounted = [volume.split(":")[1] for volume in sidewatch["volumes"]]
        for path in re.findall(r'"(/(?:logs|backups)/[^"]*)"', self.config):
            self.assertTrue(any(path.startswith(folder + "/") for folder in mounted), path)
        # What is mounted is looked at, too.
        for folder in mounted:
            self.assertTrue(folder in ("/etc/sidewatch/sidewatch.yml", "/var/lib/sidewatch") or folder in self.config, folder)

    def test_the_header_of_compose_names_what_may_be_set(self):
        header = (COMPOSE / "compose.yaml").read_text().partition("\nname:")[0]
        self.assertEqual(set(re.findall(r"([A-Z][A-Z_]{4,})=", header)), set(self.compose["services"]["sidewatch"]["environment"]))

    def test_what_compose_mounts_is_there(self):
        shutil.copytree(DEPLOY, self.folder / "deploy", ignore=shutil.ignore_patterns("secrets"))
        folder = self.folder / "deploy/compose"
        run(folder / "secrets.sh")
        before = {path.name: path.read_text() for path in (folder / "secrets").iterdir()}
        run(folder / "secrets.sh")
        self.assertEqual({path.name: path.read_text() for path in (folder / "secrets").iterdir()}, before, "safe to run again")
        for name, secret in self.compose["secrets"].items():
            self.assertTrue((folder / secret["file"]).is_file(), name)
        password = before["sidewatch_password"]
        self.assertIn(f":{password}@", before["sidewatch_dsn"])
        self.assertRegex(before["redis_acl"], rf"(?m)^user sidewatch on >{password} resetkeys -@all ")
        for name, service in self.compose["services"].items():
            for secret in service.get("secrets", ()):
                self.assertIn(secret, self.compose["secrets"], name)
            for volume in service.get("volumes", ()):
                source = volume.split(":")[0]
                if source.startswith("."):
                    # The rest of the checkout stands beside deploy/.
                    self.assertTrue((COMPOSE / source).exists(), f"{name}: {source}")
                else:
                    self.assertIn(source, self.compose["volumes"], name)

    def test_nginx_of_compose_reads_its_configuration(self):
        shutil.copytree(DEPLOY, self.folder / "deploy", ignore=shutil.ignore_patterns("secrets"))
        folder = self.folder / "deploy/compose"
        run(folder / "secrets.sh")
        text = (folder / "nginx.conf").read_text().replace("http://app:8000", "http://127.0.0.1:9").replace("/var/log/nginx", str(self.folder))
        for name, secret in self.compose["secrets"].items():
            text = text.replace(f"/run/secrets/{name};", f"{folder / secret['file']};")
        (self.folder / "nginx.conf").write_text(f"pid {self.folder}/pid;\n" + text)
        run("/usr/sbin/nginx", "-t", "-p", self.folder, "-e", self.folder / "errors", "-c", self.folder / "nginx.conf")

    def test_compose_tells_slack_and_mail_without_any_setting(self):
        mails = []

        class Keep:
            async def handle_DATA(self, _server, _session, envelope):
                mails.append(email.message_from_bytes(envelope.original_content))
                return "250 kept"
        port = free_port()
        mail = Controller(Keep(), hostname="127.0.0.1", port=port)
        mail.start()
        self.addCleanup(mail.stop)
        slack = self.enterContext(HttpSink())
        given = environment(self.compose["services"]["sidewatch"]["environment"])
        self.assertEqual((given["SLACK_WEBHOOK_URL"], given["SMTP_SMARTHOST"]), ("http://app:8000/slack", "mail:1025"))
        given.update(SLACK_WEBHOOK_URL=slack.url(), SMTP_SMARTHOST=f"127.0.0.1:{port}")
        run(BINARY, "notify", "test", "--config.file", COMPOSE / "sidewatch.yml", "--receiver", "ops", env=given)
        self.assertEqual([message["channel"] for message in slack.accepted()], ["#ops"])
        self.assertEqual([message["To"] for message in mails], ["ops@shop.example"])

    def test_the_stand_in_has_what_sidewatch_asks_for(self):
        spec = importlib.util.spec_from_file_location("app", COMPOSE / "app.py")
        app = importlib.util.module_from_spec(spec)
        self.addCleanup(setattr, sys, "dont_write_bytecode", sys.dont_write_bytecode)
        sys.dont_write_bytecode = True
        spec.loader.exec_module(app)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), app.Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        url = f"http://127.0.0.1:{server.server_address[1]}"

        def ask(path, data=None):
            with urllib.request.urlopen(url + path, data=data, timeout=10) as reply:
                return reply.read().decode()
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(ask("/slack", b'{"channel": "#ops"}'), "ok")
        self.assertEqual(printed.getvalue(), 'slack: {"channel": "#ops"}\n')
        ask("/")
        self.assertIn('http_requests_total{method="GET",status="200"} 1\n', ask("/metrics"))
        page = json.loads(ask("/health/detailed"))
        probe = yaml.safe_load(self.config)["collectors"]["probes"][0]
        for field in probe["json"]:
            value = page
            for key in field["path"].split("."):
                value = value[key]
            self.assertTrue(value == field["equals"] if "equals" in field else isinstance(value, int), field)

    def test_the_backup_of_compose_is_the_one_that_sidewatch_expects(self):
        postgres = self.enterContext(Postgres())
        (self.folder / "password").write_text(postgres.password)
        given = {**os.environ, "PATH": f"{postgres.bin}:{os.environ['PATH']}", "PGHOST": "127.0.0.1", "PGPORT": str(postgres.port), "PGUSER": "postgres",
                 "PGDATABASE": "postgres", "PGPASSWORD_FILE": str(self.folder / "password"), "BACKUP_FOLDER": str(self.folder / "backups")}
        for _ in range(2):
            run(COMPOSE / "backup.sh", "--once", env=given)
        dumps = [path for path in (self.folder / "backups").rglob("*") if path.is_file()]
        self.assertEqual(len(dumps), 1, dumps)
        self.assertRegex(str(dumps[0].relative_to(self.folder)), r"^backups/\d{8}/database\.backup$")
        target = yaml.safe_load(self.config)["collectors"]["backups"][0]
        self.assertEqual((target["path"], target["schedule"], target["timezone"]), ("/backups/%Y%m%d/database.backup", "0 2 * * *", "UTC"))
        self.assertGreater(dumps[0].stat().st_size, target["min_size"])
        run(f"{postgres.bin}/pg_restore", "--list", dumps[0])
        dumps[0].unlink()
        failed = run(COMPOSE / "backup.sh", "--once", env={**given, "PGDATABASE": "nowhere"}, check=False)
        self.assertEqual(failed.returncode, 1)
        self.assertFalse(dumps[0].exists(), "half a dump has another name")

    def test_the_configuration_of_kubernetes_is_good_and_given_all_that_it_asks_for(self):
        documents = {document["kind"]: document for document in yaml.safe_load_all((DEPLOY / "kubernetes/sidecar.yaml").read_text())}
        text = documents["ConfigMap"]["data"]["sidewatch.yml"]
        (self.folder / "sidewatch.yml").write_text(text)
        run(BINARY, "config", "check", self.folder / "sidewatch.yml", env={**os.environ, "DATABASE_URL": "postgres://x@db/x"})
        pod = documents["Deployment"]["spec"]["template"]["spec"]
        sidewatch = next(container for container in pod["containers"] if container["name"] == "sidewatch")
        self.assertEqual({match[1] for match in VARIABLE.finditer(text)}, {variable["name"] for variable in sidewatch["env"]})
        mounts = {mount["mountPath"]: mount["name"] for mount in sidewatch["volumeMounts"]}
        for path in re.findall(r"_file: (\S+?)[,}\s]", text):
            self.assertIn(str(Path(path).parent), mounts)
        self.assertEqual(set(mounts.values()), {volume["name"] for volume in pod["volumes"]})
        self.assertEqual(sidewatch["resources"]["limits"]["memory"], "32Mi")
        for probe in ("startup", "live", "ready"):
            key = {"startup": "startupProbe", "live": "livenessProbe", "ready": "readinessProbe"}[probe]
            self.assertEqual(sidewatch[key]["httpGet"]["path"], f"/health/{probe}")
        self.assertEqual(documents["ServiceMonitor"]["spec"]["selector"]["matchLabels"], documents["Service"]["metadata"]["labels"])

    def test_systemd_accepts_the_unit(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd is not here")
        unit = self.folder / "sidewatch.service"
        unit.write_text((DEPLOY / "systemd/sidewatch.service").read_text().replace("/usr/bin/sidewatch", BINARY))
        checked = run("systemd-analyze", "verify", "--man=no", unit)
        self.assertEqual([line for line in checked.stderr.splitlines() if "sidewatch.service" in line], [])

    def test_the_dockerfile_copies_what_is_there_and_installs_what_the_program_needs(self):
        text = (DEPLOY / "container/Dockerfile").read_text()
        sources = [word for line in re.findall(r"^COPY (?!--)(.*)$", text, re.M) for word in line.split()[:-1]]
        self.assertIn("deploy/packages.sh", sources)
        self.assertEqual([source for source in sources if not (ROOT / source).exists()], [])
        lists = re.findall(r"\$\{(SIDEWATCH_\w+)\[@\]\}", text)
        self.assertEqual(lists, ["SIDEWATCH_BUILD_PACKAGES", "SIDEWATCH_RUNTIME_PACKAGES"])
        self.assertTrue(all(packages(name) for name in lists))
        self.assertIn("USER 9847", text.partition("FROM debian:12-slim")[2])

        # What the binary is linked with comes from the packages of run time, or from those that every Debian has.
        needed = re.findall(r"NEEDED\s+(\S+)", run("objdump", "-p", BINARY).stdout)
        needed = [name for name in needed if not re.match(r"lib(a|t|ub|l)san\.", name)]
        self.assertGreater(len(needed), 10)
        found = dict(re.findall(r"^\s*(\S+) => (\S+)", run("ldd", BINARY).stdout, re.M))
        owners = {run("dpkg-query", "-S", f"*/{Path(found[name]).parent.name}/{name}").stdout.split(":")[0] for name in needed if name in found}
        always = {"libc6", "libgcc-s1", "zlib1g"}
        self.assertEqual(owners - always - set(packages("SIDEWATCH_RUNTIME_PACKAGES")), set())


if __name__ == "__main__":
    unittest.main()
