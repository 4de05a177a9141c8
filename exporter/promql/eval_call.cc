// Runs a function as its row in the table says: value by value, window by window, or as a whole.

#include <algorithm>
#include <array>

#include "exporter/base/check.h"
#include "exporter/promql/evaluator.h"
#include "exporter/promql/function.h"
#include "exporter/promql/unique_rows.h"

namespace sidewatch::promql {
namespace {

class MapSource final : public RowSource {
 public:
  MapSource(RowSourcePtr inner, MapEval eval)
      : RowSource(inner->steps()), inner_(std::move(inner)), eval_(eval) {
    heads_ = inner_->TakeHeads();
  }

  std::unique_ptr<RowSource> Fork() override {
    RowSourcePtr inner = inner_->Fork();
    return inner == nullptr ? nullptr : std::make_unique<MapSource>(std::move(inner), eval_);
  }

  Status Fill(std::size_t row, RowOut out) override {
    SW_TRY(inner_->Fill(row, out));
    for (std::size_t step = 0; step < out.steps(); ++step) {
      if (out.present[step] != 0) {
        out.values[step] = eval_(out.values[step]);
      }
    }
    return {};
  }

 private:
  RowSourcePtr inner_;
  MapEval eval_;
};

/// One series without labels whose value is the evaluation time.
class TimeSource final : public RowSource {
 public:
  explicit TimeSource(const StepGrid& grid) : RowSource(grid.count), grid_(grid) {
    heads_.resize(1);
  }

  Status Fill(std::size_t /*row*/, RowOut out) override {
    for (std::size_t step = 0; step < out.steps(); ++step) {
      out.Put(step, static_cast<double>(grid_.At(step)) / 1000);
    }
    return {};
  }

 private:
  StepGrid grid_;
};

bool LooksLikeCounter(std::string_view name) {
  constexpr std::array<std::string_view, 4> kSuffixes = {"_total", "_sum", "_count", "_bucket"};
  return std::ranges::any_of(kSuffixes, [&](std::string_view s) { return name.ends_with(s); });
}

class RangeCallSource final : public RowSource {
 public:
  struct Options {
    const Function& function;
    RangeEval eval = nullptr;
    PositionRange argument{};
    PositionRange scalar_position{};
    bool suspicious = false;  ///< Each series may not be a counter though the function wants one.
    std::array<std::vector<double>, 2> scalars{};
  };

  RangeCallSource(Evaluator& evaluator, Options options, std::unique_ptr<RangeSource> range)
      : RowSource(evaluator.grid().count),
        context_(evaluator.context()),
        grid_(evaluator.grid()),
        options_(std::move(options)),
        range_(std::move(range)),
        named_(*range_) {
    heads_ = options_.suspicious ? range_->heads() : range_->TakeHeads();
  }

  /// Without heads, for Fork.
  RangeCallSource(const RangeCallSource& of, std::unique_ptr<RangeSource> range)
      : RowSource(of.steps()),
        context_(of.context_),
        grid_(of.grid_),
        options_(of.options_),
        range_(std::move(range)),
        named_(of.named_) {}

  std::unique_ptr<RowSource> Fork() override {
    std::unique_ptr<RangeSource> range = range_->Fork();
    return range == nullptr ? nullptr : std::make_unique<RangeCallSource>(*this, std::move(range));
  }

  Status Fill(std::size_t row, RowOut out) override {
    SW_TRY(range_->Load(row, samples_));
    if (samples_.times.empty()) {
      out.Clear();
      return {};
    }
    bounds_.Find(samples_.times, *range_, grid_);
    if (context_.counts_samples()) {
      context_.CountSamples(bounds_.low(), bounds_.high());
    }
    const RangeRow in{.times = samples_.times,
                      .values = samples_.values,
                      .low = bounds_.low(),
                      .high = bounds_.high(),
                      .source = *range_,
                      .grid = grid_,
                      .scalars = {options_.scalars[0], options_.scalars[1]},
                      .scratch = scratch_,
                      .context = context_,
                      .scalar_position = options_.scalar_position,
                      .error = error_};
    options_.eval(in, out);
    if (error_.has_value()) {
      return Fail(*error_);
    }
    if (options_.suspicious) {
      SuspectNonCounter(row, out);
    }
    return {};
  }

