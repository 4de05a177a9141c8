#include "exporter/promql/text.h"

#include <gtest/gtest.h>

namespace sidewatch::promql {
namespace {

TEST(TextTest, QuotesAsGo) {
  EXPECT_EQ(Quoted("a\"b\\c\n\x01"), R"("a\"b\\c\n\x01")");
  EXPECT_EQ(QuoteFirstRune("'x"), R"('\'')");
}

TEST(TextTest, PrintsLabelsWithNamesQuotedWhereNeeded) {
  EXPECT_EQ(PrintLabelSet(LabelSet{{"__name__", "up"}, {"a.b", "c"}}),
            R"({__name__="up", "a.b"="c"})");
}

}  // namespace
}  // namespace sidewatch::promql
