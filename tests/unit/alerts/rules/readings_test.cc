#include "alerts/rules/readings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/base/duration.h"
#include "exporter/promql/parser.h"

namespace sidewatch::alerts::rules {
namespace {

struct Case {
  std::string name;
  std::string expression;
  std::vector<std::string> want;  ///< SELECTOR RANGE OFFSET
};

std::shared_ptr<const promql::Expr> Parse(const std::string& text) {
  return *promql::Parse(text, {});
}

class ReadingsTest : public testing::TestWithParam<Case> {};

TEST_P(ReadingsTest, Of) {
  RecordedExprs recorded;
  recorded["svc:x:sum"] = {Parse("sum by (svc) (rate(x[5m]))")};
  recorded["self"] = {Parse("self + 1")};
  std::vector<std::string> got;
  for (const Reading& reading : ReadingsOf(*Parse(GetParam().expression), recorded)) {
    got.push_back(reading.selector + " " + FormatDuration(reading.range) + " " +
                  FormatDuration(reading.offset));
  }
  EXPECT_EQ(got, GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReadingsTest,
    testing::Values(
        Case{"Instant", R"(sum(x{a="b"}) > 5)", {R"({a="b",__name__="x"} 0s 0s)"}},
        Case{"Range", "sum(rate(x[5m] offset 1m))", {R"({__name__="x"} 5m 1m)"}},
        Case{"Subquery",
             "max_over_time(sum(rate(x[5m]))[1h:] offset 2m)",
             {R"({__name__="x"} 1h5m 2m)"}},
        Case{"BothSides", "x / on () y", {R"({__name__="x"} 0s 0s)", R"({__name__="y"} 0s 0s)"}},
        Case{"BehindUnless", "x unless y", {R"({__name__="x"} 0s 0s)"}},
        Case{"Absent", "absent(x) or absent_over_time(y[5m])", {}},
        Case{"AtAFixedTime", "x @ 100", {}},
        Case{"Recorded",
             "svc:x:sum > 1",
             {R"({__name__="svc:x:sum"} 0s 0s)", R"({__name__="x"} 5m 0s)"}},
        Case{"RecordedFromItself",
             "self",
             {R"({__name__="self"} 0s 0s)", R"({__name__="self"} 0s 0s)"}}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts::rules
