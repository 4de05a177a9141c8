#include "collectors/redis/part.h"

#include <array>

#include "collectors/redis/parts.h"

namespace sidewatch::redis {

std::span<const InfoPart* const> InfoParts() {
  static constexpr std::array kParts = {&kInstancePart,
                                        &kKeyspacePart,
                                        &kReplicasPart,
                                        &kMasterPart,
                                        &kCommandStatsPart,
                                        &kErrorStatsPart};
  return kParts;
}

std::span<const CommandPart* const> CommandParts() {
  static constexpr std::array kParts = {&kMaxClientsPart,
                                        &kMaxMemoryPart,
                                        &kReplBacklogPart,
                                        &kIoThreadsPart,
                                        &kOutputLimitPart,
                                        &kDatabasesPart,
                                        &kSlowlogLengthPart,
                                        &kSlowlogLastPart,
                                        &kLatencyLatestPart,
                                        &kLatencyHistogramPart};
  return kParts;
}

std::string_view ReplyText(const redisReply& reply) {
  const bool text = reply.type == REDIS_REPLY_STRING || reply.type == REDIS_REPLY_STATUS;
  return text ? std::string_view(reply.str, reply.len) : std::string_view();
}

std::span<const redisReply* const> ReplyItems(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_ARRAY) {
    return {};
  }
  return {reply.element, reply.elements};
}

}  // namespace sidewatch::redis
