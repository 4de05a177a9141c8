#include "exporter/promql/natural_order.h"

#include <cstddef>

namespace sidewatch::promql {
namespace {

constexpr std::string_view kDigits = "0123456789";

/// Cuts the leading run of digits, or of other bytes, off `text`.
std::string_view TakeRun(std::string_view& text) {
  const bool digits = kDigits.find(text.front()) != std::string_view::npos;
  const std::size_t end = digits ? text.find_first_not_of(kDigits) : text.find_first_of(kDigits);
  const std::string_view run = text.substr(0, end);
  text.remove_prefix(run.size());
  return run;
}

bool IsNumber(std::string_view run) {
  return kDigits.find(run.front()) != std::string_view::npos;
}

std::string_view WithoutZeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : digits.substr(first);
}

/// Negative, zero, positive. Numbers of equal value: the one with fewer zeros in front is first.
int CompareRuns(std::string_view a, std::string_view b) {
  if (!IsNumber(a) || !IsNumber(b)) {
    return a.compare(b);
  }
  const std::string_view x = WithoutZeros(a);
  const std::string_view y = WithoutZeros(b);
  if (x.size() != y.size()) {
    return x.size() < y.size() ? -1 : 1;
  }
  if (const int order = x.compare(y); order != 0) {
    return order;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

}  // namespace

bool NaturallyBefore(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (const int order = CompareRuns(TakeRun(a), TakeRun(b)); order != 0) {
      return order < 0;
    }
  }
  return a.empty() && !b.empty();
}

}  // namespace sidewatch::promql
