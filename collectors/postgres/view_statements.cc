#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr std::string_view kLabels[] = {"user", "datname", "queryid"};

constexpr ColumnMetric kMetrics[] = {
    {"calls",
     Counter("pg_stat_statements_calls_total",
             kLabels,
             "pg_stat_statements.calls",
             "Times the statement was run.")},
    {"seconds",
     Counter("pg_stat_statements_seconds_total",
             kLabels,
             "pg_stat_statements.total_exec_time",
             "Seconds spent running the statement.")},
    {"rows",
     Counter("pg_stat_statements_rows_total",
             kLabels,
             "pg_stat_statements.rows",
             "Rows that the statement returned or changed.")},
    {"block_read_seconds",
     Counter("pg_stat_statements_block_read_seconds_total",
             kLabels,
             "pg_stat_statements.blk_read_time",
             "Seconds that the statement spent reading blocks, if track_io_timing is on.")},
    {"block_write_seconds",
     Counter("pg_stat_statements_block_write_seconds_total",
             kLabels,
             "pg_stat_statements.blk_write_time",
             "Seconds that the statement spent writing blocks, if track_io_timing is on.")},
};
static_assert(ColumnsAreSound(kMetrics));

// The statements that cost most time. One id can have several rows (nested and top-level
// calls): they are one series. Without the texts: those may hold what must not leave the database.
constexpr VersionedQuery kQueries[] = {{.min_version = 100000, .sql = R"(
SELECT pg_get_userbyid(userid) AS user, d.datname, queryid, sum(calls) AS calls,
       sum(total_time) / 1000 AS seconds, sum(rows) AS rows,
       sum(blk_read_time) / 1000 AS block_read_seconds,
       sum(blk_write_time) / 1000 AS block_write_seconds
  FROM pg_stat_statements s JOIN pg_catalog.pg_database d ON d.oid = s.dbid
 GROUP BY userid, d.datname, queryid ORDER BY sum(total_time) DESC LIMIT :statements)"},
                                       {.min_version = 130000, .sql = R"(
SELECT pg_get_userbyid(userid) AS user, d.datname, queryid, sum(calls) AS calls,
       sum(total_exec_time) / 1000 AS seconds, sum(rows) AS rows,
       sum(blk_read_time) / 1000 AS block_read_seconds,
       sum(blk_write_time) / 1000 AS block_write_seconds
  FROM pg_stat_statements s JOIN pg_catalog.pg_database d ON d.oid = s.dbid
 GROUP BY userid, d.datname, queryid ORDER BY sum(total_exec_time) DESC LIMIT :statements)"},
                                       {.min_version = 170000, .sql = R"(
SELECT pg_get_userbyid(userid) AS user, d.datname, queryid, sum(calls) AS calls,
       sum(total_exec_time) / 1000 AS seconds, sum(rows) AS rows,
       sum(shared_blk_read_time) / 1000 AS block_read_seconds,
       sum(shared_blk_write_time) / 1000 AS block_write_seconds
  FROM pg_stat_statements s JOIN pg_catalog.pg_database d ON d.oid = s.dbid
 GROUP BY userid, d.datname, queryid ORDER BY sum(total_exec_time) DESC LIMIT :statements)"}};

}  // namespace

constinit const View kStatementsView = {.name = "stat_statements",
                                        .extension = "pg_stat_statements",
                                        .queries = kQueries,
                                        .metrics = kMetrics};

}  // namespace sidewatch::postgres
