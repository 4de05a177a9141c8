#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "alerts/template/value.h"

namespace sidewatch::alerts::templates {

/// The functions that a template may call: Go's built-in ones and the tables given.
class FunctionSet {
 public:
  /// Only the built-in functions of the language.
  FunctionSet();

  /// This set and another table, which must outlive it; its rows win over those before.
  FunctionSet With(std::span<const Function> table) const;

  /// Null: not defined.
  const Function* Find(std::string_view name) const;

  std::span<const std::span<const Function>> tables() const { return tables_; }

 private:
  std::vector<std::span<const Function>> tables_;
};

/// and, or, not, eq, index, printf, html and so on.
std::span<const Function> BuiltinFunctions();

/// What rule files may call.
const FunctionSet& PrometheusFunctions();

/// What notification templates may call.
const FunctionSet& AlertmanagerFunctions();

}  // namespace sidewatch::alerts::templates
