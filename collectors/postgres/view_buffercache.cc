#include "collectors/postgres/views.h"

namespace sidewatch::postgres {

namespace {

constexpr ColumnMetric kMetrics[] = {
    {"buffers_used",
     Gauge("pg_buffercache_summary_buffers_used",
           {},
           "pg_buffercache_summary().buffers_used",
           "Shared buffers in use.")},
    {"buffers_unused",
     Gauge("pg_buffercache_summary_buffers_unused",
           {},
           "pg_buffercache_summary().buffers_unused",
           "Shared buffers not in use.")},
    {"buffers_dirty",
     Gauge("pg_buffercache_summary_buffers_dirty",
           {},
           "pg_buffercache_summary().buffers_dirty",
           "Shared buffers that must still be written.")},
    {"buffers_pinned",
     Gauge("pg_buffercache_summary_buffers_pinned",
           {},
           "pg_buffercache_summary().buffers_pinned",
           "Shared buffers pinned by a backend.")},
    {"usagecount_avg",
     Gauge("pg_buffercache_summary_usagecount_avg",
           {},
           "pg_buffercache_summary().usagecount_avg",
           "Mean usage count of the used shared buffers.")},
};
static_assert(ColumnsAreSound(kMetrics));

constexpr VersionedQuery kQueries[] = {{.min_version = 160000, .sql = R"(
SELECT buffers_used, buffers_unused, buffers_dirty, buffers_pinned, usagecount_avg
  FROM pg_buffercache_summary())"}};

}  // namespace

constinit const View kBuffercacheView = {.name = "buffercache_summary",
                                         .extension = "pg_buffercache",
                                         .queries = kQueries,
                                         .metrics = kMetrics};

}  // namespace sidewatch::postgres