 private:
  void SuspectNonCounter(std::size_t row, RowOut out) {
    const std::string_view name = named_.heads()[row].labels.Get(kMetricName);
    if (!name.empty() && name != suspected_ && !LooksLikeCounter(name) &&
        RowView{out.values, out.present}.AnyPresent()) {
      context_.annotations().PossibleNonCounter(name, options_.argument);
      suspected_ = name;
    }
  }

  QueryContext& context_;
  StepGrid grid_;
  Options options_;
  std::unique_ptr<RangeSource> range_;
  const RangeSource& named_;  // The one with heads, where they are suspicious.
  storage::SampleColumns samples_;
  WindowBounds bounds_;
  RangeScratch scratch_;
  std::optional<Error> error_;
  std::string_view suspected_;  // The last name told of; the annotations sort out the others.
};

/// Whether the names of the argument's series have to be looked at, one by one.
bool MayBeNoCounter(const Function& function, const Expr& argument) {
  if (!function.wants_counter) {
    return false;
  }
  const auto* selector = std::get_if<MatrixSelector>(&argument.node);
  return selector == nullptr ||
         !LooksLikeCounter(std::get<VectorSelector>(selector->selector->node).name);
}

Result<RowSourcePtr> CallMap(Evaluator& evaluator, const Call& call, MapEval eval) {
  if (call.args.empty()) {
    return RowSourcePtr(
        std::make_unique<MapSource>(std::make_unique<TimeSource>(evaluator.grid()), eval));
  }
  SW_TRY_ASSIGN(RowSourcePtr operand, evaluator.Vector(*call.args.front()));
  return evaluator.DropNames(std::make_unique<MapSource>(std::move(operand), eval));
}

Result<RowSourcePtr> CallRange(Evaluator& evaluator,
                               const Call& call,
                               RangeEval eval,
                               Evaluator::Names names) {
  RangeCallSource::Options options{.function = *call.function, .eval = eval};
  std::unique_ptr<RangeSource> range;
  std::size_t scalars = 0;
  for (const ExprPtr& arg : call.args) {
    if (TypeOf(*arg) == ValueType::kRangeVector) {
      options.argument = arg->position;
      options.suspicious = MayBeNoCounter(*call.function, *arg);
      SW_TRY_ASSIGN(range, evaluator.Range(*arg));
    } else {
      if (scalars == 0) {
        options.scalar_position = arg->position;
      }
      SW_TRY_ASSIGN(options.scalars.at(scalars++), evaluator.Scalar(*arg));
    }
  }
  SW_CHECK(range != nullptr, "a range function without a range vector");
  auto source = std::make_unique<RangeCallSource>(evaluator, std::move(options), std::move(range));
  if (call.function->keeps_name) {
    return RowSourcePtr(std::move(source));
  }
  // Prometheus has these series whole, and not step by step: it joins none of them.
  return evaluator.DropNames(std::move(source), names, EqualRows::kRefuse);
}

tl::unexpected<Error> Refuse(const Function& function) {
  return Fail(ErrorCode::kInvalidArgument,
              "function {}() is not supported: it needs data that is not stored here "
              "(native histograms, start timestamps or info metrics)",
              function.name);
}

}  // namespace

Result<RowSourcePtr> Evaluator::CallVector(const Expr& expr, const Call& call, Names names) {
  const FunctionEval& eval = call.function->eval;
  if (const auto* map = std::get_if<MapEval>(&eval)) {
    return CallMap(*this, call, *map);
  }
  if (const auto* range = std::get_if<RangeEval>(&eval)) {
    return CallRange(*this, call, *range, names);
  }
  if (const auto* vector = std::get_if<VectorEval>(&eval)) {
    return (*vector)(*this, expr);
  }
  return Refuse(*call.function);
}

Result<std::vector<double>> Evaluator::CallScalar(const Expr& expr, const Call& call) {
  const auto* eval = std::get_if<ScalarEval>(&call.function->eval);
  if (eval == nullptr) {
    return Refuse(*call.function);
  }
  std::vector<double> out(grid_.count);
  SW_TRY((*eval)(*this, expr, out));
  return out;
}

}  // namespace sidewatch::promql
