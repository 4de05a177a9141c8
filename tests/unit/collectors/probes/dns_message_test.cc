#include "collectors/probes/dns_message.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/collectors/probes/dns_bytes.h"

namespace sidewatch::probes {
namespace {

using testing::HasSubstr;
using testkit::DnsBytes;

TEST(DnsQueryTest, IsWrittenAsRfc1035Says) {
  const auto query = MakeDnsQuery(0x1234, {.name = "shop.example", .type = 1});
  ASSERT_TRUE(query.has_value());
  using namespace std::literals;
  EXPECT_EQ(*query,
            "\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\x04shop\x07"
            "example\0\0\x01\0\x01"s);
  EXPECT_EQ(MakeDnsQuery(1, {.name = "."})->size(), 12U + 5U);
}

TEST(DnsQueryTest, NamesThatDnsDoesNotAllowAreRefused) {
  for (const std::string& name : {std::string("a..b"),
                                  std::string(64, 'a'),
                                  "." + std::string("a"),
                                  std::string(63, 'a') + "." + std::string(63, 'a') + "." +
                                      std::string(63, 'a') + "." + std::string(63, 'a')}) {
    EXPECT_FALSE(MakeDnsQuery(1, {.name = name}).has_value()) << name;
  }
}

struct RecordCase {
  std::string name;
  std::uint16_t type;
  std::string data;
  std::string want;  ///< Behind the class.
};

class DnsRecordTest : public testing::TestWithParam<RecordCase> {};

TEST_P(DnsRecordTest, IsShownAsZoneFilesWriteIt) {
  const auto reply =
      ParseDnsReply(DnsBytes(7, "shop.example", 1).Answer(GetParam().type, GetParam().data).Take());
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  ASSERT_EQ(reply->answer.size(), 1U);
  EXPECT_EQ(reply->answer[0].text, "shop.example.\t300\tIN\t" + GetParam().want);
}

using namespace std::literals;

INSTANTIATE_TEST_SUITE_P(
    Table,
    DnsRecordTest,
    testing::Values(
        RecordCase{"A", 1, "\xcb\x00\x71\x07"s, "A\t203.0.113.7"},
        RecordCase{"Aaaa", 28, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"s, "AAAA\t2001:db8::1"},
        RecordCase{"CnameCompressed", 5, "\x03www\xc0\x0c"s, "CNAME\twww.shop.example."},
        RecordCase{"Mx", 15, "\0\x0a\x02mx\xc0\x0c"s, "MX\t10 mx.shop.example."},
        RecordCase{"Txt",
                   16,
                   "\x03"
                   "a\"b\x01"
                   "c"s,
                   "TXT\t\"a\\\"b\" \"c\""},
        RecordCase{"Srv", 33, "\0\x01\0\x02\x01\xbb\xc0\x0c"s, "SRV\t1 2 443 shop.example."},
        RecordCase{"Soa",
                   6,
                   "\x02ns\xc0\x0c\x01h\xc0\x0c\0\0\0\x2a\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04"s,
                   "SOA\tns.shop.example. h.shop.example. 42 1 2 3 4"},
        RecordCase{"Caa",
                   257,
                   "\0\x05issue"
                   "ca.example"s,
                   "CAA\t0 issue \"ca.example\""},
        RecordCase{"Other", 43, "\x01\xff"s, "DS\t\\# 2 01ff"},
        RecordCase{"NotKnown", 999, ""s, "TYPE999\t\\# 0 "}),
    [](const auto& row) { return row.param.name; });

TEST(DnsReplyTest, CountsItsPartsAndTellsTheSerial) {
  const auto reply = ParseDnsReply(
      DnsBytes(7, "shop.example", 6)
          .Answer(6, "\xc0\x0c\xc0\x0c\0\0\0\x2a\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04"s)
          .Rcode(3)
          .Take());
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->id, 7);
  EXPECT_EQ(reply->rcode, 3);
  EXPECT_EQ(reply->answer[0].serial, 42U);
}

TEST(DnsReplyTest, NamesThatPointInCirclesEnd) {
  const auto reply = ParseDnsReply(DnsBytes(7, "x", 1).Answer(5, "\xc0\x1f"s).Take());
  ASSERT_FALSE(reply.has_value());
  EXPECT_THAT(reply.error().message, HasSubstr("does not speak DNS"));
}

TEST(DnsReplyTest, DamageIsNeverMoreThanAnError) {
  const std::string whole = DnsBytes(7, "shop.example", 1)
                                .Answer(15, "\0\x0a\x02mx\xc0\x0c"s)
                                .Answer(16,
                                        "\x03"
                                        "abc"s)
                                .Take();
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = whole.substr(0, random() % (whole.size() + 1));
    for (std::size_t i = random() % 4; i > 0 && !bytes.empty(); --i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    [[maybe_unused]] const auto reply = ParseDnsReply(bytes);
  }
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseDnsReply(whole.substr(0, size)).has_value()) << size;
  }
}

}  // namespace
}  // namespace sidewatch::probes
