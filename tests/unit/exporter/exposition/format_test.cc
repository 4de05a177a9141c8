#include "exporter/exposition/format.h"

#include <gtest/gtest.h>

namespace sidewatch::exposition {
namespace {

struct Case {
  std::string name;
  std::string accept;
  std::string want;
};

class NegotiateTest : public testing::TestWithParam<Case> {};

TEST_P(NegotiateTest, Chooses) {
  EXPECT_EQ(Negotiate(GetParam().accept).ToString(), GetParam().want);
}

constexpr char kText[] = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
constexpr char kOpen[] =
    "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";

INSTANTIATE_TEST_SUITE_P(
    Table,
    NegotiateTest,
    testing::Values(
        Case{"Nothing", "", kText},
        Case{"Anything", "*/*", kText},
        Case{"Browser", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", kText},
        Case{"Prometheus2",
             "application/openmetrics-text;version=1.0.0,application/"
             "openmetrics-text;version=0.0.1;q=0.75,"
             "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
             kOpen},
        Case{"Prometheus3",
             "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/"
             "plain;q=0.3",
             "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"},
        Case{
            "UnknownVersion", "application/openmetrics-text;version=9.0.0,text/plain;q=0.1", kText},
        Case{"Protobuf",
             "application/"
             "vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
             kText},
        Case{"TextPreferred", "application/openmetrics-text;q=0.2, text/plain;q=0.9", kText}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::exposition
