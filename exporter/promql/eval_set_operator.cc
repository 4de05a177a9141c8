// `and`, `or`, `unless`: rows of one side, held back at the steps where their group is, or is not,
// on the other side.

#include "exporter/promql/evaluator.h"
#include "exporter/promql/grouper.h"
#include "exporter/promql/step_masks.h"
#include "exporter/promql/unique_rows.h"

namespace sidewatch::promql {
namespace {

class MaskedSource final : public RowSource {
 public:
  enum class Keep { kWhereSet, kWhereClear };

  MaskedSource(RowSourcePtr inner, std::vector<std::uint32_t> groups, StepMasks masks, Keep keep)
      : RowSource(inner->steps()),
        inner_(std::move(inner)),
        groups_(std::move(groups)),
        masks_(std::move(masks)),
        wanted_(keep == Keep::kWhereSet ? 1 : 0) {
    heads_ = inner_->TakeHeads();
  }

  Status Fill(std::size_t row, RowOut out) override {
    SW_TRY(inner_->Fill(row, out));
    const auto mask = masks_.Of(groups_[row]);
    for (std::size_t step = 0; step < out.steps(); ++step) {
      out.present[step] &= static_cast<std::uint8_t>(mask[step] == wanted_);
    }
    return {};
  }

 private:
  RowSourcePtr inner_;
  std::vector<std::uint32_t> groups_;
  StepMasks masks_;
  std::uint8_t wanted_;
};

class ConcatSource final : public RowSource {
 public:
  ConcatSource(RowSourcePtr first, RowSourcePtr second)
      : RowSource(first->steps()), first_(std::move(first)), second_(std::move(second)) {
    heads_ = first_->heads();
    heads_.insert(heads_.end(), second_->heads().begin(), second_->heads().end());
  }

  Status Fill(std::size_t row, RowOut out) override {
    return row < first_->size() ? first_->Fill(row, out) : second_->Fill(row - first_->size(), out);
  }

 private:
  RowSourcePtr first_;
  RowSourcePtr second_;
};

/// The rows of `kept` by what is known of `other`, which is read whole.
Result<RowSourcePtr> KeepBy(RowSourcePtr kept,
                            RowSource& other,
                            Grouper grouper,
                            MaskedSource::Keep keep) {
  std::vector<std::uint32_t> groups;
  groups.reserve(kept->size());
  for (const RowHead& head : kept->heads()) {
    groups.push_back(grouper.Add(head.labels));
  }
  StepMasks masks(grouper.size(), kept->steps());
  RowBuffer buffer(kept->steps());
  for (std::size_t i = 0; i < other.size(); ++i) {
    const auto group = grouper.Find(other.head(i).labels);
    if (!group.has_value()) {
      continue;
    }
    SW_TRY(other.Fill(i, buffer.out()));
    masks.Add(*group, buffer.view());
  }
  return RowSourcePtr(
      std::make_unique<MaskedSource>(std::move(kept), std::move(groups), std::move(masks), keep));
}

}  // namespace

Result<RowSourcePtr> EvalSetOperator(Evaluator& evaluator, const Binary& binary) {
  SW_TRY_ASSIGN(RowSourcePtr left, evaluator.Vector(*binary.left));
  SW_TRY_ASSIGN(RowSourcePtr right, evaluator.Vector(*binary.right));
  Grouper grouper = MatchGrouper(binary.matching.value_or(VectorMatching()));
  if (binary.op != BinaryOp::kOr) {
    return KeepBy(std::move(left),
                  *right,
                  std::move(grouper),
                  binary.op == BinaryOp::kAnd ? MaskedSource::Keep::kWhereSet
                                              : MaskedSource::Keep::kWhereClear);
  }
  SW_TRY_ASSIGN(std::unique_ptr<Matrix> all_left,
                Materialise(evaluator.context(), std::move(left)));
  SW_TRY_ASSIGN(
      RowSourcePtr rest,
      KeepBy(std::move(right), *all_left, std::move(grouper), MaskedSource::Keep::kWhereClear));
  return MergeEqualRows(evaluator.context(),
                        std::make_unique<ConcatSource>(std::move(all_left), std::move(rest)));
}

}  // namespace sidewatch::promql
