#include "exporter/app/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidewatch::app {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

AppConfig Read(const std::string& text, config::Diagnostics& diagnostics) {
  return ReadAppConfig(text, "c.yml", ".", {"host", "postgres"}, diagnostics);
}

TEST(ReadAppConfigTest, ReadsTheDesignsShape) {
  config::Diagnostics diagnostics;
  const AppConfig app = Read(
      "global: {scrape_interval: 5s, evaluation_interval: 7s, external_labels: {service: shop}}\n"
      "storage: {retention: 48h, max_series: 1000, max_bytes: 64MB}\n"
      "collectors:\n"
      "  postgres: [{name: main}, {name: other}]\n"
      "  host: [{}]\n"
      "library: {enabled: false}\n"
      "notifications: {route: {receiver: ops}}\n",
      diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
  EXPECT_EQ(app.global.scrape_interval, seconds(5));
  EXPECT_EQ(app.global.scrape_timeout, seconds(5)) << "never over the interval";
  EXPECT_EQ(app.global.evaluation_interval, seconds(7));
  EXPECT_EQ(app.global.external_labels, (LabelSet{{"service", "shop"}}));
  EXPECT_EQ(app.storage.retention, hours(48));
  EXPECT_EQ(app.storage.max_bytes, 64U << 20U);
  EXPECT_THAT(app.targets, SizeIs(3));
  EXPECT_TRUE(app.library.Find("enabled").has_value());
  EXPECT_TRUE(app.notifications.has_value());
}

TEST(ReadAppConfigTest, ReadsTheLimitsOfPrometheus) {
  config::Diagnostics diagnostics;
  const AppConfig app = Read(
      "global: {sample_limit: 1, label_limit: 2, label_name_length_limit: 3, "
      "label_value_length_limit: 4, target_limit: 5, body_size_limit: 6MB, "
      "keep_dropped_targets: 7, scrape_native_histograms: false}\n",
      diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre());
  const application::JobLimits want{.sample_limit = 1,
                                    .label_limit = 2,
                                    .label_name_length_limit = 3,
                                    .label_value_length_limit = 4,
                                    .target_limit = 5,
                                    .body_size_limit = 6 << 20};
  EXPECT_EQ(app.global.limits, want);
}

struct Case {
  std::string name;
  std::string yaml;
  std::string want_error;
};

class ReadAppConfigErrorTest : public testing::TestWithParam<Case> {};

TEST_P(ReadAppConfigErrorTest, NamesThePlace) {
  config::Diagnostics diagnostics;
  Read(GetParam().yaml, diagnostics);
  EXPECT_THAT(diagnostics.errors(), ElementsAre(GetParam().want_error));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReadAppConfigErrorTest,
    testing::Values(
        Case{"UnknownKind",
             "collectors: {postgress: []}",
             R"(c.yml:1:14: unknown key "postgress", did you mean "postgres"?)"},
        Case{"NotSupported",
             "remote_write: []",
             "c.yml:1:1: remote_write is not supported: let a Prometheus scrape /metrics, which "
             "may write on"},
        Case{"TimeoutOverInterval",
             "global: {scrape_interval: 5s, scrape_timeout: 6s}",
             "c.yml:1:47: scrape_timeout must not be longer than scrape_interval"},
        Case{"NoSeries", "storage: {max_series: 0}", "c.yml:1:23: max_series must be above 0"},
        Case{"MissingRuleFile",
             "rule_files: [nope.yml]",
             "c.yml:1:13: rule file ./nope.yml does not exist"},
        Case{"BadExternalLabel",
             "global: {external_labels: {__name__: x}}",
             R"(c.yml:1:27: "__name__" is not a valid label name)"},
        Case{"NegativeLimit",
             "global: {target_limit: -1}",
             "c.yml:1:24: target_limit must not be negative; 0 is no limit"},
        Case{
            "NotServed",
            "global: {scrape_native_histograms: true}",
            "c.yml:1:10: scrape_native_histograms is not supported: histograms are read with their "
            "buckets"},
        Case{"NotificationsTwice",
             "notifications: {}\nnotifications_file: /dev/null\n",
             "c.yml:2:21: at most one of notifications & notifications_file must be configured"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::app
