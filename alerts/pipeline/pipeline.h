#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include "alerts/model/flush.h"
#include "alerts/pipeline/integration.h"
#include "alerts/pipeline/stage.h"

namespace sidewatch::alerts {

/// The alert that an integration does not take notifications, and the labels that name it.
inline constexpr std::string_view kNotificationRefused = "NotificationRefused";
inline constexpr std::string_view kRefusingReceiver = "receiver";
inline constexpr std::string_view kRefusingIntegration = "integration";

/// The way of a flushed group to the world: the stages in order, then each integration of its
/// receiver, which dedupes, keeps, retries and logs on a thread of its own.
///
/// Threads: Flush from one at a time. Lifetime: stages and what `deps` names outlive it.
class Pipeline {
 public:
  Pipeline(std::vector<const Stage*> stages,
           std::vector<IntegrationConfig> integrations,
           const IntegrationDeps& deps);
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  ~Pipeline() { Stop(); }

  /// Takes over what waits from an earlier run or configuration. What is for an integration that is
  /// not there any more is given up.
  void Resume(std::vector<Ledger::Waiting> waiting);

  /// Starts the threads of the integrations.
  void Start();

  /// Lets attempts that are being made end, for up to a second, then stops. Safe to call twice.
  void Stop();

  /// Gives away what waits. To be called after Stop.
  std::vector<Ledger::Waiting> TakePending();

  /// The fingerprints of what the integrations were told that fires, but where news wait.
  std::set<std::uint64_t> ToldFiring() const;

  /// What the stages leave of a flush; what they took stands in its `held`.
  GroupFlush Sift(const GroupFlush& flush) const;

  /// Gives a flush past the stages to the integrations of its receiver. That one of them refuses
  /// notifications is told by all others, those of other receivers too.
  FlushResult Tell(const GroupFlush& left);

  FlushResult Flush(const GroupFlush& flush) { return Tell(Sift(flush)); }

 private:
  std::vector<const Stage*> stages_;
  IntegrationDeps deps_;
  std::vector<std::unique_ptr<Integration>> integrations_;
  std::vector<std::jthread> threads_;
};

}  // namespace sidewatch::alerts
