#include "collectors/application/scrape_configs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidewatch::application {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

std::vector<scrape::Target> Read(std::string_view yaml, config::Diagnostics& diagnostics) {
  const auto node = config::ParseYaml(yaml, "c.yml", config::ExpandEnv::kNo, diagnostics);
  return ReadScrapeConfigs(*node, {.interval = seconds(15), .timeout = seconds(10)}, diagnostics);
}

TEST(ReadScrapeConfigsTest, MakesATargetOfEachAddress) {
  config::Diagnostics diagnostics;
  const auto targets = Read(
      "- job_name: app\n"
      "  scrape_interval: 5s\n"
      "  metrics_path: /internal/metrics\n"
      "  params: {module: [a b]}\n"
      "  basic_auth: {username: me, password: s3cret}\n"
      "  static_configs: [{targets: ['app:8000', 'other'], labels: {team: core}}]\n"
      "- job_name: secure\n"
      "  scheme: https\n"
      "  static_configs: [{targets: ['[::1]']}]\n",
      diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
  ASSERT_THAT(targets, SizeIs(3));
  EXPECT_EQ(targets[0].config.url, "http://app:8000/internal/metrics?module=a%20b");
  EXPECT_EQ(targets[0].config.job, "app");
  EXPECT_EQ(targets[0].config.timeout, seconds(5));
  EXPECT_EQ(targets[0].config.labels, (LabelSet{{"team", "core"}}));
  EXPECT_EQ(targets[1].config.instance, "other:80");
  EXPECT_EQ(targets[2].config.url, "https://[::1]:443/metrics");
}

struct Case {
  std::string name;
  std::string yaml;
  std::string want_error;
};

class ReadScrapeConfigsErrorTest : public testing::TestWithParam<Case> {};

TEST_P(ReadScrapeConfigsErrorTest, NamesThePlace) {
  config::Diagnostics diagnostics;
  Read(GetParam().yaml, diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre(GetParam().want_error));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReadScrapeConfigsErrorTest,
    testing::Values(
        Case{"NoName", "[{static_configs: []}]", R"(c.yml:1:2: missing key "job_name")"},
        Case{"TwiceTheName",
             "[{job_name: a}, {job_name: a}]",
             R"(c.yml:1:28: found multiple scrape configs with job name "a")"},
        Case{"Discovery",
             "[{job_name: a, kubernetes_sd_configs: []}]",
             R"(c.yml:1:16: unknown key "kubernetes_sd_configs")"},
        Case{"Scheme",
             "[{job_name: a, scheme: ftp}]",
             R"(c.yml:1:24: scheme must be http or https, not "ftp")"},
        Case{"NotAList", "{job_name: a}", "c.yml:1:1: expected a list, got a map"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::application
