#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "alerts/mute/muter.h"
#include "alerts/mute/silence.h"
#include "alerts/mute/value_store.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/mutex.h"

namespace sidewatch::alerts {

struct SilenceLimits {
  std::size_t max_silences = 10'000;             ///< Expired ones count until they are forgotten.
  std::size_t max_bytes = 64ULL * 1024;          ///< Of one, as it is kept.
  Duration retention = std::chrono::hours(120);  ///< How long an expired one is shown.
};

/// Who asks for a change, for the audit trail.
struct SilenceAuthor {
  std::string by;
  std::string from;
  std::string why = {};
};

/// What a Silences is made of. Lifetime: all that is referred to outlives it.
struct SilencesDeps {
  const Clock& clock;
  Logger log;
  ValueStore& store;
  SilenceLimits limits = {};
};

/// All silences, durable at once: a change that was answered survives `kill -9`. When the disk
/// refuses, a silence holds in memory all the same, and is saved as soon as the disk takes it.
///
/// Threads: safe. Cost: whether an alert is silenced is remembered by its fingerprint; only
/// silences that are new since then are asked again.
class Silences final : public Muter {
 public:
  /// Loads what was kept; what cannot be read is logged and left where it is.
  explicit Silences(const SilencesDeps& deps);

  std::string_view reason() const override { return "silenced"; }

  /// The ids of the active silences that match, sorted.
  std::vector<std::string> MutedBy(const Alert& alert, TimePoint now) const override;

  /// Makes a silence, or changes the one whose `id` is given. What would falsify the past (its
  /// matchers, the start of an active one, anything of an expired one) makes a new silence and
  /// expires the old. Gives the id. Errors: kNotFound, kInvalidArgument, kLimitExceeded.
  Result<std::string> Set(Silence silence, const SilenceAuthor& author);

  /// Ends it now; one that has ended stays as it is. Errors: kNotFound.
  Status Expire(std::string_view id, const SilenceAuthor& author);

  /// In no order.
  std::vector<SilencePtr> All() const;

  /// Null if there is none.
  SilencePtr Find(std::string_view id) const;

  /// Notes alerts that are over, for silences that end with theirs: they may be forgotten before
  /// the next Maintain.
  void NoteEnded(std::span<const Alert> ended);

  /// Ends silences whose alerts are over or that match nothing any more, as their annotations ask;
  /// forgets old ones; saves what could not be saved. `alerts` are all that are known. To be called
  /// about once a minute and when alerts were resolved.
  void Maintain(std::span<const std::shared_ptr<const Alert>> alerts);

  /// Whether a silence ends with its alerts, so that Maintain is worth calling at once.
  bool AnyUntilResolved() const;

 private:
  struct Entry {
    SilencePtr silence;
    std::uint64_t version = 0;  // When it came to be; its matchers never change.
    TimePoint last_match;       // For annotation sidewatch_idle; begins anew with the program.
    bool any_ended = false;     // An alert of it was over while it was active.
  };

  struct Cached {
    std::uint64_t version = 0;     // Silences up to this one were asked.
    std::vector<std::string> ids;  // Of those that match, whatever their state.
  };

  void Load();
  void Put(Silence silence) SW_REQUIRES(mutex_);
  void Save() SW_REQUIRES(mutex_);
  void End(Silence silence, const SilenceAuthor& author, TimePoint now) SW_REQUIRES(mutex_);
  Status CheckBounds(const Silence& silence, bool is_new) const SW_REQUIRES(mutex_);
  void ForgetExpired(TimePoint now) SW_REQUIRES(mutex_);
  static std::optional<std::string> ReasonToEnd(
      Entry& entry, std::span<const std::shared_ptr<const Alert>> alerts, TimePoint now);

  const SilencesDeps deps_;
  mutable Mutex mutex_;
  std::map<std::string, Entry, std::less<>> silences_ SW_GUARDED_BY(mutex_);
  std::map<std::uint64_t, std::string> ids_by_version_ SW_GUARDED_BY(mutex_);
  std::uint64_t version_ SW_GUARDED_BY(mutex_) = 0;
  std::set<std::string, std::less<>> unsaved_ SW_GUARDED_BY(mutex_);
  mutable std::unordered_map<std::uint64_t, Cached> cache_ SW_GUARDED_BY(mutex_);
};

}  // namespace sidewatch::alerts
