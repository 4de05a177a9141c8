#include "tests/conformance/promqltest/runner.h"

#include <chrono>

#include <fmt/format.h>
#include <re2/re2.h>

#include "tests/conformance/promqltest/at_variants.h"
#include "tests/conformance/promqltest/verdict.h"

namespace sidewatch::promqltest {
namespace {

using namespace std::chrono_literals;

TimePoint At(Duration since_epoch) {
  return TimePoint(since_epoch);
}

/// When a variant that is fixed by `@ at` is evaluated: its result must not depend on it.
std::vector<Duration> VariantTimes(Duration at) {
  if (at == 0ms) {
    return {-1s, 0s, 1s};
  }
  return {-10 * at, 0s, at / 5, at, 10 * at};
}

}  // namespace

Tally Runner::Run(const std::vector<Command>& commands) {
  tally_ = {};
  store_.Clear();
  for (const Command& command : commands) {
    std::visit([this](const auto& one) { Execute(one); }, command);
  }
  return std::move(tally_);
}

void Runner::Execute(const Clear& /*command*/) {
  store_.Clear();
}

void Runner::Execute(const Load& command) {
  for (const SeriesLine& line : command.series) {
    for (std::size_t i = 0; i < line.slots.size(); ++i) {
      if (line.slots[i].kind != Slot::Kind::kFloat) {
        continue;  // A histogram, which only evals that are skipped can see.
      }
      const Duration at = command.step * static_cast<Duration::rep>(i);
      const Status stored = store_.Append(line.labels, At(at), line.slots[i].value);
      if (!stored.has_value()) {
        tally_.failures.push_back(
            fmt::format("load {}: {}", line.labels.ToString(), stored.error().message));
      }
    }
  }
  if (const Status committed = store_.Commit(); !committed.has_value()) {
    tally_.failures.push_back("load: " + committed.error().message);
  }
}

void Runner::Execute(const Eval& command) {
  if (const std::string reason = skip_reason_(command.line); !reason.empty()) {
    ++tally_.skipped[reason];
    return;
  }
  ++tally_.ran;
  const std::string wrong = RunEval(command);
  if (wrong.empty()) {
    ++tally_.passed;
  } else {
    tally_.failures.push_back(fmt::format("{}: {}\n      {}", command.line, command.expr, wrong));
  }
}

std::string Runner::RunEval(const Eval& eval) {
  return eval.instant ? RunInstant(eval) : RunRange(eval);
}

std::string Runner::RunRange(const Eval& eval) {
  const auto query = engine_.Prepare(eval.expr);
  if (!query.has_value()) {
    return query.error().message;
  }
  return JudgeRange(
      eval.expect,
      eval.range,
      engine_.Range(
          store_.queryable(), *query, {At(eval.range.start), At(eval.range.end), eval.range.step}));
}

std::string Runner::RunInstant(const Eval& eval) {
  if (std::string wrong = RunInstantAt(eval, eval.expr, eval.at); !wrong.empty()) {
    return wrong;
  }
  const auto variant = PutAt(eval.expr, engine_.options().parser, At(eval.at));
  if (!variant.has_value()) {
    return variant.error().message;
  }
  if (!variant->has_value()) {
    return {};
  }
  for (const Duration at : VariantTimes(eval.at)) {
    if (std::string wrong = RunInstantAt(eval, **variant, at); !wrong.empty()) {
      return fmt::format("{}\n      in {} at {} ms", wrong, **variant, at.count());
    }
  }
  return {};
}

std::string Runner::RunInstantAt(const Eval& eval, const std::string& expr, Duration at) {
  const auto query = engine_.Prepare(expr);
  if (!query.has_value()) {
    return query.error().message;
  }
  if (std::string wrong =
          JudgeInstant(eval.expect, engine_.Instant(store_.queryable(), *query, At(at)));
      !wrong.empty()) {
    return wrong;
  }
  static const RE2 fixed_range(R"((start|end|range|step)\(\))");
  if (eval.expect.text.has_value() || eval.expect.range_vector.has_value() ||
      RE2::PartialMatch(expr, fixed_range)) {
    return {};
  }
  auto range = engine_.Range(store_.queryable(), *query, {At(at - 1min), At(at + 1min), 1min});
  if (eval.expect.ordered && range.has_value()) {
    return {};
  }
  const bool as_scalar = promql::TypeOf(query->expr()) == promql::ValueType::kScalar;
  const std::string wrong =
      JudgeInstant(eval.expect, TakeInstant(std::move(range), At(at), as_scalar));
  return wrong.empty() ? "" : "as a range query: " + wrong;
}

}  // namespace sidewatch::promqltest
