#include "alerts/receivers/common/http_delivery.h"

#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using Outcome = Delivery::Outcome;

struct Case {
  std::string name;
  int status = 0;
  Outcome want = Outcome::kRetry;
};

class ToDeliveryTest : public testing::TestWithParam<Case> {};

TEST_P(ToDeliveryTest, JudgesTheStatus) {
  const Delivery delivery =
      ToDelivery(net::HttpReply{GetParam().status, {}, "no\nway"}, testkit::kStart);
  EXPECT_EQ(delivery.outcome, GetParam().want);
  if (delivery.outcome != Outcome::kDelivered) {
    EXPECT_EQ(delivery.answer,
              "unexpected status code " + std::to_string(GetParam().status) + ": no way");
  }
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ToDeliveryTest,
                         testing::Values(Case{"Ok", 200, Outcome::kDelivered},
                                         Case{"NoContent", 204, Outcome::kDelivered},
                                         Case{"Redirect", 302, Outcome::kRefused},
                                         Case{"BadRequest", 400, Outcome::kRefused},
                                         Case{"Gone", 410, Outcome::kRefused},
                                         Case{"Timeout", 408, Outcome::kRetry},
                                         Case{"TooMany", 429, Outcome::kRetry},
                                         Case{"ServerError", 500, Outcome::kRetry},
                                         Case{"Unavailable", 503, Outcome::kRetry}),
                         [](const auto& row) { return row.param.name; });

TEST(ToDelivery, NoReplyIsTriedAgain) {
  const Delivery delivery =
      ToDelivery(Fail(ErrorCode::kUnavailable, "connection refused"), testkit::kStart);
  EXPECT_EQ(delivery.outcome, Outcome::kRetry);
  EXPECT_EQ(delivery.answer, "connection refused");
}

TEST(ToDelivery, ReadsRetryAfter) {
  const Delivery delivery =
      ToDelivery(net::HttpReply{429, {{"retry-after", "30"}}, ""}, testkit::kStart);
  EXPECT_EQ(delivery.retry_after, 30s);
}

TEST(ParseRetryAfter, TakesSecondsAndDates) {
  EXPECT_EQ(ParseRetryAfter("0", testkit::kStart), 0s);
  EXPECT_EQ(ParseRetryAfter("999999999", testkit::kStart), 24h);
  EXPECT_EQ(ParseRetryAfter("Tue, 14 Nov 2023 22:14:20 GMT", testkit::kStart), 1min);
  EXPECT_EQ(ParseRetryAfter("Tue, 14 Nov 2023 22:00:00 GMT", testkit::kStart), 0s);
  EXPECT_EQ(ParseRetryAfter("soon", testkit::kStart), std::nullopt);
  EXPECT_EQ(ParseRetryAfter("-1", testkit::kStart), std::nullopt);
}

}  // namespace
}  // namespace sidewatch::alerts
