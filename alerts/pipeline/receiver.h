#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "alerts/model/notification.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts {

/// How one attempt ended.
struct Delivery {
  enum class Outcome {
    kDelivered,
    kRetry,    ///< Down, overloaded, timed out: try again.
    kRefused,  ///< The receiver will never take it (4xx other than 408 and 429): do not try again.
  };
  Outcome outcome = Outcome::kRetry;
  std::string answer;  ///< The receiver's answer or the error, for the log; no secrets.
  std::optional<Duration> retry_after;  ///< The receiver asked for this much patience.
  /// What the receiver wants to be given with the group's next notification, also after a restart;
  /// nothing: what it was given this time. Forgotten once all alerts were told as resolved.
  std::optional<std::string> receiver_data = {};
  std::string warning = {};  ///< What went wrong although it was delivered, for the log.
};

/// Sends notifications to one place. Threads: one call at a time.
class Receiver {
 public:
  Receiver() = default;
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  virtual ~Receiver() = default;

  /// One attempt, over by `deadline`.
  virtual Delivery Send(const Notification& notification,
                        SteadyTime deadline,
                        const std::stop_token& stop) = 0;
};

/// What receivers are made of: HTTP, SMTP, templates. Defined in alerts/receivers/common; the
/// pipeline only hands it through.
struct ReceiverDeps;

/// One kind of receiver, the whole registration: a constant beside its code and a line in the list.
struct ReceiverSpec {
  std::string_view key;  ///< `slack_configs`.
  std::string_view
      kind;  ///< `slack`: the label of metrics and the middle of an integration's name.
  bool send_resolved_by_default = false;

  /// Reads the keys of `global:` that belong to this kind and reports what is wrong with them.
  void (*check_global)(config::MapReader& global) = nullptr;

  /// Makes a receiver from one entry of `key`. `global` is the checked value of `global:`, for
  /// defaults. What is wrong goes to the diagnostics of `config`; then null may be given.
  std::unique_ptr<Receiver> (*create)(config::MapReader& config,
                                      const config::Node& global,
                                      const ReceiverDeps& deps) = nullptr;
};

}  // namespace sidewatch::alerts
