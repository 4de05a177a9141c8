#!/usr/bin/python3
"""The shipped rules on real servers: nothing is said of healthy ones, and each fault, made for real, is seen by its rule. A rule that asks
for a metric or a label that no collector shows would never be active here."""
import contextlib
import signal
import subprocess
import time
import unittest

from support import HttpSink, Postgres, Redis, Sidewatch, wait_until

CONFIG = """
global: {{scrape_interval: 2s, evaluation_interval: 2s}}
collectors:
  host: [{{}}]
  postgres: [{{name: main, dsn: "{postgres}"}}]
  redis: [{{name: cache, url: "{redis}"}}]
scrape_configs: [{{job_name: app, static_configs: [{{targets: ["127.0.0.1:{app}"]}}]}}]
library:
  set:
    # The machine of the test is healthy, so its rules are asked for less; the servers' wait for less than minutes.
    {{cpu_percent: -1, cpu_critical_percent: -1, memory_percent: 0, memory_critical_percent: 0, disk_percent: -1, disk_critical_percent: -1,
      disk_full_percent: -1, load_per_cpu: -1, file_descriptor_percent: -1, long_transaction_seconds: 1, idle_in_transaction_seconds: 1,
      slow_query_seconds: 0.3, wraparound_transactions: -1}}
notifications:
  route: {{receiver: ops, group_by: [alertname], group_wait: 0s, group_interval: 5s}}
  receivers: [{{name: ops, slack_configs: [{{api_url: "{slack}"}}]}}]
"""

HOST = {"HostCpuHigh", "HostCpuCritical", "HostMemoryHigh", "HostMemoryCritical", "HostDiskHigh", "HostDiskCritical", "HostDiskFull", "HostLoadHigh",
        "HostFileDescriptorsHigh"}
POSTGRES = {"PostgresConnectionsHigh", "PostgresLongTransaction", "PostgresIdleInTransaction", "PostgresBlockedSessions", "PostgresDeadTuples",
            "PostgresSlowQueries", "PostgresReplicationSlotInactive", "PostgresArchiveFailing", "PostgresRollbacksHigh", "PostgresDeadlocks"}
REDIS = {"RedisMemoryHigh", "RedisMemoryCritical", "RedisEvictions", "RedisHitRateLow", "RedisRejectedConnections", "RedisConnectionsHigh", "RedisSaveFailed",
         "RedisReplicationBroken"}
APPLICATION = {"ApplicationErrorRateHigh", "ApplicationErrorRateCritical", "ApplicationSlow", "ApplicationVerySlow", "QueueLong"}
# An odd mount or a busy machine is no mistake of a rule.
MACHINE = {"HostDiskFullSoon", "HostInodesHigh", "HostClockNotSynchronised", "HostNetworkErrors", "HostOomKill", "PostgresWraparoundNear", "RuleEvaluationSlow",
           "CollectorFailing", "TargetFlapping"}


