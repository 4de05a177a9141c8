#include "alerts/rules/readings.h"

#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "exporter/promql/function.h"

namespace sidewatch::alerts::rules {
namespace {

using promql::Expr;

class Collector {
 public:
  explicit Collector(const RecordedExprs& recorded) : recorded_(recorded) {}

  std::vector<Reading> Take() { return std::move(readings_); }

  void Visit(const Expr& expr, Duration range, Duration offset) {
    const Place before = place_;
    place_ = {.range = range, .offset = offset};
    std::visit(*this, expr.node);
    place_ = before;
  }

  void operator()(const promql::NumberLiteral& /*number*/) const {}

  void operator()(const promql::StringLiteral& /*text*/) const {}

  void operator()(const promql::VectorSelector& selector) {
    if (selector.shift.at.kind != promql::AtModifier::Kind::kNone) {
      return;
    }
    std::string text;
    for (const Matcher& matcher : selector.matchers) {
      text += (text.empty() ? "" : ",") + matcher.ToString();
    }
    readings_.push_back({.selector = "{" + text + "}",
                         .range = place_.range,
                         .offset = place_.offset + selector.shift.offset,
                         .recorded = recorded_.contains(selector.name)});
    FollowRecorded(selector.name);
  }

  void operator()(const promql::MatrixSelector& matrix) {
    Visit(*matrix.selector, place_.range + matrix.range, place_.offset);
  }

  void operator()(const promql::Subquery& subquery) {
    if (subquery.shift.at.kind == promql::AtModifier::Kind::kNone) {
      Visit(*subquery.expr, place_.range + subquery.range, place_.offset + subquery.shift.offset);
    }
  }

  void operator()(const promql::Call& call) {
    if (call.function != nullptr && std::string_view(call.function->name).starts_with("absent")) {
      return;
    }
    for (const promql::ExprPtr& argument : call.args) {
      Same(*argument);
    }
  }

  void operator()(const promql::Aggregate& aggregate) {
    if (aggregate.param) {
      Same(*aggregate.param);
    }
    Same(*aggregate.expr);
  }

  void operator()(const promql::Binary& binary) {
    Same(*binary.left);
    if (binary.op != promql::BinaryOp::kUnless) {
      Same(*binary.right);
    }
  }

  void operator()(const promql::Unary& unary) { Same(*unary.expr); }

  void operator()(const promql::Paren& paren) { Same(*paren.expr); }

 private:
  struct Place {
    Duration range{0};
    Duration offset{0};
  };

  void Same(const Expr& expr) { Visit(expr, place_.range, place_.offset); }

  /// A metric that is recorded from itself is followed once.
  void FollowRecorded(const std::string& name) {
    const auto found = recorded_.find(name);
    if (found == recorded_.end() || !followed_.insert(name).second) {
      return;
    }
    for (const auto& expr : found->second) {
      Same(*expr);
    }
  }

  const RecordedExprs& recorded_;
  Place place_;
  std::set<std::string> followed_;
  std::vector<Reading> readings_;
};

}  // namespace

std::vector<Reading> ReadingsOf(const Expr& expr, const RecordedExprs& recorded) {
  Collector collector(recorded);
  collector.Visit(expr, Duration(0), Duration(0));
  return collector.Take();
}

}  // namespace sidewatch::alerts::rules
