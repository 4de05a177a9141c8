#include "alerts/receivers/email/mime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::string want;
};

class EncodeHeaderTest : public testing::TestWithParam<Case> {};

TEST_P(EncodeHeaderTest, Encodes) {
  EXPECT_EQ(EncodeHeader(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    EncodeHeaderTest,
    testing::Values(
        Case{"Plain", "[CRITICAL] Disk", "[CRITICAL] Disk"},
        Case{"LineBreak", "a\r\nBcc: x@y", "a  Bcc: x@y"},
        Case{"Umlaut", "größer", "=?UTF-8?B?Z3LDtsOfZXI=?="},
        Case{"LooksEncoded", "=?UTF-8?Q?x?=", "=?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?="},
        Case{"Long",
             "ääääääääääääääääääääääää",
             "=?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6Q=?=\r\n"
             " =?UTF-8?B?w6TDpA==?="}),
    [](const auto& row) { return row.param.name; });

class QuotedPrintableTest : public testing::TestWithParam<Case> {};

TEST_P(QuotedPrintableTest, Encodes) {
  EXPECT_EQ(EncodeQuotedPrintable(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         QuotedPrintableTest,
                         testing::Values(Case{"Plain", "a b\nc", "a b\r\nc"},
                                         Case{"CrLf", "a\r\nb", "a\r\nb"},
                                         Case{"LoneCr", "a\rb", "a=0Db"},
                                         Case{"Equals", "a=b", "a=3Db"},
                                         Case{"Utf8", "ä", "=C3=A4"},
                                         Case{"SpaceAtEnd", "a \nb\t", "a=20\r\nb=09"},
                                         Case{
                                             "Long",
                                             std::string(80, 'x'),
                                             std::string(75, 'x') + "=\r\n" + std::string(5, 'x')}),
                         [](const auto& row) { return row.param.name; });

TEST(ParseAddresses, ReadsNamesAndLists) {
  const auto parsed = ParseAddresses(R"(ops@example.org, "Last, First" <a@b.c>, Jürgen <j@b.c>)");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->size(), 3U);
  EXPECT_EQ((*parsed)[0].ToHeader(), "ops@example.org");
  EXPECT_EQ((*parsed)[1].address, "a@b.c");
  EXPECT_EQ((*parsed)[1].ToHeader(), R"("Last, First" <a@b.c>)");
  EXPECT_EQ((*parsed)[2].ToHeader(), "=?UTF-8?B?SsO8cmdlbg==?= <j@b.c>");
}

TEST(ParseAddresses, RefusesWhatCouldStartAHeader) {
  EXPECT_FALSE(ParseAddresses("a@b.c\r\nBcc: x@y.z"));
  EXPECT_FALSE(ParseAddresses("nobody"));
  EXPECT_FALSE(ParseAddresses(" , "));
  EXPECT_FALSE(ParseAddresses("<a@b"));
}

TEST(BuildMail, HasBothParts) {
  EXPECT_EQ(BuildMail({{{"Subject", "s"}}, "text", "<p>html</p>", 1}),
            "Subject: s\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative;\r\n"
            " boundary=\"=_sidewatch_0000000000000001\"\r\n"
            "\r\n"
            "--=_sidewatch_0000000000000001\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "\r\n"
            "text\r\n"
            "--=_sidewatch_0000000000000001\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "Content-Type: text/html; charset=UTF-8\r\n"
            "\r\n"
            "<p>html</p>\r\n"
            "--=_sidewatch_0000000000000001--\r\n");
}

}  // namespace
}  // namespace sidewatch::alerts
