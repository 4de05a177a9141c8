#include "exporter/promql/prepared_queries.h"

#include <string>

#include <gtest/gtest.h>

namespace sidewatch::promql {
namespace {

class PreparedQueriesTest : public testing::Test {
 protected:
  /// Whether `text` was still known: then it is the same tree.
  bool Knows(const std::string& text, const PreparedQuery& before) {
    return &queries_.Get(text)->expr() == &before.expr();
  }

  PreparedQueries queries_{ParserOptions{}};
};

TEST_F(PreparedQueriesTest, ParsesTheSameTextOnce) {
  const auto first = queries_.Get("sum(up)");
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->text(), "sum(up)");
  EXPECT_TRUE(Knows("sum(up)", *first));
  EXPECT_FALSE(Knows("sum(up) ", *first));
}

TEST_F(PreparedQueriesTest, ForgetsWhatWasNotAskedForLong) {
  const auto often = queries_.Get("often");
  const auto once = queries_.Get("once");
  for (int i = 0; i < 127; ++i) {
    ASSERT_TRUE(queries_.Get("x" + std::to_string(i)).has_value());
    EXPECT_TRUE(Knows("often", *often)) << "after " << i;
  }
  EXPECT_FALSE(Knows("once", *once));
}

TEST_F(PreparedQueriesTest, KeepsNoLongText) {
  const std::string text = "up + 1" + std::string(1024, ' ');
  const auto query = queries_.Get(text);
  ASSERT_TRUE(query.has_value());
  EXPECT_FALSE(Knows(text, *query));
}

TEST_F(PreparedQueriesTest, GivesTheErrorEachTime) {
  for (int i = 0; i < 2; ++i) {
    const auto query = queries_.Get("sum(");
    ASSERT_FALSE(query.has_value());
    EXPECT_EQ(query.error().message, "1:5: parse error: unclosed left parenthesis");
  }
}

}  // namespace
}  // namespace sidewatch::promql
