#!/usr/bin/env python3
"""Writes grafana/dashboards/*.json. The dashboards are rows of this file; the JSON is committed, so that it can be imported as it is.

    python3 grafana/generate.py            writes the files
    python3 grafana/generate.py --check    says which of them differ from what would be written
"""
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent / "dashboards"
SCHEMA_VERSION = 41  # Grafana 12; older ones read what they know.
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
COLUMNS = 24

# Colours at the thresholds of the shipped rules: (value, colour), rising.
USE = ((None, "green"), (80, "orange"), (95, "red"))
CPU = ((None, "green"), (80, "orange"), (90, "red"))
MEMORY = ((None, "green"), (85, "orange"), (95, "red"))
DISK = ((None, "green"), (80, "orange"), (90, "red"))
HITS = ((None, "red"), (80, "orange"), (90, "green"))
ERRORS = ((None, "green"), (1, "orange"), (5, "red"))
LATENCY = ((None, "green"), (1, "orange"), (2, "red"))
DAYS = ((None, "red"), (7, "orange"), (30, "green"))
BAD_IF_ANY = ((None, "green"), (1, "red"))
GOOD_IF_1 = ((None, "red"), (1, "green"))
PLAIN = ((None, "blue"),)

UP_DOWN = [{"type": "value", "options": {"0": {"text": "down", "color": "red", "index": 0}, "1": {"text": "up", "color": "green", "index": 1}}}]
NO_YES = [{"type": "value", "options": {"0": {"text": "no", "color": "red", "index": 0}, "1": {"text": "yes", "color": "green", "index": 1}}}]

FILESYSTEMS = 'fstype!~"tmpfs|ramfs|squashfs|iso9660"'


def targets(queries, instant=False, table=False):
    """`queries`: one expression, or {legend: expression}."""
    if isinstance(queries, str):
        queries = {"": queries}
    return [{"datasource": SOURCE, "expr": expression, "legendFormat": legend or "__auto", "refId": chr(ord("A") + number),
             "instant": instant, "range": not instant, "format": "table" if table else "time_series", "editorMode": "code"}
            for number, (legend, expression) in enumerate(queries.items())]


def panel(kind, title, queries, width, height, unit, help="", steps=PLAIN, mappings=(), instant=False, table=False, **defaults):
    return {
        "type": kind, "title": title, "description": help, "datasource": SOURCE, "gridPos": {"h": height, "w": width},
        "targets": targets(queries, instant, table),
        "fieldConfig": {"defaults": {"unit": unit, "mappings": list(mappings), "color": {"mode": "thresholds"},
                                     "thresholds": {"mode": "absolute", "steps": [{"value": value, "color": color} for value, color in steps]},
                                     **defaults}, "overrides": []},
        "options": {},
    }


def stat(title, query, unit="short", steps=PLAIN, mappings=(), width=4, help=""):
    made = panel("stat", title, query, width, 4, unit, help, steps, mappings, instant=True)
    made["options"] = {"colorMode": "background_solid" if steps is not PLAIN else "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto",
                       "textMode": "auto", "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    return made


def gauge(title, query, steps, unit="percent", width=4, help=""):
    made = panel("gauge", title, query, width, 6, unit, help, steps, instant=True, min=0, max=100)
    made["options"] = {"showThresholdLabels": False, "showThresholdMarkers": True, "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    return made


def graph(title, queries, unit="short", width=12, stack=False, help="", **defaults):
    made = panel("timeseries", title, queries, width, 8, unit, help, **defaults)
    made["fieldConfig"]["defaults"]["color"] = {"mode": "palette-classic"}
    made["fieldConfig"]["defaults"]["custom"] = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 25 if stack else 8, "showPoints": "never", "spanNulls": False,
                                                "stacking": {"mode": "normal" if stack else "none", "group": "A"}}
    made["options"] = {"legend": {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": ["mean", "max", "lastNotNull"]},
                       "tooltip": {"mode": "multi", "sort": "desc"}}
    return made


def table(title, query, unit="short", width=12, steps=PLAIN, mappings=(), value="Value", hide=(), help=""):
    """One row a series: its labels and its value."""
    made = panel("table", title, query, width, 8, unit, help, steps, mappings, instant=True, table=True)
    made["fieldConfig"]["defaults"]["custom"] = {"align": "auto", "cellOptions": {"type": "color-text"}, "filterable": True}
    made["options"] = {"showHeader": True, "sortBy": [{"displayName": value, "desc": True}]}
    made["transformations"] = [{"id": "organize", "options": {"excludeByName": {name: True for name in ("Time", "__name__", *hide)},
                                                              "renameByName": {"Value": value}}}]
    return made


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"h": 1, "w": COLUMNS}}


def variable(name, query, label):
    return {"name": name, "label": label, "type": "query", "datasource": SOURCE, "query": {"query": query, "refId": "Variable"}, "definition": query,
            "refresh": 2, "sort": 1, "multi": True, "includeAll": True, "allValue": ".*", "current": {"text": ["All"], "value": ["$__all"]}, "options": [],
            "hide": 0, "regex": "", "skipUrlSync": False}


def lay_out(panels):
    """From left to right, a new line when one is full; ids in that order."""
    x = y = line_height = 0
    for number, made in enumerate(panels, 1):
        place = made["gridPos"]
        if x + place["w"] > COLUMNS:
            x, y, line_height = 0, y + line_height, 0
        place.update(x=x, y=y)
        x += place["w"]
        line_height = max(line_height, place["h"])
        made["id"] = number
    return panels


def dashboard(uid, title, description, variables, panels):
    source = {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "refresh": 1, "regex": "", "multi": False,
              "includeAll": False, "hide": 0, "current": {}, "options": [], "skipUrlSync": False}
    alerts = {"name": "Alerts", "enable": True, "hide": False, "iconColor": "red", "datasource": SOURCE,
              "expr": 'ALERTS{alertstate="firing", severity=~"critical|warning"}', "titleFormat": "{{alertname}}", "textFormat": "{{instance}} {{severity}}", "step": "60s"}
    link = {"type": "dashboards", "title": "sidewatch", "tags": ["sidewatch"], "asDropdown": True, "includeVars": False, "keepTime": True, "targetBlank": False,
            "icon": "external link", "tooltip": "", "url": ""}
    return {"uid": uid, "title": title, "description": description, "tags": ["sidewatch"], "schemaVersion": SCHEMA_VERSION, "version": 1, "id": None,
            "editable": True, "graphTooltip": 1, "refresh": "30s", "time": {"from": "now-6h", "to": "now"}, "timepicker": {}, "timezone": "browser",
            "weekStart": "", "fiscalYearStartMonth": 0, "liveNow": False, "links": [link], "annotations": {"list": [alerts]},
            "templating": {"list": [source, *variables]}, "panels": lay_out(panels)}


