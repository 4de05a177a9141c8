#include "collectors/heartbeats/ping_api.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/testkit/manual_clock.h"
#include "tests/testkit/map_memory.h"

namespace sidewatch::heartbeats {
namespace {

struct Case {
  std::string name;
  std::string method;
  std::string path;
  int want_status;
  std::string want_body;  ///< Begins with it.
  std::string want_record = {};
};

class PingApiTest : public testing::TestWithParam<Case> {
 protected:
  static std::string Show(const PingRecord& record) {
    return fmt::format("success {} start {} fail {} code {}",
                       record.successes.value_or(0),
                       record.starts.value_or(0),
                       record.fails.value_or(0),
                       record.last_exit_code.value_or(-1));
  }

  testkit::ManualClock clock_;
  testkit::MapMemory memory_;
  PingBook book_{clock_, memory_, Logger()};
};

TEST_P(PingApiTest, Takes) {
  const Case& c = GetParam();
  net::Router router;
  RegisterPings(router, book_, [] { return std::vector<std::string>{"job", "other"}; });
  net::HttpRequest request{.method = c.method, .path = c.path, .body = "log"};
  const net::Router::Found found = router.Find(request);
  ASSERT_NE(found.handler, nullptr) << found.error.body;
  EXPECT_EQ(found.access, net::Access::kWrite);
  const net::HttpResponse response = (*found.handler)(request);
  EXPECT_EQ(response.status, c.want_status);
  EXPECT_TRUE(response.body.starts_with(c.want_body)) << response.body;
  EXPECT_EQ(Show(book_.Expect("job")),
            c.want_record.empty() ? "success 0 start 0 fail 0 code -1" : c.want_record);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PingApiTest,
    testing::Values(
        Case{"Get", "GET", "/ping/job", 200, "OK", "success 1 start 0 fail 0 code 0"},
        Case{"Head", "HEAD", "/ping/job", 200, "OK", "success 1 start 0 fail 0 code 0"},
        Case{"Post", "POST", "/ping/job", 200, "OK", "success 1 start 0 fail 0 code 0"},
        Case{"Start", "GET", "/ping/job/start", 200, "OK", "success 0 start 1 fail 0 code -1"},
        Case{"Success", "POST", "/ping/job/success", 200, "OK", "success 1 start 0 fail 0 code 0"},
        Case{"Fail", "POST", "/ping/job/fail", 200, "OK", "success 0 start 0 fail 1 code 1"},
        Case{"ExitCode0", "GET", "/ping/job/0", 200, "OK", "success 1 start 0 fail 0 code 0"},
        Case{"ExitCode", "GET", "/ping/job/137", 200, "OK", "success 0 start 0 fail 1 code 137"},
        Case{"TooBigACode", "GET", "/ping/job/256", 400, "\"256\" is no ping"},
        Case{"NegativeCode", "GET", "/ping/job/-1", 400, "\"-1\" is no ping"},
        Case{"NoWord", "GET", "/ping/job/stop", 400, "\"stop\" is no ping: use /ping/job, /start"},
        Case{"Unknown",
             "GET",
             "/ping/nightly",
             404,
             "There is no heartbeat \"nightly\". Add {name: nightly, every: 1d, grace: 1h} to "
             "collectors.heartbeats, or use one of: job, other.\n"},
        Case{"Log", "GET", "/api/v1/heartbeats/job/log", 200, ""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::heartbeats
