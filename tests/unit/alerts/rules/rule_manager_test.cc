#include "alerts/rules/rule_manager.h"

#include <future>
#include <semaphore>
#include <thread>

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include "tests/unit/alerts/rules/rule_fixture.h"

namespace sidewatch::alerts::rules {
namespace {

constexpr std::string_view kTwoGroups = R"(
groups:
  - {name: a, interval: 10s, rules: [{alert: A, expr: up == 0, for: 20s}]}
  - {name: b, interval: 20s, rules: [{record: r, expr: s}]}
)";

class RuleManagerTest : public testing::Test {
 protected:
  std::unique_ptr<RuleManager> Make() {
    return std::make_unique<RuleManager>(world_.Deps(),
                                         ManagerHooks{.ready = [this] { return ready_; },
                                                      .evaluated_all =
                                                          [this] {
                                                            ++told_;
                                                          }},
                                         registry_);
  }

  /// The value of a counter or gauge of a group.
  double Metric(const std::string& name, const std::string& group) const {
    for (const auto& family : registry_.Collect()) {
      for (const auto& metric : family.metric) {
        if (family.name == name && metric.label[0].value == group) {
          return metric.counter.value + metric.gauge.value;
        }
      }
    }
    return -1;
  }

  World world_;
  prometheus::Registry registry_;
  bool ready_ = true;
  int told_ = 0;
};

TEST_F(RuleManagerTest, ASlowGroupDelaysNoOther) {
  constexpr std::string_view kSlowAndQuick = R"(
groups:
  - {name: slow, interval: 10ms, rules: [{record: s, expr: slow}]}
  - {name: quick, interval: 10ms, rules: [{record: q, expr: quick}]}
)";
  const SystemClock clock;
  std::promise<void> release;
  std::counting_semaphore<> quick(0);
  testkit::RecordingStore series;
  GroupDeps deps{.clock = clock,
                 .log = {},
                 .query = [&, gate = release.get_future().share()](
                              const Query& query, TimePoint) -> Result<std::vector<RuleSample>> {
                   if (query.text == "slow") {
                     gate.wait();
                   } else {
                     quick.release();
                   }
                   return std::vector<RuleSample>();
                 },
                 .notify = {},
                 .appendable = series,
                 .store = nullptr,
                 .external_url = ""};
  RuleManager manager(std::move(deps), {}, registry_);
  manager.Apply(Groups(kSlowAndQuick));
  std::jthread thread([&](const std::stop_token& stop) { manager.Run(stop); });
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(quick.try_acquire_for(std::chrono::seconds(30))) << i;
  }
  EXPECT_FALSE(manager.EvaluatedAll()) << "the slow group has not been evaluated yet";
  release.set_value();
  thread = {};
  EXPECT_GE(Metric("sidewatch_rule_group_iterations_total", "r.yml;quick"), 3);
}

TEST_F(RuleManagerTest, WaitsUntilTheProgramIsReady) {
  ready_ = false;
  const auto manager = Make();
  manager->Apply(Groups(kTwoGroups));
  EXPECT_EQ(manager->Tick(At(0)), At(0) + std::chrono::milliseconds(100));
  EXPECT_FALSE(manager->EvaluatedAll());
  EXPECT_EQ(manager->Groups().size(), 2U) << "the groups are shown meanwhile";
  ready_ = true;
  manager->Tick(At(1));
  EXPECT_TRUE(manager->EvaluatedAll());
  manager->Tick(At(2));
  EXPECT_EQ(told_, 1);
}

TEST_F(RuleManagerTest, KeepsTheSlotsOfEachGroup) {
  const auto manager = Make();
  manager->Apply(Groups(kTwoGroups));
  TimePoint now = At(0);
  while (now < At(200)) {
    now = std::max(manager->Tick(now), now + std::chrono::milliseconds(1));
  }
  EXPECT_NEAR(Metric("sidewatch_rule_group_iterations_total", "r.yml;a"), 21, 1);
  EXPECT_NEAR(Metric("sidewatch_rule_group_iterations_total", "r.yml;b"), 11, 1);
  EXPECT_EQ(Metric("sidewatch_rule_group_iterations_missed_total", "r.yml;a"), 0);
  EXPECT_EQ(Metric("sidewatch_rule_group_interval_seconds", "r.yml;b"), 20);
}

TEST_F(RuleManagerTest, CountsWhatItMissed) {
  const auto manager = Make();
  manager->Apply(Groups(kTwoGroups));
  const TimePoint next = manager->Tick(At(0));
  manager->Tick(next + std::chrono::seconds(30));
  EXPECT_GE(Metric("sidewatch_rule_group_iterations_missed_total", "r.yml;a"), 2);
}

TEST_F(RuleManagerTest, AClockSetBackDoesNotStopTheRules) {
  const auto manager = Make();
  manager->Apply(Groups(kTwoGroups));
  manager->Tick(At(100'000));
  const double before = Metric("sidewatch_rule_group_iterations_total", "r.yml;a");
  manager->Tick(At(0));
  EXPECT_EQ(Metric("sidewatch_rule_group_iterations_total", "r.yml;a"), before + 1);
}

TEST_F(RuleManagerTest, ReloadKeepsTimersAndForgetsWhatIsGone) {
  world_.answers["up == 0"] = Up({"x"});
  world_.answers["s"] = {{LabelSet{}, 1}};
  const auto manager = Make();
  manager->Apply(Groups(kTwoGroups));
  manager->Tick(At(0));
  manager->Apply(
      Groups("groups: [{name: a, interval: 10s, rules: [{record: n, expr: n}, {alert: "
             "A, expr: up == 0, for: 20s, annotations: {new: text}}]}]"));
  manager->Tick(At(1));
  ASSERT_EQ(manager->Groups().size(), 1U);
  const RuleView& rule = manager->Groups()[0]->rules[1];
  ASSERT_EQ(rule.alerts.size(), 1U);
  EXPECT_EQ(rule.alerts[0].active_at, At(0));
  const auto samples = world_.series.SamplesOf("r");
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_TRUE(IsStale(samples[1].value));
  EXPECT_EQ(Metric("sidewatch_rule_group_rules", "r.yml;b"), -1);
}

TEST_F(RuleManagerTest, StatesComeBackAfterARestart) {
  world_.answers["up == 0"] = Up({"x"});
  {
    const auto manager = Make();
    manager->Apply(Groups(kTwoGroups));
    manager->Tick(At(0));
  }
  world_.store.bytes["gone.yml;x"] = EncodeState({}, StateDetail::kAll);
  world_.store.bytes["bad.yml;x"] = "damaged";
  const auto manager = Make();
  manager->Apply(Groups(kTwoGroups));
  manager->Tick(At(7200));
  ASSERT_EQ(world_.sent.size(), 1U) << "two hours count for `for: 20s`";
  EXPECT_EQ(manager->Groups()[0]->rules[0].alerts[0].active_at, At(0));
  EXPECT_FALSE(world_.store.bytes.contains("gone.yml;x"));
}

TEST_F(RuleManagerTest, CountsFailures) {
  world_.failing = true;
  const auto manager = Make();
  manager->Apply(Groups(kTwoGroups));
  manager->Tick(At(0));
  EXPECT_EQ(Metric("sidewatch_rule_evaluations_total", "r.yml;a"), 1);
  EXPECT_EQ(Metric("sidewatch_rule_evaluation_failures_total", "r.yml;a"), 1);
}

}  // namespace
}  // namespace sidewatch::alerts::rules
