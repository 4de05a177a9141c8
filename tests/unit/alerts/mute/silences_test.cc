#include "alerts/mute/silences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/manual_clock.h"
#include "tests/testkit/map_value_store.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SilencesTest : public testing::Test {
 protected:
  Silence Make(const std::string& matchers, Duration length = 1h) {
    Silence silence;
    silence.matcher_sets = {*ParseMatchers(matchers)};
    silence.starts_at = clock_.Now();
    silence.ends_at = clock_.Now() + length;
    silence.created_by = "ann";
    silence.comment = "why";
    return silence;
  }

  std::vector<std::string> MutedBy(const LabelSet& labels) {
    Alert alert;
    alert.labels = labels;
    return silences_->MutedBy(alert, clock_.Now());
  }

  Silence Get(const std::string& id) { return *silences_->Find(id); }

  SilenceState State(const std::string& id) { return Get(id).StateAt(clock_.Now()); }

  void Restart() { silences_.emplace(SilencesDeps{clock_, {}, store_}); }

  std::shared_ptr<const Alert> MakeAlert(std::optional<TimePoint> ends_at) {
    Alert alert;
    alert.labels = LabelSet({{"alertname", "A"}});
    alert.starts_at = clock_.Now();
    alert.ends_at = ends_at;
    return std::make_shared<const Alert>(alert);
  }

  testkit::ManualClock clock_;
  testkit::MapValueStore store_;
  std::optional<Silences> silences_ =
      std::make_optional<Silences>(SilencesDeps{clock_, {}, store_});
  const SilenceAuthor ann_{"ann", "10.0.0.1"};
};

TEST_F(SilencesTest, MutesWhatMatchesWhileActive) {
  Silence later = Make("{a=\"1\"}", 2h);
  later.starts_at += 1h;
  const std::string id = *silences_->Set(later, ann_);
  EXPECT_TRUE(IsSilenceId(id));
  EXPECT_THAT(MutedBy({{"a", "1"}}), IsEmpty());
  clock_.Advance(1h);
  EXPECT_THAT(MutedBy({{"a", "1"}}), ElementsAre(id));
  EXPECT_THAT(MutedBy({{"a", "2"}}), IsEmpty());
  clock_.Advance(1h);
  EXPECT_THAT(MutedBy({{"a", "1"}}), IsEmpty());
  EXPECT_EQ(State(id), SilenceState::kExpired);
}

TEST_F(SilencesTest, OneSetOfSeveralIsEnough) {
  Silence two = Make("a=1");
  two.matcher_sets.push_back(*ParseMatchers("b=~\"x.*\",c!=1"));
  const std::string id = *silences_->Set(two, ann_);
  EXPECT_THAT(MutedBy({{"a", "1"}}), ElementsAre(id));
  EXPECT_THAT(MutedBy({{"b", "xy"}}), ElementsAre(id));
  EXPECT_THAT(MutedBy({{"b", "xy"}, {"c", "1"}}), IsEmpty());
}

TEST_F(SilencesTest, AnAlertThatWasAskedForHearsOfNewSilences) {
  EXPECT_THAT(MutedBy({{"a", "1"}}), IsEmpty());
  const std::string first = *silences_->Set(Make("a=1"), ann_);
  EXPECT_THAT(MutedBy({{"a", "1"}}), ElementsAre(first));
  ASSERT_TRUE(silences_->Set(Make("a=2"), ann_));
  ASSERT_TRUE(silences_->Set(Make("a!=2"), ann_));
  EXPECT_EQ(MutedBy({{"a", "1"}}).size(), 2U);
  ASSERT_TRUE(silences_->Expire(first, ann_));
  EXPECT_EQ(MutedBy({{"a", "1"}}).size(), 1U);
}

struct ChangeCase {
  const char* name;
  Duration starts_in;  // Of the silence that is changed.
  void (*change)(Silence&);
  bool same_id;
};

class ChangeTest : public SilencesTest, public testing::WithParamInterface<ChangeCase> {};

TEST_P(ChangeTest, KeepsTheIdOnlyIfThePastStaysTrue) {
  Silence silence = Make("a=1", 3h);
  silence.starts_at += GetParam().starts_in;
  const std::string id = *silences_->Set(silence, ann_);
  clock_.Advance(1min);
  Silence changed = Get(id);
  GetParam().change(changed);
  const auto got = silences_->Set(changed, ann_);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(*got == id, GetParam().same_id);
  EXPECT_EQ(State(id) == SilenceState::kExpired, !GetParam().same_id);
  EXPECT_EQ(Get(id).changes.back().what, GetParam().same_id ? "changed" : "expired");
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ChangeTest,
    testing::Values(
        ChangeCase{"CommentOfAnActive", 0h, [](Silence& s) { s.comment = "new"; }, true},
        ChangeCase{"EndOfAnActive", 0h, [](Silence& s) { s.ends_at += 1h; }, true},
        ChangeCase{"MillisecondsOfAnActive", 0h, [](Silence& s) { s.starts_at += 5ms; }, true},
        ChangeCase{"StartOfAnActive", 0h, [](Silence& s) { s.starts_at += 1h; }, false},
        ChangeCase{"MatchersOfAnActive",
                   0h,
                   [](Silence& s) { s.matcher_sets = {*ParseMatchers("a=2")}; },
                   false},
        ChangeCase{"StartOfAPending", 1h, [](Silence& s) { s.starts_at += 10min; }, true},
        ChangeCase{"APendingIntoThePast", 1h, [](Silence& s) { s.starts_at -= 2h; }, false}),
    [](const auto& row) { return row.param.name; });

