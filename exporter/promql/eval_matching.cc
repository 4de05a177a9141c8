// Arithmetic and comparisons between two vectors.
//
// One side of a match is the "many" side (the left one if it is one-to-one), the other the "one"
// side. Series meet by their match group, and each pair that meets becomes one row of the result,
// labelled once. Whether both are present is known only step by step, so that is also when it shows
// whether a group really had two series at once where one is allowed.

#include <algorithm>
#include <limits>

#include "exporter/base/check.h"
#include "exporter/promql/binary_kernels.h"
#include "exporter/promql/evaluator.h"
#include "exporter/promql/grouper.h"
#include "exporter/promql/step_masks.h"
#include "exporter/promql/text.h"
#include "exporter/promql/unique_rows.h"

namespace sidewatch::promql {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

/// Rows that meet. A side that is kNone stands for a series that a fill modifier makes up.
struct Pair {
  std::uint32_t many = kNone;
  std::uint32_t one = kNone;
  std::uint32_t group = 0;
};

/// What does not change from row to row.
struct Terms {
  const NumberOperator* op = nullptr;
  bool one_is_left = false;
  bool one_to_one = false;
  bool filter = false;
  std::optional<double> fill_many;
  std::optional<double> fill_one;
};

/// Which rows of one side are in a group, as chains through the rows.
struct GroupRows {
  std::vector<std::uint32_t> first;  ///< By group.
  std::vector<std::uint32_t> next;   ///< By row.
  std::vector<std::uint32_t> group;  ///< By row.

  void Index(const std::vector<RowHead>& heads, Grouper& grouper) {
    next.assign(heads.size(), kNone);
    for (const RowHead& head : heads) {
      group.push_back(grouper.Add(head.labels));
    }
    first.assign(grouper.size(), kNone);
    for (std::size_t row = heads.size(); row-- > 0;) {
      next[row] = first[group[row]];
      first[group[row]] = static_cast<std::uint32_t>(row);
    }
  }

  std::uint32_t First(std::uint32_t in_group) const {
    return in_group < first.size() ? first[in_group] : kNone;
  }

  bool HasCompany() const {
    return std::ranges::any_of(next, [](std::uint32_t row) { return row != kNone; });
  }
};

struct Sides {
  RowSourcePtr many;
  std::unique_ptr<Matrix> one;
  /// Present where no made-up series may stand; only with a fill modifier.
  std::optional<StepMasks> many_masks;
  std::optional<StepMasks> one_masks;
};

class PairSource final : public RowSource {
 public:
  PairSource(const Terms& terms,
             Sides sides,
             std::vector<Pair> pairs,
             std::vector<RowHead> pair_heads)
      : RowSource(sides.one->steps()),
        terms_(terms),
        sides_(std::move(sides)),
        pairs_(std::move(pairs)),
        one_(steps()),
        results_(steps()) {
    heads_ = std::move(pair_heads);
  }

  const Pair& pair(std::size_t row) const { return pairs_[row]; }

  /// Where both are present, whatever the operator says; `out` holds the many side's values.
  Status Meet(std::size_t row, RowOut out) {
    SW_TRY(FillMany(pairs_[row], out));
    const RowView one = One(pairs_[row]);
    for (std::size_t step = 0; step < out.steps(); ++step) {
      out.present[step] &= one.present[step];
    }
    return {};
  }

  Status Fill(std::size_t row, RowOut out) override {
    SW_TRY(Meet(row, out));
    const RowView one = One(pairs_[row]);
    const std::span<const double> left = terms_.one_is_left ? one.values : out.values;
    const std::span<const double> right = terms_.one_is_left ? out.values : one.values;
    if (!terms_.filter) {
      terms_.op->apply(left, right, out.values);
      return {};
    }
    terms_.op->apply(left, right, results_);
    for (std::size_t step = 0; step < out.steps(); ++step) {
      out.present[step] &= static_cast<std::uint8_t>(results_[step] != 0);
      out.values[step] = left[step];
    }
    return {};
  }

 private:
  static void FillConstant(double value, std::span<const std::uint8_t> taken, RowOut out) {
    for (std::size_t step = 0; step < out.steps(); ++step) {
      out.values[step] = value;
      out.present[step] = taken.empty() || taken[step] == 0 ? 1 : 0;
    }
  }

  Status FillMany(const Pair& pair, RowOut out) {
    if (pair.many != kNone) {
      return sides_.many->Fill(pair.many, out);
    }
    FillConstant(*terms_.fill_many, sides_.many_masks->Of(pair.group), out);
    return {};
  }

  RowView One(const Pair& pair) {
    if (pair.one != kNone) {
      return sides_.one->view(pair.one);
    }
    FillConstant(*terms_.fill_one, sides_.one_masks->Of(pair.group), one_.out());
    return one_.view();
  }

  Terms terms_;
  Sides sides_;
  std::vector<Pair> pairs_;
  RowBuffer one_;
  std::vector<double> results_;
};

class VectorMatcher {
 public:
  VectorMatcher(Evaluator& evaluator, const Binary& binary)
      : evaluator_(evaluator),
        binary_(binary),
        matching_(binary.matching.has_value() ? *binary.matching : Default()),
        grouper_(MatchGrouper(matching_)) {
    terms_.op = FindNumberOperator(binary.op);
    SW_CHECK(terms_.op != nullptr, "no such operator between vectors");
    terms_.one_is_left = matching_.card == MatchCardinality::kOneToMany;
    terms_.one_to_one = matching_.card == MatchCardinality::kOneToOne;
    terms_.filter = terms_.op->comparison && !binary.return_bool;
    // As in Prometheus, the sides of fill modifiers are those after group_right has swapped them.
    terms_.fill_many = matching_.fill_left;
    terms_.fill_one = matching_.fill_right;
  }

  Result<RowSourcePtr> Run() {
    SW_TRY(EvaluateSides());
    SW_TRY(CheckOneSide());
    MakePairs();
    auto source = std::make_unique<PairSource>(
        terms_, std::move(sides_), std::move(pairs_), std::move(heads_));
    SW_TRY_ASSIGN(RowSourcePtr checked, CheckManySide(std::move(source)));
    return MergeEqualRows(evaluator_.context(), std::move(checked));
  }

 private:
  static const VectorMatching& Default() {
    static const VectorMatching kMatching;
    return kMatching;
  }

  bool fills() const { return terms_.fill_many.has_value() || terms_.fill_one.has_value(); }

  Status EvaluateSides() {
    QueryContext& context = evaluator_.context();
    SW_TRY_ASSIGN(RowSourcePtr left, evaluator_.Vector(*binary_.left));
    SW_TRY_ASSIGN(RowSourcePtr right, evaluator_.Vector(*binary_.right));
    if (terms_.one_is_left) {
      std::swap(left, right);
    }
    SW_TRY_ASSIGN(sides_.one, Materialise(context, std::move(right)));
    one_rows_.Index(sides_.one->heads(), grouper_);
    if (!fills() && !one_rows_.HasCompany()) {
      sides_.many = std::move(left);
      return {};
    }
    SW_TRY_ASSIGN(std::unique_ptr<Matrix> many, Materialise(context, std::move(left)));
    many_ = many.get();
    sides_.many = std::move(many);
    return {};
  }

  /// Two series at once in a group of the one side are an error wherever the other side has any.
  Status CheckOneSide() {
    if (!one_rows_.HasCompany()) {
      return {};
    }
    const std::size_t steps = many_->steps();
    StepMasks any_many(1, steps);
    for (std::size_t row = 0; row < many_->size(); ++row) {
      any_many.Add(0, many_->view(row));
    }
    std::vector<std::uint32_t> seen(one_rows_.first.size());
    for (std::size_t step = 0; step < steps; ++step) {
      if (any_many.Of(0)[step] == 0 && !terms_.fill_many.has_value()) {
        continue;
      }
      std::ranges::fill(seen, kNone);
      for (std::uint32_t row = 0; row < sides_.one->size(); ++row) {
        if (sides_.one->view(row).present[step] == 0) {
          continue;
        }
        std::uint32_t& other = seen[one_rows_.group[row]];
        if (other != kNone) {
          return Duplicate(other, row);
        }
        other = row;
      }
    }
    return {};
  }

  Status Duplicate(std::uint32_t first, std::uint32_t second) const {
    const LabelSet* a = &sides_.one->head(first).labels;
    const LabelSet* b = &sides_.one->head(second).labels;
    if (*b < *a) {
      std::swap(a, b);
    }
    return Fail(ErrorCode::kInvalidArgument,
                "found duplicate series for the match group {} on the {} hand-side of the "
                "operation: [{}, {}];many-to-many matching not allowed: matching labels must be "
                "unique on one side",
                PrintLabelSet(grouper_.Common(*a)),
                terms_.one_is_left ? "left" : "right",
                PrintLabelSet(*a),
                PrintLabelSet(*b));
  }

  void MakePairs() {
    std::vector<std::uint32_t> many_groups;
    many_groups.reserve(sides_.many->size());
    pairs_.reserve(sides_.many->size());
    heads_.reserve(sides_.many->size());
    for (std::uint32_t row = 0; row < sides_.many->size(); ++row) {
      const LabelSet& labels = sides_.many->head(row).labels;
      std::optional<std::uint32_t> group = grouper_.Find(labels);
      if (!group.has_value() && terms_.fill_one.has_value()) {
        group = grouper_.Add(labels);
      }
      many_groups.push_back(group.value_or(kNone));
      if (group.has_value()) {
        PairUp(row, *group);
      }
    }
    if (fills()) {
      MakeMasks(many_groups);
    }
    if (terms_.fill_many.has_value()) {
      for (std::uint32_t row = 0; row < sides_.one->size(); ++row) {
        AddPair({.one = row, .group = one_rows_.group[row]});
      }
    }
  }

  void PairUp(std::uint32_t many, std::uint32_t group) {
    for (std::uint32_t one = one_rows_.First(group); one != kNone; one = one_rows_.next[one]) {
      AddPair({.many = many, .one = one, .group = group});
    }
    if (terms_.fill_one.has_value()) {
      AddPair({.many = many, .group = group});
    }
  }

