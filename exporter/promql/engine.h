#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"
#include "exporter/model/sample.h"
#include "exporter/promql/ast.h"
#include "exporter/promql/parser.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::promql {

struct EngineOptions {
  ParserOptions parser{};
  /// How old a sample may be that an instant selector still takes.
  Duration lookback_delta = std::chrono::minutes(5);
  /// Step of a subquery that names none: the evaluation interval.
  Duration default_subquery_step = std::chrono::minutes(1);
  /// Samples that one query may hold in memory, 16 bytes each and as much again on their way.
  std::size_t max_samples = 10'000'000;
  Duration timeout = std::chrono::minutes(2);
  /// Whether QueryResult::samples is wanted: counting costs a pass over each row.
  bool count_samples = false;
  /// promql-per-step-stats: the API shows the counts of each step too.
  bool per_step_stats = false;
  /// promql-delayed-name-removal: `__name__` stays visible until the end of the query.
  bool delayed_name_removal = false;
};

/// A parsed query; may be evaluated any number of times. Threads: safe to use from any at once.
class PreparedQuery {
 public:
  /// Errors: kInvalidArgument, worded `LINE:COL: parse error: …`.
  static Result<PreparedQuery> Parse(std::string_view text, const ParserOptions& options);

  PreparedQuery(std::string text, std::shared_ptr<const Expr> expr)
      : text_(std::move(text)), expr_(std::move(expr)) {}

  const std::string& text() const { return text_; }

  const Expr& expr() const { return *expr_; }

 private:
  std::string text_;
  std::shared_ptr<const Expr> expr_;
};

struct ScalarValue {
  TimePoint at;
  double value = 0;
};

struct StringValue {
  TimePoint at;
  std::string value;
};

struct VectorSample {
  LabelSet labels;
  TimePoint at;
  double value = 0;
};

struct MatrixSeries {
  LabelSet labels;
  std::vector<Sample> samples;
};

using VectorValue = std::vector<VectorSample>;
using MatrixValue = std::vector<MatrixSeries>;

/// Samples that a query looked at: a window counts all of its samples at each step anew.
struct SampleCounts {
  std::vector<std::pair<TimePoint, std::int64_t>> per_step;
  std::int64_t total = 0;
  std::int64_t read = 0;  ///< Each sample of a window once, however many steps look at it.
  std::size_t peak = 0;   ///< Most that were in memory at once.
};

/// What a query gives.
struct QueryResult {
  /// An instant query: whatever the expression's type is, in the order that the expression gives.
  /// A range query: always a MatrixValue, sorted by labels.
  std::variant<ScalarValue, StringValue, VectorValue, MatrixValue> value;
  /// `PromQL warning: … (line:col)`, sorted, each once.
  std::vector<std::string> warnings;
  std::vector<std::string> infos;
  /// Only with EngineOptions::count_samples.
  std::optional<SampleCounts> samples = {};
};

/// The steps of a range query; both ends belong to it.
struct QueryRange {
  TimePoint start;
  TimePoint end;
  Duration step{0};
};

/// Evaluates PromQL as Prometheus 3 does.
///
/// Errors:  kInvalidArgument   what Prometheus calls an execution error, in its words;
///          kLimitExceeded     max_samples;
///          kDeadlineExceeded  `query timed out in expression evaluation`;
///          kCancelled         `query was canceled in expression evaluation`;
///          and those of the queryable.
/// Threads: safe; queries share nothing.
class Engine {
 public:
  /// `clock` must outlive the engine.
  Engine(EngineOptions options, const Clock& clock) : options_(options), clock_(clock) {}

  const EngineOptions& options() const { return options_; }

  Result<PreparedQuery> Prepare(std::string_view text) const {
    return PreparedQuery::Parse(text, options_.parser);
  }

  Result<QueryResult> Instant(const storage::Queryable& queryable,
                              const PreparedQuery& query,
                              TimePoint at,
                              std::stop_token stop = {}) const;

  /// The expression must be a scalar or an instant vector, `range.step` positive, and the end not
  /// before the start: else kInvalidArgument.
  Result<QueryResult> Range(const storage::Queryable& queryable,
                            const PreparedQuery& query,
                            const QueryRange& range,
                            std::stop_token stop = {}) const;

 private:
  EngineOptions options_;
  const Clock& clock_;
};

}  // namespace sidewatch::promql
