#include "collectors/logs/pattern.h"

#include <algorithm>
#include <utility>

#include <re2/re2.h>

#include "collectors/logs/linear_walk.h"
#include "exporter/model/go_regex.h"

namespace sidewatch::logs {

Pattern::Pattern(std::unique_ptr<re2::RE2> regex) : regex_(std::move(regex)) {
  std::optional<LinearProgram> program = ParseLinear(regex_->pattern());
  if (!program || static_cast<int>(program->groups) != regex_->NumberOfCapturingGroups()) {
    return;
  }
  if (!program->prefix.empty()) {
    prefix_.emplace(program->prefix);
  }
  if (program->literals != std::vector{program->prefix}) {
    literals_.reserve(program->literals.size());
    for (const std::string& literal : program->literals) {
      literals_.emplace_back(literal);
    }
  }
  linear_ = std::move(program);
}

Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::Compile(const std::string& regex) {
  RE2::Options options;
  options.set_log_errors(false);
  // Lines are bytes: what is not UTF-8 must not keep `.` from matching. A pattern with other
  // letters than ASCII's needs them to be read as letters.
  const bool ascii =
      std::ranges::all_of(regex, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const bool unicode_class =
      regex.find("\\p") != std::string::npos || regex.find("\\P") != std::string::npos;
  if (ascii && !unicode_class) {
    options.set_encoding(RE2::Options::EncodingLatin1);
  }
  auto compiled = std::make_unique<RE2>(ToRe2Syntax(regex), options);
  if (!compiled->ok()) {
    return Fail(
        ErrorCode::kInvalidArgument, "the regular expression is not RE2's: {}", compiled->error());
  }
  return Pattern(std::move(compiled));
}

const std::map<std::string, int>& Pattern::captures() const {
  return regex_->NamedCapturingGroups();
}

std::optional<std::size_t> Pattern::Capture(std::string_view name) const {
  const auto found = captures().find(std::string(name));
  return found == captures().end() ? std::nullopt
                                   : std::optional(static_cast<std::size_t>(found->second));
}

/// False if the line holds nothing that a match has to hold.
bool Pattern::MayMatch(std::string_view line) const {
  return literals_.empty() || std::ranges::any_of(literals_, [&](const LiteralFinder& literal) {
           return literal.In(line);
         });
}

/// The first place from `at` on where a match could begin.
std::size_t Pattern::NextStart(std::string_view line, std::size_t at) const {
  if (prefix_) {
    return prefix_->At(line, at);
  }
  while (at < line.size() && !linear_->first.test(static_cast<unsigned char>(line[at]))) {
    ++at;
  }
  return at;
}

Pattern::Verdict Pattern::MatchLinear(std::string_view line,
                                      std::span<std::string_view> groups) const {
  LinearWalk walk(*linear_, line, groups, 16 * line.size() + 256);
  if (linear_->from_start) {
    const bool matches = walk.From(0);
    return matches ? Verdict::kYes : walk.too_long() ? Verdict::kTooLong : Verdict::kNo;
  }
  for (std::size_t at = 0; at <= line.size(); ++at) {
    at = NextStart(line, at);
    if (at > line.size()) {
      break;
    }
    if (walk.From(at)) {
      return Verdict::kYes;
    }
    if (walk.too_long()) {
      return Verdict::kTooLong;
    }
  }
  return Verdict::kNo;
}

bool Pattern::Match(std::string_view line, std::span<std::string_view> groups) const {
  if (!MayMatch(line)) {
    return false;
  }
  if (linear_) {
    const Verdict verdict = MatchLinear(line, groups);
    if (verdict != Verdict::kTooLong) {
      return verdict == Verdict::kYes;
    }
  }
  constexpr std::size_t kMostGroups = 32;
  re2::StringPiece found[kMostGroups + 1];
  const std::size_t count = std::min(groups.size(), kMostGroups);
  const bool matches = regex_->Match({line.data(), line.size()},
                                     0,
                                     line.size(),
                                     RE2::UNANCHORED,
                                     found,
                                     count == 0 ? 0 : static_cast<int>(count) + 1);
  for (std::size_t i = 0; matches && i < count; ++i) {
    groups[i] = {found[i + 1].data(), found[i + 1].size()};
  }
  return matches;
}

}  // namespace sidewatch::logs
