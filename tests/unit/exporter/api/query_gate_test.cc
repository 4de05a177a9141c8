#include "exporter/api/query_gate.h"

#include <optional>
#include <thread>

#include <gtest/gtest.h>

namespace sidewatch::api {
namespace {

constexpr Duration kLong = std::chrono::minutes(2);

TEST(QueryGate, WhoFindsNoPlaceTimesOut) {
  QueryGate gate(1, 8);
  const Result<QueryGate::Place> first = gate.Enter(kLong, {});
  ASSERT_TRUE(first.has_value());
  const Result<QueryGate::Place> second = gate.Enter(Duration(1), {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(second.error().message, "query timed out in query queue");
}

TEST(QueryGate, APlaceIsGivenOn) {
  QueryGate gate(1, 8);
  std::optional<QueryGate::Place> first(gate.Enter(kLong, {}).value());
  bool entered = false;
  {
    const std::jthread waiter([&] { entered = gate.Enter(kLong, {}).has_value(); });
    first.reset();
  }
  EXPECT_TRUE(entered);
  EXPECT_TRUE(gate.Enter(Duration(1), {}).has_value());
}

TEST(QueryGate, WhoFindsNoRoomToWaitIsSentAwaySoon) {
  QueryGate gate(1, 0);
  const Result<QueryGate::Place> first = gate.Enter(kLong, {});
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(gate.Enter(kLong, {}).error().message, "query timed out in query queue");
}

TEST(QueryGate, StopsWhenAsked) {
  QueryGate gate(1, 8);
  const Result<QueryGate::Place> first = gate.Enter(kLong, {});
  ASSERT_TRUE(first.has_value());
  std::stop_source stop;
  stop.request_stop();
  const Result<QueryGate::Place> second = gate.Enter(kLong, stop.get_token());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(second.error().message, "query was canceled in query queue");
}

}  // namespace
}  // namespace sidewatch::api
