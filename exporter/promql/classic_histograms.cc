// Series that differ only in `le` are the buckets of one histogram. Which ones belong together is
// found once; then, histogram by histogram, its bucket rows are read and each step is computed.

#include "exporter/promql/classic_histograms.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <unordered_map>

#include "exporter/base/number.h"
#include "exporter/promql/bucket_math.h"
#include "exporter/promql/literal.h"
#include "exporter/promql/unique_rows.h"

namespace sidewatch::promql {
namespace {

constexpr std::string_view kBound = "le";

struct BucketRow {
  double upper = 0;
  std::size_t row = 0;
};

/// One histogram: what its series have in common, and its buckets by ascending bound.
struct Histogram {
  RowHead head;
  std::vector<BucketRow> buckets;
};

LabelSet WithoutBound(const LabelSet& labels) {
  std::vector<Label> kept;
  for (const Label label : labels) {
    if (label.name != kBound) {
      kept.push_back(label);
    }
  }
  return LabelSet::FromSorted(kept);
}

/// The name that annotations give: Prometheus has dropped it by then, unless it delays that.
std::string_view ShownMetric(const QueryContext& context, const LabelSet& labels) {
  return context.options().delayed_name_removal ? labels.Get(kMetricName) : std::string_view();
}

/// The histograms of a vector. Rows without a bound that can be read are told of if they are there
/// at all.
class HistogramReader {
 public:
  HistogramReader(QueryContext& context, RowSourcePtr rows, PositionRange argument)
      : context_(context), rows_(std::move(rows)), argument_(argument) {}

  Status Group() {
    std::unordered_map<LabelSet, std::size_t, LabelSetHash> known;
    for (std::size_t row = 0; row < rows_->size(); ++row) {
      SW_TRY_ASSIGN(const std::optional<double> upper, BoundOf(row));
      if (!upper.has_value()) {
        continue;
      }
      const LabelSet common = WithoutBound(rows_->head(row).labels);
      const auto [found, is_new] = known.try_emplace(common, histograms_.size());
      if (is_new) {
        histograms_.push_back({.head = {.labels = common}, .buckets = {}});
      }
      histograms_[found->second].buckets.push_back({*upper, row});
    }
    for (Histogram& histogram : histograms_) {
      std::ranges::stable_sort(histogram.buckets, {}, &BucketRow::upper);
    }
    return {};
  }

  const std::vector<Histogram>& histograms() const { return histograms_; }

  PositionRange argument() const { return argument_; }

  std::size_t steps() const { return rows_->steps(); }

  /// Calls `eval(step, buckets)` for each step at which the histogram has any bucket.
  Status ForEachStep(const Histogram& histogram,
                     const std::function<void(std::size_t, Buckets&)>& eval) {
    SW_TRY(context_.Poll(histogram.buckets.size() * steps()));
    SW_TRY(context_.ChargeSamples(histogram.buckets.size() * steps()));
    context_.ReleaseSamples(histogram.buckets.size() * steps());
    std::vector<RowBuffer> rows;
    rows.reserve(histogram.buckets.size());
    for (const BucketRow& bucket : histogram.buckets) {
      rows.emplace_back(steps());
      SW_TRY(rows_->Fill(bucket.row, rows.back().out()));
    }
    Buckets buckets;
    for (std::size_t step = 0; step < steps(); ++step) {
      buckets.clear();
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].view().present[step] != 0) {
          buckets.push_back({histogram.buckets[i].upper, rows[i].view().values[step]});
        }
      }
      if (!buckets.empty()) {
        eval(step, buckets);
      }
    }
    return {};
  }

 private:
  /// Nothing: the bound cannot be read, which has been told.
  Result<std::optional<double>> BoundOf(std::size_t row) {
    const std::optional<double> upper = ParseGoFloat(rows_->head(row).labels.Get(kBound));
    if (!upper.has_value()) {
      SW_TRY(TellOfBadBound(row));
    }
    return upper;
  }

  Status TellOfBadBound(std::size_t row) {
    RowBuffer buffer(steps());
    SW_TRY(rows_->Fill(row, buffer.out()));
    if (buffer.view().AnyPresent()) {
      const LabelSet& labels = rows_->head(row).labels;
      context_.annotations().BadBucketLabel(
          ShownMetric(context_, labels), labels.Get(kBound), argument_);
    }
    return {};
  }

  QueryContext& context_;
  RowSourcePtr rows_;
  PositionRange argument_;
  std::vector<Histogram> histograms_;
};

class QuantileSource final : public RowSource {
 public:
  /// One row of the result: a histogram, and the quantile at the steps where it is to be shown.
  struct Row {
    std::size_t histogram = 0;
    std::vector<std::optional<double>> quantiles;
  };

  QuantileSource(Evaluator& evaluator, HistogramReader reader)
      : RowSource(reader.steps()),
        context_(evaluator.context()),
        grid_(evaluator.grid()),
        reader_(std::move(reader)) {}

  const HistogramReader& reader() const { return reader_; }

  void AddRow(RowHead head, Row row) {
    heads_.push_back(std::move(head));
    rows_.push_back(std::move(row));
  }

  Status Fill(std::size_t row, RowOut out) override {
    out.Clear();
    const Row& wanted = rows_[row];
    const Histogram& histogram = reader_.histograms()[wanted.histogram];
    return reader_.ForEachStep(histogram, [&](std::size_t step, Buckets& buckets) {
      if (!wanted.quantiles[step].has_value()) {
        return;
      }
      MonotonicityRepair repair;
      out.Put(step, BucketQuantile(*wanted.quantiles[step], buckets, repair));
      if (repair.forced) {
        Tell(histogram, step, repair);
      }
    });
  }

 private:
  void Tell(const Histogram& histogram, std::size_t step, const MonotonicityRepair& repair) {
    context_.annotations().ForcedMonotonicity(ShownMetric(context_, histogram.head.labels),
                                              reader_.argument(),
                                              {.min_bucket = repair.min_bucket,
                                               .max_bucket = repair.max_bucket,
                                               .max_difference = repair.max_difference,
                                               .first = grid_.At(step),
                                               .last = grid_.At(step)});
  }

  QueryContext& context_;
  StepGrid grid_;
  HistogramReader reader_;
  std::vector<Row> rows_;
};

class FractionSource final : public RowSource {
 public:
  struct Edges {
    std::vector<double> lower;
    std::vector<double> upper;
  };

  FractionSource(HistogramReader reader, Edges edges)
      : RowSource(reader.steps()), reader_(std::move(reader)), edges_(std::move(edges)) {
    for (const Histogram& histogram : reader_.histograms()) {
      heads_.push_back(histogram.head);
    }
  }

  Status Fill(std::size_t row, RowOut out) override {
    out.Clear();
    return reader_.ForEachStep(reader_.histograms()[row], [&](std::size_t step, Buckets& buckets) {
      out.Put(step, BucketFraction(edges_.lower[step], edges_.upper[step], buckets));
    });
  }

 private:
  HistogramReader reader_;
  Edges edges_;
};

Result<HistogramReader> ReadHistograms(Evaluator& evaluator, const Expr& argument) {
  SW_TRY_ASSIGN(RowSourcePtr rows, evaluator.Vector(argument));
  HistogramReader reader(evaluator.context(), std::move(rows), argument.position);
  SW_TRY(reader.Group());
  return reader;
}

Result<std::vector<double>> Quantiles(Evaluator& evaluator, const Expr& argument) {
  SW_TRY_ASSIGN(std::vector<double> quantiles, evaluator.Scalar(argument));
  for (const double quantile : quantiles) {
    if (!(quantile >= 0 && quantile <= 1)) {
      evaluator.context().annotations().InvalidQuantile(quantile, argument.position);
    }
  }
  return quantiles;
}

/// A quantile as a label value: `0.5`, `1.0`.
std::string QuantileLabel(double quantile) {
  std::string text = FormatNumber(quantile);
  const bool whole = text.find_first_not_of("-0123456789") == std::string::npos;
  return whole ? text + ".0" : text;
}

/// The quantiles of one argument by the label that they get, in order of appearance.
struct Labelled {
  std::string label;
  std::vector<std::optional<double>> quantiles;
};

std::vector<Labelled> ByLabel(const std::vector<double>& quantiles) {
  std::vector<Labelled> all;
  for (std::size_t step = 0; step < quantiles.size(); ++step) {
    const std::string label = QuantileLabel(quantiles[step]);
    auto found = std::ranges::find(all, label, &Labelled::label);
    if (found == all.end()) {
      all.push_back({label, std::vector<std::optional<double>>(quantiles.size())});
      found = all.end() - 1;
    }
    found->quantiles[step] = quantiles[step];
  }
  return all;
}

}  // namespace

Result<RowSourcePtr> EvalHistogramQuantile(Evaluator& evaluator, const Expr& call) {
  const auto& args = std::get<Call>(call.node).args;
  SW_TRY_ASSIGN(const std::vector<double> quantiles, Quantiles(evaluator, *args[0]));
  SW_TRY_ASSIGN(HistogramReader reader, ReadHistograms(evaluator, *args[1]));
  auto source = std::make_unique<QuantileSource>(evaluator, std::move(reader));
  const std::vector<std::optional<double>> wanted(quantiles.begin(), quantiles.end());
  for (std::size_t i = 0; i < source->reader().histograms().size(); ++i) {
    source->AddRow(source->reader().histograms()[i].head, {.histogram = i, .quantiles = wanted});
  }
  return evaluator.DropNames(std::move(source));
}

Result<RowSourcePtr> EvalHistogramQuantiles(Evaluator& evaluator, const Expr& call) {
  const auto& args = std::get<Call>(call.node).args;
  const std::string& label = StringOf(*args[1]);
  SW_TRY_ASSIGN(HistogramReader reader, ReadHistograms(evaluator, *args[0]));
  auto source = std::make_unique<QuantileSource>(evaluator, std::move(reader));
  for (std::size_t arg = 2; arg < args.size(); ++arg) {
    SW_TRY_ASSIGN(const std::vector<double> quantiles, Quantiles(evaluator, *args[arg]));
    for (const Labelled& labelled : ByLabel(quantiles)) {
      for (std::size_t i = 0; i < source->reader().histograms().size(); ++i) {
        RowHead head = source->reader().histograms()[i].head;
        head.labels = LabelSetBuilder(head.labels).Set(label, labelled.label).Build();
        source->AddRow(std::move(head), {.histogram = i, .quantiles = labelled.quantiles});
      }
    }
  }
  // The label may have told histograms apart before.
  SW_TRY_ASSIGN(RowSourcePtr rows, evaluator.DropNames(std::move(source)));
  return MergeEqualRows(evaluator.context(), std::move(rows));
}

Result<RowSourcePtr> EvalHistogramFraction(Evaluator& evaluator, const Expr& call) {
  const auto& args = std::get<Call>(call.node).args;
  FractionSource::Edges edges;
  SW_TRY_ASSIGN(edges.lower, evaluator.Scalar(*args[0]));
  SW_TRY_ASSIGN(edges.upper, evaluator.Scalar(*args[1]));
  SW_TRY_ASSIGN(HistogramReader reader, ReadHistograms(evaluator, *args[2]));
  return evaluator.DropNames(std::make_unique<FractionSource>(std::move(reader), std::move(edges)));
}

}  // namespace sidewatch::promql
