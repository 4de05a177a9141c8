#include "exporter/exposition/writer.h"

#include <limits>

#include <gtest/gtest.h>

namespace sidewatch::exposition {
namespace {

std::string Page(std::vector<std::vector<MetricFamily>> targets, ContentType type = {}) {
  std::vector<const std::vector<MetricFamily>*> pointers;
  for (const auto& families : targets) {
    pointers.push_back(&families);
  }
  std::string page;
  WritePage(pointers, type, [&](std::string_view piece) {
    page += piece;
    return true;
  });
  return page;
}

MetricFamily Family(std::string name,
                    MetricType type,
                    std::string help,
                    std::vector<MetricSample> samples) {
  return {.name = std::move(name),
          .type = type,
          .help = std::move(help),
          .unit = {},
          .samples = std::move(samples)};
}

const MetricFamily kCounter =
    Family("requests_total",
           MetricType::kCounter,
           "Requests\\ in\n\"all\".",
           {{.labels = {{"__name__", "requests_total"}, {"path", "a\\b\n\"c\""}}, .value = 3},
            {.labels = {{"__name__", "requests_total"}},
             .value = std::numeric_limits<double>::infinity(),
             .at = FromUnixMillis(1500)}});
const MetricFamily kInherited =
    Family("pg_stat_database_blks_hit",
           MetricType::kCounter,
           "H.",
           {{.labels = {{"__name__", "pg_stat_database_blks_hit"}}, .value = 1}});
const MetricFamily kUtf8 =
    Family("http.größe",
           MetricType::kGauge,
           "H.",
           {{.labels = {{"__name__", "http.größe"}, {"a.b", "c"}}, .value = 0.1}});

TEST(WritePageTest, WritesText) {
  EXPECT_EQ(Page({{kInherited, kCounter}}),
            "# HELP pg_stat_database_blks_hit H.\n"
            "# TYPE pg_stat_database_blks_hit counter\n"
            "pg_stat_database_blks_hit 1\n"
            "# HELP requests_total Requests\\\\ in\\n\"all\".\n"
            "# TYPE requests_total counter\n"
            "requests_total{path=\"a\\\\b\\n\\\"c\\\"\"} 3\n"
            "requests_total +Inf 1500\n");
}

TEST(WritePageTest, WritesOpenMetrics) {
  EXPECT_EQ(Page({{kInherited, kCounter}}, {.format = Format::kOpenMetrics}),
            "# HELP pg_stat_database_blks_hit H.\n"
            "# TYPE pg_stat_database_blks_hit unknown\n"
            "pg_stat_database_blks_hit 1\n"
            "# HELP requests Requests\\\\ in\\n\\\"all\\\".\n"
            "# TYPE requests counter\n"
            "requests_total{path=\"a\\\\b\\n\\\"c\\\"\"} 3\n"
            "requests_total +Inf 1.5\n"
            "# EOF\n");
}

TEST(WritePageTest, WritesOtherNamesAsAgreed) {
  EXPECT_EQ(Page({{kUtf8}}),
            "# HELP http_gr__e H.\n# TYPE http_gr__e gauge\nhttp_gr__e{a_b=\"c\"} 0.1\n");
  EXPECT_EQ(Page({{kUtf8}}, {.escaping = Escaping::kAllowUtf8}),
            "# HELP \"http.größe\" H.\n# TYPE \"http.größe\" gauge\n{\"http.größe\",\"a.b\"=\"c\"} "
            "0.1\n");
}

TEST(WritePageTest, MergesTheFamiliesOfTargets) {
  const auto of = [](MetricType type, std::string_view target) {
    return Family("pg_up",
                  type,
                  "Up of " + std::string(target),
                  {{.labels = {{"__name__", "pg_up"}, {"target", target}}, .value = 1}});
  };
  EXPECT_EQ(
      Page({{of(MetricType::kGauge, "a")}, {of(MetricType::kGauge, "b")}}),
      "# HELP pg_up Up of a\n# TYPE pg_up gauge\npg_up{target=\"a\"} 1\npg_up{target=\"b\"} 1\n");
  EXPECT_EQ(
      Page({{of(MetricType::kGauge, "a")}, {of(MetricType::kCounter, "b")}}),
      "# HELP pg_up Up of a\n# TYPE pg_up untyped\npg_up{target=\"a\"} 1\npg_up{target=\"b\"} 1\n");
}

TEST(WritePageTest, LeavesOutEmptyFamilies) {
  EXPECT_EQ(Page({{Family("a", MetricType::kGauge, "A.", {})}}), "");
}

TEST(WritePageTest, StopsWhenTheClientIsGone) {
  std::vector<MetricFamily> families = {Family("a", MetricType::kGauge, "A.", {})};
  for (int i = 0; i < 100'000; ++i) {
    families[0].samples.push_back(
        {.labels = {{"__name__", "a"}, {"i", std::to_string(i)}}, .value = 1});
  }
  const std::vector<const std::vector<MetricFamily>*> targets = {&families, &families};
  int pieces = 0;
  std::size_t biggest = 0;
  WritePage(targets, {}, [&](std::string_view piece) {
    biggest = std::max(biggest, piece.size());
    return ++pieces < 3;
  });
  EXPECT_EQ(pieces, 3);
  EXPECT_LT(biggest, 80'000U);
}

}  // namespace
}  // namespace sidewatch::exposition