TEST_F(SilencesTest, AnExpiredOneIsNeverChanged) {
  const std::string id = *silences_->Set(Make("a=1"), ann_);
  ASSERT_TRUE(silences_->Expire(id, {"ben", "10.0.0.2", "done"}));
  EXPECT_THAT(MutedBy({{"a", "1"}}), IsEmpty());
  const Silence ended = Get(id);
  EXPECT_EQ(ended.ends_at, clock_.Now());
  EXPECT_THAT(ended.changes,
              ElementsAre(SilenceChange{clock_.Now(), "created", "ann", "10.0.0.1", "why"},
                          SilenceChange{clock_.Now(), "expired", "ben", "10.0.0.2", "done"}));
  ASSERT_TRUE(silences_->Expire(id, ann_)) << "ending it twice is no mistake";
  EXPECT_EQ(Get(id).changes.size(), 2U);
  Silence again = ended;
  again.ends_at += 1h;
  EXPECT_NE(*silences_->Set(again, ann_), id);
}

TEST_F(SilencesTest, SurvivesARestartWithItsTrail) {
  Silence silence = Make("a=~\"x|y\",b!=\"\\\"\\n\"");
  silence.annotations = {{"ticket", "7"}};
  const std::string id = *silences_->Set(silence, ann_);
  const Silence before = Get(id);
  Restart();
  const Silence after = Get(id);
  EXPECT_EQ(after.matcher_sets, before.matcher_sets);
  EXPECT_EQ(after.annotations, before.annotations);
  EXPECT_EQ(after.changes, before.changes);
  EXPECT_EQ(after.starts_at, before.starts_at);
  EXPECT_THAT(MutedBy({{"a", "x"}}), ElementsAre(id));
}

TEST_F(SilencesTest, HoldsInMemoryWhileTheDiskIsFullAndIsSavedAfterwards) {
  store_.full = true;
  const std::string id = *silences_->Set(Make("a=1"), ann_);
  EXPECT_THAT(MutedBy({{"a", "1"}}), ElementsAre(id));
  EXPECT_THAT(store_.values, IsEmpty());
  store_.full = false;
  silences_->Maintain({});
  EXPECT_TRUE(store_.values.contains(id));
}

TEST_F(SilencesTest, ADamagedOneIsLeftAside) {
  const std::string id = *silences_->Set(Make("a=1"), ann_);
  store_.values["x"] = "no JSON";
  store_.values["y"] = R"({"id":7})";
  Restart();
  EXPECT_EQ(silences_->All().size(), 1U);
  EXPECT_TRUE(store_.values.contains("x")) << "a person may still mend it";
}

TEST_F(SilencesTest, ExpiredOnesAreForgottenAfterFiveDays) {
  const std::string id = *silences_->Set(Make("a=1", 1h), ann_);
  clock_.Advance(120h);
  silences_->Maintain({});
  EXPECT_NE(silences_->Find(id), nullptr);
  clock_.Advance(1h);
  silences_->Maintain({});
  EXPECT_EQ(silences_->Find(id), nullptr);
  EXPECT_THAT(store_.values, IsEmpty());
  EXPECT_THAT(MutedBy({{"a", "1"}}), IsEmpty());
}

TEST_F(SilencesTest, EndsWithItsAlertsIfItIsAskedTo) {
  Silence silence = Make("alertname=A");
  silence.annotations = {{std::string(kUntilAnnotation), "resolved"}};
  const std::string id = *silences_->Set(silence, ann_);
  EXPECT_TRUE(silences_->AnyUntilResolved());
  silences_->Maintain({});
  EXPECT_EQ(State(id), SilenceState::kActive) << "it waits for its alert";
  clock_.Advance(1min);
  const auto over = MakeAlert(clock_.Now());
  const auto firing = MakeAlert(std::nullopt);
  silences_->Maintain(std::vector{over, firing});
  EXPECT_EQ(State(id), SilenceState::kActive) << "one still fires";
  silences_->Maintain(std::vector{over});
  EXPECT_EQ(State(id), SilenceState::kExpired);
  EXPECT_EQ(Get(id).changes.back().by, "sidewatch");
  EXPECT_FALSE(silences_->AnyUntilResolved());
}

