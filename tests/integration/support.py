"""Real servers for the integration tests, started on free loopback ports, bounded, stopped.

Each class is a context manager. A test that fails prints the log of every server it used.
"""
import contextlib
import email
import email.policy
import glob
import http.server
import json
import logging
import os
import pathlib
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SIDEWATCH_BINARY", str(ROOT / "build/dev/sidewatch"))
# Sanitizers and two busy cores: generous, and only ever waited out by a failure.
PATIENCE = float(os.environ.get("SIDEWATCH_TEST_PATIENCE", "60"))


# Below Linux' ephemeral ports, so that no client's socket takes one before its server binds it.
PORTS = range(20000, 32000)
_held_ports = []


def free_port():
    """A loopback port that no test program beside this one is given, until this process ends."""
    for port in random.sample(PORTS, len(PORTS)):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0sidewatch-test-port-{port}")
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        _held_ports.append(claim)
        return port
    raise AssertionError("no port is free")


def wait_until(condition, what, patience=PATIENCE):
    """Polls until `condition` gives something true, and returns that."""
    deadline = time.monotonic() + patience
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not seen within {patience:.0f} s: {what}")
        time.sleep(0.05)


def http_get(url, headers=None, timeout=10):
    """Status, headers and body of any answer."""
    request = urllib.request.Request(url, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as reply:
        return reply.code, reply.headers, reply.read()


def http_post(url, body=b"", headers=None, timeout=10):
    request = urllib.request.Request(url, data=body, headers=headers or {}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as reply:
        return reply.code, reply.read()


class Process:
    """A server process with its own log and, if it asks for one, its own folder."""

    def __init__(self, name, user=None):
        self.name = name
        self.user = user if os.geteuid() == 0 else None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"sidewatch-{name}-"))
        self.log = self.folder / "log"
        self.process = None
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)

    def command(self, *words):
        if not self.user:
            return list(words)
        return ["setpriv", f"--reuid={self.user}", f"--regid={pwd.getpwnam(self.user).pw_gid}", "--init-groups", *words]

    def start(self, *words, env=None):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command(*words), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                            cwd=self.folder, env={**os.environ, **(env or {})}, start_new_session=True)

    def stop(self, how=signal.SIGTERM, patience=20):
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        code = self.process.returncode
        self.process = None
        return code

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        # unittest does not tell a clean-up whether the test failed; a process that ended by itself is never right.
        died = self.process is not None and self.process.poll() is not None
        self.stop()
        if error is not None or died:
            log = self.log_text()
            # A sanitizer's report is long, and what it says first matters most.
            report = log.find("WARNING: ThreadSanitizer")
            log = log[report:report + 12000] if report >= 0 else log[-6000:]
            print(f"---- log of {self.name} ----\n{log}\n----")
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Process):
    """Debian's PostgreSQL. User `postgres`, and `monitor` with a password and pg_monitor's rights."""

    def __init__(self, max_connections=100):
        super().__init__("postgres", user="postgres")
        self.port = free_port()
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.max_connections = max_connections
        self.password = "s3cret-of-postgres"

    def __enter__(self):
        data = self.folder / "data"
        subprocess.run(self.command(f"{self.bin}/initdb", "-D", data, "-A", "scram-sha-256", "-U", "postgres",
                                    "--pwfile", self._password_file(), "--no-sync", "-E", "UTF8", "--locale=C"),
                       check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
        self.start_server()
        return self

    def _password_file(self):
        path = self.folder / "pw"
        path.write_text(self.password)
        path.chmod(0o644)
        return str(path)

    def stop(self, how=signal.SIGINT, patience=20):
        # SIGTERM would wait for every client to leave by itself.
        return super().stop(how, patience)

    def start_server(self):
        self.start(f"{self.bin}/postgres", "-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder),
                   "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", f"max_connections={self.max_connections}")
        wait_until(lambda: self.sql("SELECT 1", check=False) == 0, "PostgreSQL answers")

    def sql(self, text, check=True):
        result = subprocess.run([f"{self.bin}/psql", self.url(), "-v", "ON_ERROR_STOP=1", "-q", "-c", text],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if check else subprocess.DEVNULL)
        if check and result.returncode:
            raise AssertionError(result.stderr.decode())
        return result.returncode

    def url(self, password=None):
        return f"postgres://postgres:{password or self.password}@127.0.0.1:{self.port}/postgres"

    @contextlib.contextmanager
    def connections(self, count):
        """Holds `count` idle sessions open."""
        sessions = [subprocess.Popen([f"{self.bin}/psql", self.url(), "-q"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
                    for _ in range(count)]
        try:
            yield sessions
        finally:
            for session in sessions:
                session.stdin.close()
            for session in sessions:
                session.wait(20)


class Redis(Process):
    def __init__(self, password="s3cret-of-redis"):
        super().__init__("redis", user="redis")
        self.port = free_port()
        self.password = password

    def __enter__(self):
        self.start_server()
        return self

    def start_server(self):
        self.start("redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--requirepass", self.password,
                   "--save", "", "--dir", str(self.folder))
        wait_until(lambda: b"PONG" in self.cli("PING"), "Redis answers")

    def cli(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.port), "-a", self.password, "--no-auth-warning", *words],
                              capture_output=True).stdout

    def url(self, password=None):
        return f"redis://:{password or self.password}@127.0.0.1:{self.port}"


class HttpSink:
    """Takes POSTs the way Slack does, keeps them, and can be told to refuse. GET serves `pages`; one that is None is an error.

    `on_post(path)`, if set, is called before the answer and may give another status than `status`; `headers` are those of each status, `answers`
    the bodies of 200 by path.
    """

    def __init__(self, port=0):
        self.requests = []
        self.status = 200
        self.pages = {}
        self.on_post = None
        self.headers = {}
        self.answers = {}
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                at = time.time()
                status = (sink.on_post and sink.on_post(self.path)) or sink.status
                sink.requests.append({"path": self.path, "body": body, "at": at, "status": status})
                with contextlib.suppress(ConnectionError):  # Whoever asked may have been killed.
                    self.send_response(status)
                    for name, value in sink.headers.get(status, {}).items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(sink.answers.get(self.path, b"ok") if status == 200 else b"no")

            def do_GET(self):
                page = sink.pages.get(self.path)
                with contextlib.suppress(ConnectionError):
                    self.send_response(200 if page is not None else 404)
                    self.send_header("Content-Type", "text/plain; version=0.0.4")
                    self.end_headers()
                    self.wfile.write((page or "").encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def accepted(self):
        return [json.loads(r["body"]) for r in self.requests if r["status"] == 200]

    def url(self, path="/hook"):
        return f"http://127.0.0.1:{self.port}{path}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class MailSink:
    """A real SMTP server (aiosmtpd) with STARTTLS and login that keeps what it is given."""

    USER, PASSWORD = "ops", "s3cret-of-mail"

    def __init__(self):
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult, LoginPassword
        import ssl

        # It warns of what it does itself.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sidewatch-mail-"))
        self.certificate = self.folder / "cert.pem"
        key = self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", self.certificate],
                       check=True, stderr=subprocess.DEVNULL)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, key)
        sink = self
        self.messages = []
        self.on_mail = None  # Called before the answer, if set.
        self.refused = {}  # Addresses, with the answer to each.

        class Keep:
            async def handle_RCPT(self, _server, _session, envelope, address, _options):
                if address in sink.refused:
                    return sink.refused[address]
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, _server, session, envelope):
                message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
                sink.messages.append({"from": envelope.mail_from, "to": envelope.rcpt_tos, "message": message, "at": time.time(),
                                      "tls": session.ssl is not None, "user": session.auth_data})
                if sink.on_mail:
                    sink.on_mail()
                return "250 kept"

        def authenticate(_server, _session, _envelope, _mechanism, data):
            good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (sink.USER, sink.PASSWORD)
            return AuthResult(success=good, handled=good, auth_data=sink.USER if good else None)

        self.port = free_port()
        self.controller = Controller(Keep(), hostname="127.0.0.1", port=self.port, tls_context=context,
                                     require_starttls=True, authenticator=authenticate, auth_required=True)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class SilentServer:
    """Accepts and never answers."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        return self

    def __exit__(self, *_):
        self.socket.close()


class Sidewatch(Process):
    """The program under test, with a config file and a storage folder that outlive its restarts."""

    def __init__(self, config="", flags=(), env=None, user=None):
        super().__init__("sidewatch", user=user)
        self.port = free_port()
        self.config = self.folder / "sidewatch.yml"
        self.config.write_text(config)
        self.storage = self.folder / "data"
        self.flags = list(flags)
        self.env = env or {}

    def words(self):
        return [BINARY, "run", f"--config.file={self.config}", f"--storage.path={self.storage}",
                f"--web.listen-address=127.0.0.1:{self.port}", *self.flags]

    def launch(self, wait=True):
        self.start(*self.words(), env=self.env)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"sidewatch ended with {self.process.returncode}:\n{self.log_text()[-4000:]}")
            try:
                return http_get(self.url("/-/ready"), timeout=2)[0] == 200
            except OSError:
                return False
        wait_until(ready, "sidewatch is ready")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def metrics(self):
        return http_get(self.url("/metrics"))[2].decode()

    def waiting(self):
        """How many notifications wait now, by its page: what it has scraped of itself is a second old. None: nobody is to be told."""
        rows = re.findall(r"^sidewatch_outbox_pending\S* (\d+)$", self.metrics(), re.M)
        return sum(map(int, rows)) if rows else None

    def query(self, expression):
        """[(labels, value)] of an instant query."""
        _, _, body = http_get(self.url("/api/v1/query?query=" + urllib.parse.quote(expression)))
        answer = json.loads(body)
        assert answer["status"] == "success", answer
        result = answer["data"]["result"]
        if answer["data"]["resultType"] == "scalar":
            return float(result[1])
        return [(row["metric"], float(row["value"][1])) for row in result]

    def value(self, expression):
        rows = self.query(expression)
        return rows[0][1] if rows else None

    def api(self, path):
        return json.loads(http_get(self.url("/api/v1/" + path))[2])["data"]
