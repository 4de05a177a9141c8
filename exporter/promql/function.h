#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <variant>

#include "exporter/base/result.h"
#include "exporter/promql/ast.h"

namespace sidewatch::promql {

class Evaluator;
class RowSource;
struct RangeRow;
struct RowOut;

/// A value for each sample of an instant vector.
using MapEval = double (*)(double value);
/// All steps of one series of a range vector at once. A step whose window is empty stays absent.
using RangeEval = void (*)(const RangeRow& row, RowOut out);
/// A scalar for each step.
using ScalarEval = Status (*)(Evaluator& evaluator, const Expr& call, std::span<double> out);
/// Everything else: a whole instant vector.
using VectorEval = Result<std::unique_ptr<RowSource>> (*)(Evaluator& evaluator, const Expr& call);
/// std::monostate: the parser knows the function, the engine refuses it by name.
using FunctionEval = std::variant<std::monostate, MapEval, RangeEval, ScalarEval, VectorEval>;

/// All that there is to know about a function. One row is the whole registration: the parser checks
/// `args`, the engine runs `eval`, documentation and completion print the rest.
struct Function {
  std::string_view name{};
  /// Types in order. With `variadic` the last one may be absent or repeat, as in Prometheus.
  std::span<const ValueType> args{};
  /// 0: exactly `args`; n: from args.size()-1 to args.size()-1+n; -1: at least args.size()-1.
  int variadic = 0;
  ValueType returns = ValueType::kInstantVector;
  /// Needs promql-experimental-functions.
  bool experimental = false;
  /// The results keep `__name__`, `__type__` and `__unit__`.
  bool keeps_name = false;
  /// The result depends on the evaluation time even if all selectors are fixed by `@`.
  bool varies_with_time = false;
  /// Made for counters: a metric name without a counter's suffix is worth an info.
  bool wants_counter = false;
  /// The second argument is a bare `{…}` of label matchers.
  bool takes_label_matchers = false;
  FunctionEval eval{};
  std::string_view summary{};
  std::string_view example{};
};

/// All functions, sorted by name.
std::span<const Function> Functions();

/// Null if there is none of that name.
const Function* FindFunction(std::string_view name);

}  // namespace sidewatch::promql
