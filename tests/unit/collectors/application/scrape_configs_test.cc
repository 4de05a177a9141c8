#include "collectors/application/scrape_configs.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "collectors/application/file_discovery.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::application {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

std::vector<scrape::Target> Read(std::string_view yaml,
                                 config::Diagnostics& diagnostics,
                                 const JobLimits& limits = {}) {
  const auto node = config::ParseYaml(yaml, "c.yml", config::ExpandEnv::kNo, diagnostics);
  return ReadScrapeConfigs(
      *node, {.interval = seconds(15), .timeout = seconds(10)}, limits, diagnostics);
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
  EXPECT_EQ(targets[0].config.url, "http://app:8000/internal/metrics?module=a+b");
  EXPECT_EQ(targets[0].config.job, "app");
  EXPECT_EQ(targets[0].config.timeout, seconds(5));
  EXPECT_EQ(targets[0].config.labels, (LabelSet{{"team", "core"}}));
  EXPECT_EQ(targets[1].config.instance, "other");
  EXPECT_EQ(targets[2].config.url, "https://[::1]/metrics");
}

TEST(ReadScrapeConfigsTest, LimitsOfGlobalHoldForJobsWithoutTheirOwn) {
  config::Diagnostics diagnostics;
  const std::string yaml =
      "- {job_name: own, sample_limit: 5, target_limit: 9, static_configs: [{targets: [a, b]}]}\n"
      "- {job_name: none, sample_limit: 0, target_limit: 9, static_configs: [{targets: [c]}]}\n"
      "- {job_name: over, static_configs: [{targets: [d, e]}]}\n";
  const JobLimits limits{
      .sample_limit = 100, .label_limit = 30, .label_value_length_limit = 200, .target_limit = 1};
  const auto targets = Read(yaml, diagnostics, limits);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
  ASSERT_THAT(targets, SizeIs(5));
  EXPECT_EQ(targets[0].config.sample_rules->sample_limit, 5U);
  EXPECT_EQ(targets[0].config.sample_rules->label_limit, 30U);
  EXPECT_EQ(targets[0].config.sample_rules->label_value_length_limit, 200U);
  EXPECT_EQ(targets[2].config.sample_rules->sample_limit, 100U) << "0 is not given, as upstream";
  const SystemClock clock;
  const auto refused = testkit::CollectOnce(*targets[4].collector, clock);
  EXPECT_EQ(refused->status.error().message,
            "target_limit exceeded (number of targets: 2, limit: 1)");
  JobLimits changed = limits;
  changed.body_size_limit = 7;
  EXPECT_NE(Read(yaml, diagnostics, changed)[0].config.fingerprint, targets[0].config.fingerprint)
      << "a reload has to see it";
}

