#include "exporter/promql/sorted_source.h"

#include <algorithm>
#include <numeric>

namespace sidewatch::promql {
namespace {

/// The rows of another source in another order.
class PermutedSource final : public RowSource {
 public:
  PermutedSource(RowSourcePtr inner, std::vector<std::size_t> order)
      : RowSource(inner->steps()), inner_(std::move(inner)), order_(std::move(order)) {
    heads_.reserve(order_.size());
    for (const std::size_t row : order_) {
      heads_.push_back(inner_->head(row));
    }
  }

  Status Fill(std::size_t row, RowOut out) override { return inner_->Fill(order_[row], out); }

 private:
  RowSourcePtr inner_;
  std::vector<std::size_t> order_;
};

}  // namespace

Result<RowSourcePtr> SortRows(Evaluator& evaluator, const Expr& call, const RowOrder& order) {
  SW_TRY_ASSIGN(RowSourcePtr vector, evaluator.Vector(*std::get<Call>(call.node).args[0]));
  if (evaluator.context().is_range()) {
    evaluator.context().annotations().SortInRangeQuery(call.position);
    return vector;
  }
  if (vector->steps() > 1) {
    return vector;
  }
  SW_TRY_ASSIGN(std::unique_ptr<Matrix> rows, Materialise(evaluator.context(), std::move(vector)));
  std::vector<std::size_t> present;
  for (std::size_t row = 0; row < rows->size(); ++row) {
    if (rows->view(row).present[0] != 0) {
      present.push_back(row);
    }
  }
  std::ranges::stable_sort(present,
                           [&](std::size_t a, std::size_t b) { return order(*rows, a, b); });
  return RowSourcePtr(std::make_unique<PermutedSource>(std::move(rows), std::move(present)));
}

}  // namespace sidewatch::promql
