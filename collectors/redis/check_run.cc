#include "collectors/redis/check_run.h"

namespace sidewatch::redis {

namespace {

constexpr std::string_view kLabels[] = {"check", "reason"};

constexpr MetricDescriptor kMetrics[] = {
    {.name = "redis_check_problems_total",
     .type = MetricType::kCounter,
     .labels = kLabels,
     .help = "Times that check_keys and the like did not get all that they asked for.",
     .source = "the run"},
};
static_assert(DescriptorsAreSound(kMetrics));

}  // namespace

std::span<const MetricDescriptor> CheckProblemMetrics() {
  return kMetrics;
}

void CheckProblems::Add(std::string_view check, std::string_view reason, std::string_view detail) {
  Problem& problem = problems_[{std::string(check), std::string(reason)}];
  ++problem.count;
  problem.now = true;
  if (!problem.told) {
    problem.told = true;
    log_.Warn("a check of keys is not complete",
              {{"check", check}, {"reason", reason}, {"error", detail}});
  }
}

void CheckProblems::EndRun() {
  for (auto& [key, problem] : problems_) {
    problem.told = problem.now;
    problem.now = false;
  }
}

void CheckProblems::Emit(scrape::SampleSink& sink) const {
  for (const auto& [key, problem] : problems_) {
    sink.Add(kMetrics[0], {key.first, key.second}, problem.count);
  }
}

bool CheckRun::Send(Batch& batch) {
  if (broken) {
    return false;
  }
  const Status sent = batch.Send(connection, run);
  if (!sent) {
    broken = true;
    Problem(ErrorCodeName(sent.error().code), sent.error().message);
  }
  return sent.has_value();
}

bool CheckRun::Refused(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_ERROR) {
    return false;
  }
  const std::string_view text(reply.str, reply.len);
  Problem(text.starts_with("NOPERM") ? ErrorCodeName(ErrorCode::kPermissionDenied) : "refused",
          text);
  return true;
}

}  // namespace sidewatch::redis
