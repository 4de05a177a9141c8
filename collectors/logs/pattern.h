#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/logs/linear_program.h"
#include "collectors/logs/literal_finder.h"
#include "exporter/base/result.h"

namespace re2 {
class RE2;
}

namespace sidewatch::logs {

/// A regular expression of RE2's syntax with named captures.
///
/// Matches as RE2 does, anywhere in the line. Plain sequences (see linear_parser.cc) run several
/// times faster; RE2 has all others, and lines that would take long.
class Pattern {
 public:
  /// Errors: kInvalidArgument with RE2's words.
  static Result<Pattern> Compile(const std::string& regex);

  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern();

  /// The number of a named capture.
  std::optional<std::size_t> Capture(std::string_view name) const;

  const std::map<std::string, int>& captures() const;

  /// Fills captures 1…groups.size(), those of RE2's numbering, which is all that is asked for.
  bool Match(std::string_view line, std::span<std::string_view> groups) const;

  /// Whether the faster way is open to it.
  bool is_linear() const { return linear_.has_value(); }

 private:
  enum class Verdict { kNo, kYes, kTooLong };

  explicit Pattern(std::unique_ptr<re2::RE2> regex);

  bool MayMatch(std::string_view line) const;
  std::size_t NextStart(std::string_view line, std::size_t at) const;
  Verdict MatchLinear(std::string_view line, std::span<std::string_view> groups) const;

  std::unique_ptr<re2::RE2> regex_;
  std::optional<LinearProgram> linear_;
  std::vector<LiteralFinder> literals_;  ///< A matching line holds one; none: nothing is known.
  std::optional<LiteralFinder> prefix_;  ///< The text that a match begins with.
};

}  // namespace sidewatch::logs
