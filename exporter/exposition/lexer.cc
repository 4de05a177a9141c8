#include "exporter/exposition/lexer.h"

#include <algorithm>

#include <fmt/format.h>

namespace sidewatch::exposition {

std::string_view TokenName(Token token) {
  constexpr std::string_view kNames[] = {"INVALID",
                                         "EOF",
                                         "LINEBREAK",
                                         "HELP",
                                         "TYPE",
                                         "UNIT",
                                         "EOFWORD",
                                         "TEXT",
                                         "COMMENT",
                                         "MNAME",
                                         "QSTRING",
                                         "BOPEN",
                                         "BCLOSE",
                                         "LNAME",
                                         "LVALUE",
                                         "COMMA",
                                         "EQUAL",
                                         "TIMESTAMP",
                                         "VALUE"};
  return kNames[static_cast<std::size_t>(token)];
}

bool Cursor::token_is_utf8() const {
  return !non_ascii_ || IsValidUtf8(token());
}

std::string Cursor::Shown(std::size_t from) const {
  const std::size_t to = std::min(page_.size(), pos_ + 1);
  std::string text(page_.substr(from, to - from));
  if (line_feed_at_end_ && pos_ >= page_.size()) {
    text += '\n';
  }
  std::string quoted;
  AppendQuoted(quoted, text);
  return quoted;
}

bool Cursor::FailUnexpected(std::string_view expected, Token got) {
  return FailPlain(fmt::format("{}, got {} (\"{}\") while parsing: {}",
                               expected,
                               Shown(start_),
                               TokenName(got),
                               Shown(entry_)));
}

bool Cursor::FailParsing(std::string_view problem) {
  std::string quoted;
  AppendQuoted(quoted, Since(entry_));
  return FailPlain(fmt::format("{} while parsing: {}", problem, quoted));
}

bool Cursor::FailPlain(std::string message) {
  if (!error_.has_value()) {
    error_ = Error{ErrorCode::kProtocol, std::move(message)};
  }
  return false;
}

void Cursor::TakeLine() {
  pos_ = std::min(page_.find('\n', pos_), page_.size());
}

}  // namespace sidewatch::exposition
