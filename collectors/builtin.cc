#include "collectors/builtin.h"

#include <array>

#include "collectors/backups/backups.h"
#include "collectors/heartbeats/heartbeats.h"
#include "collectors/host/host.h"
#include "collectors/logs/logs.h"
#include "collectors/postgres/postgres.h"
#include "collectors/redis/redis.h"

namespace sidewatch::collectors {

std::span<const scrape::CollectorSpec* const> BuiltinCollectors() {
  static constexpr std::array kSpecs = {
      &backups::kBackupsSpec,
      &heartbeats::kHeartbeatsSpec,
      &host::kHostSpec,
      &logs::kLogsSpec,
      &postgres::kPostgresSpec,
      &redis::kRedisSpec,
  };
  return kSpecs;
}

}  // namespace sidewatch::collectors
