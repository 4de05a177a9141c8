// Reads the part of RE2's syntax (https://github.com/google/re2/wiki/Syntax) that most patterns for
// log lines keep to: text, classes, repeated classes, groups, alternatives of plain words.

#include <algorithm>
#include <charconv>
#include <utility>

#include "collectors/logs/linear_program.h"

namespace sidewatch::logs {
namespace {

using Kind = LinearStep::Kind;

constexpr std::uint32_t kMostRepeats = 1000;
constexpr std::string_view kSpecial = "\\[]()*+?{}.^$";

std::size_t Index(char c) {
  return static_cast<unsigned char>(c);
}

ByteSet SetOf(std::string_view bytes) {
  ByteSet set;
  for (const char c : bytes) {
    set.set(Index(c));
  }
  return set;
}

ByteSet RangeOf(char first, char last) {
  ByteSet set;
  for (std::size_t i = Index(first); i <= Index(last); ++i) {
    set.set(i);
  }
  return set;
}

/// The set that a letter behind a backslash names.
std::optional<ByteSet> NamedSet(char letter) {
  const ByteSet digits = RangeOf('0', '9');
  switch (letter) {
    case 'd':
      return digits;
    case 'D':
      return ~digits;
    case 'w':
      return digits | RangeOf('a', 'z') | RangeOf('A', 'Z') | SetOf("_");
    case 'W':
      return ~(digits | RangeOf('a', 'z') | RangeOf('A', 'Z') | SetOf("_"));
    case 's':
      return SetOf("\t\n\f\r ");
    case 'S':
      return ~SetOf("\t\n\f\r ");
    case 't':
      return SetOf("\t");
    case 'n':
      return SetOf("\n");
    case 'r':
      return SetOf("\r");
    default:
      break;
  }
  const bool word = NamedSet('w')->test(Index(letter));
  return word ? std::nullopt : std::optional(SetOf(std::string_view(&letter, 1)));
}

bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

class Parser {
 public:
  explicit Parser(std::string_view regex) : rest_(regex) {}

  bool Parse() {
    if (IsWords(rest_)) {
      TakeWords(rest_);
      rest_ = {};
      return true;
    }
    program_.from_start = Take('^');
    while (!rest_.empty()) {
      if (!Item()) {
        return false;
      }
    }
    return open_.empty();
  }

  LinearProgram& program() { return program_; }

 private:
  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  LinearStep& Push(Kind kind) {
    program_.steps.emplace_back();
    program_.steps.back().kind = kind;
    return program_.steps.back();
  }

  bool Item() {
    const char c = rest_.front();
    switch (c) {
      case '(':
        return Open();
      case ')':
        return Close();
      case '$':
        rest_.remove_prefix(1);
        Push(Kind::kEnd);
        return rest_.empty();
      case '^':
      case '|':
      case '*':
      case '+':
      case '?':
      case '{':
        return false;
      default:
        break;
    }
    const std::optional<ByteSet> set = Atom();
    return set && Repeated(*set);
  }

  std::optional<ByteSet> Atom() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\\') {
      return Escape();
    }
    if (c == '[') {
      return Class();
    }
    if (c == '.') {
      return ~SetOf("\n");
    }
    return Index(c) < 0x80 ? std::optional(SetOf(std::string_view(&c, 1))) : std::nullopt;
  }

  std::optional<ByteSet> Escape() {
    if (rest_.empty() || Index(rest_.front()) >= 0x80) {
      return std::nullopt;
    }
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    return NamedSet(letter);
  }

  std::optional<ByteSet> Class() {
    const bool negated = Take('^');
    ByteSet set;
    if (!rest_.empty() && rest_.front() == ']') {
      return std::nullopt;
    }
    while (!rest_.empty() && rest_.front() != ']') {
      if (!ClassItem(set)) {
        return std::nullopt;
      }
    }
    if (!Take(']')) {
      return std::nullopt;
    }
    return negated ? ~set : set;
  }

  bool ClassItem(ByteSet& set) {
    const char first = rest_.front();
    rest_.remove_prefix(1);
    if (first == '[' || Index(first) >= 0x80) {
      return false;  // `[:alpha:]`
    }
    ByteSet one = SetOf(std::string_view(&first, 1));
    if (first == '\\') {
      const std::optional<ByteSet> named = Escape();
      if (!named) {
        return false;
      }
      one = *named;
    }
    const bool range = rest_.size() >= 2 && rest_[0] == '-' && rest_[1] != ']';
    if (range) {
      const char last = rest_[1];
      rest_.remove_prefix(2);
      if (first == '\\' || last == '\\' || Index(last) >= 0x80 || last < first) {
        return false;
      }
      one = RangeOf(first, last);
    }
    set |= one;
    return true;
  }