def system_overview():
    node = 'job="node", instance=~"$instance"'
    disk_use = (f'100 * (1 - node_filesystem_avail_bytes{{{node}, {FILESYSTEMS}}} / (node_filesystem_size_bytes{{{node}}} - node_filesystem_free_bytes{{{node}}}'
                f' + node_filesystem_avail_bytes{{{node}}} > 0))')
    idle = f'avg by (instance) (rate(node_cpu_seconds_total{{{node}, mode="idle"}}[$__rate_interval]))'
    memory = f'100 * (1 - node_memory_MemAvailable_bytes{{{node}}} / (node_memory_MemTotal_bytes{{{node}}} > 0))'
    return dashboard("sidewatch-system", "System Overview", "What is watched, what fires, and how the machine does.",
                     [variable("instance", 'label_values(node_uname_info, instance)', "Host")], [
        stat("Targets", "count(up)"),
        stat("Targets down", "count(up == 0) or vector(0)", steps=BAD_IF_ANY),
        stat("Critical alerts", 'count(ALERTS{alertstate="firing", severity="critical"}) or vector(0)', steps=BAD_IF_ANY),
        stat("Warnings", 'count(ALERTS{alertstate="firing", severity="warning"}) or vector(0)', steps=((None, "green"), (1, "orange"))),
        stat("Host up for", f'max(time() - node_boot_time_seconds{{{node}}})', "s"),
        stat("sidewatch up for", 'time() - process_start_time_seconds{job="sidewatch"}', "s"),
        gauge("CPU", f"100 * (1 - {idle})", CPU, width=6),
        gauge("Memory", memory, MEMORY, width=6),
        gauge("Fullest disk", f"max by (instance) ({disk_use})", DISK, width=6),
        gauge("Load a processor", f'100 * node_load5{{{node}}} / on (instance) count by (instance) (node_cpu_seconds_total{{{node}, mode="idle"}})',
              ((None, "green"), (100, "orange"), (200, "red")), width=6, help="Load over 5 minutes; 100 % is one process a processor."),
        row("What is watched"),
        table("Targets", "up", mappings=UP_DOWN, steps=GOOD_IF_1, value="State"),
        table("Firing alerts", 'ALERTS{alertstate="firing"}', value="Firing", hide=("Value", "alertstate")),
        graph("Duration of a collection", {"{{job}} {{instance}}": "scrape_duration_seconds"}, "s"),
        graph("Samples of a collection", {"{{job}} {{instance}}": "scrape_samples_scraped"}),
        row("Machine"),
        graph("CPU by mode", {"{{mode}}": f'100 * avg by (mode) (rate(node_cpu_seconds_total{{{node}, mode!="idle"}}[$__rate_interval]))'}, "percent", stack=True),
        graph("Load", {"1 m {{instance}}": f"node_load1{{{node}}}", "5 m {{instance}}": f"node_load5{{{node}}}", "15 m {{instance}}": f"node_load15{{{node}}}"}),
        graph("Memory", {"used": f"sum(node_memory_MemTotal_bytes{{{node}}} - node_memory_MemAvailable_bytes{{{node}}})",
                         "cached": f"sum(node_memory_Cached_bytes{{{node}}} + node_memory_Buffers_bytes{{{node}}})",
                         "free": f"sum(node_memory_MemFree_bytes{{{node}}})"}, "bytes"),
        graph("File systems", {"{{instance}} {{mountpoint}}": disk_use}, "percent", min=0, max=100),
        graph("Disk traffic", {"read {{device}}": f"rate(node_disk_read_bytes_total{{{node}}}[$__rate_interval])",
                               "written {{device}}": f"-rate(node_disk_written_bytes_total{{{node}}}[$__rate_interval])"}, "Bps"),
        graph("Disk busy", {"{{device}}": f"100 * rate(node_disk_io_time_seconds_total{{{node}}}[$__rate_interval])"}, "percent"),
        graph("Network traffic", {"received {{device}}": f'rate(node_network_receive_bytes_total{{{node}, device!="lo"}}[$__rate_interval])',
                                  "sent {{device}}": f'-rate(node_network_transmit_bytes_total{{{node}, device!="lo"}}[$__rate_interval])'}, "Bps"),
        graph("Inodes used", {"{{mountpoint}}": f"100 * (1 - node_filesystem_files_free{{{node}, {FILESYSTEMS}}} / (node_filesystem_files{{{node}}} > 0))"}, "percent", min=0, max=100),
        row("sidewatch itself"),
        graph("Memory of sidewatch", {"resident": 'process_resident_memory_bytes{job="sidewatch"}', "chunks": "sidewatch_tsdb_chunk_bytes"}, "bytes", width=8),
        graph("Series", {"series": "sidewatch_tsdb_series"}, width=8),
        graph("Samples a second", {"appended": "rate(sidewatch_tsdb_samples_appended_total[$__rate_interval])"}, width=8),
        graph("CPU of sidewatch", {"cores": 'rate(process_cpu_seconds_total{job="sidewatch"}[$__rate_interval])'}, "short", width=8),
        graph("Evaluation of rules", {"{{rule_group}}": "sidewatch_rule_group_last_duration_seconds"}, "s", width=8),
        graph("Runs of collectors", {"{{kind}} {{target}}": "sum by (kind, target) (rate(sidewatch_collector_runs_total[$__rate_interval]))"}, width=8),
    ])