TEST_F(SilencesTest, EndsWithAlertsThatAreForgottenBeforeItIsAsked) {
  Silence silence = Make("alertname=A");
  silence.annotations = {{std::string(kUntilAnnotation), "resolved"}};
  const std::string id = *silences_->Set(silence, ann_);
  clock_.Advance(1min);
  Alert other;
  other.labels = {{"alertname", "B"}};
  other.ends_at = clock_.Now();
  silences_->NoteEnded({&other, 1});
  silences_->Maintain({});
  EXPECT_EQ(State(id), SilenceState::kActive) << "another alert is over";
  silences_->NoteEnded({MakeAlert(clock_.Now()).get(), 1});
  silences_->Maintain(std::vector{MakeAlert(std::nullopt)});
  EXPECT_EQ(State(id), SilenceState::kActive) << "one still fires";
  silences_->Maintain({});
  EXPECT_EQ(State(id), SilenceState::kExpired);
}

TEST_F(SilencesTest, EndsWhenItHasMatchedNothingForLong) {
  Silence silence = Make("alertname=A", 24h);
  silence.annotations = {{std::string(kIdleAnnotation), "2h"}};
  const std::string id = *silences_->Set(silence, ann_);
  clock_.Advance(119min);
  silences_->Maintain(std::vector{MakeAlert(std::nullopt)});
  clock_.Advance(119min);
  silences_->Maintain({});
  EXPECT_EQ(State(id), SilenceState::kActive);
  clock_.Advance(1min);
  silences_->Maintain({});
  EXPECT_EQ(State(id), SilenceState::kExpired);
  EXPECT_THAT(Get(id).changes.back().why, HasSubstr("2h"));
}

TEST_F(SilencesTest, IsBounded) {
  silences_.emplace(SilencesDeps{clock_, {}, store_, {.max_silences = 1, .max_bytes = 1000}});
  const std::string id = *silences_->Set(Make("a=1"), ann_);
  EXPECT_EQ(silences_->Set(Make("a=2"), ann_).error().code, ErrorCode::kLimitExceeded);
  Silence same = Get(id);
  same.comment = "another";
  EXPECT_TRUE(silences_->Set(same, ann_)) << "a change needs no room";
  same.comment = std::string(1000, 'x');
  EXPECT_EQ(silences_->Set(same, ann_).error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(Get(id).comment, "another");
}

TEST_F(SilencesTest, ALongTrailKeepsItsBeginningAndItsEnd) {
  std::string id = *silences_->Set(Make("a=1"), ann_);
  for (int i = 0; i < 100; ++i) {
    Silence changed = Get(id);
    changed.comment = std::to_string(i);
    id = *silences_->Set(changed, ann_);
  }
  const auto& changes = Get(id).changes;
  EXPECT_EQ(changes.size(), 50U);
  EXPECT_EQ(changes.front().what, "created");
  EXPECT_EQ(changes.back().why, "99");
}

struct RefusedCase {
  const char* name;
  void (*spoil)(Silence&);
  const char* message;
};

class RefusedTest : public SilencesTest, public testing::WithParamInterface<RefusedCase> {};

TEST_P(RefusedTest, SaysWhy) {
  Silence silence = Make("a=1");
  GetParam().spoil(silence);
  const auto got = silences_->Set(silence, ann_);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message, GetParam().message);
  EXPECT_THAT(store_.values, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All,
    RefusedTest,
    testing::Values(
        RefusedCase{"NoSet",
                    [](Silence& s) { s.matcher_sets.clear(); },
                    "invalid silence: at least one matcher set required"},
        RefusedCase{"EmptySet",
                    [](Silence& s) { s.matcher_sets.emplace_back(); },
                    "invalid silence: matcher set 1 is empty"},
        RefusedCase{"OnlyEmpty",
                    [](Silence& s) { s.matcher_sets = {*ParseMatchers("a=~\"x*\",b=\"\"")}; },
                    "invalid silence: matcher set 0: at least one matcher must not match the empty "
                    "string"},
        RefusedCase{"EndBeforeStart",
                    [](Silence& s) { s.ends_at = s.starts_at - 1s; },
                    "invalid silence: end time must not be before start time"},
        RefusedCase{"UnknownId", [](Silence& s) { s.id = "nosuch"; }, "silence not found"},
        RefusedCase{"BadIdle",
                    [](Silence& s) {
                      s.annotations = {{std::string(kIdleAnnotation), "soon"}};
                    },
                    "invalid silence: annotation sidewatch_idle must be a duration above 0 such as "
                    "\"2h\", got \"soon\""},
        RefusedCase{"BadUntil",
                    [](Silence& s) {
                      s.annotations = {{std::string(kUntilAnnotation), "never"}};
                    },
                    "invalid silence: annotation sidewatch_until must be \"resolved\", got "
                    "\"never\""}),
    [](const auto& row) { return row.param.name; });

TEST(SilenceIdTest, IsARandomUuid) {
  const std::string id = NewSilenceId();
  EXPECT_TRUE(IsSilenceId(id)) << id;
  EXPECT_EQ(id[14], '4') << id;
  EXPECT_NE(id, NewSilenceId());
  EXPECT_FALSE(IsSilenceId("bad"));
  EXPECT_FALSE(IsSilenceId(id + "0"));
}

}  // namespace
}  // namespace sidewatch::alerts
