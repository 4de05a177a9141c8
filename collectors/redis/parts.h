#pragma once

#include "collectors/redis/part.h"

namespace sidewatch::redis {

extern const InfoPart kCommandStatsPart;
extern const InfoPart kErrorStatsPart;
extern const InfoPart kInstancePart;
extern const InfoPart kKeyspacePart;
extern const InfoPart kMasterPart;
extern const InfoPart kReplicasPart;

extern const CommandPart kDatabasesPart;
extern const CommandPart kIoThreadsPart;
extern const CommandPart kLatencyHistogramPart;
extern const CommandPart kLatencyLatestPart;
extern const CommandPart kMaxClientsPart;
extern const CommandPart kMaxMemoryPart;
extern const CommandPart kOutputLimitPart;
extern const CommandPart kReplBacklogPart;
extern const CommandPart kSlowlogLastPart;
extern const CommandPart kSlowlogLengthPart;

}  // namespace sidewatch::redis
