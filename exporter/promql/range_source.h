#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/promql/ast.h"
#include "exporter/promql/query_context.h"
#include "exporter/promql/rows.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::promql {

/// `@` and `offset`, known.
struct ResolvedShift {
  std::optional<std::int64_t> at{};
  std::int64_t offset = 0;

  std::int64_t Apply(std::int64_t time) const { return at.value_or(time) - offset; }
};

Result<ResolvedShift> ResolveShift(const QueryContext& context, const TimeShift& shift);

/// A range or step, in milliseconds: `folded`, or the value of `expr` where there is one. Errors:
/// kInvalidArgument, as Prometheus words them, for one that is not positive.
Result<std::int64_t> ResolvePositive(const QueryContext& context,
                                     const DurationExpr* expr,
                                     Duration folded);

/// A range vector: its series, and their samples on demand.
class RangeSource {
 public:
  RangeSource(const ResolvedShift& shift, std::int64_t range) : shift_(shift), range_(range) {}

  RangeSource(const RangeSource&) = delete;
  RangeSource& operator=(const RangeSource&) = delete;
  virtual ~RangeSource() = default;

  const std::vector<RowHead>& heads() const { return heads_; }

  /// For a source that shows the same rows in this one's place: only Load and Fork are used after.
  std::vector<RowHead> TakeHeads() { return std::move(heads_); }

  /// Length of the windows in milliseconds.
  std::int64_t range() const { return range_; }

  const ResolvedShift& shift() const { return shift_; }

  /// Where the window of the step at `time` ends; it ends there with its last sample.
  std::int64_t WindowEnd(std::int64_t time) const { return shift_.Apply(time); }

  /// Replaces `out` by all samples of a row that any window can hold, without stale markers.
  virtual Status Load(std::size_t row, storage::SampleColumns& out) = 0;

  /// A source of the same rows, without heads, for another thread; see RowSource::Fork.
  virtual std::unique_ptr<RangeSource> Fork() { return nullptr; }

 protected:
  std::vector<RowHead> heads_;

 private:
  ResolvedShift shift_;
  std::int64_t range_;
};

/// What of a row's samples lies in the window of each step: samples [low, high).
///
/// The series of one target have all their samples at the same times, so what was found for one row
/// is nearly always right for the next.
class WindowBounds {
 public:
  /// `source` and `grid` are the same at every call.
  void Find(std::span<const std::int64_t> times, const RangeSource& source, const StepGrid& grid);

  std::span<const std::uint32_t> low() const { return low_; }

  std::span<const std::uint32_t> high() const { return high_; }

 private:
  void FindOnly(std::span<const std::int64_t> times, const RangeSource& source, std::int64_t at);

  std::vector<std::int64_t> times_;  // Of the row before.
  std::vector<std::uint32_t> low_;
  std::vector<std::uint32_t> high_;
};

/// Space that range functions may use for a row, kept from row to row.
struct RangeScratch {
  std::vector<double> values;
  std::vector<std::uint32_t> indices;
};

/// One series of a range vector with the windows of all steps.
struct RangeRow {
  std::span<const std::int64_t> times;  ///< Unix milliseconds, ascending.
  std::span<const double> values;
  std::span<const std::uint32_t> low;  ///< A step's window is the samples [low, high).
  std::span<const std::uint32_t> high;
  const RangeSource& source;
  const StepGrid& grid;
  /// The scalar arguments in order, a value each step.
  std::array<std::span<const double>, 2> scalars;
  RangeScratch& scratch;
  QueryContext& context;
  PositionRange scalar_position;  ///< Of the first scalar argument.
  std::optional<Error>& error;    ///< Set to fail the query.
};

}  // namespace sidewatch::promql
