#include "alerts/rules/missing_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/alerts/rules/rule_fixture.h"

namespace sidewatch::alerts::rules {
namespace {

/// What the store holds at one evaluation, and the alert after it.
struct Step {
  int second;
  bool holds;         ///< The element is in the result.
  std::string down;   ///< `job/instance` of the target that is down; empty: none is.
  std::string want;   ///< `none` or a state.
  bool told = false;  ///< The alert says that its data is missing.
};

struct Case {
  std::string name;
  std::string on_missing;  ///< Empty: the group does not say it.
  std::string rule;        ///< More keys of the rule.
  LabelSet labels;         ///< Of the element.
  std::vector<Step> steps;
};

class MissingDataTest : public testing::TestWithParam<Case> {
 protected:
  void Set(const Step& step) {
    world_.answers["x > 1"] =
        step.holds ? std::vector<RuleSample>{{GetParam().labels, 2}} : std::vector<RuleSample>();
    const std::size_t slash = step.down.find('/');
    world_.answers["up == 0"].clear();
    // What the expression reads while the target is up, and for ten minutes after.
    const std::vector<RuleSample> read = {
        {LabelSet{{"instance", "db"}, {"job", "postgres"}, {"queue", "mail"}}, 1}};
    const bool is_down = slash != std::string::npos;
    world_.answers[R"({__name__="x"})"] = is_down ? std::vector<RuleSample>() : read;
    for (const char* const look : {"120000", "3660000"}) {
      world_.answers[R"(last_over_time({__name__="x"}[)" + std::string(look) + "ms])"] = read;
    }
    if (is_down) {
      world_.answers["up == 0"] = {{LabelSet{{"__name__", "up"},
                                             {"instance", step.down.substr(slash + 1)},
                                             {"job", step.down.substr(0, slash)}},
                                    0}};
    }
  }

  GroupConfig Config() const {
    const std::string on_missing =
        GetParam().on_missing.empty() ? "" : ", on_missing: " + GetParam().on_missing;
    return Groups("groups: [{name: g" + on_missing +
                  ", rules: [{alert: A, expr: x > 1, annotations: {summary: s}" + GetParam().rule +
                  "}]}]")[0];
  }

  void Check(const RuleGroup& group, const Step& step) const {
    const RuleView rule = group.View().rules[0];
    const bool none = rule.alerts.empty();
    ASSERT_EQ(none ? "none" : std::string(AlertStateName(rule.alerts[0].state)), step.want)
        << "at " << step.second << " s";
    if (none) {
      return;
    }
    const LabelSet& annotations = rule.alerts[0].annotations;
    const std::string text(annotations.Get(kMissingDataAnnotation));
    EXPECT_EQ(!text.empty(), step.told) << "at " << step.second << " s";
    EXPECT_EQ(annotations.Get("summary"), step.told ? "s (" + text + ")" : "s");
  }

