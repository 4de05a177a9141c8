#include "collectors/logs/pattern.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <re2/re2.h>

namespace sidewatch::logs {
namespace {

using Kind = LinearStep::Kind;

/// How common a byte is in log lines: the higher, the rarer.
int Rarity(char c) {
  if (c == ' ' || c == 'e' || c == 't' || c == 'a' || c == 'i' || c == 'o' || c == '0' ||
      c == '1' || c == '/' || c == '.') {
    return 0;
  }
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '"' || c == '-' || c == ':') {
    return c == 'q' || c == 'x' || c == 'z' || c == 'j' ? 3 : 1;
  }
  return c >= 'A' && c <= 'Z' ? 2 : 3;
}

/// A program's walk over one line.
class Walk {
 public:
  Walk(const std::vector<LinearStep>& steps,
       std::string_view line,
       std::span<std::string_view> groups)
      : steps_(steps), line_(line), groups_(groups) {}

  bool From(std::size_t at) {
    at_ = at;
    return std::ranges::all_of(steps_, [this](const LinearStep& step) { return Take(step); });
  }

  std::size_t bytes_seen() const { return seen_; }

 private:
  bool Take(const LinearStep& step) {
    switch (step.kind) {
      case Kind::kBytes:
        return TakeText(step.text);
      case Kind::kOne:
        if (at_ == line_.size() || !step.set.test(Byte(at_))) {
          return false;
        }
        ++at_;
        return true;
      case Kind::kRun:
        return TakeRun(step);
      case Kind::kAlternatives:
        return std::ranges::any_of(step.choices,
                                   [this](const std::string& text) { return TakeText(text); });
      case Kind::kOpen:
        if (step.group <= groups_.size()) {
          groups_[step.group - 1] = line_.substr(at_, 0);
        }
        return true;
      case Kind::kClose:
        if (step.group <= groups_.size()) {
          const auto begin =
              static_cast<std::size_t>(groups_[step.group - 1].data() - line_.data());
          groups_[step.group - 1] = line_.substr(begin, at_ - begin);
        }
        return true;
      case Kind::kEnd:
        return at_ == line_.size();
    }
    return false;
  }

  unsigned char Byte(std::size_t at) const { return static_cast<unsigned char>(line_[at]); }

  bool TakeText(std::string_view text) {
    if (!line_.substr(at_).starts_with(text)) {
      return false;
    }
    at_ += text.size();
    return true;
  }

  bool TakeRun(const LinearStep& step) {
    const std::size_t begin = at_;
    const std::size_t end = std::min<std::size_t>(line_.size(), begin + step.most);
    while (at_ < end && step.set.test(Byte(at_))) {
      ++at_;
    }
    seen_ += at_ - begin;
    if (at_ - begin < std::size_t(step.least) + step.give_back) {
      return false;
    }
    at_ -= step.give_back;
    return true;
  }

  const std::vector<LinearStep>& steps_;
  std::string_view line_;
  std::span<std::string_view> groups_;
  std::size_t at_ = 0;
  std::size_t seen_ = 0;
};

/// What a match may begin with; all bytes if it may be empty.
ByteSet FirstBytesOf(const LinearProgram& program) {
  ByteSet set;
  for (const LinearStep& step : program.steps) {
    if (step.kind == Kind::kOpen || step.kind == Kind::kClose) {
      continue;
    }
    if (step.kind == Kind::kEnd) {
      return ByteSet().set();
    }
    if (step.kind == Kind::kBytes) {
      set.set(static_cast<unsigned char>(step.text.front()));
    }
    for (const std::string& choice : step.choices) {
      set.set(static_cast<unsigned char>(choice.front()));
    }
    set |= step.set;
    if (step.kind != Kind::kRun || step.least > 0) {
      return set;
    }
  }
  return ByteSet().set();
}

std::optional<LiteralFinder> FirstText(const LinearProgram& program) {
  const auto step = std::ranges::find_if(
      program.steps, [](const LinearStep& one) { return one.kind != Kind::kOpen; });
  if (program.from_start || step == program.steps.end() || step->kind != Kind::kBytes) {
    return std::nullopt;
  }
  return LiteralFinder(step->text);
}

}  // namespace

LiteralFinder::LiteralFinder(std::string literal) : literal_(std::move(literal)) {
  for (std::size_t i = 1; i < literal_.size(); ++i) {
    if (Rarity(literal_[i]) > Rarity(literal_[rare_])) {
      rare_ = i;
    }
  }
}

std::size_t LiteralFinder::At(std::string_view line, std::size_t from) const {
  constexpr auto kNone = std::string_view::npos;
  const std::size_t behind = literal_.size() - rare_;
  for (std::size_t at = from + rare_; at + behind <= line.size(); ++at) {
    at = line.substr(0, line.size() - behind + 1).find(literal_[rare_], at);
    if (at == kNone) {
      return kNone;
    }
    if (std::memcmp(line.data() + at - rare_, literal_.data(), literal_.size()) == 0) {
      return at - rare_;
    }
  }
  return kNone;
}

Pattern::Pattern(std::unique_ptr<re2::RE2> regex) : regex_(std::move(regex)), literal_("") {
  std::optional<LinearProgram> program = ParseLinear(regex_->pattern());
  if (!program) {
    return;
  }
  literal_ = LiteralFinder(program->literal);
  first_ = FirstText(*program);
  first_bytes_ = FirstBytesOf(*program);
  if (program->decided && static_cast<int>(program->groups) == regex_->NumberOfCapturingGroups()) {
    linear_ = std::move(program);
  }
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
  auto compiled = std::make_unique<RE2>(regex, options);
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

/// The first place from `at` on where a match could begin.
std::size_t Pattern::NextStart(std::string_view line, std::size_t at) const {
  if (first_) {
    return first_->At(line, at);
  }
  while (at < line.size() && !first_bytes_.test(static_cast<unsigned char>(line[at]))) {
    ++at;
  }
  return at;
}

Pattern::Verdict Pattern::MatchLinear(std::string_view line,
                                      std::span<std::string_view> groups) const {
  Walk walk(linear_->steps, line, groups);
  if (linear_->from_start) {
    return walk.From(0) ? Verdict::kYes : Verdict::kNo;
  }
  // A match is sought from each byte: a hostile line could make that quadratic.
  const std::size_t most = 16 * line.size() + 256;
  for (std::size_t at = 0; at <= line.size(); ++at) {
    at = NextStart(line, at);
    if (at > line.size()) {
      break;
    }
    if (walk.From(at)) {
      return Verdict::kYes;
    }
    if (walk.bytes_seen() > most) {
      return Verdict::kTooLong;
    }
  }
  return Verdict::kNo;
}

bool Pattern::Match(std::string_view line, std::span<std::string_view> groups) const {
  if (linear_) {
    const bool looks_itself = first_.has_value() || linear_->steps.empty();
    if (!looks_itself && !literal_.empty() && !literal_.In(line)) {
      return false;
    }
    const Verdict verdict = MatchLinear(line, groups);
    if (verdict != Verdict::kTooLong) {
      return verdict == Verdict::kYes;
    }
  } else if (!literal_.empty() && !literal_.In(line)) {
    return false;
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