def application():
    app = 'job=~"$job", instance=~"$instance"'
    failed = f'(rate(http_requests_total{{{app}, status=~"5.."}}[$__rate_interval]) or rate(http_requests_total{{{app}, code=~"5.."}}[$__rate_interval]))'
    all_requests = f"rate(http_requests_total{{{app}}}[$__rate_interval])"
    buckets = f"rate(http_request_duration_seconds_bucket{{{app}}}[$__rate_interval])"

    def quantile(share, by="le"):
        return f"histogram_quantile({share}, sum by ({by}) ({buckets}))"
    error_share = f"100 * (sum({failed}) or vector(0)) / (sum({all_requests}) > 0)"
    return dashboard("sidewatch-application", "Application Performance", "Requests, errors and response times of what shows http_requests_total.",
                     [variable("job", "label_values(http_requests_total, job)", "Job"), variable("instance", 'label_values(http_requests_total{job=~"$job"}, instance)', "Instance")], [
        stat("Requests a second", f"sum({all_requests})", "reqps", width=6),
        stat("Errors", error_share, "percent", ERRORS, width=6, help="Share of the requests that were answered 5xx."),
        stat("95th percentile", quantile(0.95), "s", LATENCY, width=6),
        stat("Instances up", f"sum(up{{{app}}})", width=6),
        graph("Requests by status", {"{{status}}{{code}}": f"sum by (status, code) ({all_requests})"}, "reqps", stack=True),
        graph("Share of errors", {"errors": error_share}, "percent", min=0),
        graph("Response time", {"median": quantile(0.5), "95 %": quantile(0.95), "99 %": quantile(0.99)}, "s"),
        graph("95th percentile by instance", {"{{instance}}": quantile(0.95, "instance, le")}, "s"),
        graph("Requests by instance", {"{{instance}}": f"sum by (instance) ({all_requests})"}, "reqps"),
        graph("Mean response time", {"{{instance}}": f"sum by (instance) (rate(http_request_duration_seconds_sum{{{app}}}[$__rate_interval])) / (sum by (instance) "
                                                    f"(rate(http_request_duration_seconds_count{{{app}}}[$__rate_interval])) > 0)"}, "s"),
        row("Process"),
        graph("Memory", {"{{instance}}": f"process_resident_memory_bytes{{{app}}}"}, "bytes"),
        graph("CPU", {"{{instance}}": f"rate(process_cpu_seconds_total{{{app}}}[$__rate_interval])"}, "short"),
    ])


def database():
    pg = 'instance=~"$instance"'
    db = f'{pg}, datname=~"$database"'

    def rate(name, selector=db):
        return f"rate({name}{{{selector}}}[$__rate_interval])"
    hits = f"sum({rate('pg_stat_database_blks_hit')})"
    use = f"100 * sum by (instance) (pg_stat_activity_count{{{pg}}}) / on (instance) (pg_settings_max_connections{{{pg}}} > 0)"
    return dashboard("sidewatch-database", "Database Metrics", "PostgreSQL by postgres_exporter's names.",
                     [variable("instance", "label_values(pg_up, instance)", "Instance"),
                      variable("database", 'label_values(pg_database_size_bytes{instance=~"$instance"}, datname)', "Database")], [
        stat("PostgreSQL", f"pg_up{{{pg}}}", mappings=UP_DOWN, steps=GOOD_IF_1),
        stat("Connections in use", use, "percent", USE),
        stat("Transactions a second", f"sum({rate('pg_stat_database_xact_commit')} + {rate('pg_stat_database_xact_rollback')})", "ops"),
        stat("Cache hits", f"100 * {hits} / ({hits} + sum({rate('pg_stat_database_blks_read')}) > 0)", "percent", HITS),
        stat("Size", f"sum(pg_database_size_bytes{{{db}}})", "bytes"),
        stat("Up for", f"max(time() - pg_postmaster_start_time_seconds{{{pg}}})", "s"),
        row("Sessions"),
        graph("Sessions by state", {"{{state}}": f"sum by (state) (pg_stat_activity_count{{{db}}})"}, stack=True),
        graph("Connections in use", {"{{instance}}": use}, "percent", min=0, max=100),
        graph("Oldest transaction", {"{{datname}} {{state}}": f"max by (datname, state) (pg_stat_activity_max_tx_duration{{{db}}})"}, "s"),
        graph("Sessions that wait for a lock", {"{{datname}}": f'sum by (datname) (pg_stat_activity_count{{{db}, wait_event_type="Lock"}}) or sum by (datname) (0 * pg_stat_activity_count{{{db}}})'}),
        graph("Locks by mode", {"{{mode}}": f"sum by (mode) (pg_locks_count{{{db}}})"}, stack=True),
        graph("Deadlocks and conflicts", {"deadlocks {{datname}}": f"increase(pg_stat_database_deadlocks{{{db}}}[5m])", "conflicts {{datname}}": f"increase(pg_stat_database_conflicts{{{db}}}[5m])"}),
        row("Work"),
        graph("Transactions", {"commit {{datname}}": rate("pg_stat_database_xact_commit"), "rollback {{datname}}": rate("pg_stat_database_xact_rollback")}, "ops"),
        graph("Rows", {"fetched": f"sum({rate('pg_stat_database_tup_fetched')})", "inserted": f"sum({rate('pg_stat_database_tup_inserted')})",
                       "updated": f"sum({rate('pg_stat_database_tup_updated')})", "deleted": f"sum({rate('pg_stat_database_tup_deleted')})"}, "ops"),
        graph("Blocks", {"from the cache": hits, "read": f"sum({rate('pg_stat_database_blks_read')})"}, "ops"),
        graph("Temporary files", {"{{datname}}": rate("pg_stat_database_temp_bytes")}, "Bps"),
        table("Statements that take most of the time", f"topk(15, sum by (datname, queryid, user) ({rate('pg_stat_statements_seconds_total')}))", "percentunit", value="Share of a core",
              help="From pg_stat_statements: seconds of execution a second."),
        table("Slowest statements", f"topk(15, sum by (datname, queryid, user) ({rate('pg_stat_statements_seconds_total')}) / (sum by (datname, queryid, user) ({rate('pg_stat_statements_calls_total')}) > 0))",
              "s", value="Seconds a call"),
        row("Storage"),
        graph("Size of databases", {"{{datname}}": f"pg_database_size_bytes{{{db}}}"}, "bytes"),
        graph("WAL", {"size": f"pg_wal_size_bytes{{{pg}}}"}, "bytes"),
        table("Dead rows", f"topk(15, pg_stat_user_tables_n_dead_tup{{{db}}})", value="Dead rows", hide=("job", "instance")),
        graph("Checkpoints", {"timed": f"rate(pg_stat_bgwriter_checkpoints_timed_total{{{pg}}}[$__rate_interval])", "requested": f"rate(pg_stat_bgwriter_checkpoints_req_total{{{pg}}}[$__rate_interval])"},
              "ops", help="PostgreSQL 17 counts them in pg_stat_checkpointer_*."),
        row("Replication"),
        graph("Lag of this server", {"{{instance}}": f"pg_replication_lag_seconds{{{pg}}}"}, "s"),
        graph("WAL kept for slots", {"{{slot_name}}": f"pg_replication_slots_pg_wal_lsn_diff{{{pg}}}"}, "bytes"),
    ])


