"""sidewatch and Debian's Prometheus with the same samples in them."""
import http.client
import json
import subprocess
import urllib.parse

import support

# As Prometheus has it by default: subqueries without a step go by it.
CONFIG = "global: {evaluation_interval: 1m}\n"


class Asking:
    """Keeps a connection to a server that has a `port`."""

    connection = None

    def ask(self, path, parameters):
        """HTTP status and body."""
        target = path + "?" + urllib.parse.urlencode(parameters, doseq=True)
        for _ in range(2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=support.PATIENCE)
            try:
                self.connection.request("GET", target)
                reply = self.connection.getresponse()
                return reply.status, json.loads(reply.read())
            except (http.client.RemoteDisconnected, ConnectionError):
                self.connection.close()  # It was idle for too long.
                self.connection = None
        raise AssertionError(f"{self.name} closes its connections; asked for {target}")


class Sidewatch(support.Sidewatch, Asking):
    def load(self, page):
        subprocess.run([support.BINARY, "tsdb", "import", "--quiet", "--storage.path", self.storage, page], check=True,
                       timeout=support.PATIENCE, capture_output=True)
        self.flags += ["--web.read-only-data", "--storage.retention=0", "--enable-feature=promql-experimental-functions"]
        self.launch()


class Prometheus(support.Process, Asking):
    def __init__(self):
        super().__init__("prometheus")
        self.port = support.free_port()

    def load(self, page):
        data, config = self.folder / "data", self.folder / "prometheus.yml"
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", page, data], check=True,
                       timeout=support.PATIENCE, stdout=subprocess.DEVNULL)
        config.write_text(CONFIG)
        self.start("prometheus", f"--config.file={config}", f"--storage.tsdb.path={data}", "--storage.tsdb.retention.time=100y",
                   f"--web.listen-address=127.0.0.1:{self.port}")
        support.wait_until(self.ready, "Prometheus is ready")

    def ready(self):
        try:
            return support.http_get(f"http://127.0.0.1:{self.port}/-/ready", timeout=2)[0] == 200
        except OSError:
            return False


class Both:
    def __init__(self, page):
        self.series = page.series
        self.page = page
        self.sidewatch = Sidewatch(CONFIG)
        self.prometheus = Prometheus()

    def __enter__(self):
        self.sidewatch.__enter__()
        self.prometheus.__enter__()
        path = str(self.prometheus.folder / "page.om")
        self.page.write(path)
        self.sidewatch.load(path)
        self.prometheus.load(path)
        return self

    def __exit__(self, *what):
        self.prometheus.__exit__(*what)
        self.sidewatch.__exit__(*what)
