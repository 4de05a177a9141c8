#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "collectors/redis/batch.h"
#include "collectors/redis/check_options.h"
#include "collectors/redis/connection.h"
#include "collectors/redis/part.h"
#include "exporter/base/log.h"

namespace sidewatch::redis {

/// How often a check did not get what it asked for, by check and reason. Goes on over the runs.
class CheckProblems {
 public:
  explicit CheckProblems(Logger log) : log_(std::move(log)) {}

  /// Logs it unless the run before had the same.
  void Add(std::string_view check, std::string_view reason, std::string_view detail);

  /// A run is over.
  void EndRun();

  void Emit(scrape::SampleSink& sink) const;

 private:
  struct Problem {
    double count = 0;
    bool now = false;
    bool told = false;
  };

  Logger log_;
  std::map<std::pair<std::string, std::string>, Problem> problems_;
};

std::span<const MetricDescriptor> CheckProblemMetrics();

/// One check within a run: a name, what it may take, and where its trouble goes.
struct CheckRun {
  std::string_view check;  ///< The configuration's key.
  const CheckOptions& options;
  Connection& connection;
  const scrape::RunContext& run;
  CheckProblems& problems;
  bool broken = false;  ///< The connection is of no use any more.

  /// False, and the problem is told: nothing came back.
  bool Send(Batch& batch);

  /// Tells what an error reply says. True if it is one.
  bool Refused(const redisReply& reply);

  void Problem(std::string_view reason, std::string_view detail) {
    problems.Add(check, reason, detail);
  }
};

}  // namespace sidewatch::redis
