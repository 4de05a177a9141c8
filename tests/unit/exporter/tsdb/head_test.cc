#include "exporter/tsdb/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/exporter/tsdb/head_fixture.h"

namespace sidewatch::tsdb {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(HeadTest, ABatchIsSeenOnlyAfterItsCommit) {
  Head head({}, clock_, nullptr);
  const auto appender = head.NewAppender();
  ASSERT_TRUE(appender->Append(Named("up"), At(0), 1).has_value());
  EXPECT_TRUE(SelectAll(head).empty());

  ASSERT_TRUE(appender->Commit().has_value());

  EXPECT_EQ(SelectAll(head).size(), 1U);
}

TEST_F(HeadTest, WithoutCommitABatchIsDropped) {
  Head head({}, clock_, nullptr);
  ASSERT_TRUE(head.NewAppender()->Append(Named("up"), At(0), 1).has_value());
  EXPECT_TRUE(SelectAll(head).empty());
  ASSERT_TRUE(head.Truncate(At(1)).has_value());
  EXPECT_EQ(head.Stats().series, 0U);
}

TEST_F(HeadTest, AReferenceLeadsToTheSameSeries) {
  Head head({}, clock_, nullptr);
  const auto appender = head.NewAppender();
  const auto ref = appender->Append(Named("up"), At(0), 1);
  ASSERT_TRUE(appender->AppendRef(*ref, At(1), 2).has_value());
  ASSERT_TRUE(appender->Commit().has_value());

  EXPECT_EQ(Dump(head).at("up").size(), 2U);
  const Status unknown = appender->AppendRef(storage::SeriesRef{77}, At(2), 3);
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
}

TEST_F(HeadTest, RefusesWhatIsTooOldOrContradictsAndCountsIt) {
  Head head({}, clock_, nullptr);
  Append(head, Named("up"), At(1), 1);
  const auto appender = head.NewAppender();

  const auto old = appender->Append(Named("up"), At(0), 1);
  const auto conflict = appender->Append(Named("up"), At(1), 2);
  const auto duplicate = appender->Append(Named("up"), At(1), 1);
  const auto impossible = appender->Append(Named("up"), FromUnixMillis(1LL << 61), 1);
  ASSERT_TRUE(appender->Commit().has_value());

  ASSERT_FALSE(old.has_value());
  EXPECT_EQ(old.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(old.error().message,
              HasSubstr("sample of up at 2023-11-14T22:13:20.000Z is too old"));
  ASSERT_FALSE(conflict.has_value());
  EXPECT_EQ(conflict.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(duplicate.has_value());
  EXPECT_FALSE(impossible.has_value());
  const HeadStats stats = head.Stats();
  EXPECT_EQ(stats.refused_too_old, 2);
  EXPECT_EQ(stats.refused_conflict, 1);
  EXPECT_EQ(stats.duplicates, 1);
  EXPECT_EQ(stats.samples_appended, 1);
}

TEST_F(HeadTest, ContradictionsInsideABatchAreCountedByItsCommit) {
  Head head({}, clock_, nullptr);
  const auto appender = head.NewAppender();
  ASSERT_TRUE(appender->Append(Named("up"), At(0), 1).has_value());
  ASSERT_TRUE(appender->Append(Named("up"), At(0), 2).has_value());
  ASSERT_TRUE(appender->Commit().has_value());
  EXPECT_EQ(head.Stats().refused_conflict, 1);
  EXPECT_EQ(Dump(head).at("up").size(), 1U);
}

TEST_F(HeadTest, TakesOldSamplesInsideTheWindow) {
  Head head({.out_of_order_window = std::chrono::minutes(5)}, clock_, nullptr);
  Append(head, Named("up"), At(10), 1);
  Append(head, Named("up"), At(6), 1);
  EXPECT_EQ(head.Stats().out_of_order, 1);
  EXPECT_EQ(head.Stats().samples_stored, 2);
  const auto old = head.NewAppender()->Append(Named("up"), At(4), 1);
  EXPECT_FALSE(old.has_value());
}

TEST_F(HeadTest, RefusesSeriesOverTheLimitAndGoesOn) {
  Head head({.max_series = 2}, clock_, nullptr);
  Append(head, Named("up", "1"), At(0), 1);
  Append(head, Named("up", "2"), At(0), 1);
  const auto appender = head.NewAppender();

  const auto refused = appender->Append(Named("up", "3"), At(1), 1);

  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(refused.error().message, HasSubstr("series up{number=\"3\"} refused"));
  EXPECT_TRUE(appender->Append(Named("up", "1"), At(1), 1).has_value());
  EXPECT_TRUE(appender->Commit().has_value());
  EXPECT_EQ(head.Stats().refused_series, 1);
  EXPECT_EQ(head.Stats().series, 2U);
}

TEST_F(HeadTest, SelectsByMatchersAndRange) {
  Head head({}, clock_, nullptr);
  Append(head, Named("up", "1"), At(0), 1);
  Append(head, Named("up", "2"), At(10), 1);
  Append(head, Named("down", "3"), At(0), 1);
  const std::vector<Matcher> up = {Matcher::Create(MatchOp::kEqual, "__name__", "up").value()};

  EXPECT_EQ(head.Select(up, kAlways)->size(), 2U);
  EXPECT_EQ(head.Select(up, {At(5), At(20)})->size(), 1U);
  EXPECT_THAT(*head.LabelNames({}, kAlways), ElementsAre("__name__", "number"));
  EXPECT_THAT(*head.LabelValues("__name__", {}, kAlways), ElementsAre("down", "up"));
  EXPECT_THAT(*head.LabelValues("number", up, kAlways), ElementsAre("1", "2"));
  EXPECT_THAT(*head.LabelNames(up, {At(5), At(20)}), ElementsAre("__name__", "number"));
}

TEST_F(HeadTest, RetentionDropsSamplesThenSeriesAndTheirReferences) {
  Head head({.retention = std::chrono::minutes(60)}, clock_, nullptr);
  const auto appender = head.NewAppender();
  const auto old = appender->Append(Named("old"), At(0), 1);
  ASSERT_TRUE(appender->Commit().has_value());
  for (int minute = 0; minute < 600; ++minute) {
    Append(head, Named("live"), At(minute), minute);
  }
  const auto held = SelectAll(head);

  ASSERT_TRUE(head.Truncate(At(600)).has_value());
  EXPECT_EQ(Dump(head).count("old"), 0U);
  // Whole chunks go: what is past retention by less than a chunk stays.
  const auto live = Dump(head).at("live");
  EXPECT_LT(live.size(), 400U);
  EXPECT_GE(live.size(), 60U);

  // A series in use waits for the next time.
  EXPECT_EQ(head.Stats().series, 2U);
  storage::SampleColumns columns;
  held.back()->Read(kAlways, columns);
  EXPECT_FALSE(columns.times.empty());
}

TEST_F(HeadTest, ADroppedSeriesIsGoneFromEverywhereAndComesBackAsAnother) {
  Head head({.retention = std::chrono::minutes(60)}, clock_, nullptr);
  const auto appender = head.NewAppender();
  const auto old = appender->Append(Named("old"), At(0), 1);
  ASSERT_TRUE(appender->Commit().has_value());

  ASSERT_TRUE(head.Truncate(At(61)).has_value());

  EXPECT_EQ(head.Stats().series, 0U);
  EXPECT_EQ(head.Stats().series_dropped, 1);
  EXPECT_EQ(head.Stats().samples_stored, 0);
  EXPECT_EQ(head.Stats().fixed_bytes, 0U);
  EXPECT_TRUE(head.LabelNames({}, kAlways)->empty());
  EXPECT_EQ(appender->AppendRef(*old, At(62), 1).error().code, ErrorCode::kNotFound);
  const auto other = appender->Append(Named("other"), At(62), 1);
  EXPECT_NE(*other, *old);
}

TEST_F(HeadTest, ABoundOfBytesDropsTheOldestChunks) {
  Head head({.max_bytes = 20'000}, clock_, nullptr);
  for (int i = 0; i < 20'000; ++i) {
    const auto appender = head.NewAppender();
    ASSERT_TRUE(
        appender->Append(Named("noise"), start_ + Duration(i * 1000), 1.0 / (i + 1)).has_value());
    ASSERT_TRUE(appender->Commit().has_value());
  }
  ASSERT_GT(head.Stats().chunk_bytes, 100'000);

  ASSERT_TRUE(head.Truncate(start_ + Duration(20'000'000)).has_value());

  const HeadStats stats = head.Stats();
  EXPECT_LE(stats.chunk_bytes + static_cast<std::int64_t>(stats.fixed_bytes), 20'000);
  EXPECT_GT(stats.samples_stored, 500);
  EXPECT_EQ(stats.last_at, ToUnixMillis(start_ + Duration(19'999'000)));
}

}  // namespace
}  // namespace sidewatch::tsdb
