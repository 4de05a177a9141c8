// One evaluation of a group of 1,000 alert rules over 10,000 series (the target is 40 ms).

#include <cstdint>
#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "alerts/rules/rule_file.h"
#include "alerts/rules/rule_group.h"
#include "alerts/rules/rule_query.h"
#include "exporter/promql/engine.h"
#include "exporter/tsdb/head.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::alerts::rules {
namespace {

using namespace std::chrono_literals;

constexpr int kRules = 1000;
constexpr int kMetrics = 1000;
constexpr int kInstances = 10;
constexpr int kRounds = 40;
constexpr Duration kStep = 15s;

/// What the rules ask; `{}` is the number of the metric that a rule is about.
struct Shape {
  std::string_view name;
  std::string_view expr;
};

constexpr Shape kShapes[] = {
    {"threshold, nothing fires", "bench_metric_{} > 1e12"},
    {"threshold, all fire", "bench_metric_{} > 0"},
    {"rate", "rate(bench_metric_{}[5m]) > 1e9"},
    {"sum by", "sum by (job) (bench_metric_{}) > 1e12"},
};

std::string RuleText(const Shape& shape) {
  std::string text = "groups: [{name: bench, rules: [";
  for (int i = 0; i < kRules; ++i) {
    text += fmt::format(
        "{{alert: Alert{}, expr: {}, for: 1m, labels: {{severity: warning}}, "
        "annotations: {{summary: \"{{{{ $labels.instance }}}} {{{{ $value }}}}\"}}}},",
        i,
        fmt::format(fmt::runtime(shape.expr), i));
  }
  return text + "]}]";
}

class World {
 public:
  World() {
    for (int round = 0; round < kRounds; ++round) {
      Append(round);
    }
  }

  void Append(int round) {
    const auto appender = head.NewAppender();
    for (int i = 0; i < kMetrics * kInstances; ++i) {
      const LabelSet labels = {{"__name__", fmt::format("bench_metric_{}", i / kInstances)},
                               {"instance", fmt::format("host{}:9100", i % kInstances)},
                               {"job", "bench"}};
      if (!appender->Append(labels, At(round), i + round * 7.0)) {
        std::abort();
      }
    }
    if (!appender->Commit()) {
      std::abort();
    }
  }

  TimePoint At(int round) const { return clock.Now() + round * kStep; }

  testkit::ManualClock clock;
  tsdb::Head head{{}, clock, nullptr};
};

void EvaluateGroup(benchmark::State& state) {
  const Shape& shape = kShapes[state.range(0)];
  World world;
  const SystemClock clock;
  const promql::Engine engine({}, clock);
  const GroupDeps deps{
      .clock = clock,
      .log = {},
      .query = [&](const Query& query,
                   TimePoint at) { return QueryForRule(engine, world.head, query, at, {}); },
      .notify = {},
      .appendable = world.head,
      .store = nullptr,
      .external_url = "http://localhost:9847"};
  config::Diagnostics diagnostics;
  auto groups = ParseRuleFile(RuleText(shape), "bench.yml", {}, diagnostics);
  if (!diagnostics.ok()) {
    state.SkipWithError(diagnostics.errors()[0].c_str());
    return;
  }
  RuleGroup group(std::move(groups[0]), deps);
  // A time each, as rules are evaluated: only ALERTS grows meanwhile.
  TimePoint at = world.At(kRounds - 1);
  for (auto unused : state) {
    at += 1ms;
    if (group.Evaluate(at).failed > 0) {
      state.SkipWithError("a rule failed");
      return;
    }
  }
  state.counters["evaluationTime"] = group.View().evaluation_seconds;
  state.SetLabel(std::string(shape.name));
}

BENCHMARK(EvaluateGroup)->DenseRange(0, std::size(kShapes) - 1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sidewatch::alerts::rules
