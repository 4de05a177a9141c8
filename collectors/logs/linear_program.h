#pragma once

#include <array>
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
    kRun,           ///< Bytes of `set`, from `least` to `most`.
    kAlternatives,  ///< One of `choices`.
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
  std::uint32_t group = 0;

  // What Decide() finds out.
  bool decided = true;          ///< It ends at one place only: there is no need to go back.
  std::uint32_t give_back = 0;  ///< Bytes at a decided run's end that belong to what follows.
  std::uint32_t bit = 0;        ///< Of `set` in LinearProgram::members.
  std::optional<char> stop;     ///< The only byte that is not in `set`.
  std::uint32_t next_bit = 0;   ///< Of the bytes that may follow; 0: nothing has to.
  bool next_end = false;        ///< The line may end here.
};

/// A regular expression taken apart into steps.
struct LinearProgram {
  std::vector<LinearStep> steps;
  std::uint32_t groups = 0;
  bool from_start = false;  ///< `^` stands in front.

  /// By byte: the bits of the sets that it is in.
  std::array<std::uint32_t, 256> members{};

  /// What a match begins with; all bytes if it may be empty.
  ByteSet first;

  /// The text that a match begins with.
  std::string prefix;

  /// Each matching line holds one of these, the longest that are known; none: nothing is known.
  std::vector<std::string> literals;
};

/// Takes `regex` (RE2's syntax, ASCII) apart. Nothing: it is not a plain sequence, e.g. it has
/// alternatives of more than plain text, repeated groups, flags or `\b`.
std::optional<LinearProgram> ParseLinear(std::string_view regex);

/// Finds out all that walking over a line needs to know of the steps. False: they are too many.
bool Decide(LinearProgram& program);

}  // namespace sidewatch::logs
