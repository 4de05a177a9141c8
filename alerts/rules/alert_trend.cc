#include "alerts/rules/alert_trend.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace sidewatch::alerts::rules {
namespace {

using promql::BinaryOp;
using promql::Expr;

constexpr Duration kSpan = std::chrono::hours(1);
constexpr Duration kStep = std::chrono::minutes(1);
constexpr Duration kPatience = std::chrono::seconds(1);
constexpr std::size_t kMaxSamples = 2'000'000;

struct Comparison {
  BinaryOp op;
  std::string_view text;
  std::string_view mirrored;  ///< With its sides changed.
};

constexpr std::array kComparisons = {Comparison{BinaryOp::kGreater, ">", "<"},
                                     Comparison{BinaryOp::kGreaterEqual, ">=", "<="},
                                     Comparison{BinaryOp::kLess, "<", ">"},
                                     Comparison{BinaryOp::kLessEqual, "<=", ">="},
                                     Comparison{BinaryOp::kEqual, "==", "=="},
                                     Comparison{BinaryOp::kNotEqual, "!=", "!="}};

/// The expression in a `…/graph?g0.expr=…&…`; empty if there is none.
std::string ExpressionOf(std::string_view url) {
  constexpr std::string_view kKey = "g0.expr=";
  const std::size_t at = url.find(kKey);
  if (at == std::string_view::npos) {
    return {};
  }
  url.remove_prefix(at + kKey.size());
  url = url.substr(0, url.find('&'));
  std::string text;
  for (std::size_t i = 0; i < url.size(); ++i) {
    unsigned char code = 0;
    const char* digits = url.data() + i + 1;
    if (url[i] == '%' && i + 2 < url.size() &&
        std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
      text += static_cast<char>(code);
      i += 2;
    } else {
      text += url[i] == '+' ? ' ' : url[i];
    }
  }
  return text;
}

const Expr& WithoutParens(const Expr& expr) {
  const Expr* inner = &expr;
  while (const auto* paren = std::get_if<promql::Paren>(&inner->node)) {
    inner = paren->expr.get();
  }
  return *inner;
}

std::optional<double> NumberOf(const Expr& expr) {
  const Expr& inner = WithoutParens(expr);
  if (const auto* number = std::get_if<promql::NumberLiteral>(&inner.node)) {
    return number->value;
  }
  const auto* unary = std::get_if<promql::Unary>(&inner.node);
  const std::optional<double> operand = unary == nullptr ? std::nullopt : NumberOf(*unary->expr);
  return operand && unary->minus ? -*operand : operand;
}

/// What an expression compares, and with what.
struct Compared {
  const Expr* value = nullptr;
  std::optional<Trend::Limit> limit = {};
};

Compared FindCompared(const Expr& expr) {
  const Expr& inner = WithoutParens(expr);
  const auto* binary = std::get_if<promql::Binary>(&inner.node);
  if (binary == nullptr || binary->return_bool) {
    return {&inner};
  }
  if (binary->op == BinaryOp::kAnd || binary->op == BinaryOp::kUnless) {
    return FindCompared(*binary->left);
  }
  const auto* const row = std::find_if(kComparisons.begin(),
                                       kComparisons.end(),
                                       [&](const Comparison& c) { return c.op == binary->op; });
  if (row == kComparisons.end()) {
    return {&inner};
  }
  if (const auto number = NumberOf(*binary->right)) {
    return {binary->left.get(), Trend::Limit{std::string(row->text), *number}};
  }
  if (const auto number = NumberOf(*binary->left)) {
    return {binary->right.get(), Trend::Limit{std::string(row->mirrored), *number}};
  }
  return {binary->left.get()};
}

/// True if all labels of the series are the alert's too.
bool Belongs(const LabelSet& series, const Alert& alert) {
  for (const Label label : series) {
    if (label.name != "__name__" && alert.labels.Get(label.name) != label.value) {
      return false;
    }
  }
  return true;
}

const promql::MatrixSeries* FindSeries(const promql::MatrixValue& matrix, const Alert& alert) {
  const promql::MatrixSeries* best = nullptr;
  for (const promql::MatrixSeries& series : matrix) {
    if (Belongs(series.labels, alert) &&
        (best == nullptr || series.labels.size() > best->labels.size())) {
      best = &series;
    }
  }
  return best;
}

}  // namespace

std::optional<Trend> TrendOf(const promql::Engine& engine,
                             const storage::Queryable& storage,
                             const Clock& clock,
                             const Alert& alert,
                             TimePoint until) {
  promql::EngineOptions options = engine.options();
  options.timeout = kPatience;
  options.max_samples = kMaxSamples;
  const promql::Engine limited(options, clock);
  const auto whole = limited.Prepare(ExpressionOf(alert.generator_url));
  if (!whole) {
    return std::nullopt;
  }
  const Compared compared = FindCompared(whole->expr());
  const auto query = limited.Prepare(promql::Print(*compared.value));
  const TimePoint start = until - kSpan;
  const auto result =
      query ? limited.Range(storage, *query, {.start = start, .end = until, .step = kStep})
            : Result<promql::QueryResult>(Fail(query.error()));
  const auto* matrix = result ? std::get_if<promql::MatrixValue>(&result->value) : nullptr;
  const promql::MatrixSeries* series = matrix == nullptr ? nullptr : FindSeries(*matrix, alert);
  if (series == nullptr || series->samples.empty()) {
    return std::nullopt;
  }
  Trend trend{.values = std::vector<double>(static_cast<std::size_t>(kSpan / kStep) + 1,
                                            std::numeric_limits<double>::quiet_NaN()),
              .span = kSpan,
              .limit = compared.limit};
  for (const Sample& sample : series->samples) {
    const auto place = static_cast<std::size_t>((sample.at - start) / kStep);
    if (place < trend.values.size()) {
      trend.values[place] = sample.value;
    }
  }
  return trend;
}

}  // namespace sidewatch::alerts::rules
