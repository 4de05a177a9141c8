#include "exporter/promql/function.h"

#include <algorithm>
#include <vector>

#include "exporter/promql/function_tables.h"

namespace sidewatch::promql {
namespace {

std::vector<Function> JoinTables() {
  std::vector<Function> all;
  for (const auto table : {HistogramFunctions(),
                           LabelFunctions(),
                           MathFunctions(),
                           RangeFunctions(),
                           TimeFunctions(),
                           VectorFunctions()}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  std::ranges::sort(all, {}, &Function::name);
  return all;
}

}  // namespace

std::span<const Function> Functions() {
  static const std::vector<Function> kAll = JoinTables();
  return kAll;
}

const Function* FindFunction(std::string_view name) {
  const std::span<const Function> all = Functions();
  const auto found = std::ranges::lower_bound(all, name, {}, &Function::name);
  return found != all.end() && found->name == name ? &*found : nullptr;
}

}  // namespace sidewatch::promql
