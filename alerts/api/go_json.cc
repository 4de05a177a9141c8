#include "alerts/api/go_json.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts {
namespace {

constexpr std::string_view kEarlyEnd = "unexpected EOF";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsHex(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string Quote(char c) {
  constexpr std::array<std::pair<char, std::string_view>, 6> kNamed = {{{'\'', R"('\'')"},
                                                                        {'\\', R"('\\')"},
                                                                        {'\n', R"('\n')"},
                                                                        {'\r', R"('\r')"},
                                                                        {'\t', R"('\t')"},
                                                                        {'\x7f', R"('\x7f')"}}};
  for (const auto& [named, text] : kNamed) {
    if (c == named) {
      return std::string(text);
    }
  }
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 ? fmt::format("'\\x{:02x}'", byte) : fmt::format("'{}'", c);
}

/// What may come next.
enum class Expect { kValue, kFirstItem, kFirstKey, kKey, kColon, kComma };

/// Walks the text once, with a stack of its own: its depth is the sender's choice.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  tl::expected<std::size_t, std::string> Run() {
    SkipBlanks();
    if (at_ == text_.size()) {
      return tl::unexpected<std::string>("EOF");
    }
    while (error_.empty() && !(expect_ == Expect::kComma && open_.empty())) {
      SkipBlanks();
      if (at_ == text_.size()) {
        error_ = kEarlyEnd;
      } else {
        Step(text_[at_]);
      }
    }
    if (!error_.empty()) {
      return tl::unexpected(std::move(error_));
    }
    return at_;
  }

 private:
  void SkipBlanks() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }

  void Fail(std::string_view where) {
    error_ = at_ == text_.size() ? std::string(kEarlyEnd)
                                 : fmt::format("invalid character {} {}", Quote(text_[at_]), where);
  }

  void Step(char c) {
    switch (expect_) {
      case Expect::kFirstItem:
        return c == ']' ? Close() : Value(c);
      case Expect::kValue:
        return Value(c);
      case Expect::kFirstKey:
        return c == '}' ? Close() : Key(c);
      case Expect::kKey:
        return Key(c);
      case Expect::kColon:
        return c == ':' ? Advance(Expect::kValue) : Fail("after object key");
      case Expect::kComma:
        return Comma(c);
    }
  }

  void Advance(Expect next) {
    ++at_;
    expect_ = next;
  }

  void Close() {
    open_.pop_back();
    Advance(Expect::kComma);
  }

  void Comma(char c) {
    const bool object = open_.back() == '{';
    if (c == (object ? '}' : ']')) {
      Close();
    } else if (c == ',') {
      Advance(object ? Expect::kKey : Expect::kValue);
    } else {
      Fail(object ? "after object key:value pair" : "after array element");
    }
  }

  void Key(char c) {
    if (c != '"') {
      return Fail("looking for beginning of object key string");
    }
    String();
    expect_ = Expect::kColon;
  }

  void Value(char c) {
    expect_ = Expect::kComma;
    if (c == '{' || c == '[') {
      open_.push_back(c);
      return Advance(c == '{' ? Expect::kFirstKey : Expect::kFirstItem);
    }
    if (c == '"') {
      return String();
    }
    if (c == '-' || IsDigit(c)) {
      return Number();
    }
    for (const std::string_view word : {"true", "false", "null"}) {
      if (c == word.front()) {
        return Word(word);
      }
    }
    Fail("looking for beginning of value");
  }

  void Word(std::string_view word) {
    for (const char c : word) {
      if (at_ == text_.size() || text_[at_] != c) {
        return Fail(fmt::format("in literal {} (expecting {})", word, Quote(c)));
      }
      ++at_;
    }
  }

  void String() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) {
        return Fail("in string literal");
      }
      if (text_[at_] == '\\' && !Escape()) {
        return;
      }
    }
    if (at_ == text_.size()) {
      return Fail("");
    }
    ++at_;
  }

  bool Escape() {
    ++at_;
    if (at_ == text_.size() ||
        std::string_view("bfnrt\\/\"u").find(text_[at_]) == std::string_view::npos) {
      Fail("in string escape code");
      return false;
    }
    const int digits = text_[at_] == 'u' ? 4 : 0;
    for (int i = 0; i < digits; ++i) {
      ++at_;
      if (at_ == text_.size() || !IsHex(text_[at_])) {
        Fail("in \\u hexadecimal character escape");
        return false;
      }
    }
    return true;
  }

  /// At least one digit, or `where` says what is missing.
  bool Digits(std::string_view where) {
    if (at_ == text_.size() || !IsDigit(text_[at_])) {
      Fail(where);
      return false;
    }
    while (at_ < text_.size() && IsDigit(text_[at_])) {
      ++at_;
    }
    return true;
  }

  bool Take(std::string_view any) {
    const bool there = at_ < text_.size() && any.find(text_[at_]) != std::string_view::npos;
    at_ += there ? 1 : 0;
    return there;
  }

  void Number() {
    Take("-");
    // No digit follows a zero.
    if (!Take("0") && !Digits("in numeric literal")) {
      return;
    }
    if (Take(".") && !Digits("after decimal point in numeric literal")) {
      return;
    }
    if (Take("eE")) {
      Take("+-");
      Digits("in exponent of numeric literal");
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string open_;  ///< A bracket for each list and map around.
  Expect expect_ = Expect::kValue;
  std::string error_;
};

}  // namespace

tl::expected<std::size_t, std::string> FindJsonValue(std::string_view text) {
  return Scanner(text).Run();
}

}  // namespace sidewatch::alerts
