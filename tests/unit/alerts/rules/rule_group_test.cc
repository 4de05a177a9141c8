#include "alerts/rules/rule_group.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/model/sample.h"
#include "tests/unit/alerts/rules/rule_fixture.h"

namespace sidewatch::alerts::rules {
namespace {

class RuleGroupTest : public testing::Test {
 protected:
  RuleGroup Make(const std::string& rules, const std::string& more = "") {
    return {Groups("groups: [{name: g, rules: [" + rules + "]" + more + "}]")[0], deps_};
  }

  /// The values of a series, stale markers as `stale`.
  std::vector<std::string> Written(const std::string& series) const {
    std::vector<std::string> texts;
    for (const Sample& sample : world_.series.SamplesOf(series)) {
      texts.push_back(IsStale(sample.value) ? "stale" : fmt::format("{}", sample.value));
    }
    return texts;
  }

  World world_;
  GroupDeps deps_ = world_.Deps();
};

constexpr const char* kSum = R"({record: "s:s", expr: s, labels: {a: b}})";
constexpr const char* kDown = "{alert: Down, expr: up == 0, for: 1m}";

TEST_F(RuleGroupTest, RecordsUnderANewName) {
  RuleGroup group = Make(kSum);
  world_.answers["s"] = {{LabelSet{{"__name__", "old"}, {"x", "1"}}, 5}};
  EXPECT_EQ(group.Evaluate(At(0)).failed, 0U);
  EXPECT_THAT(Written(R"(s:s{a="b", x="1"})"), testing::ElementsAre("5"));
}

TEST_F(RuleGroupTest, EndsSeriesThatVanish) {
  RuleGroup group = Make(kSum);
  world_.answers["s"] = {{LabelSet{{"x", "1"}}, 5}, {LabelSet{{"x", "2"}}, 6}};
  group.Evaluate(At(0));
  world_.answers["s"] = {{LabelSet{{"x", "2"}}, 7}};
  group.Evaluate(At(15));
  group.Evaluate(At(30));
  EXPECT_THAT(Written(R"(s:s{a="b", x="1"})"), testing::ElementsAre("5", "stale"));
  EXPECT_THAT(Written(R"(s:s{a="b", x="2"})"), testing::ElementsAre("6", "7", "7"));
}

TEST_F(RuleGroupTest, WritesAtTheTimeThatItLooksAt) {
  RuleGroup group = Make(kSum, ", query_offset: 1m");
  world_.answers["s"] = {{LabelSet{}, 5}};
  group.Evaluate(At(0));
  const auto samples = world_.series.SamplesOf(R"(s:s{a="b"})");
  ASSERT_EQ(samples.size(), 1U);
  EXPECT_EQ(samples[0].at, At(-60));
}

TEST_F(RuleGroupTest, RefusesEqualResultsAndTooMany) {
  RuleGroup equal = Make(kSum);
  world_.answers["s"] = {{LabelSet{{"a", "1"}}, 5}, {LabelSet{{"a", "2"}}, 6}};
  EXPECT_EQ(equal.Evaluate(At(0)).failed, 1U);
  EXPECT_EQ(equal.View().rules[0].last_error,
            "vector contains metrics with the same labelset after applying rule labels");
  RuleGroup limited = Make(kSum, ", limit: 1");
  world_.answers["s"] = {{LabelSet{{"x", "1"}}, 5}, {LabelSet{{"x", "2"}}, 6}};
  EXPECT_EQ(limited.Evaluate(At(0)).failed, 1U);
  EXPECT_EQ(limited.View().rules[0].last_error, "exceeded limit of 1 with 2 series");
  EXPECT_TRUE(world_.series.Series().empty());
}

TEST_F(RuleGroupTest, AFailedQueryKeepsAlertsAlive) {
  RuleGroup group = Make("{alert: Down, expr: up == 0}");
  world_.answers["up == 0"] = Up({"a"});
  group.Evaluate(At(0));
  EXPECT_EQ(world_.TakeSent().size(), 1U);
  world_.failing = true;
  EXPECT_EQ(group.Evaluate(At(90)).failed, 1U);
  const auto sent = world_.TakeSent();
  ASSERT_EQ(sent.size(), 1U) << "an alert that is not repeated would count as resolved";
  EXPECT_GT(*sent[0].ends_at, At(90));
  const GroupView view = group.View();
  EXPECT_EQ(view.rules[0].health, RuleHealth::kError);
  EXPECT_EQ(view.rules[0].last_error, "query timed out");
  EXPECT_EQ(view.rules[0].state, AlertState::kFiring);
}

TEST_F(RuleGroupTest, TimersGoOnAfterARestart) {
  world_.answers["up == 0"] = Up({"a"});
  {
    RuleGroup group = Make(kDown);
    group.Evaluate(At(0));
  }
  RuleGroup group = Make(kDown);
  const auto states = DecodeState(world_.store.bytes.at("r.yml;g"));
  ASSERT_TRUE(states.has_value());
  group.Restore(*states);
  group.Evaluate(At(60));
  const auto sent = world_.TakeSent();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(group.View().rules[0].alerts[0].active_at, At(0));
}

TEST_F(RuleGroupTest, FiringComesBackFiringAfterALongOutage) {
  world_.answers["up == 0"] = Up({"a"});
  {
    RuleGroup group = Make(kDown);
    group.Evaluate(At(0));
    group.Evaluate(At(60));
  }
  world_.TakeSent();
  RuleGroup group = Make(kDown);
  group.Restore(*DecodeState(world_.store.bytes.at("r.yml;g")));
  constexpr int kThreeDays = 3 * 86'400;
  group.Evaluate(At(kThreeDays));
  const auto sent = world_.TakeSent();
  ASSERT_EQ(sent.size(), 1U) << "the notifier knows nothing after a restart";
  EXPECT_EQ(sent[0].starts_at, At(60));
}

TEST_F(RuleGroupTest, AnEndIsToldHoweverLongTheProgramWasAway) {
  world_.answers["up == 0"] = Up({"a"});
  {
    RuleGroup group = Make("{alert: Down, expr: up == 0}");
    group.Evaluate(At(0));
    world_.answers.clear();
    group.Evaluate(At(15));
  }
  world_.TakeSent();
  RuleGroup group = Make("{alert: Down, expr: up == 0}");
  group.Restore(*DecodeState(world_.store.bytes.at("r.yml;g")));
  constexpr int kAnHour = 3600;
  group.Evaluate(At(kAnHour));
  const auto sent = world_.TakeSent();
  ASSERT_EQ(sent.size(), 1U) << "it ended just before the program did";
  EXPECT_EQ(sent[0].ends_at, At(15));
  group.Evaluate(At(kAnHour + 15));
  EXPECT_TRUE(world_.TakeSent().empty());
  EXPECT_FALSE(world_.store.bytes.contains("r.yml;g")) << "then it is forgotten";
}

TEST_F(RuleGroupTest, AChangedQuestionStartsAnew) {
  world_.answers["up == 0"] = Up({"a"});
  world_.answers["up < 1"] = Up({"a"});
  RuleGroup before = Make(kDown);
  before.Evaluate(At(0));
  RuleGroup longer = Make("{alert: Down, expr: up == 0, for: 2m}");
  longer.TakeOver(before);
  EXPECT_EQ(longer.View().rules[0].alerts.size(), 1U) << "the condition holds as long as before";
  RuleGroup other = Make("{alert: Down, expr: up < 1, for: 1m}");
  other.TakeOver(longer);
  EXPECT_TRUE(other.View().rules[0].alerts.empty());
  RuleGroup labelled = Make("{alert: Down, expr: up == 0, for: 1m, labels: {a: b}}");
  labelled.TakeOver(longer);
  EXPECT_TRUE(labelled.View().rules[0].alerts.empty());
}

TEST_F(RuleGroupTest, SeriesOfARemovedRuleEnd) {
  RuleGroup before = Make(kSum);
  world_.answers["s"] = {{LabelSet{}, 5}};
  before.Evaluate(At(0));
  RuleGroup after = Make(kDown);
  after.TakeOver(before);
  after.Evaluate(At(15));
  EXPECT_THAT(Written(R"(s:s{a="b"})"), testing::ElementsAre("5", "stale"));
}

TEST_F(RuleGroupTest, SavesOnlyWhatLasts) {
  RuleGroup group = Make(kDown);
  group.Evaluate(At(0));
  EXPECT_EQ(world_.store.saves, 0) << "no alerts, nothing to save";
  world_.answers["up == 0"] = Up({"a"}, 1);
  group.Evaluate(At(15));
  world_.answers["up == 0"] = Up({"a"}, 2);
  group.Evaluate(At(30));
  EXPECT_EQ(world_.store.saves, 1);
  group.Evaluate(At(75));
  EXPECT_EQ(world_.store.saves, 2) << "it fires now";
  world_.store.broken = true;
  world_.answers.clear();
  group.Evaluate(At(90));
  world_.store.broken = false;
  group.Evaluate(At(105));
  EXPECT_EQ(world_.store.saves, 3) << "what a full disk refused is saved as soon as it can be";
}

TEST_F(RuleGroupTest, NothingIsToldThatAKillWouldForget) {
  std::vector<int> saves_when_told;
  deps_.notify = [&](std::span<const Alert> alerts) {
    saves_when_told.push_back(world_.store.saves);
    EXPECT_EQ(alerts.size(), 2U) << "the alerts of all rules, at once";
  };
  RuleGroup group = Make("{alert: Down, expr: up == 0}, {alert: Gone, expr: up == 0}");
  world_.answers["up == 0"] = Up({"a"});
  group.Evaluate(At(0));
  world_.answers.clear();
  group.Evaluate(At(15));
  EXPECT_THAT(saves_when_told, testing::ElementsAre(1, 2));
}

TEST_F(RuleGroupTest, SlotsLieOneIntervalApart) {
  const RuleGroup group = Make(kSum, ", interval: 1m");
  const TimePoint slot = group.SlotAt(At(0));
  EXPECT_LE(slot, At(0));
  EXPECT_GT(slot, At(-60));
  EXPECT_EQ(group.SlotAt(slot), slot);
  EXPECT_EQ(group.SlotAt(slot + std::chrono::seconds(59)), slot);
  EXPECT_EQ(group.SlotAt(slot + std::chrono::seconds(60)), slot + std::chrono::seconds(60));
}

TEST_F(RuleGroupTest, AClockSetBackHidesNoEnd) {
  world_.answers["up == 0"] = Up({"a"});
  RuleGroup group = Make("{alert: Down, expr: up == 0}");
  group.Evaluate(At(7200));
  ASSERT_EQ(world_.TakeSent().size(), 1U);
  world_.answers.clear();
  for (int at = 60; at < 7000; at += 15) {
    group.Evaluate(At(at));
  }
  const auto sent = world_.TakeSent();
  ASSERT_FALSE(sent.empty()) << "the end is handed over";
}

TEST_F(RuleGroupTest, AClockSetBackLengthensNoFor) {
  world_.answers["up == 0"] = Up({"a"});
  RuleGroup group = Make(kDown);
  group.Evaluate(At(7200));
  for (int at = 0; at < 600; at += 15) {
    group.Evaluate(At(at));
  }
  EXPECT_FALSE(world_.TakeSent().empty()) << "for: 1m has passed ten times";
}

}  // namespace
}  // namespace sidewatch::alerts::rules
