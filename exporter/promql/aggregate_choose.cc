// topk, bottomk, limitk and limit_ratio: rows of the input, kept at the steps where they are
// chosen.
//
// Which of equal values topk chooses, and in which order it gives them, follows from how Go's heap
// moves its elements. People compare answers, so the heap here moves them alike.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "exporter/promql/aggregate.h"
#include "exporter/promql/go_format.h"
#include "exporter/promql/label_hash.h"
#include "exporter/promql/unique_rows.h"

namespace sidewatch::promql {
namespace {

using Better = bool (*)(double, double);

/// NaN is the smallest for topk and the largest for bottomk: never before a number.
bool Larger(double a, double b) {
  return std::isnan(b) ? !std::isnan(a) : a > b;
}

bool Smaller(double a, double b) {
  return std::isnan(b) ? !std::isnan(a) : a < b;
}

/// How many of `rows` to choose at each step.
Result<std::vector<std::size_t>> Counts(const std::vector<double>& params, std::size_t rows) {
  constexpr double kTooLarge = 9'223'372'036'854'774'784.0;  // The last number before 2^63.
  constexpr double kTooSmall = -9'223'372'036'854'775'808.0;
  std::vector<std::size_t> counts;
  counts.reserve(params.size());
  for (const double param : params) {
    if (std::isnan(param)) {
      return Fail(ErrorCode::kInvalidArgument, "Parameter value is NaN");
    }
    if (param >= kTooLarge || param <= kTooSmall) {
      return Fail(ErrorCode::kInvalidArgument,
                  "Scalar value {} {}flows int64",
                  FormatGoG(param),
                  param > 0 ? "over" : "under");
    }
    const auto most = static_cast<double>(rows);
    counts.push_back(static_cast<std::size_t>(std::clamp(std::trunc(param), 0.0, most)));
  }
  return counts;
}

/// Rows by group, in the order of the rows.
std::vector<std::vector<std::uint32_t>> Members(const AggregateGroups& groups) {
  std::vector<std::vector<std::uint32_t>> members(groups.heads.size());
  for (std::uint32_t row = 0; row < groups.of_row.size(); ++row) {
    members[groups.of_row[row]].push_back(row);
  }
  return members;
}

/// The rows of `order`, which name rows of `from`, as a new matrix.
Result<std::unique_ptr<Matrix>> Reorder(QueryContext& context,
                                        const Matrix& from,
                                        const std::vector<std::uint32_t>& order) {
  auto result = std::make_unique<Matrix>(context, from.steps());
  for (const std::uint32_t row : order) {
    SW_TRY(result->AddRow(from.head(row)));
    std::ranges::copy(from.view(row).values, result->row(result->size() - 1).values.begin());
    std::ranges::copy(from.view(row).present, result->row(result->size() - 1).present.begin());
  }
  return result;
}

/// What Evaluator::DropNames left to do, for the rows that are still there.
void DropMarkedNames(const QueryContext& context, RowSource& rows) {
  if (context.options().delayed_name_removal) {
    return;
  }
  for (RowHead& head : rows.mutable_heads()) {
    if (std::exchange(head.drop_name, false)) {
      head.labels = WithoutName(head.labels);
    }
  }
}

/// The best rows at a step, the worst of them in front, as Go's container/heap keeps them.
class BestRows {
 public:
  BestRows(const Matrix& rows, Better better) : rows_(rows), better_(better) {}

  void Start(std::size_t step, std::size_t most) {
    step_ = step;
    most_ = most;
    heap_.clear();
  }

  void Offer(std::uint32_t row) {
    if (heap_.size() < most_) {
      heap_.push_back(row);
      Rise(heap_.size() - 1);
    } else if (most_ > 0 && better_(ValueOf(row), ValueOf(heap_.front()))) {
      heap_.front() = row;
      Sink();
    }
  }

  /// The best one first.
  std::span<const std::uint32_t> Sorted() {
    // Up to so many Go sorts by insertion; what it does with equal ones beyond nobody relies on.
    constexpr std::size_t kByInsertion = 12;
    if (heap_.size() > kByInsertion) {
      std::ranges::stable_sort(heap_, better_, [this](std::uint32_t row) { return ValueOf(row); });
      return heap_;
    }
    for (std::size_t i = 1; i < heap_.size(); ++i) {
      for (std::size_t j = i; j > 0 && Below(heap_[j - 1], heap_[j]); --j) {
        std::swap(heap_[j - 1], heap_[j]);
      }
    }
    return heap_;
  }

 private:
  double ValueOf(std::uint32_t row) const { return rows_.view(row).values[step_]; }

  /// NaN is below everything, another NaN too.
  bool Below(std::uint32_t a, std::uint32_t b) const {
    return std::isnan(ValueOf(a)) || better_(ValueOf(b), ValueOf(a));
  }

  void Rise(std::size_t at) {
    while (at > 0 && Below(heap_[at], heap_[(at - 1) / 2])) {
      std::swap(heap_[at], heap_[(at - 1) / 2]);
      at = (at - 1) / 2;
    }
  }

  void Sink() {
    std::size_t at = 0;
    for (std::size_t child = 1; child < heap_.size(); child = 2 * at + 1) {
      if (child + 1 < heap_.size() && Below(heap_[child + 1], heap_[child])) {
        ++child;
      }
      if (!Below(heap_[child], heap_[at])) {
        return;
      }
      std::swap(heap_[at], heap_[child]);
      at = child;
    }
  }

  const Matrix& rows_;
  Better better_;
  std::size_t step_ = 0;
  std::size_t most_ = 0;
  std::vector<std::uint32_t> heap_;
};

class Chooser {
 public:
  /// `better` null: no row is better than another, the first ones stay.
  Chooser(Matrix& rows, Better better) : rows_(rows), better_(better), best_(rows, better) {}

  /// Keeps the `count` best of `members` at `step`, and gives them back in order.
  std::span<const std::uint32_t> Keep(std::size_t step,
                                      const std::vector<std::uint32_t>& members,
                                      std::size_t count) {
    candidates_.clear();
    for (const std::uint32_t row : members) {
      if (rows_.view(row).present[step] != 0) {
        candidates_.push_back(row);
        rows_.row(row).present[step] = 0;
      }
    }
    const std::span<const std::uint32_t> kept = Choose(step, count);
    for (const std::uint32_t row : kept) {
      rows_.row(row).present[step] = 1;
    }
    return kept;
  }

 private:
  std::span<const std::uint32_t> Choose(std::size_t step, std::size_t count) {
    if (better_ == nullptr) {
      return std::span(candidates_).first(std::min(count, candidates_.size()));
    }
    best_.Start(step, count);
    for (const std::uint32_t row : candidates_) {
      best_.Offer(row);
    }
    return best_.Sorted();
  }

  Matrix& rows_;
  Better better_;
  BestRows best_;
  std::vector<std::uint32_t> candidates_;
};

Result<RowSourcePtr> ChooseBest(AggregateInput input, Better better) {
  SW_TRY_ASSIGN(const std::vector<double> params, input.evaluator.Scalar(*input.aggregate.param));
  const auto members = Members(GroupRows(input.aggregate, input.rows->heads()));
  QueryContext& context = input.evaluator.context();
  SW_TRY_ASSIGN(std::unique_ptr<Matrix> rows, Materialise(context, std::move(input.rows)));
  // Only now: what is wrong with the rows is told first.
  SW_TRY_ASSIGN(const std::vector<std::size_t> counts, Counts(params, rows->size()));
  Chooser chooser(*rows, better);
  std::vector<std::uint32_t> order;
  for (std::size_t step = 0; step < rows->steps(); ++step) {
    SW_TRY(context.Poll(rows->size()));
    for (const auto& group : members) {
      const auto kept = chooser.Keep(step, group, counts[step]);
      if (rows->steps() == 1) {
        order.insert(order.end(), kept.begin(), kept.end());
      }
    }
  }
  if (rows->steps() == 1) {
    SW_TRY_ASSIGN(rows, Reorder(context, *rows, order));
  }
  DropMarkedNames(context, *rows);
  return RowSourcePtr(std::move(rows));
}

/// The share of the numbers that hashes have, in the measure that limit_ratio cuts.
double HashShare(const LabelSet& labels) {
  return static_cast<double>(HashForRatio(labels)) / 18'446'744'073'709'551'615.0;
}

}  // namespace

Result<RowSourcePtr> AggregateTopk(AggregateInput input) {
  return ChooseBest(std::move(input), &Larger);
}

Result<RowSourcePtr> AggregateBottomk(AggregateInput input) {
  return ChooseBest(std::move(input), &Smaller);
}

Result<RowSourcePtr> AggregateLimitk(AggregateInput input) {
  return ChooseBest(std::move(input), nullptr);
}

Result<RowSourcePtr> AggregateLimitRatio(AggregateInput input) {
  QueryContext& context = input.evaluator.context();
  SW_TRY_ASSIGN(std::vector<double> ratios, input.evaluator.Scalar(*input.aggregate.param));
  for (double& ratio : ratios) {
    if (std::isnan(ratio)) {
      return Fail(ErrorCode::kInvalidArgument, "Ratio value is NaN");
    }
    const double capped = std::clamp(ratio, -1.0, 1.0);
    if (capped != ratio) {
      context.annotations().InvalidRatio(ratio, capped, input.aggregate.param->position);
      ratio = capped;
    }
  }
  SW_TRY_ASSIGN(std::unique_ptr<Matrix> rows, Materialise(context, std::move(input.rows)));
  for (std::size_t row = 0; row < rows->size(); ++row) {
    const double share = HashShare(rows->head(row).labels);
    const RowOut out = rows->row(row);
    for (std::size_t step = 0; step < out.steps(); ++step) {
      const bool kept = ratios[step] >= 0 ? share < ratios[step] : share >= 1 + ratios[step];
      out.present[step] &= static_cast<std::uint8_t>(kept);
    }
  }
  return RowSourcePtr(std::move(rows));
}

}  // namespace sidewatch::promql
