#include "alerts/rules/rule_state.h"

#include <gtest/gtest.h>

#include "tests/unit/alerts/rules/rule_fixture.h"

namespace sidewatch::alerts::rules {
namespace {

std::vector<RuleState> Sample() {
  return {{.identity = "alert\xff"
                       "A",
           .alerts = {{.state = AlertState::kFiring,
                       .labels = LabelSet{{"alertname", "A"}},
                       .annotations = LabelSet{{"summary", "s"}},
                       .value = 1.5,
                       .active_at = At(1),
                       .fired_at = At(2),
                       .keep_firing_since = At(3),
                       .resolved_at = std::nullopt,
                       .last_sent_at = At(4),
                       .missing_since = std::nullopt},
                      {.labels = LabelSet{{"alertname", "B"}}, .active_at = At(5)}}},
          {.identity = "", .alerts = {}}};
}

TEST(RuleStateTest, ComesBackWhole) {
  const std::string bytes = EncodeState(Sample(), StateDetail::kAll);
  const auto back = DecodeState(bytes);
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_EQ(EncodeState(*back, StateDetail::kAll), bytes);
  const ActiveAlert& alert = (*back)[0].alerts[0];
  EXPECT_EQ(alert.state, AlertState::kFiring);
  EXPECT_EQ(alert.annotations.Get("summary"), "s");
  EXPECT_EQ(alert.value, 1.5);
  EXPECT_EQ(alert.fired_at, At(2));
  EXPECT_EQ(alert.keep_firing_since, At(3));
  EXPECT_EQ(alert.resolved_at, std::nullopt);
  EXPECT_EQ(alert.last_sent_at, At(4));
}

TEST(RuleStateTest, LastingPartLeavesOutWhatChangesAtEveryTurn) {
  std::vector<RuleState> changed = Sample();
  changed[0].alerts[0].value = 2;
  changed[0].alerts[0].annotations = LabelSet{{"summary", "t"}};
  changed[0].alerts[0].last_sent_at = At(9);
  EXPECT_EQ(EncodeState(Sample(), StateDetail::kLasting),
            EncodeState(changed, StateDetail::kLasting));
  changed[0].alerts[0].fired_at = At(9);
  EXPECT_NE(EncodeState(Sample(), StateDetail::kLasting),
            EncodeState(changed, StateDetail::kLasting));
}

TEST(RuleStateTest, EveryCutIsDamage) {
  const std::string bytes = EncodeState(Sample(), StateDetail::kAll);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeState(std::string_view(bytes).substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(DecodeState(bytes + "x").has_value());
}

TEST(RuleStateTest, ReadsWhatTheFormerVersionWrote) {
  std::vector<RuleState> one = Sample();
  one.pop_back();
  one[0].alerts.pop_back();
  std::string bytes = EncodeState(one, StateDetail::kAll);
  bytes[4] = 1;
  bytes.resize(bytes.size() - sizeof(std::int64_t));  // `missing_since` stood last.
  const auto back = DecodeState(bytes);
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_EQ(EncodeState(*back, StateDetail::kAll), EncodeState(one, StateDetail::kAll));
}

TEST(RuleStateTest, NamesAnotherVersion) {
  std::string bytes = EncodeState({}, StateDetail::kAll);
  bytes[4] = 9;
  EXPECT_EQ(DecodeState(bytes).error().message, "state of a rule group in version 9, expected 2");
  EXPECT_EQ(DecodeState("nonsense").error().message, "not the state of a rule group");
}

}  // namespace
}  // namespace sidewatch::alerts::rules
