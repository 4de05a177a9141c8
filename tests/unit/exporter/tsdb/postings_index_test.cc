#include "exporter/tsdb/postings_index.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidewatch::tsdb {
namespace {

struct Case {
  std::string name;
  std::vector<Matcher> matchers;
  std::vector<std::uint32_t> want;
};

Matcher Match(MatchOp op, std::string_view name, std::string_view value) {
  return Matcher::Create(op, name, value).value();
}

const std::vector<LabelSet>& AllSeries() {
  static const std::vector<LabelSet> kSeries = {
      LabelSet({{"__name__", "up"}, {"job", "node"}, {"zone", "a"}}),
      LabelSet({{"__name__", "up"}, {"job", "redis"}}),
      LabelSet({{"__name__", "down"}, {"job", "node"}, {"zone", "b"}}),
      LabelSet({{"__name__", "up"}, {"job", "node_two"}, {"zone", "b"}}),
      LabelSet({{"__name__", "other"}}),
  };
  return kSeries;
}

PostingsIndex MakeIndex() {
  PostingsIndex index;
  for (std::uint32_t slot = 0; slot < AllSeries().size(); ++slot) {
    index.Add(AllSeries()[slot], slot);
  }
  return index;
}

std::vector<std::uint32_t> Slots(const Roaring& roaring) {
  std::vector<std::uint32_t> slots(roaring.begin(), roaring.end());
  return slots;
}

class SelectTest : public testing::TestWithParam<Case> {};

TEST_P(SelectTest, FindsWhatAScanOfAllSeriesFinds) {
  std::vector<std::uint32_t> scanned;
  for (std::uint32_t slot = 0; slot < AllSeries().size(); ++slot) {
    if (std::ranges::all_of(GetParam().matchers,
                            [&](const Matcher& m) { return m.Matches(AllSeries()[slot]); })) {
      scanned.push_back(slot);
    }
  }
  ASSERT_EQ(scanned, GetParam().want);
  EXPECT_EQ(Slots(MakeIndex().Select(GetParam().matchers)), GetParam().want);
}

using enum MatchOp;

INSTANTIATE_TEST_SUITE_P(
    Table,
    SelectTest,
    testing::Values(
        Case{"None", {}, {0, 1, 2, 3, 4}},
        Case{"Equal", {Match(kEqual, "job", "node")}, {0, 2}},
        Case{"EqualOfNobody", {Match(kEqual, "job", "nginx")}, {}},
        Case{"EqualOfAnUnknownLabel", {Match(kEqual, "nobody", "x")}, {}},
        Case{"EqualEmpty", {Match(kEqual, "zone", "")}, {1, 4}},
        Case{"EqualEmptyOfAnUnknownLabel", {Match(kEqual, "nobody", "")}, {0, 1, 2, 3, 4}},
        Case{"NotEqual", {Match(kNotEqual, "job", "node")}, {1, 3, 4}},
        Case{"NotEmpty", {Match(kNotEqual, "zone", "")}, {0, 2, 3}},
        Case{"Alternation", {Match(kRegex, "job", "node|redis")}, {0, 1, 2}},
        Case{"AlternationWithEmpty", {Match(kRegex, "job", "node|")}, {0, 2, 4}},
        Case{"NotAlternation", {Match(kNotRegex, "job", "node|redis")}, {3, 4}},
        Case{"NotAlternationWithEmpty", {Match(kNotRegex, "job", "node|")}, {1, 3}},
        Case{"Prefix", {Match(kRegex, "job", "node.*")}, {0, 2, 3}},
        Case{"NotPrefix", {Match(kNotRegex, "job", "node.*")}, {1, 4}},
        Case{"PrefixAndMore", {Match(kRegex, "job", "node_.+")}, {3}},
        Case{"Anything", {Match(kRegex, "zone", ".*")}, {0, 1, 2, 3, 4}},
        Case{"Something", {Match(kRegex, "zone", ".+")}, {0, 2, 3}},
        Case{"NothingAtAll", {Match(kNotRegex, "zone", ".*")}, {}},
        Case{"NotSomething", {Match(kNotRegex, "zone", ".+")}, {1, 4}},
        Case{"Scan", {Match(kRegex, "job", "(?i)NODE")}, {0, 2}},
        Case{"Several",
             {Match(kEqual, "__name__", "up"),
              Match(kNotEqual, "zone", "a"),
              Match(kRegex, "job", "node.*|redis")},
             {1, 3}}),
    [](const auto& row) { return row.param.name; });

TEST(PostingsIndexTest, NamesAndValuesAreSortedAndGoWithTheirSeries) {
  PostingsIndex index = MakeIndex();
  EXPECT_THAT(index.Names(), testing::ElementsAre("__name__", "job", "zone"));
  EXPECT_THAT(index.Values("zone"), testing::ElementsAre("a", "b"));

  for (const std::uint32_t slot : {0U, 2U, 3U}) {
    index.Remove(AllSeries()[slot], slot);
  }

  EXPECT_THAT(index.Names(), testing::ElementsAre("__name__", "job"));
  EXPECT_THAT(index.Values("zone"), testing::ElementsAre());
  EXPECT_EQ(Slots(index.Select({})), (std::vector<std::uint32_t>{1, 4}));
  index.Remove(AllSeries()[1], 1);
  index.Remove(AllSeries()[4], 4);
  EXPECT_EQ(index.AllocatedBytes(), 0U);
}

TEST(PostingsIndexTest, CountsTheLargestFirst) {
  const PostingsIndex index = MakeIndex();
  const auto names = index.ValuesBySeries("__name__", 2);
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0].name, "up");
  EXPECT_EQ(names[0].count, 3U);
  EXPECT_EQ(index.NamesByValues(1)[0].count, 3U);
  EXPECT_EQ(index.PairsBySeries(1)[0].name, "__name__=up");
}

TEST(PostingsTest, ManyComeAndGo) {
  Postings postings;
  for (std::uint32_t slot = 0; slot < 1000; ++slot) {
    postings.Add(slot * 3);
    postings.Add(slot * 3);
  }
  EXPECT_EQ(postings.size(), 1000U);
  Roaring united;
  postings.UniteInto(united);
  EXPECT_EQ(united.cardinality(), 1000U);
  for (std::uint32_t slot = 0; slot < 1000; ++slot) {
    postings.Remove(slot * 3);
    postings.Remove(slot * 3 + 1);
  }
  EXPECT_TRUE(postings.empty());
}

}  // namespace
}  // namespace sidewatch::tsdb
