#include "exporter/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/base/secret.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/recording_log.h"

namespace sidewatch {
namespace {

using testing::ElementsAre;
using testing::Le;
using testing::SizeIs;

TEST(LoggerTest, WritesLogfmt) {
  const testkit::ManualClock clock;
  const auto sink = std::make_shared<testkit::RecordingLog>();
  const Logger log = Logger(sink, LogLevel::kInfo, LogFormat::kLogfmt, clock).Named("scrape");
  log.Debug("dropped");
  log.Warn("target is down",
           {{"target", "main"}, {"password", Secret("x")}, {"error", "no \"route\"\n"}});
  EXPECT_THAT(
      sink->lines(),
      ElementsAre(
          "time=2023-11-14T22:13:20.000Z level=warn component=scrape msg=\"target is down\" "
          "target=main password=<secret> error=\"no \\\"route\\\"\\n\""));
}

TEST(LoggerTest, WritesJson) {
  const testkit::ManualClock clock;
  const auto sink = std::make_shared<testkit::RecordingLog>();
  const Logger log(sink, LogLevel::kDebug, LogFormat::kJson, clock);
  log.Error("a\tb", {{"count", 3}});
  EXPECT_THAT(
      sink->lines(),
      ElementsAre(
          "{\"time\":\"2023-11-14T22:13:20.000Z\",\"level\":\"error\",\"msg\":\"a\\u0009b\","
          "\"count\":\"3\"}"));
}

TEST(LoggerTest, CutsLongValuesButKeepsJsonWhole) {
  const testkit::ManualClock clock;
  const auto sink = std::make_shared<testkit::RecordingLog>();
  const Logger log(sink, LogLevel::kDebug, LogFormat::kJson, clock);
  log.Info("page", {{"body", std::string(1 << 20, 'x')}, {"next", "y"}});
  ASSERT_THAT(sink->lines(), SizeIs(1));
  EXPECT_THAT(sink->lines().front().size(), Le(4200U));
  EXPECT_TRUE(sink->lines().front().ends_with("\"}"));
}

TEST(LoggerTest, RefusesUnknownNames) {
  EXPECT_EQ(ParseLogLevel("loud").error().message,
            "unknown log level \"loud\", must be one of debug, info, warn, error");
  EXPECT_EQ(*ParseLogFormat("json"), LogFormat::kJson);
}

}  // namespace
}  // namespace sidewatch
