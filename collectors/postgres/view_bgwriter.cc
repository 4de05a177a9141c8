#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr ColumnMetric kMetrics[] = {
    {"checkpoints_timed",
     Counter("pg_stat_bgwriter_checkpoints_timed_total",
             {},
             "pg_stat_bgwriter.checkpoints_timed",
             "Checkpoints done because checkpoint_timeout had passed.")},
    {"checkpoints_req",
     Counter("pg_stat_bgwriter_checkpoints_req_total",
             {},
             "pg_stat_bgwriter.checkpoints_req",
             "Checkpoints done because they were asked for or WAL had grown.")},
    {"checkpoint_write_time",
     Counter("pg_stat_bgwriter_checkpoint_write_time_total",
             {},
             "pg_stat_bgwriter.checkpoint_write_time",
             "Milliseconds that checkpoints spent writing files.")},
    {"checkpoint_sync_time",
     Counter("pg_stat_bgwriter_checkpoint_sync_time_total",
             {},
             "pg_stat_bgwriter.checkpoint_sync_time",
             "Milliseconds that checkpoints spent flushing files to disk.")},
    {"buffers_checkpoint",
     Counter("pg_stat_bgwriter_buffers_checkpoint_total",
             {},
             "pg_stat_bgwriter.buffers_checkpoint",
             "Buffers written by checkpoints.")},
    {"buffers_clean",
     Counter("pg_stat_bgwriter_buffers_clean_total",
             {},
             "pg_stat_bgwriter.buffers_clean",
             "Buffers written by the background writer.")},
    {"maxwritten_clean",
     Counter("pg_stat_bgwriter_maxwritten_clean_total",
             {},
             "pg_stat_bgwriter.maxwritten_clean",
             "Times the background writer stopped because it had written too many buffers.")},
    {"buffers_backend",
     Counter("pg_stat_bgwriter_buffers_backend_total",
             {},
             "pg_stat_bgwriter.buffers_backend",
             "Buffers that backends had to write themselves.")},
    {"buffers_backend_fsync",
     Counter("pg_stat_bgwriter_buffers_backend_fsync_total",
             {},
             "pg_stat_bgwriter.buffers_backend_fsync",
             "Times a backend had to call fsync itself.")},
    {"buffers_alloc",
     Counter("pg_stat_bgwriter_buffers_alloc_total",
             {},
             "pg_stat_bgwriter.buffers_alloc",
             "Buffers allocated.")},
    {"stats_reset",
     Counter("pg_stat_bgwriter_stats_reset_total",
             {},
             "pg_stat_bgwriter.stats_reset",
             "When these statistics were last reset, as Unix time.")},
};
static_assert(ColumnsAreSound(kMetrics));

// Release 17 moved the checkpoints to pg_stat_checkpointer and the backends' writes to pg_stat_io.
constexpr VersionedQuery kQueries[] = {{.min_version = 90200, .sql = R"(
SELECT checkpoints_timed, checkpoints_req, checkpoint_write_time, checkpoint_sync_time,
       buffers_checkpoint, buffers_clean, maxwritten_clean, buffers_backend, buffers_backend_fsync,
       buffers_alloc, extract(epoch FROM stats_reset) AS stats_reset
  FROM pg_catalog.pg_stat_bgwriter)"},
                                       {.min_version = 170000, .sql = R"(
SELECT buffers_clean, maxwritten_clean, buffers_alloc,
       extract(epoch FROM stats_reset) AS stats_reset
  FROM pg_catalog.pg_stat_bgwriter)"}};

}  // namespace

constinit const View kBgwriterView = {
    .name = "stat_bgwriter", .queries = kQueries, .metrics = kMetrics};

}  // namespace sidewatch::postgres
