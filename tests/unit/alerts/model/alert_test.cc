#include "alerts/model/alert.h"

#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

// The prints of Alertmanager for these labels, seen on its wire.
TEST(Fingerprint, IsAlertmanagers) {
  const LabelSet labels = {{"alertname", "DiskFull"},
                           {"instance", "a:1"},
                           {"service", "shop"},
                           {"severity", "critical"}};
  EXPECT_EQ(FormatFingerprint(Fingerprint(labels)), "1753b8d55c0a52d6");
}

TEST(Alert, IsResolvedFromItsEndOn) {
  using namespace std::chrono_literals;
  const Alert alert = testkit::MakeAlert({{"a", "b"}}, testkit::kStart, testkit::kStart + 1min);
  EXPECT_FALSE(alert.ResolvedAt(testkit::kStart));
  EXPECT_TRUE(alert.ResolvedAt(testkit::kStart + 1min));
  EXPECT_FALSE(testkit::MakeAlert({{"a", "b"}}).ResolvedAt(testkit::kStart + 1h));
}

}  // namespace
}  // namespace sidewatch::alerts