  void MakeMasks(const std::vector<std::uint32_t>& many_groups) {
    sides_.many_masks.emplace(grouper_.size(), many_->steps());
    sides_.one_masks.emplace(grouper_.size(), many_->steps());
    for (std::size_t row = 0; row < many_groups.size(); ++row) {
      if (many_groups[row] != kNone) {
        sides_.many_masks->Add(many_groups[row], many_->view(row));
      }
    }
    for (std::size_t row = 0; row < sides_.one->size(); ++row) {
      sides_.one_masks->Add(one_rows_.group[row], sides_.one->view(row));
    }
  }

  void AddPair(const Pair& pair) {
    if (pair.many != kNone && pair.one != kNone) {
      heads_.push_back(ResultHead(sides_.many->head(pair.many), sides_.one->head(pair.one).labels));
    } else if (pair.many != kNone) {
      const RowHead& many = sides_.many->head(pair.many);
      heads_.push_back(ResultHead(many, grouper_.Common(many.labels)));
    } else {
      const LabelSet& one = sides_.one->head(pair.one).labels;
      heads_.push_back(ResultHead({.labels = grouper_.Common(one)}, one));
    }
    pairs_.push_back(pair);
  }

  RowHead ResultHead(const RowHead& many, const LabelSet& one) {
    const bool delayed = evaluator_.context().options().delayed_name_removal;
    const bool drops = !terms_.filter;
    const bool drop_now = drops && !delayed;
    const bool drop_later = many.drop_name || (drops && delayed);
    if (!terms_.one_to_one && matching_.include.empty()) {
      return {.labels = drop_now ? WithoutName(many.labels) : many.labels, .drop_name = drop_later};
    }
    kept_.clear();
    for (const Label label : many.labels) {
      if (Keeps(label.name) && !(drop_now && IsMetadataLabel(label.name))) {
        kept_.push_back(label);
      }
    }
    for (const std::string& name : matching_.include) {
      if (const std::string_view value = one.Get(name); !value.empty()) {
        PutLabel({name, value});
      }
    }
    return {.labels = LabelSet::FromSorted(kept_), .drop_name = drop_later};
  }

  /// Into kept_, in order. A label may be named twice.
  void PutLabel(const Label& label) {
    const auto place = std::ranges::lower_bound(kept_, label.name, {}, &Label::name);
    if (place == kept_.end() || place->name != label.name) {
      kept_.insert(place, label);
    }
  }

  bool Keeps(std::string_view name) const {
    if (std::ranges::find(matching_.include, name) != matching_.include.end()) {
      return false;
    }
    const bool named = std::ranges::find(matching_.labels, name) != matching_.labels.end();
    return !terms_.one_to_one || named == matching_.on;
  }

  /// Pairs of one group that may not be there at once: all of them if it is one-to-one, else those
  /// that have the same labels.
  Result<RowSourcePtr> CheckManySide(std::unique_ptr<PairSource> source) const;

  Evaluator& evaluator_;
  const Binary& binary_;
  const VectorMatching& matching_;
  Grouper grouper_;
  Terms terms_;
  Sides sides_;
  Matrix* many_ = nullptr;
  GroupRows one_rows_;
  std::vector<Pair> pairs_;
  std::vector<RowHead> heads_;
  std::vector<Label> kept_;
};

Result<RowSourcePtr> VectorMatcher::CheckManySide(std::unique_ptr<PairSource> source) const {
  std::vector<std::uint64_t> keys(source->size());
  for (std::size_t row = 0; row < keys.size(); ++row) {
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;
    const std::uint64_t group = source->pair(row).group;
    keys[row] = terms_.one_to_one ? group : (group * kMix) ^ source->head(row).labels.Hash();
  }
  std::vector<std::uint64_t> distinct = keys;
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() == keys.size()) {
    return RowSourcePtr(std::move(source));
  }
  StepMasks taken(distinct.size(), source->steps());
  RowBuffer buffer(source->steps());
  for (std::size_t row = 0; row < source->size(); ++row) {
    const auto rivals =
        static_cast<std::size_t>(std::ranges::lower_bound(distinct, keys[row]) - distinct.begin());
    // One-to-one is judged by what meets, even if a filter holds it back.
    SW_TRY(terms_.one_to_one ? source->Meet(row, buffer.out()) : source->Fill(row, buffer.out()));
    for (std::size_t step = 0; step < source->steps(); ++step) {
      if (buffer.view().present[step] != 0 && taken.Of(rivals)[step] != 0) {
        return Fail(ErrorCode::kInvalidArgument,
                    "multiple matches for labels: {}",
                    terms_.one_to_one
                        ? "many-to-one matching must be explicit (group_left/group_right)"
                        : "grouping labels must ensure unique matches");
      }
    }
    taken.Add(rivals, buffer.view());
  }
  return RowSourcePtr(std::move(source));
}

}  // namespace

Result<RowSourcePtr> EvalVectorMatching(Evaluator& evaluator, const Binary& binary) {
  return VectorMatcher(evaluator, binary).Run();
}

}  // namespace sidewatch::promql
