#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "alerts/template/call_context.h"
#include "alerts/template/function_set.h"
#include "alerts/template/parser.h"
#include "alerts/template/value.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

/// What a map gives for a key that it does not hold (Go's option `missingkey`).
enum class MissingKey {
  kDefault,  ///< No value, printed as `<no value>`.
  kZero,     ///< The zero value of the map's elements: an empty text for maps of texts.
  kError,
};

enum class Escaping {
  kNone,  ///< text/template.
  kHtml,  ///< html/template: each value is escaped for the place where it stands.
};

/// What bounds one run.
struct Limits {
  std::size_t steps = 200'000;        ///< Nodes evaluated, items listed.
  std::size_t bytes = 1024UL * 1024;  ///< Of the output and of any text made on the way.
  int depth = 100;                    ///< Templates inside templates.
};

struct Options {
  MissingKey missing_key = MissingKey::kDefault;
  Escaping escaping = Escaping::kNone;
  Limits limits = {};
};

/// A set of templates in Go's template language, and the one of them that Execute runs.
///
/// Threads: immutable, safe to copy and run from any.
class Template {
 public:
  /// An empty set.
  Template(FunctionSet functions, Options options);

  /// Parses one text. Errors: kInvalidArgument `template: NAME:LINE: …`, as Go words it.
  static Result<Template> Parse(const std::string& name,
                                std::string_view text,
                                const FunctionSet& functions,
                                const Options& options = {});

  /// This set and the templates of another text; Execute then runs `name`. The trees are shared.
  Result<Template> With(const std::string& name, std::string_view text) const;

  bool Defines(std::string_view name) const { return trees_.find(name) != trees_.end(); }

  const std::string& name() const { return name_; }

  /// Runs the template.
  ///
  /// Errors: kInvalidArgument  `template: NAME:LINE:COLUMN: executing "NAME" at <…>: …`;
  ///         kLimitExceeded    a bound of Limits was reached.
  Result<std::string> Execute(const Value& dot, const Environment& environment = {}) const;

  /// The same, leaving in `out` what was written before an error.
  Status ExecuteTo(std::string& out, const Value& dot, const Environment& environment) const;

 private:
  std::string name_;
  FunctionSet functions_;
  Options options_;
  TreeSet trees_;
};

}  // namespace sidewatch::alerts::templates