  /// What stands behind an atom: nothing, `*`, `+`, `?`, `{2}`, `{2,}`, `{2,3}`, and `?` for lazy.
  bool Repeated(const ByteSet& set) {
    LinearStep step;
    step.set = set;
    step.kind = Kind::kRun;
    if (Take('*')) {
      step.least = 0;
      step.most = LinearStep::kUnbounded;
    } else if (Take('+')) {
      step.most = LinearStep::kUnbounded;
    } else if (Take('?')) {
      step.least = 0;
    } else if (Take('{')) {
      if (!Counts(step)) {
        return false;
      }
    } else {
      step.kind = Kind::kOne;
    }
    step.lazy = step.kind == Kind::kRun && Take('?');
    program_.steps.push_back(std::move(step));
    return true;
  }

  bool Number(std::uint32_t& number) {
    const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (read.ec != std::errc() || number > kMostRepeats) {
      return false;
    }
    rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
    return true;
  }

  bool Counts(LinearStep& step) {
    if (!Number(step.least)) {
      return false;
    }
    step.most = step.least;
    if (Take(',')) {
      step.most = LinearStep::kUnbounded;
      if (!rest_.empty() && rest_.front() != '}' && !Number(step.most)) {
        return false;
      }
    }
    return Take('}') && step.least <= step.most;
  }

  bool Open() {
    rest_.remove_prefix(1);
    std::uint32_t group = 0;  // No capture.
    if (rest_.starts_with("?:")) {
      rest_.remove_prefix(2);
    } else if (!Take('?')) {
      group = ++program_.groups;
    } else if (Take('P') && Take('<') && !rest_.empty() && IsWordStart(rest_.front())) {
      const std::size_t end = rest_.find('>');
      if (end == std::string_view::npos) {
        return false;
      }
      rest_.remove_prefix(end + 1);
      group = ++program_.groups;
    } else {
      return false;
    }
    open_.push_back(group);
    if (group != 0) {
      Push(Kind::kOpen).group = group;
    }
    return Alternatives();
  }

  /// Plain words with bars between them: `GET|POST`.
  static bool IsWords(std::string_view text) {
    const bool empty_word =
        text.starts_with('|') || text.ends_with('|') || text.find("||") != std::string_view::npos;
    return !empty_word && text.find('|') != std::string_view::npos &&
           std::ranges::all_of(text, [](char c) {
             return Index(c) < 0x80 && kSpecial.find(c) == std::string_view::npos;
           });
  }

  void TakeWords(std::string_view text) {
    LinearStep& step = Push(Kind::kAlternatives);
    for (std::size_t bar = text.find('|'); bar != std::string_view::npos; bar = text.find('|')) {
      step.choices.emplace_back(text.substr(0, bar));
      text.remove_prefix(bar + 1);
    }
    step.choices.emplace_back(text);
  }

  /// Takes words up to the bracket that closes; leaves the text alone if there is no bar in it.
  bool Alternatives() {
    const std::size_t end = rest_.find(')');
    if (end == std::string_view::npos) {
      return false;
    }
    const std::string_view inside = rest_.substr(0, end);
    if (inside.find('|') == std::string_view::npos) {
      return true;
    }
    if (!IsWords(inside)) {
      return false;
    }
    TakeWords(inside);
    rest_.remove_prefix(end);
    return true;
  }

  bool Close() {
    rest_.remove_prefix(1);
    if (open_.empty() || (!rest_.empty() &&
                          std::string_view("*+?{").find(rest_.front()) != std::string_view::npos)) {
      return false;
    }
    if (open_.back() != 0) {
      Push(Kind::kClose).group = open_.back();
    }
    open_.pop_back();
    return true;
  }

  std::string_view rest_;
  LinearProgram program_;
  std::vector<std::uint32_t> open_;
};

/// Joins neighbours that are one byte each into texts.
void JoinBytes(std::vector<LinearStep>& steps) {
  std::vector<LinearStep> joined;
  for (LinearStep& step : steps) {
    if (step.kind == Kind::kOne && step.set.count() == 1) {
      std::size_t byte = 0;
      while (!step.set.test(byte)) {
        ++byte;
      }
      step.kind = Kind::kBytes;
      step.text = std::string(1, static_cast<char>(byte));
    }
    const bool joins =
        step.kind == Kind::kBytes && !joined.empty() && joined.back().kind == Kind::kBytes;
    if (joins) {
      joined.back().text += step.text;
    } else {
      joined.push_back(std::move(step));
    }
  }
  steps = std::move(joined);
}

}  // namespace

std::optional<LinearProgram> ParseLinear(std::string_view regex) {
  Parser parser(regex);
  if (!parser.Parse()) {
    return std::nullopt;
  }
  LinearProgram program = std::move(parser.program());
  JoinBytes(program.steps);
  return Decide(program) ? std::optional(std::move(program)) : std::nullopt;
}

}  // namespace sidewatch::logs
