#include <algorithm>

#include "exporter/base/check.h"
#include "exporter/promql/binary_kernels.h"
#include "exporter/promql/evaluator.h"

namespace sidewatch::promql {
namespace {

/// A vector and a scalar. A comparison without `bool` is a filter: the vector's value stays,
/// whichever side it stands on.
class WithScalarSource final : public RowSource {
 public:
  struct Options {
    const NumberOperator& op;
    bool scalar_is_left = false;
    bool filter = false;
    std::vector<double> scalar{};  ///< Steps at first, and again for each further row of a block.
  };

  WithScalarSource(RowSourcePtr vector, Options options)
      : RowSource(vector->steps()), vector_(std::move(vector)), options_(std::move(options)) {
    heads_ = vector_->TakeHeads();
  }

  std::unique_ptr<RowSource> Fork() override {
    RowSourcePtr vector = vector_->Fork();
    return vector == nullptr ? nullptr
                             : std::make_unique<WithScalarSource>(std::move(vector), options_);
  }

  Status Fill(std::size_t row, RowOut out) override {
    return FillRows(row, {out.values, out.present, steps()});
  }

  Status FillRows(std::size_t first, const RowsOut& out) override {
    SW_TRY(vector_->FillRows(first, out));
    if (!options_.filter) {
      Apply(out.values, out.values);
      return {};
    }
    results_.resize(out.values.size());
    Apply(out.values, results_);
    for (std::size_t i = 0; i < results_.size(); ++i) {
      out.present[i] = out.present[i] != 0 && results_[i] != 0 ? 1 : 0;
    }
    return {};
  }

 private:
  void Apply(std::span<const double> values, std::span<double> out) {
    const std::span<const double> scalars = Scalars(values.size());
    if (options_.scalar_is_left) {
      options_.op.apply(scalars, values, out);
    } else {
      options_.op.apply(values, scalars, out);
    }
  }

  /// The scalar of each step, for `count` values of whole rows.
  std::span<const double> Scalars(std::size_t count) {
    std::vector<double>& scalars = options_.scalar;
    while (scalars.size() < count) {
      scalars.push_back(scalars[scalars.size() - steps()]);
    }
    return std::span(scalars).first(count);
  }

  RowSourcePtr vector_;
  Options options_;
  std::vector<double> results_;
};

Result<RowSourcePtr> VectorWithScalar(Evaluator& evaluator, const Binary& binary) {
  const NumberOperator* op = FindNumberOperator(binary.op);
  SW_CHECK(op != nullptr, "no such operator between a vector and a scalar");
  const bool scalar_is_left = TypeOf(*binary.left) == ValueType::kScalar;
  SW_TRY_ASSIGN(RowSourcePtr vector,
                evaluator.Vector(scalar_is_left ? *binary.right : *binary.left));
  WithScalarSource::Options options{
      .op = *op, .scalar_is_left = scalar_is_left, .filter = op->comparison && !binary.return_bool};
  SW_TRY_ASSIGN(options.scalar, evaluator.Scalar(scalar_is_left ? *binary.left : *binary.right));
  const bool filter = options.filter;
  auto source = std::make_unique<WithScalarSource>(std::move(vector), std::move(options));
  if (filter) {
    return RowSourcePtr(std::move(source));
  }
  return evaluator.DropNames(std::move(source));
}

}  // namespace

Result<RowSourcePtr> EvalBinary(Evaluator& evaluator, const Expr& /*expr*/, const Binary& binary) {
  switch (binary.op) {
    case BinaryOp::kAnd:
    case BinaryOp::kOr:
    case BinaryOp::kUnless:
      return EvalSetOperator(evaluator, binary);
    case BinaryOp::kTrimUpper:
    case BinaryOp::kTrimLower:
      return Fail(ErrorCode::kInvalidArgument,
                  "operator {} is not supported: it needs native histograms",
                  binary.op == BinaryOp::kTrimUpper ? "</" : ">/");
    case BinaryOp::kAdd:
    case BinaryOp::kSub:
    case BinaryOp::kMul:
    case BinaryOp::kDiv:
    case BinaryOp::kMod:
    case BinaryOp::kPow:
    case BinaryOp::kAtan2:
    case BinaryOp::kEqual:
    case BinaryOp::kNotEqual:
    case BinaryOp::kLess:
    case BinaryOp::kLessEqual:
    case BinaryOp::kGreater:
    case BinaryOp::kGreaterEqual:
      break;
  }
  const bool two_vectors = TypeOf(*binary.left) == ValueType::kInstantVector &&
                           TypeOf(*binary.right) == ValueType::kInstantVector;
  return two_vectors ? EvalVectorMatching(evaluator, binary) : VectorWithScalar(evaluator, binary);
}

Result<std::vector<double>> EvalScalarBinary(Evaluator& evaluator, const Binary& binary) {
  const NumberOperator* op = FindNumberOperator(binary.op);
  SW_CHECK(op != nullptr, "no such operator between scalars");
  SW_TRY_ASSIGN(std::vector<double> left, evaluator.Scalar(*binary.left));
  SW_TRY_ASSIGN(const std::vector<double> right, evaluator.Scalar(*binary.right));
  op->apply(left, right, left);
  return left;
}

}  // namespace sidewatch::promql
