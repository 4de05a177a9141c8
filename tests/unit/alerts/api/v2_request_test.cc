#include "alerts/api/v2_request.h"

#include <gtest/gtest.h>

namespace sidewatch::alerts {
namespace {

struct BodyCase {
  std::string name;
  std::string type;
  std::string body;
  int status = 0;  ///< 0: taken.
  std::string answer = {};
};

class PostedAlertsTest : public testing::TestWithParam<BodyCase> {};

TEST_P(PostedAlertsTest, AreRefusedAsAlertmanagerDoes) {
  const BodyCase& c = GetParam();
  net::HttpRequest request;
  request.method = "POST";
  request.path = "/api/v2/alerts";
  request.body = c.body;
  if (!c.type.empty()) {
    request.headers.push_back({"Content-Type", c.type});
  }
  const auto read = ReadPostedAlerts(request);
  EXPECT_EQ(read ? 0 : read.error().status, c.status);
  EXPECT_EQ(read ? "" : read.error().body, c.answer);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PostedAlertsTest,
    testing::Values(
        BodyCase{"Json", "application/json", "[]"},
        BodyCase{"Charset", "application/json; charset=utf-8", "[]"},
        BodyCase{"NoType", "", "[]"},
        BodyCase{"Form", "application/x-www-form-urlencoded", "[]"},
        BodyCase{"Text",
                 "text/plain",
                 "[]",
                 415,
                 R"({"code":415,"message":"unsupported media type \"text/plain\", only )"
                 R"([application/json] are allowed"})"},
        BodyCase{"Empty",
                 "text/plain",
                 "",
                 422,
                 R"({"code":602,"message":"alerts in body is required"})"},
        BodyCase{"CutShort",
                 "application/json",
                 "[",
                 400,
                 R"({"code":400,"message":"parsing alerts body from \"\" failed, because )"
                 R"(unexpected EOF"})"}),
    [](const auto& row) { return row.param.name; });

struct FilterCase {
  std::string name;
  std::string filter;
  std::string answer;
};

class FilterTest : public testing::TestWithParam<FilterCase> {};

TEST_P(FilterTest, IsRefusedInTheWordsOfGo) {
  net::HttpRequest request;
  request.method = "GET";
  request.path = "/api/v2/alerts";
  request.query = "filter=" + GetParam().filter;
  const auto read = ReadV2Filter(request);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().status, 400);
  EXPECT_EQ(read.error().body, GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    FilterTest,
    testing::Values(
        FilterCase{"Open", "a=~(", R"("error parsing regexp: missing closing ): `^(?:()$`")"},
        FilterCase{
            "Quoted", "a!~%22(%22", R"("error parsing regexp: missing closing ): `^(?:()$`")"},
        FilterCase{"Class", "a=~[", R"("error parsing regexp: missing closing ]: `[)$`")"},
        FilterCase{"Star",
                   "a!~*",
                   R"("error parsing regexp: missing argument to repetition operator: `*`")"},
        FilterCase{"NoOperator", "a", R"("bad matcher format: a")"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts
