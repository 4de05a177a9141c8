#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/model/matcher_parser.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts {

enum class SilenceState { kActive, kPending, kExpired };

/// `active`, `pending`, `expired`.
std::string_view SilenceStateName(SilenceState state);

/// One entry of a silence's audit trail.
struct SilenceChange {
  TimePoint at;
  std::string what;  ///< `created`, `changed`, `expired`.
  std::string by;    ///< Whoever was named; empty: nobody was.
  std::string from;  ///< The address that it came from; empty: this program.
  std::string why;

  bool operator==(const SilenceChange&) const = default;
};

/// Holds back notifications of the alerts that it matches, from `starts_at` until `ends_at`.
struct Silence {
  std::string id;
  std::vector<Matchers> matcher_sets;  ///< One set that matches as a whole is enough.
  TimePoint starts_at;
  TimePoint ends_at;
  TimePoint updated_at;
  std::string created_by;
  std::string comment;
  std::map<std::string, std::string, std::less<>> annotations;
  std::vector<SilenceChange> changes = {};  ///< Oldest first; the middle of a long trail is cut.

  SilenceState StateAt(TimePoint now) const;
  bool Matches(const LabelSet& labels) const;

  /// Whether annotation `sidewatch_until: resolved` ends it when what it matched is over.
  bool until_resolved() const;

  /// Annotation `sidewatch_idle: 2h`: it ends when it has matched nothing for that long.
  std::optional<Duration> idle() const;
};

using SilencePtr = std::shared_ptr<const Silence>;

inline constexpr std::string_view kUntilAnnotation = "sidewatch_until";
inline constexpr std::string_view kIdleAnnotation = "sidewatch_idle";

/// Whether it may be kept. Errors: kInvalidArgument in Alertmanager's words.
Status CheckSilence(const Silence& silence);

/// The bytes that are kept in the state database: JSON.
std::string EncodeSilence(const Silence& silence);

/// Errors: kProtocol for what EncodeSilence never wrote.
Result<Silence> DecodeSilence(std::string_view bytes);

/// A new random UUID.
std::string NewSilenceId();

/// 8-4-4-4-12 hexadecimal digits.
bool IsSilenceId(std::string_view text);

}  // namespace sidewatch::alerts
