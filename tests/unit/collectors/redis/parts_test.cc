#include "collectors/redis/parts.h"

#include <gtest/gtest.h>

#include "collectors/redis/connection.h"
#include "collectors/redis/info_fields.h"
#include "tests/testkit/child_process.h"
#include "tests/testkit/recording_sink.h"

namespace sidewatch::redis {
namespace {

constexpr TimePoint kNow = FromUnixMillis(1'700'000'000'900);

struct Case {
  std::string name;
  std::string series;
  std::optional<double> want;  ///< Nothing: must not be there.
};

class InfoPartsTest : public testing::TestWithParam<Case> {
 protected:
  InfoPartsTest() {
    const std::string text = testkit::ReadWholeFile("tests/fixtures/redis/info_replica.txt");
    const Info info = Info::Parse(text);
    const ReadContext context{.info = info, .now = kNow};
    ReadFields(context, sink_);
    for (const InfoPart* part : InfoParts()) {
      part->read(context, sink_);
    }
  }

  testkit::RecordingSink sink_;
};

TEST_P(InfoPartsTest, Show) {
  EXPECT_EQ(sink_.Find(GetParam().series), GetParam().want);
  EXPECT_TRUE(sink_.Duplicates().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    InfoPartsTest,
    testing::Values(
        Case{"Number", "redis_memory_used_bytes", 2097152},
        Case{"Fraction", "redis_mem_fragmentation_ratio", 1.25},
        Case{"Loading", "redis_loading_dump_file", 1},
        Case{"StatusBad", "redis_rdb_last_bgsave_status", 0},
        Case{"StatusGood", "redis_aof_last_write_status", 1},
        Case{"StatusAbsent", "redis_aof_last_bgrewrite_status", std::nullopt},
        Case{"ForkInSeconds", "redis_latest_fork_seconds", 0.25},
        Case{"NotANumber", "redis_keyspace_hits_total", std::nullopt},
        Case{"Absent", "redis_keyspace_misses_total", std::nullopt},
        Case{"StartTime", "redis_start_time_seconds", 1'699'999'000},
        Case{"Instance",
             R"(redis_instance_info{master_replid="def", maxmemory_policy="allkeys-lru", )"
             R"(os="Linux 5.10.0 x86_64", process_id="77", redis_mode="standalone", )"
             R"(redis_version="6.2.14", role="slave", run_id="abc", tcp_port="6380"})",
             1},
        Case{"LinkDown", R"(redis_master_link_up{master_host="db1", master_port="6379"})", 0},
        Case{"LastIo",
             R"(redis_master_last_io_seconds_ago{master_host="db1", master_port="6379"})",
             -1},
        Case{"SlaveInfo",
             R"(redis_slave_info{master_host="db1", master_port="6379", read_only="1"})",
             1},
        Case{"ReplicaLag",
             R"(redis_connected_slave_lag_seconds{slave_ip="192.0.2.7", slave_port="6381", )"
             R"(slave_state="online"})",
             1},
        Case{"Calls", R"(redis_commands_total{cmd="config|get"})", 3},
        Case{"Duration", R"(redis_commands_duration_seconds_total{cmd="get"})", 50 * 1e-6},
        Case{"Failed", R"(redis_commands_failed_calls_total{cmd="get"})", 2},
        Case{
            "FailedAbsent", R"(redis_commands_failed_calls_total{cmd="config|get"})", std::nullopt},
        Case{"Errors", R"(redis_errors_total{err="WRONGTYPE"})", 4},
        Case{"Percentile", R"(redis_latency_percentiles_usec{cmd="get", quantile="0.99"})", 5.023},
        Case{"PercentileCount", R"(redis_latency_percentiles_usec_count{cmd="get"})", 10},
        Case{"Keys", R"(redis_db_keys{db="db0"})", 12},
        Case{"Ttl", R"(redis_db_avg_ttl_seconds{db="db0"})", 5}),
    [](const auto& row) { return row.param.name; });

struct ReplyCase {
  std::string name;
  const CommandPart* part;
  std::string bytes;
  std::string series;
  std::optional<double> want;
};

class CommandPartsTest : public testing::TestWithParam<ReplyCase> {};

TEST_P(CommandPartsTest, Show) {
  const ReplyCase& c = GetParam();
  const UniqueHandle<redisReader, redisReaderFree> reader(redisReaderCreate());
  ASSERT_EQ(redisReaderFeed(reader.get(), c.bytes.data(), c.bytes.size()), REDIS_OK);
  void* raw = nullptr;
  ASSERT_EQ(redisReaderGetReply(reader.get(), &raw), REDIS_OK);
  const ReplyHandle reply(static_cast<redisReply*>(raw));
  ASSERT_NE(reply, nullptr);
  const Info info = Info::Parse("db0:keys=1\ncmdstat_get:calls=4,usec=20\n");
  testkit::RecordingSink sink;
  c.part->read(*reply, {.info = info, .now = kNow}, sink);
  EXPECT_EQ(sink.Find(c.series), c.want);
}

constexpr std::string_view kHistogram =
    "*2\r\n$3\r\nget\r\n*4\r\n$5\r\ncalls\r\n:4\r\n$14\r\nhistogram_usec\r\n"
    "*4\r\n:1\r\n:3\r\n:2\r\n:4\r\n";
INSTANTIATE_TEST_SUITE_P(
    Table,
    CommandPartsTest,
    testing::Values(
        ReplyCase{"MaxClients",
                  &kMaxClientsPart,
                  "*2\r\n$10\r\nmaxclients\r\n$5\r\n10000\r\n",
                  "redis_config_maxclients",
                  10000},
        ReplyCase{
            "ConfigUnknown", &kIoThreadsPart, "*0\r\n", "redis_config_io_threads", std::nullopt},
        ReplyCase{"EmptyDatabase",
                  &kDatabasesPart,
                  "*2\r\n$9\r\ndatabases\r\n$1\r\n2\r\n",
                  R"(redis_db_keys{db="db1"})",
                  0},
        ReplyCase{"FilledDatabase",
                  &kDatabasesPart,
                  "*2\r\n$9\r\ndatabases\r\n$1\r\n2\r\n",
                  R"(redis_db_keys{db="db0"})",
                  std::nullopt},
        ReplyCase{"SlowlogLength", &kSlowlogLengthPart, ":7\r\n", "redis_slowlog_length", 7},
        ReplyCase{"SlowlogEmpty", &kSlowlogLastPart, "*0\r\n", "redis_slowlog_last_id", 0},
        ReplyCase{"SlowlogLast",
                  &kSlowlogLastPart,
                  "*1\r\n*4\r\n:14\r\n:1700000000\r\n:250000\r\n*1\r\n$4\r\nKEYS\r\n",
                  "redis_last_slow_execution_duration_seconds",
                  0.25},
        ReplyCase{"SlowlogShort",
                  &kSlowlogLastPart,
                  "*1\r\n*1\r\n:14\r\n",
                  "redis_slowlog_last_id",
                  std::nullopt},
        ReplyCase{"Spike",
                  &kLatencyLatestPart,
                  "*1\r\n*4\r\n$4\r\nfork\r\n:1700000000\r\n:12\r\n:90\r\n",
                  R"(redis_latency_spike_duration_seconds{event_name="fork"})",
                  0.012},
        ReplyCase{"Histogram",
                  &kLatencyHistogramPart,
                  std::string(kHistogram),
                  R"(redis_commands_latencies_usec_bucket{cmd="get", le="2"})",
                  4},
        ReplyCase{"HistogramSum",
                  &kLatencyHistogramPart,
                  std::string(kHistogram),
                  R"(redis_commands_latencies_usec_sum{cmd="get"})",
                  20},
        ReplyCase{"NotAnArray",
                  &kLatencyHistogramPart,
                  "+OK\r\n",
                  R"(redis_commands_latencies_usec_sum{cmd="get"})",
                  std::nullopt}),
    [](const auto& row) { return row.param.name; });

TEST(OutputLimitTest, ReadsGroupsOfFour) {
  const std::string value = "normal 0 0 0 slave 256000 64000 60 cut 1";
  const std::string bytes =
      "*2\r\n$1\r\nx\r\n$" + std::to_string(value.size()) + "\r\n" + value + "\r\n";
  const UniqueHandle<redisReader, redisReaderFree> reader(redisReaderCreate());
  redisReaderFeed(reader.get(), bytes.data(), bytes.size());
  void* raw = nullptr;
  ASSERT_EQ(redisReaderGetReply(reader.get(), &raw), REDIS_OK);
  const ReplyHandle reply(static_cast<redisReply*>(raw));
  const Info info = Info::Parse("");
  testkit::RecordingSink sink;
  kOutputLimitPart.read(*reply, {.info = info, .now = kNow}, sink);
  const std::string bytes_name = "redis_config_client_output_buffer_limit_bytes";
  EXPECT_EQ(sink.Find(bytes_name + R"({class="slave", limit="hard"})"), 256000);
  EXPECT_EQ(sink.Find(bytes_name + R"({class="slave", limit="soft"})"), 64000);
  EXPECT_EQ(sink.values().size(), 6U);
}

TEST(AppendCommandTest, CountsBytes) {
  std::string out;
  constexpr std::string_view kWords[] = {"AUTH", "pä"};
  AppendCommand(out, kWords);
  EXPECT_EQ(out, "*2\r\n$4\r\nAUTH\r\n$3\r\npä\r\n");
}

}  // namespace
}  // namespace sidewatch::redis
