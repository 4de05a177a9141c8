#pragma once

#include "exporter/scrape/collector.h"

namespace sidewatch::postgres {

/// PostgreSQL 10 and later over its own protocol, as postgres_exporter shows it.
///
/// Keys: `dsn` or `dsn_file`, a URL or libpq's `key=value` pairs (absent: the PG* environment);
/// `databases`, a list of the databases whose tables are read, or `all` (absent: the one of the
/// dsn); `exclude_databases`; `enable` and `disable`, lists of parts such as `stat_statements`.
extern const scrape::CollectorSpec kPostgresSpec;

}  // namespace sidewatch::postgres