def cache():
    redis = 'instance=~"$instance"'

    def rate(name):
        return f"rate({name}{{{redis}}}[$__rate_interval])"
    hit_share = f"100 * {rate('redis_keyspace_hits_total')} / ({rate('redis_keyspace_hits_total')} + {rate('redis_keyspace_misses_total')} > 0)"
    return dashboard("sidewatch-cache", "Cache Performance", "Redis by redis_exporter's names.", [variable("instance", "label_values(redis_up, instance)", "Instance")], [
        stat("Redis", f"redis_up{{{redis}}}", mappings=UP_DOWN, steps=GOOD_IF_1),
        stat("Hits", hit_share, "percent", HITS),
        stat("Memory", f"redis_memory_used_bytes{{{redis}}}", "bytes"),
        stat("Clients", f"redis_connected_clients{{{redis}}}"),
        stat("Commands a second", rate("redis_commands_processed_total"), "ops"),
        stat("Up for", f"redis_uptime_in_seconds{{{redis}}}", "s"),
        row("Use"),
        graph("Hits and misses", {"hits": rate("redis_keyspace_hits_total"), "misses": rate("redis_keyspace_misses_total")}, "ops"),
        graph("Share of hits", {"{{instance}}": hit_share}, "percent", min=0, max=100),
        graph("Commands", {"{{cmd}}": f"topk(10, {rate('redis_commands_total')})"}, "ops", stack=True),
        graph("Time a command", {"{{cmd}}": f"topk(10, {rate('redis_commands_duration_seconds_total')} / ({rate('redis_commands_total')} > 0))"}, "s"),
        row("Memory and keys"),
        graph("Memory", {"used": f"redis_memory_used_bytes{{{redis}}}", "resident": f"redis_memory_used_rss_bytes{{{redis}}}", "limit": f"redis_memory_max_bytes{{{redis}}}"}, "bytes",
              help="A limit of 0 is none."),
        graph("Fragmentation", {"{{instance}}": f"redis_mem_fragmentation_ratio{{{redis}}}"}),
        graph("Keys", {"{{db}}": f"redis_db_keys{{{redis}}}", "{{db}} that expire": f"redis_db_keys_expiring{{{redis}}}"}),
        graph("Evicted and expired keys", {"evicted": rate("redis_evicted_keys_total"), "expired": rate("redis_expired_keys_total")}, "ops"),
        row("Clients"),
        graph("Clients", {"connected": f"redis_connected_clients{{{redis}}}", "blocked": f"redis_blocked_clients{{{redis}}}", "limit": f"redis_config_maxclients{{{redis}}}"}),
        graph("Connections", {"accepted": rate("redis_connections_received_total"), "rejected": rate("redis_rejected_connections_total")}, "ops"),
        graph("Network", {"in": rate("redis_net_input_bytes_total"), "out": f"-{rate('redis_net_output_bytes_total')}"}, "Bps"),
        graph("CPU", {"user": rate("redis_cpu_user_seconds_total"), "system": rate("redis_cpu_sys_seconds_total")}, "short"),
        row("Safety"),
        stat("Last snapshot worked", f"redis_rdb_last_bgsave_status{{{redis}}}", mappings=NO_YES, steps=GOOD_IF_1, width=6),
        stat("Changes since the last snapshot", f"redis_rdb_changes_since_last_save{{{redis}}}", width=6),
        stat("Replicas", f"redis_connected_slaves{{{redis}}}", width=6),
        stat("Slow log", f"redis_slowlog_length{{{redis}}}", width=6),
    ])