  World world_;
  GroupDeps deps_ = world_.Deps();
};

TEST_P(MissingDataTest, Steps) {
  RuleGroup group(Config(), deps_);
  for (const Step& step : GetParam().steps) {
    Set(step);
    ASSERT_EQ(group.Evaluate(At(step.second)).failed, 0U);
    Check(group, step);
  }
}

TEST_P(MissingDataTest, StepsWithARestartBeforeEach) {
  for (const Step& step : GetParam().steps) {
    RuleGroup group(Config(), deps_);
    if (const auto saved = world_.store.bytes.find("r.yml;g"); saved != world_.store.bytes.end()) {
      const auto states = DecodeState(saved->second);
      ASSERT_TRUE(states.has_value());
      group.Restore(*states);
    }
    Set(step);
    ASSERT_EQ(group.Evaluate(At(step.second)).failed, 0U);
    Check(group, step);
  }
}

const LabelSet kDb = {{"instance", "db"}, {"job", "postgres"}};

INSTANTIATE_TEST_SUITE_P(
    Table,
    MissingDataTest,
    testing::Values(Case{"HeldUntilTheTargetIsBack",
                         "",
                         "",
                         kDb,
                         {{0, true, "", "firing"},
                          {15, false, "postgres/db", "firing", true},
                          {86400, false, "postgres/db", "firing", true},
                          {86415, false, "", "none"}}},
                    Case{"BackAndStillBad",
                         "",
                         "",
                         kDb,
                         {{0, true, "", "firing"},
                          {15, false, "postgres/db", "firing", true},
                          {30, true, "", "firing"}}},
                    Case{"DataEndsWithoutAFailingTarget",
                         "",
                         "",
                         kDb,
                         {{0, true, "", "firing"}, {15, false, "", "none"}}},
                    Case{"AnotherTargetIsDown",
                         "",
                         "",
                         kDb,
                         {{0, true, "", "firing"}, {15, false, "postgres/other", "none"}}},
                    Case{"AnotherJobIsDown",
                         "",
                         "",
                         kDb,
                         {{0, true, "", "firing"}, {15, false, "redis/db", "none"}}},
                    Case{"AggregatedByJob",
                         "",
                         "",
                         LabelSet{{"job", "postgres"}},
                         {{0, true, "", "firing"}, {15, false, "postgres/db", "firing", true}}},
                    Case{"AggregatedOverTargets",
                         "",
                         "",
                         LabelSet{{"queue", "mail"}},
                         {{0, true, "", "firing"},
                          {15, false, "postgres/db", "firing", true},
                          {86400, false, "postgres/db", "firing", true},
                          {86415, false, "", "none"}}},
                    Case{"AggregatedOverOtherTargets",
                         "",
                         "",
                         LabelSet{{"queue", "mail"}},
                         {{0, true, "", "firing"}, {15, false, "postgres/other", "none"}}},
                    Case{"Resolve",
                         "resolve",
                         "",
                         kDb,
                         {{0, true, "", "firing"}, {15, false, "postgres/db", "none"}}},
                    Case{"PendingIsHeldPending",
                         "hold",
                         ", for: 1m",
                         kDb,
                         {{0, true, "", "pending"},
                          {15, false, "postgres/db", "pending", true},
                          {90, false, "postgres/db", "pending", true},
                          {105, true, "", "firing"}}},
                    Case{"PendingFires",
                         "fire",
                         ", for: 1m",
                         kDb,
                         {{0, true, "", "pending"},
                          {15, false, "postgres/db", "pending", true},
                          {60, false, "postgres/db", "firing", true},
                          {75, false, "", "none"}}},
                    Case{"KeepFiringBeginsWhenTheTargetIsBack",
                         "",
                         ", keep_firing_for: 1m",
                         kDb,
                         {{0, true, "", "firing"},
                          {15, false, "postgres/db", "firing", true},
                          {600, false, "", "firing"},
                          {645, false, "", "firing"},
                          {660, false, "", "none"}}}),
    [](const auto& row) { return row.param.name; });

/// One evaluation after the element is gone, while a part of a target that is up is broken.
struct PartCase {
  std::string name;
  LabelSet labels;     ///< Of the element.
  LabelSet part;       ///< What says that it is broken.
  LabelSet before;     ///< What the expression read.
  LabelSet now;        ///< What it reads at the end; empty: nothing.
  std::string worked;  ///< The question whether the part ever did that is answered by yes.
  std::string want;    ///< What the alert says; empty: it is over.
};

class BrokenPartTest : public testing::TestWithParam<PartCase> {};

constexpr std::string_view kSuccess =
    R"({__name__=~"probe_success|[a-zA-Z0-9]+_up|.+_scrape_collector_success"})";

std::vector<RuleSample> SamplesOf(const LabelSet& labels, double value) {
  return labels.empty() ? std::vector<RuleSample>() : std::vector<RuleSample>{{labels, value}};
}

TEST_P(BrokenPartTest, AfterTheElementIsGone) {
  World world;
  RuleGroup group(Groups("groups: [{name: g, rules: [{alert: A, expr: x > 1}]}]")[0], world.Deps());
  world.answers["x > 1"] = {{GetParam().labels, 2}};
  ASSERT_EQ(group.Evaluate(At(0)).failed, 0U);
  world.answers["x > 1"].clear();
  const LabelSet& part = GetParam().part;
  const bool is_file = part.Has("filepath");
  const std::string signs = is_file ? "x509_cert_error" : std::string(kSuccess);
  world.answers[signs + (is_file ? " == 1" : " == 0")] = SamplesOf(part, is_file ? 1 : 0);
  world.answers[GetParam().worked] = SamplesOf(LabelSet{{"job", "tls"}}, is_file ? 0 : 1);
  world.answers[R"(last_over_time({__name__="x"}[120000ms]))"] = SamplesOf(GetParam().before, 2);
  world.answers[R"({__name__="x"})"] = SamplesOf(GetParam().now, 2);
  ASSERT_EQ(group.Evaluate(At(15)).failed, 0U);
  const auto alerts = group.View().rules[0].alerts;
  ASSERT_EQ(alerts.size(), GetParam().want.empty() ? 0U : 1U);
  if (!alerts.empty()) {
    EXPECT_EQ(alerts[0].state, AlertState::kFiring);
    EXPECT_EQ(
        alerts[0].annotations.Get(kMissingDataAnnotation),
        "no data since 2023-11-14T22:13:35Z: " + GetParam().want + ", the state is the last known");
  }
}

/// Labels of something on the target `web`.
LabelSet OnWeb(std::initializer_list<Label> more) {
  LabelSetBuilder builder(LabelSet{{"instance", "web"}, {"job", "tls"}});
  for (const Label& label : more) {
    builder.Set(label.name, label.value);
  }
  return builder.Build();
}

const LabelSet kEndpointDown = OnWeb({{"__name__", "probe_success"}, {"endpoint", "a:443"}});
const char* const kEndpointWorked =
    R"(max_over_time({__name__="probe_success",endpoint="a:443",instance="web",job="tls"}[2m]) > 0)";
const LabelSet kEndpointSeries = OnWeb({{"__name__", "x"}, {"endpoint", "a:443"}});

INSTANTIATE_TEST_SUITE_P(
    Table,
    BrokenPartTest,
    testing::Values(
        PartCase{"EndpointNotReached",
                 OnWeb({{"endpoint", "a:443"}}),
                 kEndpointDown,
                 kEndpointSeries,
                 {},
                 kEndpointWorked,
                 "endpoint a:443 of target web of job tls failed"},
        PartCase{"EndpointAggregatedOver",
                 LabelSet{{"site", "eu"}},
                 kEndpointDown,
                 kEndpointSeries,
                 {},
                 kEndpointWorked,
                 "endpoint a:443 of target web of job tls failed"},
        PartCase{"AnotherEndpoint",
                 OnWeb({{"endpoint", "b:443"}}),
                 kEndpointDown,
                 OnWeb({{"__name__", "x"}, {"endpoint", "b:443"}}),
                 {},
                 kEndpointWorked,
                 ""},
        PartCase{"AlertOfNoEndpoint",
                 OnWeb({{"filepath", "/a.pem"}}),
                 kEndpointDown,
                 OnWeb({{"__name__", "x"}, {"filepath", "/a.pem"}}),
                 {},
                 kEndpointWorked,
                 ""},
        PartCase{"EndpointThatNeverWorked",
                 OnWeb({{"endpoint", "a:443"}}),
                 kEndpointDown,
                 kEndpointSeries,
                 {},
                 "",
                 ""},
        PartCase{"DataIsThere",
                 OnWeb({{"endpoint", "a:443"}}),
                 kEndpointDown,
                 kEndpointSeries,
                 kEndpointSeries,
                 kEndpointWorked,
                 ""},
        PartCase{
            "PartOfACollector",
            OnWeb({{"datname", "shop"}}),
            OnWeb({{"__name__", "pg_scrape_collector_success"}, {"collector", "locks"}}),
            OnWeb({{"__name__", "x"}, {"datname", "shop"}}),
            {},
            R"(max_over_time({__name__="pg_scrape_collector_success",collector="locks",instance="web",job="tls"}[2m]) > 0)",
            "collector locks of target web of job tls failed"},
        PartCase{"ServerBehindAnExporter",
                 OnWeb({}),
                 OnWeb({{"__name__", "mysql_up"}}),
                 OnWeb({{"__name__", "x"}}),
                 {},
                 R"(max_over_time({__name__="mysql_up",instance="web",job="tls"}[2m]) > 0)",
                 "target web of job tls failed (mysql_up)"},
        PartCase{
            "RowOfAPartThatIsStillRead",
            OnWeb({{"datname", "shop"}}),
            OnWeb({{"__name__", "pg_scrape_collector_success"}, {"collector", "locks"}}),
            OnWeb({{"__name__", "x"}, {"datname", "shop"}}),
            OnWeb({{"__name__", "x"}, {"datname", "other"}}),
            R"(max_over_time({__name__="pg_scrape_collector_success",collector="locks",instance="web",job="tls"}[2m]) > 0)",
            ""},
        PartCase{
            "FileOfACertificate",
            OnWeb({{"filepath", "/a.pem"}}),
            OnWeb({{"__name__", "x509_cert_error"}, {"filepath", "/a.pem"}}),
            OnWeb({{"__name__", "x"}, {"filepath", "/a.pem"}}),
            {},
            R"(min_over_time({__name__="x509_cert_error",filepath="/a.pem",instance="web",job="tls"}[2m]) < 1)",
            "filepath /a.pem of target web of job tls failed"}),
    [](const auto& row) { return row.param.name; });

/// One evaluation after the element of a rate is gone, while its target is up.
struct RangeCase {
  std::string name;
  bool full_before;  ///< The range held two samples when the alert began.
  bool present;      ///< There is a sample that is not stale.
  bool full;         ///< The range holds two samples.
  bool held;
};

class ShortRangeTest : public testing::TestWithParam<RangeCase> {};

TEST_P(ShortRangeTest, AfterTheElementIsGone) {
  World world;
  const std::vector<RuleSample> series = {
      {LabelSet{{"__name__", "x"}, {"instance", "db"}, {"job", "postgres"}}, 1}};
  const GroupDeps deps = world.Deps();
  GroupDeps timed = deps;
  timed.query = [&](const Query& query, TimePoint at) -> Result<std::vector<RuleSample>> {
    if (query.text == R"(count_over_time({__name__="x"}[60000ms]) > 1)") {
      const bool full = at == At(0) ? GetParam().full_before : GetParam().full;
      return full ? series : std::vector<RuleSample>();
    }
    return deps.query(query, at);
  };
  RuleGroup group(Groups("groups: [{name: g, rules: [{alert: A, expr: 'rate(x[1m]) > 1'}]}]")[0],
                  timed);
  world.answers["rate(x[1m]) > 1"] = {{kDb, 2}};
  ASSERT_EQ(group.Evaluate(At(0)).failed, 0U);
  world.answers.clear();
  if (GetParam().present) {
    world.answers[R"({__name__="x"})"] = series;
  }
  ASSERT_EQ(group.Evaluate(At(600)).failed, 0U);
  const auto alerts = group.View().rules[0].alerts;
  ASSERT_EQ(alerts.size(), GetParam().held ? 1U : 0U);
  if (GetParam().held) {
    EXPECT_EQ(alerts[0].annotations.Get(kMissingDataAnnotation),
              "no data since 2023-11-14T22:23:20Z: target db of job postgres has given too few "
              "samples since a gap, the state is the last known");
  }
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ShortRangeTest,
                         testing::Values(RangeCase{"OneSampleAfterAGap", true, true, false, true},
                                         RangeCase{"Filled", true, true, true, false},
                                         RangeCase{"SeriesEnded", true, false, false, false},
                                         RangeCase{"NeverTwo", false, true, false, false}),
                         [](const auto& row) { return row.param.name; });

/// After a start another group may not have recorded yet what an alert reads.
class RecordedElsewhereTest : public testing::Test {
 protected:
  void SetUp() override {
    deps_.recorded["y"] = {std::shared_ptr<const promql::Expr>(*promql::Parse("x", {}))};
    world_.answers["y > 1"] = {{kDb, 2}};
    RuleGroup(config_, deps_).Evaluate(At(0));
    world_.answers.clear();
    group_.Restore(*DecodeState(world_.store.bytes.at("r.yml;g")));
  }

