#include "exporter/api/params.h"

#include <gtest/gtest.h>

#include "exporter/api/envelope.h"
#include "exporter/api/label_escape.h"

namespace sidewatch::api {
namespace {

struct TimeCase {
  std::string name;
  std::string text;
  std::optional<std::int64_t> want_millis;
};

class ApiTimeTest : public testing::TestWithParam<TimeCase> {};

TEST_P(ApiTimeTest, Parses) {
  const TimeCase& c = GetParam();
  const Result<TimePoint> got = ParseApiTime(c.text);
  if (c.want_millis) {
    ASSERT_TRUE(got.has_value()) << got.error().message;
    EXPECT_EQ(ToUnixMillis(*got), *c.want_millis);
  } else {
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().message, "cannot parse \"" + c.text + "\" to a valid timestamp");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ApiTimeTest,
    testing::Values(TimeCase{"Whole", "1435781451", 1435781451000},
                    TimeCase{"Fraction", "1435781451.7814", 1435781451781},
                    TimeCase{"HalfAMillisecond", "1795201800.0005", 1795201800000},
                    TimeCase{"Exponent", "1.5e9", 1500000000000},
                    TimeCase{"Negative", "-1.5", -1500},
                    TimeCase{"Rfc3339", "2015-07-01T20:10:51.781Z", 1435781451781},
                    TimeCase{"Offset", "2015-07-01T22:10:51+02:00", 1435781451000},
                    TimeCase{"GoMinimum", "-292273086-05-16T16:47:06Z", -(1LL << 53U)},
                    TimeCase{"Empty", "", std::nullopt},
                    TimeCase{"Words", "yesterday", std::nullopt},
                    TimeCase{"NotFinite", "NaN", std::nullopt},
                    TimeCase{"TooFar", "1e300", std::nullopt}),
    [](const auto& row) { return row.param.name; });

struct DurationCase {
  std::string name;
  std::string text;
  std::optional<std::int64_t> want_millis;
  std::string want_error = "";
};

class ApiDurationTest : public testing::TestWithParam<DurationCase> {};

TEST_P(ApiDurationTest, Parses) {
  const DurationCase& c = GetParam();
  const Result<std::chrono::nanoseconds> got = ParseApiDuration(c.text);
  if (c.want_millis) {
    ASSERT_TRUE(got.has_value()) << got.error().message;
    EXPECT_EQ(got->count(), *c.want_millis * 1'000'000);
  } else {
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().message, c.want_error);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ApiDurationTest,
    testing::Values(DurationCase{"Seconds", "14.5", 14500},
                    DurationCase{"Prometheus", "1h30m", 5400000},
                    DurationCase{
                        "Words", "soon", std::nullopt, "cannot parse \"soon\" to a valid duration"},
                    DurationCase{"Huge",
                                 "1e10",
                                 std::nullopt,
                                 "cannot parse \"1e10\" to a valid duration. It overflows int64"}),
    [](const auto& row) { return row.param.name; });

TEST(ParamsTest, NamesTheParameter) {
  const Params params(net::HttpRequest{.query = "limit=-1&step=x&start=y&match%5B%5D=%7B%7D"});
  EXPECT_EQ(params.Limit().error().message,
            "invalid parameter \"limit\": limit must be non-negative");
  EXPECT_EQ(params.RequireDuration("step").error().message,
            "invalid parameter \"step\": cannot parse \"x\" to a valid duration");
  EXPECT_EQ(params.Time("start", std::nullopt).error().message,
            "invalid parameter \"start\": cannot parse \"y\" to a valid timestamp");
  EXPECT_FALSE(params.Selectors().has_value());
  EXPECT_FALSE(params.DurationOf("timeout")->has_value()) << "absent is no duration";
}

struct EscapeCase {
  std::string name;
  std::string text;
  std::string want;
};

class UnescapeTest : public testing::TestWithParam<EscapeCase> {};

TEST_P(UnescapeTest, Undoes) {
  EXPECT_EQ(UnescapeLabelName(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         UnescapeTest,
                         testing::Values(EscapeCase{"Plain", "job", "job"},
                                         EscapeCase{"Dot", "U__http_2e_status", "http.status"},
                                         EscapeCase{"Underscore", "U__a__b", "a_b"},
                                         EscapeCase{"Wide", "U___1f600_x", "😀x"},
                                         EscapeCase{"Broken", "U__a_zz_", "U__a_zz_"},
                                         EscapeCase{"Cut", "U__a_2", "U__a_2"},
                                         EscapeCase{"Surrogate", "U___d800_", "U___d800_"}),
                         [](const auto& row) { return row.param.name; });

TEST(EnvelopeTest, TellsParametersFromExecution) {
  const Error error{ErrorCode::kInvalidArgument, "why"};
  const net::HttpResponse parameters = ErrorResponse(error, Phase::kParameters);
  EXPECT_EQ(parameters.status, 400);
  EXPECT_EQ(parameters.body, R"({"status":"error","errorType":"bad_data","error":"why"})");
  EXPECT_EQ(ErrorResponse(error, Phase::kExecution).status, 422);
  EXPECT_EQ(ErrorResponse({ErrorCode::kDeadlineExceeded, ""}, Phase::kExecution).status, 503);
  EXPECT_EQ(ErrorResponse({ErrorCode::kProtocol, ""}, Phase::kExecution).status, 500);
}

TEST(EnvelopeTest, CutsLongListsOfWarnings) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject();
  WriteAnnotations(json, std::vector<std::string>(12, "w"), {});
  json.EndObject();
  EXPECT_EQ(out,
            R"({"warnings":["w","w","w","w","w","w","w","w","w","w",)"
            R"("2 more warning annotations omitted"]})");
}

TEST(ApiDuration, KeepsWhatIsBelowAMillisecond) {
  EXPECT_EQ(ParseApiDuration("0.0004")->count(), 400'000);
  EXPECT_EQ(ParseApiDuration("1.0015")->count(), 1'001'500'000);
}

TEST(ParamsTest, NumbersOfMetadataAreWordedAsPrometheusDoes) {
  net::HttpRequest request;
  request.query = "limit=x&limit_per_metric=-1";
  const Params params(request);
  EXPECT_EQ(params.Number("limit").error().message, "limit must be a number");
  EXPECT_EQ(params.Number("limit_per_metric").value(), 0U);
  EXPECT_EQ(params.Number("other").value(), 0U);
}

TEST(ParamsTest, TheBodyComesBeforeTheUrl) {
  net::HttpRequest request;
  request.method = "POST";
  request.query = "query=1";
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body = "query=2";
  EXPECT_EQ(Params(request).Get("query"), "2");
}

}  // namespace
}  // namespace sidewatch::api
