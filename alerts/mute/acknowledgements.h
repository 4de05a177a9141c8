#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "alerts/model/alert.h"
#include "alerts/model/history_event.h"
#include "alerts/mute/value_store.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts {

/// Somebody has taken an alert on, until it is over.
struct Acknowledgement {
  std::uint64_t fingerprint = 0;
  LabelSet labels;
  TimePoint at;
  std::string by;
  std::string from;  ///< The address that it came from.
  std::string comment;

  bool operator==(const Acknowledgement&) const = default;
};

/// The bytes that are kept in the state database: JSON.
std::string EncodeAcknowledgement(const Acknowledgement& acknowledgement);

/// Errors: kProtocol for what EncodeAcknowledgement never wrote.
Result<Acknowledgement> DecodeAcknowledgement(std::string_view bytes);

/// Who does it, from where and why.
struct AckAuthor {
  std::string by;
  std::string from;
  std::string comment = {};
};

/// What an Acknowledgements is made of. Lifetime: all that is referred to outlives it.
struct AcknowledgementsDeps {
  const Clock& clock;
  Logger log;
  ValueStore& store;
  HistoryWriter& history;
};

/// All acknowledgements, durable at once: one that was answered survives `kill -9`. When the disk
/// refuses, it holds in memory all the same, and is saved as soon as the disk takes it.
///
/// Whoever tells of alerts asks it whether to repeat; the end of an alert is always told. Threads:
/// safe.
class Acknowledgements {
 public:
  /// Loads what was kept; what cannot be read is logged and left where it is.
  explicit Acknowledgements(const AcknowledgementsDeps& deps);

  /// Takes firing alerts on; who does it later takes the earlier one's place. Errors:
  /// kInvalidArgument if nobody is named or a text is too long.
  Status Acknowledge(std::span<const Alert> alerts, const AckAuthor& author);

  /// Gives them back. Errors: kInvalidArgument; kNotFound if none of them is acknowledged.
  Status Withdraw(std::span<const Alert> alerts, const AckAuthor& author);

  /// Forgets what `keep` refuses of those older than a minute: the alert ended unseen.
  void Retain(const std::function<bool(std::uint64_t fingerprint)>& keep);

  /// Alerts that are over are not acknowledged any more.
  void NoteEnded(std::span<const Alert> ended);

  bool Holds(std::uint64_t fingerprint) const;

  /// Whether something fires and all of it is acknowledged.
  bool HoldsAllFiring(std::span<const Alert> alerts, TimePoint at) const;

  /// By fingerprint.
  std::vector<Acknowledgement> All() const;

 private:
  void Load();
  void Save() SW_REQUIRES(mutex_);
  void Forget(std::uint64_t fingerprint) SW_REQUIRES(mutex_);

  const AcknowledgementsDeps deps_;
  mutable Mutex mutex_;
  std::map<std::uint64_t, Acknowledgement> held_ SW_GUARDED_BY(mutex_);
  std::set<std::uint64_t> unsaved_ SW_GUARDED_BY(mutex_);    // Of held_.
  std::set<std::uint64_t> undeleted_ SW_GUARDED_BY(mutex_);  // Not of held_ any more.
};

}  // namespace sidewatch::alerts
