#include "exporter/promql/binary_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace sidewatch::promql {
namespace {

template <typename Op>
void Arithmetic(std::span<const double> left,
                std::span<const double> right,
                std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = Op{}(left[i], right[i]);
  }
}

template <typename Op>
void Comparison(std::span<const double> left,
                std::span<const double> right,
                std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = Op{}(left[i], right[i]) ? 1.0 : 0.0;
  }
}

struct Mod {
  double operator()(double left, double right) const { return std::fmod(left, right); }
};

struct Pow {
  double operator()(double left, double right) const { return std::pow(left, right); }
};

struct Atan2 {
  double operator()(double left, double right) const { return std::atan2(left, right); }
};

constexpr std::array kOperators = {
    NumberOperator{BinaryOp::kAdd, false, &Arithmetic<std::plus<>>},
    NumberOperator{BinaryOp::kSub, false, &Arithmetic<std::minus<>>},
    NumberOperator{BinaryOp::kMul, false, &Arithmetic<std::multiplies<>>},
    NumberOperator{BinaryOp::kDiv, false, &Arithmetic<std::divides<>>},
    NumberOperator{BinaryOp::kMod, false, &Arithmetic<Mod>},
    NumberOperator{BinaryOp::kPow, false, &Arithmetic<Pow>},
    NumberOperator{BinaryOp::kAtan2, false, &Arithmetic<Atan2>},
    NumberOperator{BinaryOp::kEqual, true, &Comparison<std::equal_to<>>},
    NumberOperator{BinaryOp::kNotEqual, true, &Comparison<std::not_equal_to<>>},
    NumberOperator{BinaryOp::kLess, true, &Comparison<std::less<>>},
    NumberOperator{BinaryOp::kLessEqual, true, &Comparison<std::less_equal<>>},
    NumberOperator{BinaryOp::kGreater, true, &Comparison<std::greater<>>},
    NumberOperator{BinaryOp::kGreaterEqual, true, &Comparison<std::greater_equal<>>},
};

}  // namespace

const NumberOperator* FindNumberOperator(BinaryOp op) {
  const auto* const found = std::ranges::find(kOperators, op, &NumberOperator::op);
  return found == kOperators.end() ? nullptr : found;
}

}  // namespace sidewatch::promql
