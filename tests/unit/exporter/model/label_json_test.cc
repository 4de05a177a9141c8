#include "exporter/model/label_json.h"

#include <string>

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

struct Case {
  std::string name;
  LabelSet labels;
  std::string want;
};

class WriteLabelsTest : public testing::TestWithParam<Case> {};

TEST_P(WriteLabelsTest, WritesAnObject) {
  std::string out;
  JsonWriter json(out);
  json.BeginArray();
  WriteLabels(json, GetParam().labels);
  WriteLabels(json, GetParam().labels);
  json.EndArray();
  EXPECT_EQ(out, "[" + GetParam().want + "," + GetParam().want + "]");
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    WriteLabelsTest,
    testing::Values(Case{"None", {}, "{}"},
                    Case{"One", {{"a", "b"}}, R"({"a":"b"})"},
                    Case{"Plain",
                         {{"__name__", "up"}, {"job", "node exporter"}},
                         R"({"__name__":"up","job":"node exporter"})"},
                    Case{"EmptyValue", {{"a", ""}, {"b", "c"}}, R"({"a":"","b":"c"})"},
                    Case{"QuoteInValue",
                         {{"a", "b"}, {"path", "c:\\\"d\""}},
                         R"({"a":"b","path":"c:\\\"d\""})"},
                    Case{"QuoteInName", {{"a\"", "b"}, {"c", "d"}}, R"({"a\"":"b","c":"d"})"},
                    Case{"Unicode", {{"größe", "✓"}}, R"({"größe":"✓"})"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch
