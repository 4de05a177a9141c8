#include "collectors/probes/json_fields.h"

#include <gtest/gtest.h>

#include "tests/testkit/recording_sink.h"

namespace sidewatch::probes {
namespace {

struct Case {
  std::string name;
  std::string page;
  JsonField field;
  std::string series;
  std::optional<double> want;  ///< Nothing: absent.
  std::string failure = {};
};

class JsonFieldsTest : public testing::TestWithParam<Case> {};

TEST_P(JsonFieldsTest, Writes) {
  const Case& c = GetParam();
  testkit::RecordingSink sink;
  EXPECT_EQ(WriteJsonFields(c.page, {c.field}, sink), c.failure);
  EXPECT_EQ(sink.Find(c.series), c.want);
  EXPECT_EQ(sink.values().size(), c.want ? 1U : 0U);
}

const JsonField kHealthy{.path = "checks.database", .metric = "shop_db", .equals = "healthy"};

INSTANTIATE_TEST_SUITE_P(
    Table,
    JsonFieldsTest,
    testing::Values(
        Case{"Equal", R"({"checks":{"database":"healthy"}})", kHealthy, "shop_db", 1},
        Case{"Unequal", R"({"checks":{"database":"degraded"}})", kHealthy, "shop_db", 0},
        Case{"Missing",
             R"({"checks":{}})",
             kHealthy,
             "shop_db",
             std::nullopt,
             "the page has no \"checks.database\""},
        Case{"Null",
             R"({"checks":{"database":null}})",
             kHealthy,
             "shop_db",
             std::nullopt,
             "the page has no \"checks.database\""},
        Case{"Optional", "{}", {.path = "a.b", .optional = true}, "", std::nullopt},
        Case{"Number",
             R"({"queue":{"length":17}})",
             {.path = "queue.length"},
             R"(probe_json_value{path="queue.length"})",
             17},
        Case{"Labels",
             R"({"n":1.5})",
             {.path = "n", .metric = "m", .labels = {{"queue", "mail"}}},
             R"(m{queue="mail"})",
             1.5},
        Case{"Boolean", R"({"up":true})", {.path = "up"}, R"(probe_json_value{path="up"})", 1},
        Case{"NumberAsText",
             R"({"n":"12"})",
             {.path = "$.n"},
             R"(probe_json_value{path="$.n"})",
             12},
        Case{"InAList",
             R"({"queues":[{"n":1},{"n":2}]})",
             {.path = "queues.1.n"},
             R"(probe_json_value{path="queues.1.n"})",
             2},
        Case{"PastTheList",
             R"({"queues":[]})",
             {.path = "queues.0"},
             "",
             std::nullopt,
             "the page has no \"queues.0\""},
        Case{"KeyWithDots",
             R"({"checks":{"db.main":3}})",
             {.path = "checks.db.main"},
             R"(probe_json_value{path="checks.db.main"})",
             3},
        Case{"EqualNumber",
             R"({"n":2.0})",
             {.path = "n", .equals = "2"},
             R"(probe_json_matches{path="n"})",
             1},
        Case{"EqualBoolean",
             R"({"ok":true})",
             {.path = "ok", .equals = "true"},
             R"(probe_json_matches{path="ok"})",
             1},
        Case{"NoNumber",
             R"({"n":"many"})",
             {.path = "n"},
             "",
             std::nullopt,
             "\"n\" of the page is no number"},
        Case{"TrailingDot", R"({"n":1})", {.path = "n."}, R"(probe_json_value{path="n."})", 1},
        Case{"Html", "<html></html>", {.path = "n"}, "", std::nullopt, "the page is no JSON"},
        Case{"HalfAPage", R"({"n":1,)", {.path = "n"}, "", std::nullopt, "the page is no JSON"},
        Case{"Nothing", "", {.path = "n"}, "", std::nullopt, "the page is no JSON"},
        Case{"Deep",
             std::string(200'000, '['),
             {.path = "n"},
             "",
             std::nullopt,
             "the page is no JSON"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::probes
