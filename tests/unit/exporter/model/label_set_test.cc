#include "exporter/model/label_set.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

TEST(LabelSetTest, SortsAndFinds) {
  const LabelSet labels{{"job", "app"}, {"__name__", "up"}, {"instance", "a:1"}};
  EXPECT_EQ(labels.size(), 3U);
  EXPECT_EQ(labels[1].name, "instance");
  EXPECT_EQ(labels.Get("job"), "app");
  EXPECT_EQ(labels.Get("nope"), "");
  EXPECT_FALSE(labels.Has("nope"));
  EXPECT_EQ(labels.ToString(), R"(up{instance="a:1", job="app"})");
}

TEST(LabelSetTest, EqualityIsByText) {
  const LabelSet a{{"a", "bc"}};
  EXPECT_EQ(a, (LabelSet{{"a", "bc"}}));
  EXPECT_EQ(a.Hash(), (LabelSet{{"a", "bc"}}).Hash());
  EXPECT_NE(a, (LabelSet{{"ab", "c"}}));
  EXPECT_NE(a, LabelSet());
  EXPECT_EQ(LabelSet(), LabelSet({}));
}

TEST(LabelSetTest, OrdersLabelByLabelAndPrefixFirst) {
  const std::vector<LabelSet> sorted = {{},
                                        {{"A", "z"}},
                                        {{"__name__", "a"}},
                                        {{"__name__", "a"}, {"x", "1"}},
                                        {{"__name__", "b"}},
                                        {{"a", "1"}}};
  std::vector<LabelSet> shuffled(sorted.rbegin(), sorted.rend());
  std::ranges::sort(shuffled);
  EXPECT_EQ(shuffled, sorted);
}

TEST(LabelSetTest, PrintsNamesThatNeedQuotes) {
  EXPECT_EQ((LabelSet{{"__name__", "http.requests"}, {"service.name", "x\n\"y\""}}).ToString(),
            R"({"http.requests", "service.name"="x\n\"y\""})");
  EXPECT_EQ(LabelSet().ToString(), "{}");
}

TEST(LabelSetBuilderTest, SetsReplacesAndRemoves) {
  LabelSetBuilder builder(LabelSet{{"a", "1"}, {"b", "2"}});
  builder.Set("b", "3").Set("c", "4").Set("a", "");
  EXPECT_EQ(builder.Get("b"), "3");
  EXPECT_EQ(builder.Build(), (LabelSet{{"b", "3"}, {"c", "4"}}));
  EXPECT_TRUE(LabelSetBuilder().Build().empty());
}

struct Utf8Case {
  std::string name;
  std::string text;
  bool valid;
};

class IsValidUtf8Test : public testing::TestWithParam<Utf8Case> {};

TEST_P(IsValidUtf8Test, Judges) {
  EXPECT_EQ(IsValidUtf8(GetParam().text), GetParam().valid);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         IsValidUtf8Test,
                         testing::Values(Utf8Case{"Ascii", "abc", true},
                                         Utf8Case{"TwoBytes", "\xc3\xa9", true},
                                         Utf8Case{"FourBytes", "\xf0\x9f\x98\x80", true},
                                         Utf8Case{"Cut", "\xc3", false},
                                         Utf8Case{"Overlong", "\xc0\xaf", false},
                                         Utf8Case{"OverlongThree", "\xe0\x80\xaf", false},
                                         Utf8Case{"Surrogate", "\xed\xa0\x80", false},
                                         Utf8Case{"BeyondUnicode", "\xf4\x90\x80\x80", false},
                                         Utf8Case{"LoneContinuation", "\x80", false}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch
