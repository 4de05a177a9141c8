#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/model/matcher.h"

namespace sidewatch::alerts {

/// True for what a bare name or value of the UTF-8 syntax may not hold: space and ``{}!=~,\"'` ``.
bool IsReservedInMatcher(char c);

/// One token of the UTF-8 syntax. Columns count code points from 0.
struct MatcherToken {
  enum class Kind { kEnd, kOpenBrace, kCloseBrace, kComma, kOperator, kBare, kQuoted };
  Kind kind = Kind::kEnd;
  std::string_view text;
  std::size_t begin = 0;
  std::size_t end = 0;
  MatchOp op = MatchOp::kEqual;
};

/// Cuts the UTF-8 matcher syntax into tokens, one ahead.
class MatcherLexer {
 public:
  explicit MatcherLexer(std::string_view input) : input_(input) {}

  /// The next token, without taking it. Errors: kInvalidArgument `8:9: \: invalid input`.
  Result<MatcherToken> Peek() const;

  /// Takes what Peek showed.
  void Take(const MatcherToken& token);

  /// The column behind the last token taken.
  std::size_t column() const { return column_; }

 private:
  Result<MatcherToken> Quoted(std::size_t at) const;

  std::string_view input_;
  std::size_t at_ = 0;
  std::size_t column_ = 0;
};

/// Undoes Go's double quotes. Errors: kInvalidArgument for a bad escape or what is not UTF-8.
Result<std::string> UnquoteGoString(std::string_view quoted);

}  // namespace sidewatch::alerts