TEST(ReadScrapeConfigsTest, RelabelsTargetsAsForAnExporterOfManyTargets) {
  config::Diagnostics diagnostics;
  const auto targets = Read(
      "- job_name: blackbox\n"
      "  metrics_path: /probe\n"
      "  params: {module: [http_2xx]}\n"
      "  static_configs: [{targets: ['shop.example', 'shop.example', 'drop.me'], labels: {a: b}}]\n"
      "  relabel_configs:\n"
      "  - {source_labels: [__address__], regex: drop.*, action: drop}\n"
      "  - {source_labels: [__address__], target_label: __param_target}\n"
      "  - {source_labels: [__param_target], target_label: instance}\n"
      "  - {target_label: __address__, replacement: 'blackbox:9115'}\n"
      "  - {target_label: job, replacement: probes}\n"
      "  - {target_label: __scrape_interval__, replacement: 1m}\n",
      diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
  ASSERT_THAT(targets, SizeIs(1)) << "the same target twice is one";
  const scrape::TargetConfig& config = targets[0].config;
  EXPECT_EQ(config.url, "http://blackbox:9115/probe?module=http_2xx&target=shop.example");
  EXPECT_EQ(config.instance, "shop.example");
  EXPECT_EQ(config.job, "probes");
  EXPECT_EQ(config.pool, "blackbox");
  EXPECT_EQ(config.interval, std::chrono::minutes(1));
  EXPECT_EQ(config.labels, (LabelSet{{"a", "b"}}));
  EXPECT_EQ(config.discovered.Get("__address__"), "shop.example");
}

TEST(ReadScrapeConfigsTest, LabelsOfAGroupMayChangeWhereAndHowOften) {
  config::Diagnostics diagnostics;
  const auto targets = Read(
      "- job_name: a\n"
      "  static_configs:\n"
      "  - targets: ['x:1']\n"
      "    labels: {__scheme__: https, __metrics_path__: /m, __param_q: '1', job: other}\n",
      diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
  ASSERT_THAT(targets, SizeIs(1));
  EXPECT_EQ(targets[0].config.url, "https://x:1/m?q=1");
  EXPECT_EQ(targets[0].config.job, "other");
}

TEST(ReadScrapeConfigsTest, UrlsAreTargetsWhereRelabellingTakesThem) {
  config::Diagnostics diagnostics;
  const auto targets = Read(
      "- job_name: probe\n"
      "  metrics_path: /probe\n"
      "  params: {module: [http_2xx]}\n"
      "  static_configs: [{targets: ['https://shop.example/a?b=c', 'http://x:8080']}]\n"
      "  relabel_configs:\n"
      "  - {source_labels: [__address__], target_label: __param_target}\n"
      "  - {source_labels: [__param_target], target_label: instance}\n"
      "  - {target_label: __address__, replacement: 'blackbox:9115'}\n",
      diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
  ASSERT_THAT(targets, SizeIs(2));
  EXPECT_EQ(
      targets[0].config.url,
      "http://blackbox:9115/probe?module=http_2xx&target=https%3A%2F%2Fshop.example%2Fa%3Fb%3Dc");
  EXPECT_EQ(targets[0].config.instance, "https://shop.example/a?b=c");
}

class FileDiscoveryTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  std::string Yaml() const {
    return "- job_name: a\n  file_sd_configs: [{files: ['" + (folder_ / "*.json").string() +
           "'], refresh_interval: 1m}]\n";
  }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("file_sd_" + std::to_string(getpid()));
};

TEST_F(FileDiscoveryTest, ReadsTheFilesAndSeesTheirChange) {
  config::Diagnostics diagnostics;
  EXPECT_THAT(Read(Yaml(), diagnostics), SizeIs(0)) << "no file yet is no target";
  const auto node = *config::ParseYaml(Yaml(), "c.yml", config::ExpandEnv::kNo, diagnostics);
  const std::uint64_t before = DiscoverySignature(node);
  EXPECT_EQ(DiscoverySignature(node), before);
  Write("t.json", R"([{"targets": ["x:1", "y:2"], "labels": {"team": "core"}}])");
  EXPECT_NE(DiscoverySignature(node), before);
  const auto targets = Read(Yaml(), diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
  ASSERT_THAT(targets, SizeIs(2));
  EXPECT_EQ(targets[1].config.labels, (LabelSet{{"team", "core"}}));
  EXPECT_EQ(targets[1].config.discovered.Get("__meta_filepath"), (folder_ / "t.json").string());
}

TEST_F(FileDiscoveryTest, AWrongFileIsNamed) {
  config::Diagnostics diagnostics;
  Write("t.json", "{}");
  Read(Yaml(), diagnostics);
  EXPECT_THAT(diagnostics.errors(),
              ElementsAre((folder_ / "t.json").string() + ":1:1: expected a list, got a map"));
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
             "c.yml:1:16: kubernetes_sd_configs is not supported: list the targets under "
             "static_configs or file_sd_configs"},
        Case{"Unknown",
             "[{job_name: a, metric_path: /x}]",
             R"(c.yml:1:16: unknown key "metric_path", did you mean "metrics_path"?)"},
        Case{"OAuth",
             "[{job_name: a, oauth2: {}}]",
             "c.yml:1:16: oauth2 is not supported: use authorization with credentials_file"},
        Case{"NativeHistograms",
             "[{job_name: a, scrape_native_histograms: true}]",
             "c.yml:1:16: scrape_native_histograms is not supported: histograms are read with "
             "their buckets"},
        Case{"Relabelling",
             "[{job_name: a, relabel_configs: [{action: sort}]}]",
             R"(c.yml:1:43: unknown relabel action "sort")"},
        Case{"Limit",
             "[{job_name: a, sample_limit: -1}]",
             "c.yml:1:30: sample_limit must not be negative; 0 is no limit"},
        Case{"Protocol",
             "[{job_name: a, scrape_protocols: [PrometheusProto]}]",
             "c.yml:1:34: unsupported scrape protocol PrometheusProto, supported: "
             "[OpenMetricsText1.0.0 OpenMetricsText0.0.1 PrometheusText1.0.0 PrometheusText0.0.4]"},
        Case{"AddressWithAScheme",
             "[{job_name: a, static_configs: [{targets: ['http://x']}]}]",
             R"(c.yml:1:43: "http://x" is not a valid hostname)"},
        Case{"AddressWithASchemeBehindRelabelling",
             "[{job_name: a, static_configs: [{targets: ['http://x']}], "
             "relabel_configs: [{target_label: team, replacement: y}]}]",
             R"(c.yml:1:2: target http://x: "http://x" is not a valid hostname)"},
        Case{"NoAddress",
             "[{job_name: a, static_configs: [{targets: [x]}], "
             "relabel_configs: [{target_label: __address__, replacement: ''}]}]",
             "c.yml:1:2: target x: no address"},
        Case{"FilePattern",
             "[{job_name: a, file_sd_configs: [{files: [x.txt]}]}]",
             R"(c.yml:1:42: path name "x.txt" is not valid for file discovery)"},
        Case{"Scheme",
             "[{job_name: a, scheme: ftp}]",
             R"(c.yml:1:24: scheme must be http or https, not "ftp")"},
        Case{"NotAList", "{job_name: a}", "c.yml:1:1: expected a list, got a map"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::application
