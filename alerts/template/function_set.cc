#include "alerts/template/function_set.h"

#include <algorithm>

namespace sidewatch::alerts::templates {

FunctionSet::FunctionSet() : tables_{BuiltinFunctions()} {}

FunctionSet FunctionSet::With(std::span<const Function> table) const {
  FunctionSet more = *this;
  more.tables_.insert(more.tables_.begin(), table);
  return more;
}

const Function* FunctionSet::Find(std::string_view name) const {
  for (const std::span<const Function> table : tables_) {
    const auto found = std::ranges::find(table, name, &Function::name);
    if (found != table.end()) {
      return &*found;
    }
  }
  return nullptr;
}

}  // namespace sidewatch::alerts::templates
