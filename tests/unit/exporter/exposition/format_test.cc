#include "exporter/exposition/format.h"

#include <gtest/gtest.h>

namespace sidewatch::exposition {
namespace {

struct Case {
  std::string name;
  std::string accept;
  std::string want;  ///< The content type that is answered.
};

class NegotiateTest : public testing::TestWithParam<Case> {};

TEST_P(NegotiateTest, Picks) {
  EXPECT_EQ(ContentType(Negotiate(GetParam().accept)), GetParam().want);
}

constexpr const char* kText = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
constexpr const char* kTextUtf8 = "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8";
constexpr const char* kOpenMetrics =
    "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores";
constexpr const char* kOpenMetricsUtf8 =
    "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8";
constexpr const char* kOldOpenMetrics =
    "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=underscores";

INSTANTIATE_TEST_SUITE_P(
    Table,
    NegotiateTest,
    testing::Values(
        Case{"Nothing", "", kText},
        Case{"Anything", "*/*", kText},
        Case{"Browser", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", kText},
        Case{"Prometheus3",
             "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
             "application/openmetrics-text;version=0.0.1;q=0.5,"
             "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
             "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
             kOpenMetricsUtf8},
        Case{"Prometheus2",
             "application/openmetrics-text;version=1.0.0,"
             "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5",
             kOpenMetrics},
        Case{"TextPreferred", "application/openmetrics-text;q=0.2, text/plain;q=0.9", kText},
        Case{"TextOfUtf8", "text/plain; version=1.0.0; escaping=allow-utf-8", kTextUtf8},
        Case{"NoVersion", "application/openmetrics-text", kOpenMetrics},
        Case{"OldVersion", "application/openmetrics-text; version=0.0.1", kOldOpenMetrics},
        Case{"UnknownVersion", "application/openmetrics-text; version=9.0.0", kText},
        Case{"Refused", "application/openmetrics-text;q=0", kText},
        Case{"QualityNoNumber", "application/openmetrics-text;q=x", kText},
        Case{"QualityNan", "application/openmetrics-text;q=NaN", kText},
        Case{"Protobuf",
             "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
             kText},
        Case{"OtherEscaping", "application/openmetrics-text;escaping=dots", kOpenMetrics},
        Case{"Case", "Application/OpenMetrics-Text; Version=\"1.0.0\"", kOpenMetrics},
        Case{"Noise", ";;,,=;q,", kText}),
    [](const auto& row) { return row.param.name; });

TEST(SyntaxOf, LooksAtTheMediaTypeOnly) {
  EXPECT_EQ(SyntaxOf("application/openmetrics-text; version=1.0.0"), Syntax::kOpenMetrics);
  EXPECT_EQ(SyntaxOf("text/plain; version=0.0.4"), Syntax::kText);
  EXPECT_EQ(SyntaxOf(""), Syntax::kText);
  EXPECT_EQ(SyntaxOf("text/html; application/openmetrics-text"), Syntax::kText);
}

}  // namespace
}  // namespace sidewatch::exposition
