#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "alerts/template/value.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

/// What a run of a template may ask of the world. All of it is for one run only.
struct Environment {
  /// Evaluates a PromQL expression; the result is a list made by MakeSampleList. Absent: `query`
  /// fails.
  std::function<Result<Value>(const std::string& expression)> query;
  TimePoint now;             ///< What `now` and `since` take as the present.
  std::string external_url;  ///< Where users reach the program, without a slash at its end.
  // Of the notification that is written; worked out only for a template that asks. Absent: "".
  std::function<std::string()> ack_url = {};         ///< Where its firing alerts are taken on.
  std::function<std::string()> silence_url = {};     ///< Where they are silenced.
  std::function<std::string()> worst_severity = {};  ///< `critical`, `warning` or `info`.
};

/// What a function sees of the run that calls it.
class CallContext {
 public:
  CallContext() = default;
  CallContext(const CallContext&) = delete;
  CallContext& operator=(const CallContext&) = delete;
  virtual ~CallContext() = default;

  virtual const Environment& environment() const = 0;

  /// The value that the whole run was given.
  virtual const Value& root() const = 0;

  /// No text may become longer than this.
  virtual std::size_t text_limit() const = 0;

  /// Counts work done. Errors: kLimitExceeded, when the run has done too much.
  virtual Status Charge(std::size_t steps) = 0;

  /// The output of the template `name`. Errors: as Template::Execute.
  virtual Result<std::string> ExecuteNamed(const std::string& name, const Value& dot) = 0;

  /// The output of a text that came as data, run on the root value. `label` names it in errors; a
  /// label that is being run already is refused.
  virtual Result<std::string> ExecuteText(const std::string& label, const std::string& text) = 0;
};

}  // namespace sidewatch::alerts::templates
