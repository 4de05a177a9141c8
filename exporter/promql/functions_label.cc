#include <algorithm>
#include <vector>

#include <re2/re2.h>

#include "exporter/model/go_regex.h"
#include "exporter/promql/evaluator.h"
#include "exporter/promql/function_tables.h"
#include "exporter/promql/natural_order.h"
#include "exporter/promql/regex_expand.h"
#include "exporter/promql/sorted_source.h"
#include "exporter/promql/text.h"
#include "exporter/promql/unique_rows.h"

namespace sidewatch::promql {
namespace {

const Call& CallOf(const Expr& expr) {
  return std::get<Call>(expr.node);
}

/// Sets `label` of a row. A name that is set anew is no longer to be dropped.
void SetLabel(RowHead& head, std::string_view label, std::string_view value) {
  head.labels = LabelSetBuilder(head.labels).Set(label, value).Build();
  if (label == kMetricName) {
    head.drop_name = false;
  }
}

/// Of a label that a query makes: nested calls may double one at each level.
constexpr std::size_t kLongestValue = std::size_t{1} << 20U;

/// To be asked before a value of `length` bytes is made for label `target`.
Status MayMake(QueryContext& context, const Call& call, std::size_t length) {
  if (length > kLongestValue) {
    return Fail(ErrorCode::kInvalidArgument,
                "{}() would give label {} a value of {} bytes; {} are allowed",
                call.function->name,
                Quoted(StringOf(*call.args[1])),
                length,
                kLongestValue);
  }
  SW_TRY(context.ChargeRoom(length));
  return context.Poll(length);
}

Status Replace(RowHead& head, RegexExpander& expander, QueryContext& context, const Call& call) {
  const auto length = expander.Match(head.labels.Get(StringOf(*call.args[3])));
  if (!length.has_value()) {
    return {};
  }
  SW_TRY(MayMake(context, call, *length));
  SetLabel(head, StringOf(*call.args[1]), expander.Expand());
  return {};
}

Result<RowSourcePtr> EvalLabelReplace(Evaluator& evaluator, const Expr& expr) {
  const auto& args = CallOf(expr).args;
  const std::string& target = StringOf(*args[1]);
  const std::string& replacement = StringOf(*args[2]);
  const std::string& pattern = StringOf(*args[4]);
  RE2::Options options;
  options.set_dot_nl(true);
  options.set_log_errors(false);
  const RE2 regex(ToRe2Syntax(pattern), options);
  if (!regex.ok()) {
    return Fail(
        ErrorCode::kInvalidArgument, "invalid regular expression in label_replace(): {}", pattern);
  }
  if (!IsValidName(target)) {
    return Fail(ErrorCode::kInvalidArgument,
                "invalid destination label name in label_replace(): {}",
                target);
  }
  SW_TRY_ASSIGN(RowSourcePtr vector, evaluator.Vector(*args[0]));
  RegexExpander expander(regex, replacement);
  for (RowHead& head : vector->mutable_heads()) {
    SW_TRY(Replace(head, expander, evaluator.context(), CallOf(expr)));
  }
  return MergeEqualRows(evaluator.context(), std::move(vector));
}

Result<RowSourcePtr> EvalLabelJoin(Evaluator& evaluator, const Expr& expr) {
  const auto& args = CallOf(expr).args;
  const std::string& target = StringOf(*args[1]);
  const std::string& separator = StringOf(*args[2]);
  for (std::size_t i = 3; i < args.size(); ++i) {
    if (!IsValidName(StringOf(*args[i]))) {
      return Fail(ErrorCode::kInvalidArgument,
                  "invalid source label name in label_join(): {}",
                  StringOf(*args[i]));
    }
  }
  if (!IsValidName(target)) {
    return Fail(
        ErrorCode::kInvalidArgument, "invalid destination label name in label_join(): {}", target);
  }
  SW_TRY_ASSIGN(RowSourcePtr vector, evaluator.Vector(*args[0]));
  for (RowHead& head : vector->mutable_heads()) {
    std::size_t length = 0;
    for (std::size_t i = 3; i < args.size(); ++i) {
      length += (i == 3 ? 0 : separator.size()) + head.labels.Get(StringOf(*args[i])).size();
    }
    SW_TRY(MayMake(evaluator.context(), CallOf(expr), length));
    std::string joined;
    joined.reserve(length);
    for (std::size_t i = 3; i < args.size(); ++i) {
      joined += i == 3 ? "" : separator;
      joined += head.labels.Get(StringOf(*args[i]));
    }
    SetLabel(head, target, joined);
  }
  return MergeEqualRows(evaluator.context(), std::move(vector));
}

/// Negative, zero or positive as `left` comes before, is or comes after `right`.
int CompareByLabels(const std::vector<ExprPtr>& args, const LabelSet& left, const LabelSet& right) {
  for (std::size_t i = 1; i < args.size(); ++i) {
    const std::string_view a = left.Get(StringOf(*args[i]));
    const std::string_view b = right.Get(StringOf(*args[i]));
    if (a != b) {
      return NaturallyBefore(a, b) ? -1 : 1;
    }
  }
  return left < right ? -1 : right < left ? 1 : 0;
}

Result<RowSourcePtr> EvalSortByLabel(Evaluator& evaluator, const Expr& call) {
  return SortRows(evaluator, call, [&](const Matrix& rows, std::size_t a, std::size_t b) {
    return CompareByLabels(CallOf(call).args, rows.head(a).labels, rows.head(b).labels) < 0;
  });
}

Result<RowSourcePtr> EvalSortByLabelDesc(Evaluator& evaluator, const Expr& call) {
  return SortRows(evaluator, call, [&](const Matrix& rows, std::size_t a, std::size_t b) {
    return CompareByLabels(CallOf(call).args, rows.head(a).labels, rows.head(b).labels) > 0;
  });
}

constexpr ValueType kVectorString[] = {ValueType::kInstantVector, ValueType::kString};
constexpr ValueType kVectorThreeStrings[] = {
    ValueType::kInstantVector, ValueType::kString, ValueType::kString, ValueType::kString};
constexpr ValueType kVectorFourStrings[] = {ValueType::kInstantVector,
                                            ValueType::kString,
                                            ValueType::kString,
                                            ValueType::kString,
                                            ValueType::kString};
constexpr ValueType kTwoVectors[] = {ValueType::kInstantVector, ValueType::kInstantVector};

constexpr Function kRows[] = {
    {.name = "info",
     .args = kTwoVectors,
     .variadic = 1,
     .experimental = true,
     .keeps_name = true,
     .takes_label_matchers = true,
     .summary = "Adds the labels of matching info metrics.",
     .example = "info(rate(http_requests_total[5m]), {version=~\".+\"})"},
    {.name = "label_join",
     .args = kVectorThreeStrings,
     .variadic = -1,
     .keeps_name = true,
     .eval = &EvalLabelJoin,
     .summary = "Joins the values of labels into a label.",
     .example = "label_join(up, \"where\", \"/\", \"job\", \"instance\")"},
    {.name = "label_replace",
     .args = kVectorFourStrings,
     .keeps_name = true,
     .eval = &EvalLabelReplace,
     .summary = "Sets a label from a regular expression over another.",
     .example = "label_replace(up, \"host\", \"$1\", \"instance\", \"(.*):.*\")"},
    {.name = "sort_by_label",
     .args = kVectorString,
     .variadic = -1,
     .experimental = true,
     .keeps_name = true,
     .eval = &EvalSortByLabel,
     .summary = "Instant result in ascending natural order of labels.",
     .example = "sort_by_label(up, \"instance\")"},
    {.name = "sort_by_label_desc",
     .args = kVectorString,
     .variadic = -1,
     .experimental = true,
     .keeps_name = true,
     .eval = &EvalSortByLabelDesc,
     .summary = "Instant result in descending natural order of labels.",
     .example = "sort_by_label_desc(up, \"instance\")"},
};

}  // namespace

std::span<const Function> LabelFunctions() {
  return kRows;
}

}  // namespace sidewatch::promql
