#include "alerts/pipeline/receiver_reader.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"
#include "tests/testkit/recording_receiver.h"

namespace sidewatch::alerts {

struct ReceiverDeps {};

namespace {

std::unique_ptr<Receiver> Create(config::MapReader& map,
                                 const config::Node& /*global*/,
                                 const ReceiverDeps& /*deps*/) {
  map.Ignore({"url"});
  return std::make_unique<testkit::RecordingReceiver>(std::make_shared<testkit::Recording>());
}

constexpr ReceiverSpec kSpec = {
    .key = "pigeon_configs", .kind = "pigeon", .send_resolved_by_default = true, .create = &Create};

ReceiverConfigs Read(std::string_view yaml, config::Diagnostics& diagnostics) {
  static constexpr std::array<const ReceiverSpec*, 1> kSpecs = {&kSpec};
  return ReadReceivers(
      testkit::Yaml(yaml, diagnostics), config::Node(), kSpecs, ReceiverDeps(), diagnostics);
}

TEST(ReadReceivers, NamesIntegrationsByPlace) {
  config::Diagnostics diagnostics;
  const ReceiverConfigs read =
      Read("[{name: ops, pigeon_configs: [{url: a}, {send_resolved: false}]}, {name: nobody}]",
           diagnostics);
  EXPECT_EQ(testkit::Errors(diagnostics), "");
  EXPECT_THAT(read.names, testing::ElementsAre("nobody", "ops"));
  ASSERT_EQ(read.integrations.size(), 2U);
  EXPECT_EQ(read.integrations[0].name, "ops/pigeon[0]");
  EXPECT_TRUE(read.integrations[0].send_resolved);
  EXPECT_EQ(read.integrations[1].name, "ops/pigeon[1]");
  EXPECT_FALSE(read.integrations[1].send_resolved);
}

TEST(ReadReceivers, ReadsWhatAllKindsHave) {
  config::Diagnostics diagnostics;
  const ReceiverConfigs read =
      Read("[{name: ops, pigeon_configs: [{}, {timeout: 1m, max_alerts: 7}]}]", diagnostics);
  EXPECT_EQ(testkit::Errors(diagnostics), "");
  ASSERT_EQ(read.integrations.size(), 2U);
  EXPECT_EQ(read.integrations[0].timeout, Duration::zero());
  EXPECT_EQ(read.integrations[0].max_alerts, 0);
  EXPECT_EQ(read.integrations[1].timeout, std::chrono::minutes(1));
  EXPECT_EQ(read.integrations[1].max_alerts, 7);
}

struct ErrorCase {
  std::string name;
  std::string yaml;
  std::string want;
};

class ReadReceiversErrorTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(ReadReceiversErrorTest, NamesPlaceAndReason) {
  config::Diagnostics diagnostics;
  Read(GetParam().yaml, diagnostics);
  EXPECT_EQ(testkit::Errors(diagnostics), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ReadReceiversErrorTest,
    testing::Values(
        ErrorCase{"NoName", "[{pigeon_configs: []}]", "test.yml:1:2: missing name in receiver"},
        ErrorCase{"Twice",
                  "[{name: a}, {name: a}]",
                  "test.yml:1:20: notification config name \"a\" is not unique"},
        ErrorCase{"OtherKind",
                  "[{name: a, owl_configs: []}]",
                  "test.yml:1:12: receivers of kind \"owl_configs\" are not supported, only "
                  "pigeon_configs"},
        ErrorCase{"MaxAlerts",
                  "[{name: a, pigeon_configs: [{max_alerts: -1}]}]",
                  "test.yml:1:42: max_alerts must not be negative; 0 shows all"},
        ErrorCase{"OtherKey", "[{name: a, pigeons: []}]", "test.yml:1:12: unknown key \"pigeons\""},
        ErrorCase{
            "Label",
            "[{name: a, labels: {name: b}}]",
            "test.yml:1:20: receiver label \"name\" must match receiver name \"a\", got \"b\""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts
