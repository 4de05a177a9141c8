#include "exporter/app/answer_text.h"

#include <string>

#include <gtest/gtest.h>

namespace sidewatch::app {
namespace {

struct Case {
  std::string name;
  std::string (*to_text)(const nlohmann::ordered_json& data);
  std::string data;
  std::string want;
};

class AnswerTextTest : public testing::TestWithParam<Case> {};

TEST_P(AnswerTextTest, Shows) {
  EXPECT_EQ(GetParam().to_text(nlohmann::ordered_json::parse(GetParam().data)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    AnswerTextTest,
    testing::Values(
        Case{"Vector",
             &QueryText,
             R"({"resultType":"vector","result":[
                 {"metric":{"__name__":"up","job":"a"},"value":[1.5,"1"]},
                 {"metric":{},"value":[1.5,"NaN"]}]})",
             "SERIES       VALUE\n"
             "up{job=\"a\"}  1\n"
             "{}           NaN\n"},
        Case{"NoSeries", &QueryText, R"({"resultType":"vector","result":[]})", "no series\n"},
        Case{"Scalar", &QueryText, R"({"resultType":"scalar","result":[1.5,"2.5"]})", "2.5\n"},
        Case{"Matrix",
             &QueryText,
             R"({"resultType":"matrix","result":[
                 {"metric":{"__name__":"up"},"values":[[0,"1"],[1.5,"0"]]}]})",
             "SERIES  TIME                      VALUE\n"
             "up      1970-01-01T00:00:00.000Z  1\n"
             "        1970-01-01T00:00:01.500Z  0\n"},
        Case{"StrangeAnswer",
             &QueryText,
             R"({"resultType":"histogram","result":3})",
             "{\"resultType\":\"histogram\",\"result\":3}\n"},
        Case{"NoAlerts", &AlertsText, R"({"alerts":[]})", "no alert is firing or pending\n"},
        Case{"AlertsOfStrangers", &AlertsText, R"([])", "no alert is firing or pending\n"},
        Case{"FiringFirst",
             &AlertsText,
             R"({"alerts":[
                 {"labels":{"alertname":"B"},"annotations":{},"state":"pending",
                  "activeAt":"2026-01-01T00:00:00Z"},
                 {"labels":{"alertname":"A","severity":"critical","disk":"/"},
                  "annotations":{"summary":"full"},"state":"firing",
                  "activeAt":"2026-01-01T00:00:00Z"}]})",
             "ALERT  SEVERITY  STATE    SINCE                 LABELS      WHAT\n"
             "A      critical  firing   2026-01-01T00:00:00Z  {disk=\"/\"}  full\n"
             "B      -         pending  2026-01-01T00:00:00Z\n"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::app
