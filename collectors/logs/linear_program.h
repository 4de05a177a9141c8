#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidewatch::logs {

using ByteSet = std::bitset<256>;

/// One step of a regular expression that is a plain sequence.
struct LinearStep {
  enum class Kind : std::uint8_t {
    kBytes,         ///< Exactly `text`.
    kOne,           ///< One byte of `set`.
    kRun,           ///< As many bytes of `set` as there are, from `least` to `most`.
    kAlternatives,  ///< One of `choices`, none of which begins another.
    kOpen,          ///< The group `group` begins.
    kClose,         ///< It ends.
    kEnd,           ///< The line ends.
  };

  static constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();

  Kind kind = Kind::kBytes;
  bool lazy = false;
  ByteSet set;
  std::string text;
  std::vector<std::string> choices;
  std::uint32_t least = 1;
  std::uint32_t most = 1;
  std::uint32_t give_back = 0;  ///< Bytes at a run's end that belong to what follows.
  std::uint32_t group = 0;
};

/// A regular expression taken apart into steps.
struct LinearProgram {
  std::vector<LinearStep> steps;
  std::uint32_t groups = 0;
  bool from_start = false;  ///< `^` stands in front.

  /// Every run ends at one place only, so that matching never has to go back.
  bool decided = false;

  /// A text that each matching line holds; the longest of those that are known.
  std::string literal;
};

/// Takes `regex` (RE2's syntax, ASCII) apart. Nothing: it is not a plain sequence, e.g. it has
/// alternatives of more than plain text, repeated groups, flags or `\b`.
std::optional<LinearProgram> ParseLinear(std::string_view regex);

/// Finds out whether the program is decided and sets what its runs give back.
void Decide(LinearProgram& program);

}  // namespace sidewatch::logs
