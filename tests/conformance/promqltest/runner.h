#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/promql/engine.h"
#include "tests/conformance/promqltest/script.h"
#include "tests/conformance/promqltest/store.h"

namespace sidewatch::promqltest {

/// What became of the evals of a file.
struct Tally {
  std::size_t ran = 0;
  std::size_t passed = 0;
  std::map<std::string, std::size_t> skipped;  ///< By reason.
  std::vector<std::string> failures;
};

/// Runs the commands of one script.
class Runner {
 public:
  /// Why the eval at a line is to be skipped; an empty text: it is not.
  using SkipReason = std::function<std::string(std::size_t line)>;

  /// `engine` and `store` must outlive this.
  Runner(const promql::Engine& engine, Store& store, SkipReason skip_reason)
      : engine_(engine), store_(store), skip_reason_(std::move(skip_reason)) {}

  Tally Run(const std::vector<Command>& commands);

 private:
  void Execute(const Clear& command);
  void Execute(const Load& command);
  void Execute(const Eval& command);

  std::string RunEval(const Eval& eval);
  std::string RunRange(const Eval& eval);
  std::string RunInstant(const Eval& eval);
  std::string RunInstantAt(const Eval& eval, const std::string& expr, Duration at);

  const promql::Engine& engine_;
  Store& store_;
  SkipReason skip_reason_;
  Tally tally_;
};

}  // namespace sidewatch::promqltest
