#include "alerts/model/notification.h"

#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testkit::kStart;
using testkit::MakeAlert;

Notification Example() {
  Notification notification;
  notification.receiver = "ops";
  notification.group_key = R"({}/{team="db"}:{alertname="DiskFull"})";
  notification.group_labels = {{"alertname", "DiskFull"}};
  notification.route_labels = {{"team", "db"}};
  notification.at = kStart;
  notification.reason = "first";
  Alert firing = MakeAlert({{"alertname", "DiskFull"}, {"instance", "a:1"}}, FromUnixMillis(-5));
  const std::vector<Label> annotations = {{"empty", ""}, {"summary", "größer als\n90 %"}};
  firing.annotations = LabelSet::FromSorted(annotations);
  firing.generator_url = "http://prom.example/graph";
  notification.alerts = {
      firing, MakeAlert({{"alertname", "DiskFull"}, {"instance", "b:1"}}, kStart - 1h, kStart)};
  return notification;
}

TEST(Notification, DecodesWhatItEncodes) {
  const Notification example = Example();
  const Result<Notification> back = DecodeNotification(EncodeNotification(example));
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_EQ(back->receiver, example.receiver);
  EXPECT_EQ(back->group_key, example.group_key);
  EXPECT_EQ(back->group_labels, example.group_labels);
  EXPECT_EQ(back->route_labels, example.route_labels);
  EXPECT_EQ(back->at, example.at);
  EXPECT_EQ(back->reason, example.reason);
  ASSERT_EQ(back->alerts.size(), 2U);
  EXPECT_EQ(back->alerts[0].labels, example.alerts[0].labels);
  EXPECT_EQ(back->alerts[0].annotations, example.alerts[0].annotations);
  EXPECT_EQ(back->alerts[0].starts_at, example.alerts[0].starts_at);
  EXPECT_EQ(back->alerts[0].ends_at, std::nullopt);
  EXPECT_EQ(back->alerts[0].generator_url, example.alerts[0].generator_url);
  EXPECT_EQ(back->alerts[1].ends_at, kStart);
}

TEST(Notification, RefusesEveryCutAndEveryOtherVersion) {
  const std::string bytes = EncodeNotification(Example());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(DecodeNotification(std::string_view(bytes).substr(0, length))) << length;
  }
  EXPECT_FALSE(DecodeNotification(bytes + "x"));
  std::string other = bytes;
  other[1] = '2';
  EXPECT_FALSE(DecodeNotification(other));
}

TEST(Notification, SurvivesAnyFlippedByte) {
  const std::string bytes = EncodeNotification(Example());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string broken = bytes;
    broken[i] = static_cast<char>(broken[i] ^ 0xff);
    const Result<Notification> decoded = DecodeNotification(broken);
    if (!decoded) {
      EXPECT_EQ(decoded.error().code, ErrorCode::kInvalidArgument);
    }
  }
}

TEST(Notification, FiresIfAnyAlertDoes) {
  Notification notification = Example();
  EXPECT_TRUE(notification.firing());
  notification.alerts.erase(notification.alerts.begin());
  EXPECT_FALSE(notification.firing());
}

}  // namespace
}  // namespace sidewatch::alerts
