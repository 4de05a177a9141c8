#include "exporter/model/matcher.h"

#include <algorithm>
#include <array>
#include <optional>

#include <re2/re2.h>

#include "exporter/model/go_regex.h"

namespace sidewatch {
namespace {

// A compiled program over this is refused: a selector comes from whoever reaches the port.
constexpr int64_t kMaxRegexBytes = 8 << 20;
constexpr std::string_view kMeta = R"(\.+*?()|[]{}^$)";

/// The text that `pattern` stands for when it holds no operator, with escaped punctuation undone.
std::optional<std::string> Literal(std::string_view pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '\\') {
      ++i;
      if (i == pattern.size() || kMeta.find(pattern[i]) == std::string_view::npos) {
        return std::nullopt;
      }
      c = pattern[i];
    } else if (kMeta.find(c) != std::string_view::npos) {
      return std::nullopt;
    }
    text += c;
  }
  return text;
}

std::vector<std::string> Alternatives(std::string_view pattern) {
  std::vector<std::string> found;
  while (true) {
    std::size_t bar = pattern.find('|');
    while (bar != std::string_view::npos && bar > 0 && pattern[bar - 1] == '\\') {
      bar = pattern.find('|', bar + 1);
    }
    const auto literal = Literal(pattern.substr(0, bar));
    if (!literal) {
      return {};
    }
    found.push_back(*literal);
    if (bar == std::string_view::npos) {
      return found;
    }
    pattern.remove_prefix(bar + 1);
  }
}

}  // namespace

std::string_view MatchOpText(MatchOp op) {
  constexpr std::array<std::string_view, 4> kTexts = {"=", "!=", "=~", "!~"};
  return kTexts[static_cast<std::size_t>(op)];
}

Result<Matcher> Matcher::Create(MatchOp op, std::string_view name, std::string_view value) {
  Matcher matcher(op, name, value);
  matcher.FindShortcuts();
  if (!matcher.literals_.empty() || matcher.tail_ != Tail::kNone) {
    return matcher;
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  options.set_max_mem(kMaxRegexBytes);
  auto regex = std::make_shared<const re2::RE2>(ToRe2Syntax(value), options);
  if (!regex->ok()) {
    return Fail(ErrorCode::kInvalidArgument, "{}", regex->error());
  }
  matcher.regex_ = std::move(regex);
  return matcher;
}

Matcher Matcher::Equal(std::string_view name, std::string_view value) {
  Matcher matcher(MatchOp::kEqual, name, value);
  matcher.FindShortcuts();
  return matcher;
}

void Matcher::FindShortcuts() {
  if (op_ == MatchOp::kEqual || op_ == MatchOp::kNotEqual) {
    literals_ = {value_};
    return;
  }
  literals_ = Alternatives(value_);
  if (!literals_.empty() || value_.size() < 2) {
    return;
  }
  const std::string_view head(value_.data(), value_.size() - 2);
  const std::string_view tail(value_.data() + head.size(), 2);
  // An escaped point before `*` or `+` makes Literal fail on the trailing backslash.
  const auto prefix = Literal(head);
  if (prefix && (tail == ".*" || tail == ".+")) {
    prefix_ = *prefix;
    tail_ = tail == ".*" ? Tail::kAnything : Tail::kSomething;
  }
}

bool Matcher::MatchesPositive(std::string_view value) const {
  if (!literals_.empty()) {
    return std::ranges::find(literals_, value) != literals_.end();
  }
  if (tail_ != Tail::kNone) {
    return value.starts_with(prefix_) &&
           (tail_ == Tail::kAnything || value.size() > prefix_.size());
  }
  return re2::RE2::FullMatch(value, *regex_);
}

bool Matcher::Matches(std::string_view value) const {
  return MatchesPositive(value) != negated();
}

std::string Matcher::ToString() const {
  std::string text;
  if (IsClassicLabelName(name_)) {
    text = name_;
  } else {
    AppendQuoted(text, name_);
  }
  text += MatchOpText(op_);
  AppendQuoted(text, value_);
  return text;
}

}  // namespace sidewatch
