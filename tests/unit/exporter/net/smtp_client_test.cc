#include "exporter/net/smtp_client.h"

#include <map>

#include <gtest/gtest.h>

#include "exporter/base/mutex.h"
#include "tests/testkit/tcp_listener.h"

namespace sidewatch::net {
namespace {

using namespace std::chrono_literals;

using Replies = std::map<std::string, std::string>;

/// Speaks just enough SMTP for one client; `replies` overrides what it says to a verb, or to a
/// whole line.
class FakeSmtpServer {
 public:
  explicit FakeSmtpServer(Replies replies = {})
      : replies_(std::move(replies)), listener_([this](int fd) { Serve(fd); }) {}

  int port() const { return listener_.port(); }

  /// Everything that the client sent.
  std::string heard() const {
    const MutexLock lock(mutex_);
    return heard_;
  }

 private:
  void Serve(int fd) {
    testkit::WriteAll(fd, "220 fake ESMTP\r\n");
    while (true) {
      const std::string line = Listen(fd);
      if (line.empty()) {
        return;
      }
      const std::string verb = line.substr(0, line.find_first_of(" :\r"));
      if (verb == "AUTH") {
        testkit::WriteAll(fd, "334 \r\n");
        Listen(fd);
      }
      const std::string whole = line.substr(0, line.find('\r'));
      testkit::WriteAll(fd, ReplyTo(replies_.contains(whole) ? whole : verb));
      if (verb == "DATA") {
        while (true) {
          const std::string text = Listen(fd);
          if (text.empty() || text == ".\r\n") {
            break;
          }
        }
        testkit::WriteAll(fd, ReplyTo("."));
      }
    }
  }

  std::string Listen(int fd) {
    std::string line = testkit::ReadLine(fd);
    const MutexLock lock(mutex_);
    heard_ += line;
    return line;
  }

  std::string ReplyTo(const std::string& verb) const {
    static const Replies kUsual = {
        {"EHLO", "250-fake\r\n250 AUTH PLAIN\r\n"},
        {"AUTH", "235 2.7.0 welcome\r\n"},
        {"DATA", "354 go on\r\n"},
        {".", "250 2.0.0 queued as 42\r\n"},
        {"QUIT", "221 bye\r\n"},
    };
    for (const auto* table : {&replies_, &kUsual}) {
      if (const auto found = table->find(verb); found != table->end()) {
        return found->second;
      }
    }
    return "250 ok\r\n";
  }

  Replies replies_;
  mutable Mutex mutex_;
  std::string heard_ SW_GUARDED_BY(mutex_);
  testkit::TcpListener listener_;
};

Result<SmtpReply> Deliver(const FakeSmtpServer& server, SmtpOptions options) {
  options.host = "127.0.0.1";
  options.port = server.port();
  const SmtpMessage message{"from@shop.example",
                            {"to@shop.example", "second@shop.example"},
                            "Subject: test\r\n\r\n.a line that begins with a dot\r\n"};
  return SendMail(options, message, std::chrono::steady_clock::now() + 20s, {});
}

SmtpOptions PlainLogin() {
  SmtpOptions options;
  options.require_tls = false;
  options.username = "user";
  options.password = config::SecretSource(Secret("pass"));
  return options;
}

TEST(SmtpClientTest, DeliversAMessage) {
  const FakeSmtpServer server;
  const auto reply = Deliver(server, PlainLogin());
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->code, 250);
  EXPECT_EQ(reply->answer, "250 2.0.0 queued as 42");
  const std::string heard = server.heard();
  for (const char* part : {"EHLO localhost\r\n",
                           "MAIL FROM:<from@shop.example>",
                           "RCPT TO:<to@shop.example>\r\nRCPT TO:<second@shop.example>\r\n",
                           "Subject: test\r\n\r\n..a line that begins with a dot\r\n.\r\n"}) {
    EXPECT_NE(heard.find(part), std::string::npos) << part << " not in " << heard;
  }
}

TEST(SmtpClientTest, TellsARefusedLogin) {
  const FakeSmtpServer server(Replies{{"AUTH", "535 5.7.8 wrong password\r\n"}});
  const auto reply = Deliver(server, PlainLogin());
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kPermissionDenied);
  EXPECT_EQ(reply.error().message,
            fmt::format("mail server 127.0.0.1:{}: the login was refused: 535 5.7.8 wrong password",
                        server.port()));
}