class Page(dict):
    """An application's page; each reading has seen more requests, a tenth of them failed when it is `broken`."""
    broken = False
    requests = 0

    def get(self, path, default=None):
        if path != "/metrics":
            return default
        self.requests += 100
        failed, slow = (self.requests // 10, self.requests) if self.broken else (0, 0)
        return (f'http_requests_total{{status="200"}} {self.requests}\nhttp_requests_total{{status="500"}} {failed}\n'
                f'http_request_duration_seconds_bucket{{le="0.5"}} {self.requests - slow}\nhttp_request_duration_seconds_bucket{{le="5"}} {self.requests}\n'
                f'http_request_duration_seconds_bucket{{le="+Inf"}} {self.requests}\njob_queue_length{{queue="mail"}} {500 if self.broken else 3}\n')


class LibraryAlertsTest(unittest.TestCase):
    def setUp(self):
        self.postgres = self.enterContext(Postgres(max_connections=20))
        for setting in ("shared_preload_libraries = 'pg_stat_statements'", "archive_mode = on", "archive_command = 'true'", "deadlock_timeout = '100ms'"):
            self.postgres.sql(f"ALTER SYSTEM SET {setting}")
        self.postgres.stop()
        self.postgres.start_server()
        self.postgres.sql("CREATE EXTENSION pg_stat_statements")
        self.postgres.sql("CREATE TABLE orders WITH (autovacuum_enabled = off) AS SELECT generate_series(1, 50000) AS id")
        self.redis = self.enterContext(Redis())
        self.app = self.enterContext(HttpSink())
        self.app.pages = Page()
        self.slack = self.enterContext(HttpSink())
        self.sidewatch = self.enterContext(Sidewatch(CONFIG.format(postgres=self.postgres.url(), redis=self.redis.url(), app=self.app.port, slack=self.slack.url())))

    def active(self):
        return {rule["name"] for group in self.sidewatch.api("rules")["groups"] for rule in group["rules"] if rule["state"] in ("pending", "firing")}

    def session(self, script):
        """A psql that runs `script` and stays."""
        process = subprocess.Popen([f"{self.postgres.bin}/psql", self.postgres.url(), "-q"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, text=True)
        process.stdin.write(script + "\n")
        process.stdin.flush()

        def end():
            process.kill()
            process.wait()
            process.stdin.close()
        self.addCleanup(end)
        return process

    def see(self, wanted, work=lambda: None):
        """Each of `wanted` is active at some time, while `work` is done again and again."""
        seen = set()

        def look():
            work()
            seen.update(self.active())
            return wanted <= seen
        with contextlib.suppress(AssertionError):
            wait_until(look, "all of them", 60)
        self.assertEqual(wanted - seen, set(), "never active")

    def break_postgres(self):
        self.postgres.sql("ALTER SYSTEM SET archive_command = 'false'")
        self.postgres.sql("SELECT pg_reload_conf()")
        self.postgres.sql("DELETE FROM orders WHERE id > 20000")
        self.postgres.sql("SELECT pg_create_physical_replication_slot('standby', true)")
        self.postgres.sql("CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c (x int)")
        # It idles then, and holds back the next one; readers of the table's size may go on.
        self.session("BEGIN;\nLOCK TABLE c IN SHARE ROW EXCLUSIVE MODE;")
        held = "SELECT 1 / count(*) FROM pg_locks WHERE relation = 'c'::regclass AND mode = 'ShareRowExclusiveLock' AND granted"
        wait_until(lambda: self.postgres.sql(held, check=False) == 0, "the lock is held")
        self.session("INSERT INTO c VALUES (1);")
        self.session("SELECT pg_sleep(300);")
        for _ in range(13):
            self.session("SELECT 1;")

    def trouble_postgres(self):
        self.session("SELECT pg_sleep(0.5);" + "BEGIN; ROLLBACK;" * 100).stdin.close()
        first = self.session("BEGIN; LOCK TABLE a; SELECT pg_sleep(0.2); LOCK TABLE b; COMMIT;")
        second = self.session("BEGIN; LOCK TABLE b; SELECT pg_sleep(0.2); LOCK TABLE a; COMMIT;")
        for process in (first, second):
            process.stdin.close()
            process.wait(30)
        self.postgres.sql("SELECT pg_switch_wal()", check=False)

    def break_redis(self):
        self.redis.cli("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        self.redis.cli("CONFIG", "SET", "maxmemory", str(3_000_000))
        self.redis.folder.chmod(0o555)
        self.redis.cli("BGSAVE")

    def trouble_redis(self):
        self.redis.cli("EVAL", "for i = 1, 3000 do redis.call('SET', KEYS[1] .. i .. ARGV[1], string.rep('x', 1000)) end", "1", "k", str(time.monotonic()))
        self.redis.cli("-r", "50", "GET", "no such key")

    def crowd_redis(self):
        self.redis.cli("CONFIG", "SET", "maxclients", "4")
        crowd = [subprocess.Popen(["redis-cli", "-p", str(self.redis.port), "-a", self.redis.password, "--no-auth-warning", "BLPOP", "nothing", "30"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(6)]
        for process in crowd:
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)

    def test_each_fault_is_seen_by_its_rule(self):
        self.sidewatch.launch()
        wait_until(lambda: self.sidewatch.value("pg_up") == 1 and self.sidewatch.value("redis_up") == 1, "both servers are up")
        wait_until(lambda: (self.sidewatch.value('count_over_time(up{job="app"}[1m])') or 0) > 3, "some samples")
        # On a machine that is busy with other tests a run may be late; that is over by the next.
        wait_until(lambda: not self.active() - HOST - MACHINE, "nothing is said of healthy servers")

        self.slack.status = 500
        self.see(HOST)
        self.app.pages.broken = True
        self.see(APPLICATION)
        self.break_redis()
        self.see({"RedisMemoryHigh", "RedisMemoryCritical", "RedisEvictions", "RedisHitRateLow", "RedisSaveFailed"}, self.trouble_redis)
        self.crowd_redis()
        self.see({"RedisConnectionsHigh", "RedisRejectedConnections"})
        self.break_postgres()
        self.see(POSTGRES, self.trouble_postgres)

        self.sidewatch.config.write_text(self.sidewatch.config.read_text() + "nonsense: 1\n")
        self.sidewatch.process.send_signal(signal.SIGHUP)
        self.see({"ConfigReloadFailed"})

        self.app.server.shutdown()
        self.app.server.server_close()
        self.postgres.stop()
        self.redis.stop()
        self.see({"PostgresDown", "RedisDown", "TargetDown"})
        down = {alert["labels"]["job"] for alert in self.sidewatch.api("alerts")["alerts"] if alert["labels"]["alertname"] == "TargetDown"}
        self.assertEqual(down, {"app"}, "a database that is down is told once, by its own rule")
        self.see({"NotificationsFailing"})

    def test_a_replica_that_has_lost_its_master(self):
        self.sidewatch.launch()
        wait_until(lambda: self.sidewatch.value("redis_up") == 1, "Redis is up")
        self.redis.cli("REPLICAOF", "127.0.0.1", "1")
        self.see({"RedisReplicationBroken"})


if __name__ == "__main__":
    unittest.main()
