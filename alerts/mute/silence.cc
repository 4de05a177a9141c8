#include "alerts/mute/silence.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <random>

#include <fmt/format.h>

#include "exporter/base/duration.h"

namespace sidewatch::alerts {
namespace {

/// Upstream does not look at negated matchers: they count as taking something else than nothing.
bool TakesOnlyEmpty(const Matcher& matcher) {
  return !matcher.negated() && matcher.Matches("");
}

Status CheckSet(const Matchers& set, std::size_t index) {
  if (set.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "matcher set {} is empty", index);
  }
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (!IsValidName(set[i].name())) {
      return Fail(ErrorCode::kInvalidArgument,
                  "invalid label matcher {} in set {}: invalid label name \"{}\"",
                  i,
                  index,
                  set[i].name());
    }
  }
  if (std::ranges::all_of(set, &TakesOnlyEmpty)) {
    return Fail(ErrorCode::kInvalidArgument,
                "matcher set {}: at least one matcher must not match the empty string",
                index);
  }
  return {};
}

Status CheckAnnotations(const Silence& silence) {
  const auto until = silence.annotations.find(kUntilAnnotation);
  if (until != silence.annotations.end() && until->second != "resolved") {
    return Fail(ErrorCode::kInvalidArgument,
                "annotation {} must be \"resolved\", got \"{}\"",
                kUntilAnnotation,
                until->second);
  }
  const auto idle = silence.annotations.find(kIdleAnnotation);
  if (idle != silence.annotations.end() && !silence.idle()) {
    return Fail(ErrorCode::kInvalidArgument,
                "annotation {} must be a duration above 0 such as \"2h\", got \"{}\"",
                kIdleAnnotation,
                idle->second);
  }
  return {};
}

}  // namespace

std::string_view SilenceStateName(SilenceState state) {
  constexpr std::array<std::string_view, 3> kNames = {"active", "pending", "expired"};
  return kNames[static_cast<std::size_t>(state)];
}

SilenceState Silence::StateAt(TimePoint now) const {
  if (now < starts_at) {
    return SilenceState::kPending;
  }
  return now < ends_at ? SilenceState::kActive : SilenceState::kExpired;
}

bool Silence::Matches(const LabelSet& labels) const {
  return std::ranges::any_of(matcher_sets,
                             [&](const Matchers& set) { return MatchesAll(set, labels); });
}

bool Silence::until_resolved() const {
  const auto found = annotations.find(kUntilAnnotation);
  return found != annotations.end() && found->second == "resolved";
}

std::optional<Duration> Silence::idle() const {
  const auto found = annotations.find(kIdleAnnotation);
  if (found == annotations.end()) {
    return std::nullopt;
  }
  const Result<Duration> parsed = ParseDuration(found->second);
  return parsed && *parsed > Duration(0) ? std::optional(*parsed) : std::nullopt;
}

Status CheckSilence(const Silence& silence) {
  if (silence.matcher_sets.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "at least one matcher set required");
  }
  for (std::size_t i = 0; i < silence.matcher_sets.size(); ++i) {
    SW_TRY(CheckSet(silence.matcher_sets[i], i));
  }
  if (silence.ends_at < silence.starts_at) {
    return Fail(ErrorCode::kInvalidArgument, "end time must not be before start time");
  }
  return CheckAnnotations(silence);
}

std::string NewSilenceId() {
  std::random_device random;
  std::array<std::uint32_t, 4> words{};
  std::ranges::generate(words, [&random] { return static_cast<std::uint32_t>(random()); });
  // RFC 9562: version 4 (random), variant 10.
  words[1] = (words[1] & 0xffff0fffU) | 0x00004000U;
  words[2] = (words[2] & 0x3fffffffU) | 0x80000000U;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:04x}{:08x}",
                     words[0],
                     words[1] >> 16U,
                     words[1] & 0xffffU,
                     words[2] >> 16U,
                     words[2] & 0xffffU,
                     words[3]);
}

bool IsSilenceId(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(text, kShape, [](char c, char want) {
    return want == '-' ? c == '-' : std::isxdigit(static_cast<unsigned char>(c)) != 0;
  });
}

}  // namespace sidewatch::alerts
