#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace sidewatch::promql {

class QueryContext;

/// The times at which an expression is evaluated, in Unix milliseconds.
struct StepGrid {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::size_t count = 1;

  std::int64_t At(std::size_t index) const {
    return start + step * static_cast<std::int64_t>(index);
  }

  std::int64_t end() const { return At(count - 1); }
};

/// Where one series' value at each step is written. NaN is a value, so presence is kept apart.
struct RowOut {
  std::span<double> values;
  std::span<std::uint8_t> present;  ///< 0 or 1; a value is undefined where it is 0.

  std::size_t steps() const { return values.size(); }

  void Put(std::size_t step, double value) const {
    values[step] = value;
    present[step] = 1;
  }

  /// Makes every step absent.
  void Clear() const;
};

struct RowView {
  std::span<const double> values;
  std::span<const std::uint8_t> present;

  bool AnyPresent() const;
};

/// Where rows that follow each other are written, one after another. Shapes: rows × steps.
struct RowsOut {
  std::span<double> values;
  std::span<std::uint8_t> present;
  std::size_t steps = 1;

  std::size_t rows() const { return values.size() / steps; }

  RowOut row(std::size_t index) const {
    return {values.subspan(index * steps, steps), present.subspan(index * steps, steps)};
  }
};

/// What identifies a row.
struct RowHead {
  LabelSet labels;
  /// With delayed name removal: the metric name goes at the end of the query.
  bool drop_name = false;
};

/// An instant vector at every step of a query: all that is known of its series before a sample is
/// read, and their values on demand, a whole row at once.
///
/// A row may turn out to be absent at every step; such a series does not exist.
class RowSource {
 public:
  explicit RowSource(std::size_t steps) : steps_(steps) {}

  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  std::size_t steps() const { return steps_; }

  std::size_t size() const { return heads_.size(); }

  const std::vector<RowHead>& heads() const { return heads_; }

  const RowHead& head(std::size_t row) const { return heads_[row]; }

  /// Changes what identifies rows; their number stays.
  std::vector<RowHead>& mutable_heads() { return heads_; }

  /// For a source that shows the same rows in this one's place: only Fill and Fork are used after.
  std::vector<RowHead> TakeHeads() { return std::move(heads_); }

  /// Writes every step of row `row`. Rows may be asked for in any order, and again.
  virtual Status Fill(std::size_t row, RowOut out) = 0;

  /// Writes the rows from `first` on, as many as `out` has: for rows of few steps each, quicker
  /// than one by one.
  virtual Status FillRows(std::size_t first, const RowsOut& out);

  /// A source of the same rows, without heads, that another thread may fill beside this one. Null:
  /// there is none. Lifetime: ends before this one's.
  virtual std::unique_ptr<RowSource> Fork() { return nullptr; }

 protected:
  std::vector<RowHead> heads_;

 private:
  std::size_t steps_;
};

using RowSourcePtr = std::unique_ptr<RowSource>;

/// Rows held in memory, which count against the query's limit of samples while they live.
class Matrix final : public RowSource {
 public:
  /// `context` must outlive the matrix.
  Matrix(QueryContext& context, std::size_t steps) : RowSource(steps), context_(context) {}

  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;

  ~Matrix() override;

  /// Adds a row that is absent everywhere. Errors: kLimitExceeded.
  Status AddRow(RowHead head);

  /// Adds `rows` rows of `source`, all of them by default. Errors: those of the source, and
  /// kLimitExceeded.
  Status AddRows(RowSource& source);

  RowOut row(std::size_t index) {
    return {std::span(values_).subspan(index * steps(), steps()),
            std::span(present_).subspan(index * steps(), steps())};
  }

  RowView view(std::size_t index) const {
    return {std::span(values_).subspan(index * steps(), steps()),
            std::span(present_).subspan(index * steps(), steps())};
  }

  Status Fill(std::size_t row, RowOut out) override;
  Status FillRows(std::size_t first, const RowsOut& out) override;

 private:
  QueryContext& context_;
  std::vector<double> values_;
  std::vector<std::uint8_t> present_;
};

/// Reads all of `source`; gives it back as it is if it is a Matrix already.
Result<std::unique_ptr<Matrix>> Materialise(QueryContext& context, RowSourcePtr source);

/// One row's scratch space.
class RowBuffer {
 public:
  explicit RowBuffer(std::size_t steps) : values_(steps), present_(steps) {}

  RowOut out() { return {values_, present_}; }

  RowView view() const { return {values_, present_}; }

 private:
  std::vector<double> values_;
  std::vector<std::uint8_t> present_;
};

/// Scratch space of rows that follow each other.
class RowsBuffer {
 public:
  /// Makes room for `rows` rows; what they are is lost.
  RowsOut Reset(std::size_t rows, std::size_t steps);

  RowView view(std::size_t row) const {
    return {std::span(values_).subspan(row * steps_, steps_),
            std::span(present_).subspan(row * steps_, steps_)};
  }

 private:
  std::size_t steps_ = 0;
  std::vector<double> values_;
  std::vector<std::uint8_t> present_;
};

}  // namespace sidewatch::promql
