"""The roles that deploy/ ships are enough for every view of the collectors, and allow nothing else."""
import os
import subprocess
import unittest

from support import ROOT, Postgres, Redis, Sidewatch, wait_until

PASSWORD = "s3cret-of-the-role"


class RolesTest(unittest.TestCase):
    def test_postgres_and_redis_are_watched_with_least_rights(self):
        postgres = self.enterContext(Postgres())
        redis = self.enterContext(Redis())
        for _ in range(2):  # Safe to run again.
            self.make_roles(postgres, redis)
        sidewatch = self.enterContext(Sidewatch(
            "global: {scrape_interval: 1s}\n"
            "collectors:\n"
            f"  postgres: [{{name: main, dsn: 'postgres://sidewatch:{PASSWORD}@127.0.0.1:{postgres.port}/postgres'}}]\n"
            f"  redis: [{{name: cache, url: 'redis://127.0.0.1:{redis.port}', username: sidewatch, password: {PASSWORD}}}]\n"))
        sidewatch.launch()
        for name in ("pg_up", "redis_up"):
            wait_until(lambda: sidewatch.value(name) == 1, f"{name} is 1")
        page = sidewatch.metrics()
        for name in ("pg_stat_database_xact_commit{", "pg_settings_max_connections", "redis_connected_clients",
                     "redis_slowlog_length", "redis_config_maxmemory"):
            self.assertIn(name, page)
        for word in ("permission denied", "NOPERM"):
            self.assertNotIn(word, sidewatch.log_text())
        self.assertNotIn(PASSWORD, sidewatch.log_text())

    def test_the_roles_can_read_no_data(self):
        postgres = self.enterContext(Postgres())
        redis = self.enterContext(Redis())
        self.make_roles(postgres, redis)
        postgres.sql("CREATE TABLE customers (name text)")
        denied = subprocess.run([f"{postgres.bin}/psql", f"postgres://sidewatch:{PASSWORD}@127.0.0.1:{postgres.port}/postgres",
                                 "-c", "SELECT * FROM customers"], capture_output=True, text=True)
        self.assertIn("permission denied", denied.stderr)
        redis.cli("SET", "customer", "Ada")
        self.assertIn("NOPERM", self.redis_says(redis, "GET", "customer"))

    def test_the_roles_can_write_nothing(self):
        postgres = self.enterContext(Postgres())
        redis = self.enterContext(Redis())
        self.make_roles(postgres, redis)
        for statement in ("CREATE TABLE mine (name text)", "CREATE ROLE other", "ALTER SYSTEM SET work_mem = '1GB'"):
            denied = subprocess.run([f"{postgres.bin}/psql", f"postgres://sidewatch:{PASSWORD}@127.0.0.1:{postgres.port}/postgres",
                                     "-c", "SET default_transaction_read_only = off", "-c", statement],
                                    capture_output=True, text=True)
            self.assertRegex(denied.stderr, "permission denied", statement)
        redis.cli("SET", "customer", "Ada")
        for words in (("SET", "customer", "Bob"), ("DEL", "customer"), ("FLUSHALL",), ("FLUSHDB",), ("CONFIG", "SET", "maxclients", "1"),
                      ("ACL", "SETUSER", "sidewatch", "+@all"), ("EVAL", "return 1", "0"), ("SHUTDOWN",), ("KEYS", "*")):
            self.assertIn("NOPERM", self.redis_says(redis, *words), words)
        self.assertEqual(redis.cli("GET", "customer").strip(), b"Ada")

    def test_the_right_to_read_the_configuration_of_redis_can_be_left_out(self):
        redis = self.enterContext(Redis())
        self.make_redis_user(redis)
        self.assertIn(redis.password, self.redis_says(redis, "CONFIG", "GET", "requirepass"), "what the script's header warns of")
        self.make_redis_user(redis, SIDEWATCH_REDIS_CONFIG="no")
        self.assertIn("NOPERM", self.redis_says(redis, "CONFIG", "GET", "requirepass"))
        sidewatch = self.enterContext(Sidewatch(
            "global: {scrape_interval: 1s}\n"
            f"collectors: {{redis: [{{url: 'redis://127.0.0.1:{redis.port}', username: sidewatch, password: {PASSWORD}}}]}}\n"))
        sidewatch.launch()
        wait_until(lambda: sidewatch.value("redis_up") == 1, "redis_up is 1")
        page = sidewatch.metrics()
        self.assertIn("redis_connected_clients", page)
        self.assertNotIn("redis_config_maxclients", page)

    @staticmethod
    def redis_says(redis, *words):
        said = subprocess.run(["redis-cli", "-p", str(redis.port), "--user", "sidewatch", "--no-auth-warning", *words],
                              capture_output=True, text=True, env={**os.environ, "REDISCLI_AUTH": PASSWORD})
        return said.stdout + said.stderr

    @staticmethod
    def make_redis_user(redis, **given):
        subprocess.run([ROOT / "deploy/roles/redis.sh", "-p", str(redis.port)], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "REDISCLI_AUTH": redis.password, "SIDEWATCH_REDIS_PASSWORD": PASSWORD, **given})

    @classmethod
    def make_roles(cls, postgres, redis):
        subprocess.run([f"{postgres.bin}/psql", postgres.url(), "-q", "-v", "ON_ERROR_STOP=1", "-v", f"password={PASSWORD}",
                        "-f", ROOT / "deploy/roles/postgres.sql"], check=True, stdout=subprocess.DEVNULL)
        cls.make_redis_user(redis)


if __name__ == "__main__":
    unittest.main()
