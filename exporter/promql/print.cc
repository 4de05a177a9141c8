#include "exporter/promql/print.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "exporter/base/duration.h"
#include "exporter/base/number.h"
#include "exporter/model/label_set.h"
#include "exporter/promql/function.h"
#include "exporter/promql/go_format.h"
#include "exporter/promql/operators.h"

namespace sidewatch::promql {
namespace {

constexpr std::size_t kShortDigits = 32;
constexpr double kShortestPlain = 1e-4;

/// As Go's %v: an exponent below 1e-4 and from 1e21 up.
void PrintFillNumber(std::string& out, double value) {
  const double magnitude = std::fabs(value);
  if (magnitude == 0 || magnitude >= kShortestPlain || !std::isfinite(value)) {
    AppendNumber(out, value);
    return;
  }
  std::array<char, kShortDigits> digits{};
  const auto [end, status] = std::to_chars(
      digits.data(), digits.data() + digits.size(), value, std::chars_format::scientific);
  out.append(digits.data(), end);
}

void PrintSeconds(std::string& out, double seconds, bool is_duration) {
  if (!is_duration) {
    out += FormatGoF(seconds);
    return;
  }
  out += FormatDuration(Duration(std::llround(seconds * 1000)));
}

void PrintLabels(std::string& out, const std::vector<std::string>& labels) {
  out += '(';
  for (std::size_t i = 0; i < labels.size(); ++i) {
    out += i > 0 ? ", " : "";
    if (IsClassicLabelName(labels[i])) {
      out += labels[i];
    } else {
      AppendQuoted(out, labels[i]);
    }
  }
  out += ')';
}

void PrintDuration(std::string& out, const DurationExpr& duration);

void PrintDurationBody(std::string& out, const DurationExpr& duration) {
  using Kind = DurationExpr::Kind;
  switch (duration.kind) {
    case Kind::kNumber:
      PrintSeconds(out, duration.seconds, duration.is_duration);
      return;
    case Kind::kStep:
      out += "step()";
      return;
    case Kind::kRange:
      out += "range()";
      return;
    case Kind::kUnaryMinus:
      out += '-';
      PrintDuration(out, *duration.right);
      return;
    case Kind::kUnaryPlus:
      PrintDuration(out, *duration.right);
      return;
    case Kind::kBinary:
      PrintDuration(out, *duration.left);
      out += fmt::format(" {} ", Info(duration.op).text);
      PrintDuration(out, *duration.right);
      return;
    case Kind::kMinOf:
    case Kind::kMaxOf:
      out += duration.kind == Kind::kMinOf ? "min_of(" : "max_of(";
      PrintDuration(out, *duration.left);
      out += ", ";
      PrintDuration(out, *duration.right);
      out += ')';
      return;
  }
}

void PrintDuration(std::string& out, const DurationExpr& duration) {
  out += duration.parenthesised ? "(" : "";
  PrintDurationBody(out, duration);
  out += duration.parenthesised ? ")" : "";
}

void PrintEither(std::string& out, Duration literal, const DurationExpr* expr) {
  if (expr != nullptr) {
    PrintDuration(out, *expr);
  } else {
    out += FormatDuration(literal);
  }
}

void PrintAt(std::string& out, const AtModifier& at) {
  switch (at.kind) {
    case AtModifier::Kind::kNone:
      return;
    case AtModifier::Kind::kTime:
      out += fmt::format(" @ {:.3f}", ToUnixSeconds(at.at));
      return;
    case AtModifier::Kind::kStart:
      out += " @ start()";
      return;
    case AtModifier::Kind::kEnd:
      out += " @ end()";
      return;
  }
}

void PrintOffset(std::string& out, const TimeShift& shift) {
  if (shift.offset_expr != nullptr || shift.offset != Duration(0)) {
    out += " offset ";
    PrintEither(out, shift.offset, shift.offset_expr.get());
  }
}

std::string_view Extension(const VectorSelector& selector) {
  if (selector.anchored) {
    return " anchored";
  }
  return selector.smoothed ? " smoothed" : "";
}

/// Name and matchers. The name's own matcher is left out, the others are sorted.
void PrintSelected(std::string& out, const VectorSelector& selector) {
  std::vector<std::string> matchers;
  for (const Matcher& matcher : selector.matchers) {
    const bool is_name = matcher.name() == kMetricName && matcher.op() == MatchOp::kEqual &&
                         !matcher.value().empty() && matcher.value() == selector.name;
    if (!is_name) {
      matchers.push_back(matcher.ToString());
    }
  }
  std::ranges::sort(matchers);
  out += selector.name;
  if (!matchers.empty()) {
    out += fmt::format("{{{}}}", fmt::join(matchers, ","));
  }
}

void PrintFills(std::string& out, const VectorMatching& matching) {
  const auto& [left, right] = std::tie(matching.fill_left, matching.fill_right);
  const auto print = [&out](std::string_view word, double value) {
    out += fmt::format(" {} (", word);
    PrintFillNumber(out, value);
    out += ')';
  };
  if (left && right && (*left == *right || (std::isnan(*left) && std::isnan(*right)))) {
    print("fill", *left);
    return;
  }
  if (left) {
    print("fill_left", *left);
  }
  if (right) {
    print("fill_right", *right);
  }
}

void PrintMatching(std::string& out, const VectorMatching& matching) {
  const bool grouped = matching.card == MatchCardinality::kManyToOne ||
                       matching.card == MatchCardinality::kOneToMany;
  if (matching.on || grouped || !matching.labels.empty()) {
    out += matching.on ? " on " : " ignoring ";
    PrintLabels(out, matching.labels);
  }
  if (grouped) {
    out += matching.card == MatchCardinality::kManyToOne ? " group_left " : " group_right ";
    PrintLabels(out, matching.include);
  }
  PrintFills(out, matching);
}

class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}

