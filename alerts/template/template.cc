#include "alerts/template/template.h"

#include <utility>

#include "alerts/template/executor.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {

Template::Template(FunctionSet functions, Options options)
    : functions_(std::move(functions)), options_(options) {}

Result<Template> Template::Parse(const std::string& name,
                                 std::string_view text,
                                 const FunctionSet& functions,
                                 const Options& options) {
  return Template(functions, options).With(name, text);
}

Result<Template> Template::With(const std::string& name, std::string_view text) const {
  Template more = *this;
  more.name_ = name;
  SW_TRY(ParseInto(more.trees_, name, text, [this](std::string_view function) {
    return functions_.Find(function) != nullptr;
  }));
  return more;
}

Result<std::string> Template::Execute(const Value& dot, const Environment& environment) const {
  std::string out;
  SW_TRY(ExecuteTo(out, dot, environment));
  return out;
}

Status Template::ExecuteTo(std::string& out,
                           const Value& dot,
                           const Environment& environment) const {
  const auto tree = trees_.find(name_);
  if (tree == trees_.end()) {
    std::string quoted;
    AppendQuoted(quoted, name_);
    return Fail(
        ErrorCode::kNotFound, "template: {}: {} is an incomplete or empty template", name_, quoted);
  }
  Executor executor(
      {.trees = trees_, .functions = functions_, .options = options_, .environment = environment},
      dot,
      out);
  return executor.Run(*tree->second, dot);
}

}  // namespace sidewatch::alerts::templates
