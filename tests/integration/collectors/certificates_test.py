#!/usr/bin/python3
"""Certificates on disk and on real TLS servers: renewal, forgotten reload, what is broken, and the command line."""
import os
import pathlib
import ssl
import socket
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import BINARY, SilentServer, Sidewatch, free_port, wait_until  # noqa: E402


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificate(folder, name, days=90, san="DNS:shop.example,IP:127.0.0.1"):
    """A self-signed certificate, made anew each time: name.crt and name.key."""
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", days,
            "-subj", "/O=Shop/CN=shop.example", "-addext", f"subjectAltName={san}",
            "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt")


class TlsServer:
    """Shakes hands with whoever comes, with the certificate that it was started or reloaded with."""

    def __init__(self, folder, name):
        self.reload(folder, name)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def reload(self, folder, name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
        self.context = context

    def serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            client.settimeout(10)
            try:
                self.context.wrap_socket(client, server_side=True).close()
            except (OSError, ssl.SSLError):
                client.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


class CertificatesTest(unittest.TestCase):
    def setUp(self):
        self.sidewatch = self.enterContext(Sidewatch())
        self.folder = self.sidewatch.folder / "tls"
        self.folder.mkdir()

    def run_with(self, target):
        self.sidewatch.config.write_text(f"global: {{scrape_interval: 1s}}\ncollectors:\n  certificates:\n    - {target}\n")
        self.sidewatch.launch()

    def wait(self, expression, value):
        wait_until(lambda: self.sidewatch.value(expression) == value, f"{expression} is {value}")

    def test_a_forgotten_reload_is_seen_until_it_is_made_up_for(self):
        make_certificate(self.folder, "shop", days=10)
        server = self.enterContext(TlsServer(self.folder, "shop"))
        crt = self.folder / "shop.crt"
        self.run_with(f'{{files: ["{crt}"], key: "{self.folder}/shop.key", ca_file: "{crt}", '
                      f'endpoints: ["127.0.0.1:{server.port}, shop.example"]}}')
        self.wait("certificate_served_is_newest", 1)
        self.wait("certificate_key_matches", 1)
        self.assertEqual(self.sidewatch.value("certificate_name_matches"), 1)
        days = self.sidewatch.value("(probe_ssl_earliest_cert_expiry - time()) / 86400")
        self.assertAlmostEqual(days, 10, delta=0.1)

        make_certificate(self.folder, "shop", days=90)  # Renewed, but the server was not told.
        self.wait("certificate_served_is_newest", 0)
        self.assertIn("reload the server", self.sidewatch.log_text())
        server.reload(self.folder, "shop")
        self.wait("certificate_served_is_newest", 1)

    def test_what_is_broken_leaves_the_rest(self):
        make_certificate(self.folder, "good")
        make_certificate(self.folder, "wrong", san="DNS:other.example")
        (self.folder / "broken.crt").write_text("-----BEGIN CERTIFICATE-----\nno base64\n-----END CERTIFICATE-----\n")
        (self.folder / "garbage.crt").write_bytes(b"\x30\x82\x05\x00" + os.urandom(64))
        good = self.enterContext(TlsServer(self.folder, "good"))
        wrong = self.enterContext(TlsServer(self.folder, "wrong"))
        silent = self.enterContext(SilentServer())
        closed = free_port()
        self.run_with(f'{{files: ["{self.folder}/*.crt"], timeout: 900ms, endpoints: ["127.0.0.1:{good.port}", '
                      f'"127.0.0.1:{wrong.port}, shop.example", "127.0.0.1:{silent.port}", "127.0.0.1:{closed}"]}}')
        self.wait(f'probe_success{{endpoint="127.0.0.1:{good.port}"}}', 1)
        self.wait('certificate_problem{reason="bad_pem"}', 1)
        self.wait('certificate_problem{reason="bad_der"}', 1)
        self.wait('certificate_problem{reason="wrong_name"}', 1)
        self.wait('certificate_problem{reason="timeout"}', 1)
        self.wait('certificate_problem{reason="unreachable"}', 1)
        self.wait("x509_read_errors", 2)
        self.wait('up{job="certificates"}', 1)
        self.assertEqual(self.sidewatch.value("count(x509_cert_not_after)"), 2)
        self.assertEqual(self.sidewatch.query(f'probe_ssl_earliest_cert_expiry{{endpoint="127.0.0.1:{silent.port}"}}'), [])

    def test_nothing_readable_is_down_with_the_reason(self):
        self.run_with(f'{{files: ["{self.folder}/none.crt"]}}')
        self.wait('up{job="certificates"}', 0)
        self.assertIn("none.crt: cannot read: No such file or directory", self.sidewatch.log_text())

    def test_the_command_line_shows_files_and_servers(self):
        make_certificate(self.folder, "shop")
        server = self.enterContext(TlsServer(self.folder, "shop"))

        def inspect(*words):
            done = subprocess.run([BINARY, "cert", "inspect", *map(str, words)], capture_output=True, text=True, timeout=60)
            return done.returncode, done.stdout, done.stderr
        crt = self.folder / "shop.crt"
        code, out, _ = inspect(crt, "--ca-file", crt)
        self.assertEqual(code, 0, out)
        self.assertIn("CN=shop.example,O=Shop", out)
        self.assertIn("chain  valid", out)
        code, out, _ = inspect(f"127.0.0.1:{server.port}", "--server-name", "shop.example", "--ca-file", crt)
        self.assertEqual(code, 0, out)
        self.assertIn("name   matches shop.example", out)
        self.assertIn("tls    TLS 1.3", out)
        self.assertEqual(inspect(f"127.0.0.1:{server.port}")[0], 2)
        code, _, err = inspect(f"127.0.0.1:{free_port()}")
        self.assertEqual(code, 2)
        self.assertIn("Connection refused", err)
        self.assertIn("not_found", inspect(self.folder / "none.crt")[2])


if __name__ == "__main__":
    unittest.main(verbosity=2)