  void Print(const Expr& expr) { std::visit(*this, expr.node); }

  void operator()(const NumberLiteral& node) { PrintSeconds(out_, node.value, node.is_duration); }

  void operator()(const StringLiteral& node) { AppendQuoted(out_, node.value); }

  void operator()(const VectorSelector& node) {
    PrintSelected(out_, node);
    PrintAt(out_, node.shift.at);
    out_ += Extension(node);
    PrintOffset(out_, node.shift);
  }

  void operator()(const MatrixSelector& node) {
    const auto& selector = std::get<VectorSelector>(node.selector->node);
    PrintSelected(out_, selector);
    out_ += '[';
    PrintEither(out_, node.range, node.range_expr.get());
    out_ += ']';
    out_ += Extension(selector);
    PrintAt(out_, selector.shift.at);
    PrintOffset(out_, selector.shift);
  }

  void operator()(const Subquery& node) {
    Print(*node.expr);
    PrintSubquerySuffix(out_, node);
  }

  void operator()(const Call& node) {
    out_ += node.function->name;
    out_ += '(';
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      out_ += i > 0 ? ", " : "";
      Print(*node.args[i]);
    }
    out_ += ')';
  }

  void operator()(const Aggregate& node) {
    PrintAggregateHead(out_, node);
    out_ += '(';
    if (node.param != nullptr) {
      Print(*node.param);
      out_ += ", ";
    }
    Print(*node.expr);
    out_ += ')';
  }

  void operator()(const Binary& node) {
    Print(*node.left);
    out_ += ' ';
    PrintOperator(out_, node);
    out_ += ' ';
    Print(*node.right);
  }

  void operator()(const Unary& node) {
    out_ += node.minus ? '-' : '+';
    Print(*node.expr);
  }

  void operator()(const Paren& node) {
    out_ += '(';
    Print(*node.expr);
    out_ += ')';
  }

 private:
  std::string& out_;
};

}  // namespace

void PrintAggregateHead(std::string& out, const Aggregate& node) {
  out += Info(node.op).text;
  if (node.without || !node.grouping.empty()) {
    out += node.without ? " without " : " by ";
    PrintLabels(out, node.grouping);
    out += ' ';
  }
}

void PrintOperator(std::string& out, const Binary& node) {
  out += Info(node.op).text;
  out += node.return_bool ? " bool" : "";
  if (node.matching) {
    PrintMatching(out, *node.matching);
  }
}

void PrintSubquerySuffix(std::string& out, const Subquery& node) {
  out += '[';
  PrintEither(out, node.range, node.range_expr.get());
  out += ':';
  if (node.step != Duration(0) || node.step_expr != nullptr) {
    PrintEither(out, node.step, node.step_expr.get());
  }
  out += ']';
  PrintAt(out, node.shift.at);
  PrintOffset(out, node.shift);
}

std::string Print(const Expr& expr) {
  std::string text;
  Printer(text).Print(expr);
  return text;
}

}  // namespace sidewatch::promql