  std::vector<ActiveAlert> AlertsAt(int second) {
    EXPECT_EQ(group_.Evaluate(At(second)).failed, 0U);
    return group_.View().rules[0].alerts;
  }

  const GroupConfig config_ = Groups("groups: [{name: g, rules: [{alert: A, expr: y > 1}]}]")[0];
  World world_;
  GroupDeps deps_ = world_.Deps();
  RuleGroup group_{config_, deps_};
};

TEST_F(RecordedElsewhereTest, IsHeldOnce) {
  const auto held = AlertsAt(600);
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].annotations.Get(kMissingDataAnnotation),
            "no data since 2023-11-14T22:23:20Z: not recorded yet since the start, the state is "
            "the last known");
  EXPECT_TRUE(AlertsAt(615).empty()) << "by then it would be recorded";
}

TEST_F(RecordedElsewhereTest, EndsAtOnceWhereItIsRecorded) {
  world_.answers[R"({__name__="y"})"] = {{kDb, 1}};
  EXPECT_TRUE(AlertsAt(600).empty());
}

TEST(DownTargetsTest, AFailedQuestionKeepsTheState) {
  World world;
  const GroupDeps deps = world.Deps();
  GroupDeps failing = deps;
  failing.query = [&](const Query& query, TimePoint at) -> Result<std::vector<RuleSample>> {
    if (query.text == "up == 0" && world.failing) {
      return Fail(ErrorCode::kDeadlineExceeded, "query timed out");
    }
    return deps.query(query, at);
  };
  RuleGroup group(Groups("groups: [{name: g, rules: [{alert: A, expr: x}]}]")[0], failing);
  world.answers["x"] = {{kDb, 1}};
  group.Evaluate(At(0));
  world.answers.clear();
  world.failing = true;
  EXPECT_EQ(group.Evaluate(At(15)).failed, 1U);
  ASSERT_EQ(group.View().rules[0].alerts.size(), 1U);
  EXPECT_EQ(group.View().rules[0].alerts[0].state, AlertState::kFiring);
}

}  // namespace
}  // namespace sidewatch::alerts::rules
