#include "exporter/scrape/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/manual_clock.h"
#include "tests/unit/exporter/scrape/fake_collector.h"

namespace sidewatch::scrape {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

std::unique_ptr<Collector> CreateFake(config::MapReader& target, const CollectorDeps& /*deps*/) {
  std::string url;
  target.Require("url", url);
  return url.empty() ? nullptr : std::make_unique<FakeCollector>(&CollectSeven);
}

std::optional<Target> Read(std::string_view yaml, config::Diagnostics& diagnostics) {
  static const testkit::ManualClock clock;
  CollectorSpec spec = kFakeSpec;
  spec.create = &CreateFake;
  static const CollectorSpec kSpec = spec;
  const auto node = config::ParseYaml(yaml, "t.yml", config::ExpandEnv::kNo, diagnostics);
  return ReadTarget({.spec = kSpec, .node = *node, .index = 1},
                    {.interval = seconds(5), .timeout = seconds(10)},
                    {.clock = clock, .log = {}},
                    diagnostics);
}

TEST(ReadTargetTest, TakesDefaults) {
  config::Diagnostics diagnostics;
  const auto target = Read("{url: x}", diagnostics);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->config.name, "fake-2");
  EXPECT_EQ(target->config.job, "fake");
  EXPECT_EQ(target->config.instance, "fake:1");
  EXPECT_EQ(target->config.interval, seconds(5));
  EXPECT_EQ(target->config.timeout, seconds(5)) << "never over the interval";
}

TEST(ReadTargetTest, TakesWhatIsSaid) {
  config::Diagnostics diagnostics;
  const auto target = Read(
      "{url: x, name: main, job: db, instance: a:1, interval: 1m, timeout: 20s, labels: {team: "
      "core}}",
      diagnostics);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->config.name, "main");
  EXPECT_EQ(target->config.job, "db");
  EXPECT_EQ(target->config.instance, "a:1");
  EXPECT_EQ(target->config.timeout, seconds(20));
  EXPECT_EQ(target->config.labels, (LabelSet{{"team", "core"}}));
}

TEST(TellApartTest, OnlyThoseThatWouldWriteTheSame) {
  config::Diagnostics diagnostics;
  std::vector<Target> targets;
  for (const char* const yaml : {"{url: x, name: a, instance: host}",
                                 "{url: y, name: b, instance: host, labels: {team: core}}",
                                 "{url: z, name: c, instance: host}",
                                 "{url: z, name: d, instance: other}"}) {
    targets.push_back(*Read(yaml, diagnostics));
  }
  TellApart(targets);
  EXPECT_EQ(targets[0].config.labels, (LabelSet{{"target", "a"}}));
  EXPECT_EQ(targets[1].config.labels, (LabelSet{{"team", "core"}}));
  EXPECT_EQ(targets[2].config.labels, (LabelSet{{"target", "c"}}));
  EXPECT_EQ(targets[3].config.labels, LabelSet());
}

struct Case {
  std::string name;
  std::string yaml;
  std::string want_error;
};

class ReadTargetErrorTest : public testing::TestWithParam<Case> {};

TEST_P(ReadTargetErrorTest, NamesThePlace) {
  config::Diagnostics diagnostics;
  EXPECT_FALSE(Read(GetParam().yaml, diagnostics));
  EXPECT_THAT(diagnostics.errors(), ElementsAre(GetParam().want_error));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReadTargetErrorTest,
    testing::Values(
        Case{"OwnKeyMissing", "{name: a}", R"(t.yml:1:1: missing key "url")"},
        Case{"UnknownKey",
             "{url: x, intervall: 5s}",
             R"(t.yml:1:10: unknown key "intervall", did you mean "interval"?)"},
        Case{"TimeoutOverInterval",
             "{url: x, interval: 5s, timeout: 6s}",
             "t.yml:1:33: timeout must be longer than 0 and not longer than the interval"},
        Case{"BadLabel",
             "{url: x, labels: {__name__: y}}",
             R"(t.yml:1:18: "__name__" is not a valid label name)"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::scrape
