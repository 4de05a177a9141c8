#include "tests/conformance/promqltest/at_variants.h"

#include <algorithm>
#include <array>

#include "exporter/promql/ast.h"
#include "exporter/promql/function.h"

namespace sidewatch::promqltest {
namespace {

using promql::AtModifier;
using promql::Expr;

constexpr std::array<std::string_view, 16> kTimeDependent = {"days_in_month",
                                                             "day_of_month",
                                                             "day_of_week",
                                                             "day_of_year",
                                                             "hour",
                                                             "minute",
                                                             "month",
                                                             "year",
                                                             "end",
                                                             "start",
                                                             "step",
                                                             "range",
                                                             "predict_linear",
                                                             "time",
                                                             "timestamp",
                                                             "start_timestamp"};

class AtWalker {
 public:
  explicit AtWalker(TimePoint at) : at_(at) {}

  bool time_dependent() const { return time_dependent_; }

  void Visit(Expr& expr) {
    std::visit([this](auto& node) { Walk(node); }, expr.node);
  }

 private:
  void Walk(promql::NumberLiteral& /*node*/) {}

  void Walk(promql::StringLiteral& /*node*/) {}

  void Walk(promql::VectorSelector& node) { Put(node.shift); }

  void Walk(promql::MatrixSelector& node) { Visit(*node.selector); }

  void Walk(promql::Subquery& node) {
    Put(node.shift);
    ++fixed_;
    Visit(*node.expr);
    --fixed_;
  }

  void Walk(promql::Call& node) {
    time_dependent_ |=
        std::ranges::find(kTimeDependent, node.function->name) != kTimeDependent.end();
    for (const auto& arg : node.args) {
      Visit(*arg);
    }
  }

  void Walk(promql::Aggregate& node) {
    Visit(*node.expr);
    if (node.param != nullptr) {
      Visit(*node.param);
    }
  }

  void Walk(promql::Binary& node) {
    Visit(*node.left);
    Visit(*node.right);
  }

  void Walk(promql::Unary& node) { Visit(*node.expr); }

  void Walk(promql::Paren& node) { Visit(*node.expr); }

  void Put(promql::TimeShift& shift) const {
    if (fixed_ == 0 && shift.at.kind == AtModifier::Kind::kNone) {
      shift.at = {.kind = AtModifier::Kind::kTime, .at = at_};
    }
  }

  TimePoint at_;
  int fixed_ = 0;
  bool time_dependent_ = false;
};

}  // namespace

Result<std::optional<std::string>> PutAt(const std::string& query,
                                         const promql::ParserOptions& options,
                                         TimePoint at) {
  SW_TRY_ASSIGN(const promql::ExprPtr expr, promql::Parse(query, options));
  AtWalker walker(at);
  walker.Visit(*expr);
  if (walker.time_dependent()) {
    return std::optional<std::string>();
  }
  return std::optional(promql::Print(*expr));
}

}  // namespace sidewatch::promqltest
