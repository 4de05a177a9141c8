#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr ColumnMetric kMetrics[] = {
    {"num_timed",
     Counter("pg_stat_checkpointer_num_timed_total",
             {},
             "pg_stat_checkpointer.num_timed",
             "Checkpoints begun because checkpoint_timeout had passed.")},
    {"num_requested",
     Counter("pg_stat_checkpointer_num_requested_total",
             {},
             "pg_stat_checkpointer.num_requested",
             "Checkpoints begun because they were asked for or WAL had grown.")},
    {"restartpoints_timed",
     Counter("pg_stat_checkpointer_restartpoints_timed_total",
             {},
             "pg_stat_checkpointer.restartpoints_timed",
             "Restart points scheduled because checkpoint_timeout had passed.")},
    {"restartpoints_req",
     Counter("pg_stat_checkpointer_restartpoints_req_total",
             {},
             "pg_stat_checkpointer.restartpoints_req",
             "Restart points that were asked for.")},
    {"restartpoints_done",
     Counter("pg_stat_checkpointer_restartpoints_done_total",
             {},
             "pg_stat_checkpointer.restartpoints_done",
             "Restart points done.")},
    {"write_time",
     Counter("pg_stat_checkpointer_write_time_total",
             {},
             "pg_stat_checkpointer.write_time",
             "Milliseconds that checkpoints and restart points spent writing files.")},
    {"sync_time",
     Counter("pg_stat_checkpointer_sync_time_total",
             {},
             "pg_stat_checkpointer.sync_time",
             "Milliseconds that checkpoints and restart points spent flushing files to disk.")},
    {"buffers_written",
     Counter("pg_stat_checkpointer_buffers_written_total",
             {},
             "pg_stat_checkpointer.buffers_written",
             "Buffers written by checkpoints and restart points.")},
    {"stats_reset",
     Counter("pg_stat_checkpointer_stats_reset_total",
             {},
             "pg_stat_checkpointer.stats_reset",
             "When these statistics were last reset, as Unix time.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 170000, .sql = R"(
SELECT num_timed, num_requested, restartpoints_timed, restartpoints_req, restartpoints_done,
       write_time, sync_time, buffers_written, extract(epoch FROM stats_reset) AS stats_reset
  FROM pg_catalog.pg_stat_checkpointer)"}};

}  // namespace

constinit const View kCheckpointerView = {
    .name = "stat_checkpointer", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
