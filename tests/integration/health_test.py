#!/usr/bin/python3
"""The health endpoints beside a real Redis: what they say when it goes, and when it comes back."""
import json
import unittest

from support import Redis, Sidewatch, SilentServer, http_get, wait_until

CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
collectors:
  redis: [{{name: cache, url: "{redis}"}}]
  host: [{{}}]
library: {{enabled: false}}
rule_files: [rules.yml]
"""
RULES = """
groups:
  - name: g
    rules:
      - {alert: CacheIsDown, expr: redis_up == 0, labels: {severity: critical}, annotations: {summary: the cache is gone}}
"""


class HealthTest(unittest.TestCase):
    def get(self, sidewatch, path):
        status, headers, body = http_get(sidewatch.url(path))
        self.assertTrue(headers["Content-Type"].startswith("application/json"))
        return status, json.loads(body)

    def test_health_follows_the_targets(self):
        redis = self.enterContext(Redis())
        sidewatch = self.enterContext(Sidewatch(CONFIG.format(redis=redis.url())))
        (sidewatch.folder / "rules.yml").write_text(RULES)
        sidewatch.launch()
        wait_until(lambda: self.get(sidewatch, "/health/startup")[0] == 200, "every target is tried")
        check = lambda name, path="/health": self.get(sidewatch, path)[1]["checks"].get(name, {})
        wait_until(lambda: check("alerts").get("status") == "healthy", "rules are evaluated")
        status, page = self.get(sidewatch, "/health")
        self.assertEqual(check("redis")["status"], "healthy")
        self.assertIn("memory", page["checks"])
        self.assertNotIn("database", page["checks"])
        self.assertEqual(page["metrics"]["targets"], 3)
        self.assertRegex(page["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

        redis.stop()
        wait_until(lambda: "CacheIsDown" in check("redis")["message"], "the check tells the target and its alert")
        status, page = self.get(sidewatch, "/health/detailed")
        self.assertEqual((status, page["status"], page["checks"]["redis"]["status"]), (503, "unhealthy", "unhealthy"))
        self.assertIn("since", page["checks"]["redis"])
        self.assertEqual(page["alerts"][0]["summary"], "the cache is gone")
        self.assertEqual({t["kind"]: t["state"] for t in page["targets"]}["redis"], "down")
        self.assertNotIn(redis.password, json.dumps(page))
        for path in ("/health/live", "/health/ready", "/health/startup"):
            self.assertEqual(self.get(sidewatch, path)[0], 200, path)

        redis.start_server()
        wait_until(lambda: check("redis")["status"] == "healthy" and check("alerts")["status"] == "healthy", "it is back")

    def test_startup_waits_for_a_silent_target(self):
        silent = self.enterContext(SilentServer())
        sidewatch = self.enterContext(Sidewatch(
            f'global: {{scrape_interval: 1h, scrape_timeout: 4s}}\ncollectors: {{redis: [{{name: mute, url: "redis://127.0.0.1:{silent.port}"}}]}}'))
        sidewatch.launch()
        status, page = self.get(sidewatch, "/health/startup")
        self.assertEqual(status, 503)
        self.assertIn("redis/mute", page["message"])
        wait_until(lambda: self.get(sidewatch, "/health/startup")[0] == 200, "the deadline counts as tried")
        self.assertEqual(self.get(sidewatch, "/health")[0], 503)


if __name__ == "__main__":
    unittest.main()
