#include "alerts/api/ack_links.h"

#include <gtest/gtest.h>

#include "tests/testkit/manual_clock.h"
#include "tests/testkit/map_value_store.h"
#include "tests/testkit/receiver_fixture.h"
#include "tests/testkit/recording_log.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testkit::ReceiverFixture;

constexpr char kUrl[] = "https://ops.example/sw";

net::FormValues ParametersOf(const std::string& url) {
  return net::ParseForm(url.substr(url.find('?') + 1));
}

struct AckLinksTest : testing::Test {
  AckLinks Links() {
    return {clock, store, kUrl, Logger(lines, LogLevel::kInfo, LogFormat::kLogfmt, clock)};
  }

  testkit::ManualClock clock;
  testkit::MapValueStore store;
  std::shared_ptr<testkit::RecordingLog> lines = std::make_shared<testkit::RecordingLog>();
};

TEST_F(AckLinksTest, ALinkNamesItsGroupAlsoAfterARestart) {
  const Notification notification = ReceiverFixture::Notification();
  const std::string url = Links().UrlOf(notification);
  EXPECT_TRUE(url.starts_with("https://ops.example/sw/ack?group=")) << url;
  const auto group = Links().GroupOf(ParametersOf(url));
  ASSERT_TRUE(group) << group.error().message;
  EXPECT_EQ(*group, AckGroupOf(notification.group_key));
  EXPECT_EQ(Links().UrlOf(notification), url) << "a message that is sent twice is the same";
}

TEST_F(AckLinksTest, AnEscalatedGroupIsTheSameGroup) {
  Notification notification = ReceiverFixture::Notification();
  const std::string url = Links().UrlOf(notification);
  notification.group_key = R"({}/escalate[1]:{alertname="DiskFull"})";
  EXPECT_EQ(Links().UrlOf(notification), url);
}

TEST_F(AckLinksTest, OtherLinksAreRefused) {
  const std::string url = Links().UrlOf(ReceiverFixture::Notification());

  struct Case {
    const char* name;
    std::string from;
    std::string to;
  };

  for (const Case& c : {Case{"another group", "group=", "group=0"},
                        Case{"longer", "until=", "until=9"},
                        Case{"no time", "until=", "nil="},
                        Case{"no signature", "sig=", "s="},
                        Case{"another signature", "sig=", "sig=f"}}) {
    std::string changed = url;
    changed.replace(changed.find(c.from), c.from.size(), c.to);
    const auto group = Links().GroupOf(ParametersOf(changed));
    ASSERT_FALSE(group) << c.name;
    EXPECT_EQ(group.error().code, ErrorCode::kPermissionDenied) << c.name;
  }
}

TEST_F(AckLinksTest, ALinkIsGoodForAWeek) {
  const Notification notification = ReceiverFixture::Notification();
  const net::FormValues parameters = ParametersOf(Links().UrlOf(notification));
  clock.Advance(notification.at + 24h * 7 - clock.Now());
  EXPECT_TRUE(Links().GroupOf(parameters));
  clock.Advance(1s);
  const auto late = Links().GroupOf(parameters);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kDeadlineExceeded);
}

TEST_F(AckLinksTest, AFullDiskIsSaidAndLinksWorkUntilTheEnd) {
  store.full = true;
  const AckLinks links = Links();
  EXPECT_TRUE(links.GroupOf(ParametersOf(links.UrlOf(ReceiverFixture::Notification()))));
  ASSERT_EQ(lines->lines().size(), 1U);
  EXPECT_NE(lines->lines().front().find("after a restart"), std::string::npos);
}

}  // namespace
}  // namespace sidewatch::alerts