def backups_and_certificates():
    days = "(x509_cert_not_after or probe_ssl_earliest_cert_expiry) - time()"
    return dashboard("sidewatch-backups", "Backups and Certificates", "What must be there when it is needed, and what must not run out.", [], [
        stat("Backups that are not in order", 'count(backup_state{state=~"late|missed"} == 1) or vector(0)', steps=BAD_IF_ANY, width=6),
        stat("Age of the oldest backup", "max(backup_age_seconds)", "s", ((None, "green"), (100800, "orange"), (172800, "red")), width=6),
        stat("Certificates that expire within 30 days", f"count(({days}) / 86400 < 30) or vector(0)", steps=BAD_IF_ANY, width=6),
        stat("Days until the first one expires", f"min({days}) / 86400", "d", DAYS, width=6),
        row("Backups"),
        table("State", "backup_state == 1", value="Is", hide=("job", "Value")),
        table("Age", "backup_age_seconds", "s", value="Age", hide=("job",)),
        graph("Size", {"{{backup}}": "backup_size_bytes", "{{backup}} usually": "backup_size_median_bytes"}, "bytes"),
        graph("Files kept", {"{{backup}}": "backup_files"}),
        table("Verified", "backup_verified", mappings=NO_YES, steps=GOOD_IF_1, value="Verified", hide=("job",)),
        table("Problems", "backup_problem == 1", value="Is", hide=("job", "Value")),
        graph("Faults found", {"{{backup}} {{reason}}": "increase(backup_errors_total[1h])"}),
        graph("Free space", {"{{backup}}": "backup_free_bytes"}, "bytes", help="Of the file system that the backups are on."),
        row("Jobs that report themselves"),
        table("Late", "heartbeat_late", mappings=[{"type": "value", "options": {"0": {"text": "in time", "color": "green", "index": 0}, "1": {"text": "late", "color": "red", "index": 1}}}],
              steps=BAD_IF_ANY, value="State", width=8, hide=("job", "instance")),
        table("Time since the last success", "time() - heartbeat_last_success_timestamp_seconds", "s", value="Ago", width=8, hide=("job", "instance")),
        table("Exit code of the last run", "heartbeat_last_exit_code", steps=BAD_IF_ANY, value="Code", width=8, hide=("job", "instance")),
        row("Certificates"),
        table("Days left", f"sort(({days}) / 86400)", "d", steps=DAYS, value="Days", width=24),
        table("Served by endpoints as in the file", "certificate_served_is_newest", mappings=NO_YES, steps=GOOD_IF_1, value="Newest", width=8),
        table("Chain", "certificate_chain_valid", mappings=NO_YES, steps=GOOD_IF_1, value="Valid", width=8),
        table("Key", "certificate_key_matches", mappings=NO_YES, steps=GOOD_IF_1, value="Matches", width=8),
        row("Probes"),
        table("Probes", "probe_success", mappings=UP_DOWN, steps=GOOD_IF_1, value="State"),
        graph("Duration", {"{{instance}}": "probe_duration_seconds"}, "s"),
    ])


def logs_and_security():
    log = 'log=~"$log"'

    def rate(name, more=""):
        return f"rate({name}{{{log}{more}}}[$__rate_interval])"
    return dashboard("sidewatch-logs", "Logs and Security", "Log lines by level, failed logins, requests by the access log.", [variable("log", "label_values(log_lines_total, log)", "Log")], [
        stat("Critical lines in an hour", f'sum(increase(log_lines_total{{{log}, level=~"critical|fatal"}}[1h])) or vector(0)', steps=BAD_IF_ANY, width=6),
        stat("Error lines a minute", f"""60 * sum({rate("log_lines_total", ', level="error"')}) or vector(0)""", width=6),
        stat("Failed logins in an hour", f"sum(increase(log_auth_failures_total{{{log}}}[1h])) or vector(0)", steps=((None, "green"), (10, "orange"), (100, "red")), width=6),
        stat("404 a minute", f"""60 * sum({rate("log_http_requests_total", ', status="404"')}) or vector(0)""", steps=((None, "green"), (50, "orange")), width=6),
        graph("Lines by level", {"{{level}}": f"sum by (level) ({rate('log_lines_total')})"}, "ops", stack=True),
        graph("Lines by log", {"{{log}}": f"sum by (log) ({rate('log_lines_total')})"}, "ops"),
        row("Security"),
        graph("Failed logins", {"{{log}}": f"60 * sum by (log) ({rate('log_auth_failures_total')})"}, help="A minute."),
        table("Failed logins in the last hour by address", f"topk(20, sum by (address) (increase(log_auth_failures_total{{{log}}}[1h])))", value="Failed", width=6),
        table("Failed logins in the last hour by user", f"topk(20, sum by (user) (increase(log_auth_failures_total{{{log}}}[1h])))", value="Failed", width=6),
        graph("Database errors", {"{{kind}}": f"sum by (kind) (increase(log_database_errors_total{{{log}}}[5m]))"}, stack=True, help="In 5 minutes."),
        graph("Age of the last line", {"{{file}}": f"time() - log_last_line_timestamp_seconds{{{log}}}"}, "s", help="A log that has fallen silent may be a process that has."),
        row("Access logs"),
        graph("Requests by status", {"{{status}}": f"sum by (status) ({rate('log_http_requests_total')})"}, "reqps", stack=True),
        graph("Requests by method", {"{{method}}": f"sum by (method) ({rate('log_http_requests_total')})"}, "reqps"),
        graph("Share of 5xx", {"{{log}}": f"""100 * sum by (log) ({rate("log_http_requests_total", ', status=~"5.."')}) / (sum by (log) ({rate("log_http_requests_total")}) > 0)"""}, "percent", min=0),
        graph("Response time by the access log", {"median": f"histogram_quantile(0.5, sum by (le) ({rate('log_request_duration_seconds_bucket')}))",
                                                  "95 %": f"histogram_quantile(0.95, sum by (le) ({rate('log_request_duration_seconds_bucket')}))"}, "s", help="Of the set `slow`."),
        graph("Not read yet", {"{{file}}": f"log_lag_bytes{{{log}}}"}, "bytes"),
    ])


DASHBOARDS = {
    "system-overview": system_overview,
    "application-performance": application,
    "database-metrics": database,
    "cache-performance": cache,
    "backups-and-certificates": backups_and_certificates,
    "logs-and-security": logs_and_security,
}


def texts():
    """{file name: its text}."""
    return {f"{name}.json": json.dumps(make(), indent=2) + "\n" for name, make in DASHBOARDS.items()}


def main():
    wanted = texts()
    if "--check" in sys.argv[1:]:
        present = {path.name: path.read_text() for path in FOLDER.glob("*.json")}
        wrong = sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))
        print("\n".join(f"grafana/dashboards/{name} is not what grafana/generate.py writes" for name in wrong) or "dashboards are as generated")
        return 1 if wrong else 0
    for name, text in wanted.items():
        (FOLDER / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
