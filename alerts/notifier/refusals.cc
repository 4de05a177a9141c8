#include "alerts/notifier/refusals.h"

#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts {
namespace {

constexpr Duration kLasts = std::chrono::hours(1);

}  // namespace

void Refusals::Note(const GivenUp& given_up, TimePoint at) {
  Alert alert;
  alert.labels = LabelSet{{kAlertName, kNotificationRefused},
                          {kRefusingIntegration, given_up.integration},
                          {kRefusingReceiver, given_up.receiver},
                          {"severity", "critical"}};
  alert.annotations = LabelSet{
      {"description",
       fmt::format("A notification was given up ({}), nobody behind {} has heard of it: {}",
                   given_up.reason,
                   given_up.integration,
                   given_up.answer)},
      {"runbook_url",
       "https://github.com/sidewatch/sidewatch/blob/main/docs/runbooks/NotificationRefused.md"},
      {"summary", fmt::format("Receiver {} does not take notifications", given_up.integration)}};
  alert.starts_at = at;
  alert.updated_at = at;
  alert.ends_at = at + kLasts;
  const MutexLock lock(mutex_);
  noted_.insert_or_assign(std::string(given_up.integration), std::move(alert));
}

std::vector<Alert> Refusals::Take() {
  const MutexLock lock(mutex_);
  std::vector<Alert> taken;
  taken.reserve(noted_.size());
  for (auto& [integration, alert] : noted_) {
    taken.push_back(std::move(alert));
  }
  noted_.clear();
  return taken;
}

}  // namespace sidewatch::alerts
