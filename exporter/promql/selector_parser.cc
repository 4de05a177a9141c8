#include "exporter/promql/selector_parser.h"

#include <algorithm>
#include <array>

#include "exporter/model/label_set.h"
#include "exporter/model/regex_error.h"
#include "exporter/promql/literal.h"

namespace sidewatch::promql {
namespace {

using K = TokenKind;

constexpr std::string_view kMatching = "label matching";
constexpr std::string_view kLabelSet = "label set";
constexpr std::string_view kListEnd = R"("," or "}")";
constexpr std::string_view kNameOrEnd = "identifier or \"}\"";

struct MatchToken {
  TokenKind token;
  MatchOp op;
};

constexpr std::array kMatchTokens = {
    MatchToken{K::kAssign, MatchOp::kEqual},
    MatchToken{K::kNotEqual, MatchOp::kNotEqual},
    MatchToken{K::kEqualRegex, MatchOp::kRegex},
    MatchToken{K::kNotRegex, MatchOp::kNotRegex},
};

/// Reads `{item, item, …}` with an optional comma at the end.
bool ParseBraces(TokenStream& tokens, std::string_view context, const auto& parse_item) {
  tokens.Take();
  while (!tokens.Accept(K::kRightBrace)) {
    if (!parse_item()) {
      return false;
    }
    if (!tokens.Accept(K::kComma) && !tokens.At(K::kRightBrace)) {
      tokens.Unexpected();
      return tokens.Explain(context, kListEnd);
    }
  }
  return true;
}

/// A label's name as written: an identifier or a string.
struct LabelName {
  std::string text;
  PositionRange position;
  bool quoted = false;
};

bool ParseLabelName(TokenStream& tokens, std::string_view context, LabelName& name) {
  name.quoted = tokens.At(K::kString);
  if (!name.quoted && !tokens.At(K::kIdentifier)) {
    tokens.Unexpected();
    return tokens.Explain(context, kNameOrEnd);
  }
  const Token token = tokens.Take();
  name.text = name.quoted ? Unquote(token.text) : token.text;
  name.position = token.position;
  return true;
}

bool ExpectString(TokenStream& tokens, std::string_view context) {
  return tokens.Expect(K::kString) || tokens.Explain(context, "string");
}

bool AddMatcher(TokenStream& tokens,
                MatchOp op,
                const LabelName& name,
                std::string_view value,
                std::vector<Matcher>& matchers) {
  Result<Matcher> matcher = Matcher::Create(op, name.text, value);
  if (!matcher) {
    return tokens.Fail({name.position.begin, tokens.last().position.end},
                       GoRegexError(matcher.error().message));
  }
  matchers.push_back(*std::move(matcher));
  return true;
}

bool ParseMatcher(TokenStream& tokens, std::vector<Matcher>& matchers) {
  LabelName name;
  if (!ParseLabelName(tokens, kMatching, name)) {
    return false;
  }
  const auto* const match = std::ranges::find(kMatchTokens, tokens.Peek().kind, &MatchToken::token);
  if (match == kMatchTokens.end()) {
    if (!name.quoted) {
      tokens.Unexpected();
      return tokens.Explain(kMatching, "label matching operator");
    }
    const std::string metric = std::exchange(name.text, std::string(kMetricName));
    return AddMatcher(tokens, MatchOp::kEqual, name, metric, matchers);
  }
  tokens.Take();
  return ExpectString(tokens, kMatching) &&
         AddMatcher(tokens, match->op, name, Unquote(tokens.last().text), matchers);
}

bool ParseLabel(TokenStream& tokens, std::vector<std::pair<std::string, std::string>>& labels) {
  LabelName name;
  if (!ParseLabelName(tokens, kLabelSet, name)) {
    return false;
  }
  if (!tokens.Accept(K::kAssign)) {
    if (!name.quoted) {
      tokens.Unexpected();
      return tokens.Explain(kLabelSet, "\"=\"");
    }
    labels.emplace_back(kMetricName, name.text);
    return true;
  }
  if (!ExpectString(tokens, kLabelSet)) {
    return false;
  }
  labels.emplace_back(name.text, Unquote(tokens.last().text));
  return true;
}

}  // namespace

bool ParseVectorSelector(TokenStream& tokens, const Token* name, VectorSelector& selector) {
  if (name == nullptr && !tokens.At(K::kLeftBrace)) {
    return tokens.Unexpected();
  }
  if (tokens.At(K::kLeftBrace) &&
      !ParseBraces(tokens, kMatching, [&] { return ParseMatcher(tokens, selector.matchers); })) {
    return false;
  }
  if (name == nullptr) {
    return true;
  }
  selector.name = name->text;
  const LabelName label{.text = std::string(kMetricName), .position = name->position};
  return AddMatcher(tokens, MatchOp::kEqual, label, selector.name, selector.matchers);
}

bool ParseSeriesLabels(TokenStream& tokens,
                       std::vector<std::pair<std::string, std::string>>& labels) {
  std::string name;
  if (Info(tokens.Peek().kind).is_metric_name) {
    name = tokens.Take().text;
  }
  if (tokens.At(K::kLeftBrace) &&
      !ParseBraces(tokens, kLabelSet, [&] { return ParseLabel(tokens, labels); })) {
    return false;
  }
  if (!name.empty()) {
    labels.emplace_back(kMetricName, name);
  }
  return true;
}

}  // namespace sidewatch::promql
