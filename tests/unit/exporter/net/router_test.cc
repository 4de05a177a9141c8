#include "exporter/net/router.h"

#include <gtest/gtest.h>

namespace sidewatch::net {
namespace {

Router MakeRouter() {
  Router router;
  const auto answer = [](std::string text) {
    return [text](const HttpRequest&) {
      return TextResponse(200, text);
    };
  };
  router.Handle("GET", "/", Access::kRead, answer("root"));
  router.Handle("GET", "/api/label/{name}/values", Access::kRead, answer("values"));
  router.Handle("POST", "/api/label/{name}/values", Access::kWrite, answer("post"));
  router.Handle("GET", "/ping/{name}", Access::kRead, answer("ping"));
  router.Handle("OPTIONS", "/{path...}", Access::kRead, answer("preflight"));
  router.Handle("POST", "/push/{rest...}", Access::kWrite, answer("push"));
  return router;
}

struct Case {
  std::string name;
  std::string method;
  std::string path;
  std::string want;  ///< The handler's text, or the status.
  std::string want_values = "";
};

class RouterTest : public testing::TestWithParam<Case> {};

TEST_P(RouterTest, Finds) {
  const Case& c = GetParam();
  const Router router = MakeRouter();
  HttpRequest request{.method = c.method, .path = c.path};
  const Router::Found found = router.Find(request);
  const std::string got = found.handler == nullptr ? std::to_string(found.error.status)
                                                   : (*found.handler)(request).body;
  EXPECT_EQ(got, c.want);
  std::string values;
  for (const auto& [name, value] : request.path_values) {
    values += name + "=" + value + ";";
  }
  EXPECT_EQ(values, c.want_values);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    RouterTest,
    testing::Values(Case{"Root", "GET", "/", "root"},
                    Case{"Head", "HEAD", "/", "root"},
                    Case{"Name", "GET", "/api/label/job/values", "values", "name=job;"},
                    Case{"OtherMethod", "POST", "/api/label/job/values", "post", "name=job;"},
                    Case{"EmptyName", "GET", "/api/label//values", "404"},
                    Case{"Longer", "GET", "/ping/a/b", "404"},
                    Case{"Shorter", "GET", "/ping", "404"},
                    Case{"TrailingSlash", "GET", "/ping/a/", "404"},
                    Case{
                        "Rest", "POST", "/push/job/a/instance/b", "push", "rest=job/a/instance/b;"},
                    Case{"EmptyRest", "POST", "/push/", "push", "rest=;"},
                    Case{"WrongMethod", "DELETE", "/ping/a", "405"},
                    Case{"Preflight", "OPTIONS", "/nothing", "preflight", "path=nothing;"},
                    Case{"Unknown", "GET", "/nothing", "404"}),
    [](const auto& row) { return row.param.name; });

TEST(RouterErrorTest, SaysWhichMethodsAreAllowed) {
  const Router router = MakeRouter();
  HttpRequest request{.method = "DELETE", .path = "/api/label/job/values"};
  const Router::Found found = router.Find(request);
  EXPECT_EQ(found.error.headers, (std::vector<Header>{{"Allow", "GET, HEAD, POST"}}));
}

struct FormCase {
  std::string name;
  std::string text;
  FormValues want;
};

class FormTest : public testing::TestWithParam<FormCase> {};

TEST_P(FormTest, Parses) {
  EXPECT_EQ(ParseForm(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         FormTest,
                         testing::Values(FormCase{"Empty", "", {}},
                                         FormCase{"Two", "a=1&b=2", {{"a", "1"}, {"b", "2"}}},
                                         FormCase{"Repeated", "m=1&m=2", {{"m", "1"}, {"m", "2"}}},
                                         FormCase{
                                             "Brackets", "match%5B%5D=up", {{"match[]", "up"}}},
                                         FormCase{"Plus", "q=a+b%2Bc", {{"q", "a b+c"}}},
                                         FormCase{"NoValue", "a&b=", {{"a", ""}, {"b", ""}}},
                                         FormCase{"BadPercent", "a=%zz%4", {{"a", "%zz%4"}}},
                                         FormCase{"EqualsInValue", "q=a=b", {{"q", "a=b"}}},
                                         FormCase{"EmptyPairs", "&&a=1&", {{"a", "1"}}}),
                         [](const auto& row) { return row.param.name; });

TEST(UrlTest, EncodesAndDecodes) {
  EXPECT_EQ(EncodeUrl("a b/ü~"), "a%20b%2F%C3%BC~");
  EXPECT_EQ(DecodeUrl("a%20b+c"), "a b+c");
}

TEST(HttpRequestTest, TakesQueryAndFormTogether) {
  HttpRequest request{.query = "a=1", .body = "b=2"};
  EXPECT_EQ(request.Form(), (FormValues{{"a", "1"}})) << "a body of another type is no form";
  request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
  EXPECT_EQ(request.Form(), (FormValues{{"b", "2"}, {"a", "1"}}));
}

}  // namespace
}  // namespace sidewatch::net
