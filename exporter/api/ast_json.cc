// The tree of /api/v1/parse_query: an object a node, its keys in alphabetical order as Prometheus
// writes them (there they are a Go map), what is absent as null.

#include "exporter/api/ast_json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <variant>

#include "exporter/base/number.h"
#include "exporter/promql/function.h"
#include "exporter/promql/operators.h"

namespace sidewatch::api {

namespace {

using namespace promql;  // NOLINT(google-build-using-namespace): every type of the tree is named.

std::string_view TypeWord(ValueType type) {
  constexpr std::array<std::string_view, 5> kWords = {
      "none", "scalar", "vector", "matrix", "string"};
  return kWords[static_cast<std::size_t>(type)];
}

std::string_view CardWord(MatchCardinality card) {
  constexpr std::array<std::string_view, 4> kWords = {
      "one-to-one", "many-to-one", "one-to-many", "many-to-many"};
  return kWords[static_cast<std::size_t>(card)];
}

void WriteTexts(JsonWriter& json, const std::vector<std::string>& texts) {
  json.BeginArray();
  for (const std::string& text : texts) {
    json.String(text);
  }
  json.EndArray();
}

void WriteMatchers(JsonWriter& json, const std::vector<Matcher>& matchers) {
  json.Key("matchers").BeginArray();
  for (const Matcher& matcher : matchers) {
    json.BeginObject().Key("name").String(matcher.name());
    json.Key("type").String(MatchOpText(matcher.op()));
    json.Key("value").String(matcher.value()).EndObject();
  }
  json.EndArray();
}

void WriteAt(JsonWriter& json, const AtModifier& at) {
  json.Key("startOrEnd");
  if (at.kind == AtModifier::Kind::kStart || at.kind == AtModifier::Kind::kEnd) {
    json.String(at.kind == AtModifier::Kind::kStart ? "start" : "end");
  } else {
    json.Null();
  }
}

void WriteTimestamp(JsonWriter& json, const AtModifier& at) {
  json.Key("timestamp");
  if (at.kind == AtModifier::Kind::kTime) {
    json.Integer(ToUnixMillis(at.at));
  } else {
    json.Null();
  }
}

/// Without an exponent, however long it gets.
std::string PlainNumber(double value) {
  if (!std::isfinite(value)) {
    return FormatNumber(value);
  }
  std::array<char, std::numeric_limits<double>::max_exponent10 + 32> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed)
          .ptr;
  return {digits.data(), end};
}

/// Writes the inside of a node's object, one overload a kind.
struct NodeWriter {
  JsonWriter& json;

  void operator()(const NumberLiteral& node) const {
    json.Key("type").String("numberLiteral").Key("val").String(PlainNumber(node.value));
  }

  void operator()(const StringLiteral& node) const {
    json.Key("type").String("stringLiteral").Key("val").String(node.value);
  }

  void operator()(const VectorSelector& node) const {
    json.Key("anchored").Boolean(node.anchored);
    WriteMatchers(json, node.matchers);
    json.Key("name").String(node.name).Key("offset").Integer(node.shift.offset.count());
    json.Key("offsetExpr").Null().Key("smoothed").Boolean(node.smoothed);
    WriteAt(json, node.shift.at);
    WriteTimestamp(json, node.shift.at);
    json.Key("type").String("vectorSelector");
  }

  void operator()(const MatrixSelector& node) const {
    const auto& selector = std::get<VectorSelector>(node.selector->node);
    json.Key("anchored").Boolean(selector.anchored);
    WriteMatchers(json, selector.matchers);
    json.Key("name").String(selector.name).Key("offset").Integer(selector.shift.offset.count());
    json.Key("offsetExpr").Null().Key("range").Integer(node.range.count());
    json.Key("rangeExpr").Null().Key("smoothed").Boolean(selector.smoothed);
    WriteAt(json, selector.shift.at);
    WriteTimestamp(json, selector.shift.at);
    json.Key("type").String("matrixSelector");
  }

  void operator()(const Subquery& node) const {
    json.Key("expr");
    WriteExpr(json, *node.expr);
    json.Key("offset").Integer(node.shift.offset.count()).Key("offsetExpr").Null();
    json.Key("range").Integer(node.range.count()).Key("rangeExpr").Null();
    WriteAt(json, node.shift.at);
    json.Key("step").Integer(node.step.count()).Key("stepExpr").Null();
    WriteTimestamp(json, node.shift.at);
    json.Key("type").String("subquery");
  }

  void operator()(const Call& node) const {
    json.Key("args").BeginArray();
    for (const ExprPtr& argument : node.args) {
      WriteExpr(json, *argument);
    }
    json.EndArray().Key("func").BeginObject().Key("argTypes").BeginArray();
    for (const ValueType type : node.function->args) {
      json.String(TypeWord(type));
    }
    json.EndArray().Key("name").String(node.function->name);
    json.Key("returnType").String(TypeWord(node.function->returns));
    json.Key("variadic").Integer(node.function->variadic).EndObject();
    json.Key("type").String("call");
  }

  void operator()(const Aggregate& node) const {
    json.Key("expr");
    WriteExpr(json, *node.expr);
    json.Key("grouping");
    WriteTexts(json, node.grouping);
    json.Key("op").String(Info(node.op).text).Key("param");
    if (node.param) {
      WriteExpr(json, *node.param);
    } else {
      json.Null();
    }
    json.Key("type").String("aggregation").Key("without").Boolean(node.without);
  }

  void operator()(const Binary& node) const {
    json.Key("bool").Boolean(node.return_bool).Key("lhs");
    WriteExpr(json, *node.left);
    json.Key("matching");
    if (node.matching) {
      json.BeginObject().Key("card").String(CardWord(node.matching->card)).Key("include");
      WriteTexts(json, node.matching->include);
      json.Key("labels");
      WriteTexts(json, node.matching->labels);
      json.Key("on").Boolean(node.matching->on).EndObject();
    } else {
      json.Null();
    }
    json.Key("op").String(Info(node.op).text).Key("rhs");
    WriteExpr(json, *node.right);
    json.Key("type").String("binaryExpr");
  }

  void operator()(const Unary& node) const {
    json.Key("expr");
    WriteExpr(json, *node.expr);
    json.Key("op").String(node.minus ? "-" : "+").Key("type").String("unaryExpr");
  }

  void operator()(const Paren& node) const {
    json.Key("expr");
    WriteExpr(json, *node.expr);
    json.Key("type").String("parenExpr");
  }
};

}  // namespace

void WriteExpr(JsonWriter& json, const promql::Expr& expr) {
  json.BeginObject();
  std::visit(NodeWriter{json}, expr.node);
  json.EndObject();
}

}  // namespace sidewatch::api
