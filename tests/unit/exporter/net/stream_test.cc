#include "exporter/net/stream.h"

#include <chrono>
#include <condition_variable>
#include <thread>

#include <gtest/gtest.h>
#include <sys/un.h>

#include "tests/testkit/tcp_listener.h"

namespace sidewatch::net {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

SteadyTime In(Duration time) {
  return steady_clock::now() + time;
}

std::string ReadSome(Stream& stream) {
  char buffer[256];
  const Result<std::size_t> got = stream.Read(buffer, In(10s), {});
  return got.has_value() ? std::string(buffer, *got) : got.error().message;
}

TEST(StreamTest, TalksToAListener) {
  const testkit::TcpListener echo([](int fd) { testkit::WriteAll(fd, testkit::ReadLine(fd)); });
  auto stream = Stream::Connect({.host = "127.0.0.1", .port = echo.port()}, In(10s), {});
  ASSERT_TRUE(stream.has_value()) << stream.error().message;
  ASSERT_TRUE((*stream)->Write("ping\n", In(10s), {}).has_value());
  EXPECT_EQ(ReadSome(**stream), "ping\n");
  EXPECT_EQ(ReadSome(**stream), "") << "a closed connection reads as nothing";
  EXPECT_EQ((*stream)->remote_address(), "127.0.0.1");
  EXPECT_FALSE((*stream)->tls_state().has_value());
}

TEST(StreamTest, ResolvesNames) {
  const testkit::TcpListener hello([](int fd) { testkit::WriteAll(fd, "hello"); });
  auto stream = Stream::Connect({.host = "localhost", .port = hello.port()}, In(10s), {});
  ASSERT_TRUE(stream.has_value()) << stream.error().message;
  EXPECT_EQ(ReadSome(**stream), "hello");
}

TEST(StreamTest, ConnectsToAUnixSocket) {
  const std::string path = testing::TempDir() + "/sidewatch-stream-test.sock";
  unlink(path.c_str());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  const UniqueFd listener(socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  auto stream = Stream::Connect({.unix_path = path}, In(10s), {});
  unlink(path.c_str());
  ASSERT_TRUE(stream.has_value()) << stream.error().message;
  EXPECT_EQ((*stream)->remote_address(), path);
}

TEST(StreamTest, SaysWhatFailed) {
  int free_port = 0;
  {
    free_port = testkit::TcpListener([](int) {}).port();
  }
  const auto refused = Stream::Connect({.host = "127.0.0.1", .port = free_port}, In(10s), {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error().message,
            "connect to 127.0.0.1:" + std::to_string(free_port) + ": Connection refused");

  const auto unknown = Stream::Connect({.host = "no-such-host.invalid", .port = 1}, In(60s), {});
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code, ErrorCode::kUnresolvedHost);

  const auto path = Stream::Connect({.unix_path = std::string(200, 'x')}, In(1s), {});
  ASSERT_FALSE(path.has_value());
  EXPECT_EQ(path.error().code, ErrorCode::kInvalidArgument);
}

TEST(StreamTest, EndsAtTheDeadline) {
  const testkit::TcpListener silent([](int fd) { testkit::ReadLine(fd); });
  auto stream = Stream::Connect({.host = "127.0.0.1", .port = silent.port()}, In(10s), {});
  ASSERT_TRUE(stream.has_value());
  char buffer[16];
  const auto got = (*stream)->Read(buffer, In(20ms), {});
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::kDeadlineExceeded);
}

TEST(StreamTest, EndsAtAStop) {
  const testkit::TcpListener silent([](int fd) { testkit::ReadLine(fd); });
  auto stream = Stream::Connect({.host = "127.0.0.1", .port = silent.port()}, In(10s), {});
  ASSERT_TRUE(stream.has_value());
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  char buffer[16];
  const auto got = (*stream)->Read(buffer, In(60s), stop.get_token());
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::kCancelled);
}

TEST(StreamTest, RefusesAPeerThatDoesNotSpeakTls) {
  const testkit::TcpListener plain([](int fd) { testkit::WriteAll(fd, "-ERR no TLS here\r\n"); });
  const auto stream = Stream::Connect(
      {.host = "127.0.0.1", .port = plain.port(), .tls = TlsOptions{}}, In(10s), {});
  ASSERT_FALSE(stream.has_value());
  EXPECT_EQ(stream.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace sidewatch::net
