#include "exporter/scrape/left_over.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/model/sample.h"
#include "tests/testkit/memory_storage.h"
#include "tests/testkit/recording_store.h"

namespace sidewatch::scrape {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::IsEmpty;

constexpr TimePoint kNow = FromUnixMillis(3'600'000);

struct Case {
  std::string name;
  LabelSet series;
  TimePoint last;
  double value = 7;
  bool want_ended = false;
};

LabelSet Postgres(const char* name, const char* instance = "db:5432") {
  return LabelSet{{"__name__", name}, {"job", "postgres"}, {"instance", instance}};
}

class LeftOverTest : public testing::TestWithParam<Case> {};

TEST_P(LeftOverTest, EndsWhatATargetLeft) {
  const Case& c = GetParam();
  testkit::MemoryStorage before;
  ASSERT_TRUE(before.Append(c.series, c.last - seconds(15), 1).has_value());
  ASSERT_TRUE(before.Append(c.series, c.last, c.value).has_value());
  std::vector<Target> targets(2);
  for (Target& target : targets) {
    target.config.job = "postgres";
    target.config.instance = "db:5432";
  }
  testkit::RecordingStore store;
  const Result<std::size_t> ended =
      EndLeftOver(targets, {"ALERTS", "job:up:sum"}, before, store, kNow);
  ASSERT_TRUE(ended.has_value()) << ended.error().message;
  EXPECT_EQ(*ended, c.want_ended ? 1U : 0U);
  const std::vector<Sample> written = store.SamplesOf(c.series.ToString());
  if (!c.want_ended) {
    EXPECT_THAT(store.Series(), IsEmpty());
    return;
  }
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written.front().at, c.last + std::chrono::milliseconds(1));
  EXPECT_TRUE(IsStale(written.front().value));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    LeftOverTest,
    testing::Values(
        Case{"Alive", Postgres("pg_up"), kNow - seconds(20), 7, true},
        Case{"Ended", Postgres("pg_up"), kNow - seconds(20), StaleNan()},
        Case{"OfLongAgo", Postgres("pg_up"), kNow - minutes(6)},
        Case{"OfTheFuture", Postgres("pg_up"), kNow + minutes(1)},
        Case{"OfAnotherInstance", Postgres("pg_up", "db2:5432"), kNow - seconds(20)},
        Case{"OfARuleAboutATarget", Postgres("job:up:sum"), kNow - seconds(20)},
        Case{"OfAnAlertAboutATarget", Postgres("ALERTS"), kNow - seconds(20)},
        Case{"OfARule", LabelSet{{"__name__", "ALERTS"}, {"alertname", "A"}}, kNow - seconds(20)}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::scrape