TEST(SmtpClientTest, DoesNotGoOnWithoutTls) {
  const FakeSmtpServer server;
  SmtpOptions options = PlainLogin();
  options.require_tls = true;
  const auto reply = Deliver(server, options);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kUnavailable) << reply.error().message;
  EXPECT_EQ(server.heard().find("AUTH"), std::string::npos) << "the password went out in clear";
}

struct RefusalCase {
  std::string name;
  std::string verb;
  std::string answer;
  int want_code;
};

class SmtpRefusalTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(SmtpRefusalTest, IsAValue) {
  const RefusalCase& c = GetParam();
  const FakeSmtpServer server(Replies{{c.verb, c.answer + "\r\n"}});
  SmtpOptions options;
  options.require_tls = false;
  const auto reply = Deliver(server, options);
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->code, c.want_code);
  EXPECT_EQ(reply->answer, c.answer);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SmtpRefusalTest,
    testing::Values(RefusalCase{"Sender", "MAIL", "553 5.1.8 no such sender", 553},
                    RefusalCase{"Recipient", "RCPT", "550 5.1.1 no such user", 550},
                    RefusalCase{"Greylisted", "RCPT", "451 4.7.1 try again later", 451},
                    RefusalCase{"Message", ".", "554 5.7.1 looks like spam", 554}),
    [](const auto& row) { return row.param.name; });

constexpr char kFirst[] = "RCPT TO:<to@shop.example>";
constexpr char kSecond[] = "RCPT TO:<second@shop.example>";

struct SomeRefusedCase {
  std::string name;
  Replies replies;
  int want_code;
  std::vector<std::string> want_refused;
};

class SmtpSomeRefusedTest : public testing::TestWithParam<SomeRefusedCase> {};

TEST_P(SmtpSomeRefusedTest, TheOthersGetIt) {
  const SomeRefusedCase& c = GetParam();
  const FakeSmtpServer server(c.replies);
  const auto reply = Deliver(server, PlainLogin());
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->code, c.want_code) << reply->answer;
  std::vector<std::string> refused;
  for (const RefusedRecipient& one : reply->refused) {
    refused.push_back(fmt::format("{} {} {}", one.address, one.code, one.answer));
  }
  EXPECT_EQ(refused, c.want_refused);
  const bool sent = server.heard().find("\r\nDATA\r\n") != std::string::npos;
  EXPECT_EQ(sent, c.want_code == 250);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SmtpSomeRefusedTest,
    testing::Values(
        SomeRefusedCase{"None", {}, 250, {}},
        SomeRefusedCase{"First", {{kFirst, "550 gone\r\n"}}, 250, {"to@shop.example 550 550 gone"}},
        SomeRefusedCase{"LastOfSeveralLines",
                        {{kSecond, "451-not\r\n451 now\r\n"}},
                        250,
                        {"second@shop.example 451 451 now"}},
        SomeRefusedCase{"All", {{"RCPT", "550 gone\r\n"}}, 550, {}},
        SomeRefusedCase{
            "AllOneForNow", {{kFirst, "451 not now\r\n"}, {kSecond, "550 gone\r\n"}}, 451, {}}),
    [](const auto& row) { return row.param.name; });

TEST(SmtpClientTest, TellsADeadServer) {
  SmtpOptions options;
  options.host = "127.0.0.1";
  {
    options.port = testkit::TcpListener([](int) {}).port();
  }
  const auto reply =
      SendMail(options, {"a", {"b"}, ""}, std::chrono::steady_clock::now() + 20s, {});
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(reply.error().message,
            fmt::format("mail server 127.0.0.1:{}: Connection refused", options.port));
}

}  // namespace
}  // namespace sidewatch::net
