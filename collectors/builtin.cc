#include "collectors/builtin.h"

#include <array>

#include "collectors/backups/backups.h"
#include "collectors/certificates/certificates.h"
#include "collectors/exec/exec.h"
#include "collectors/heartbeats/heartbeats.h"
#include "collectors/host/host.h"
#include "collectors/logs/logs.h"
#include "collectors/postgres/postgres.h"
#include "collectors/probes/probes.h"
#include "collectors/redis/redis.h"
#include "collectors/textfile/textfile.h"

namespace sidewatch::collectors {

std::span<const scrape::CollectorSpec* const> BuiltinCollectors() {
  static constexpr std::array kSpecs = {
      &backups::kBackupsSpec,
      &certificates::kCertificatesSpec,
      &exec::kExecSpec,
      &heartbeats::kHeartbeatsSpec,
      &host::kHostSpec,
      &logs::kLogsSpec,
      &postgres::kPostgresSpec,
      &probes::kProbesSpec,
      &redis::kRedisSpec,
      &textfile::kTextfileSpec,
  };
  return kSpecs;
}

}  // namespace sidewatch::collectors
