#include "exporter/base/secret.h"

#include <gtest/gtest.h>

namespace sidewatch {
namespace {

TEST(SecretTest, PrintsAsMask) {
  EXPECT_EQ(fmt::format("{}", Secret("hunter2")), "<secret>");
  EXPECT_EQ(fmt::format("{}", Secret()), "");
}

struct Case {
  std::string name;
  std::string text;
  std::string want;
};

class MaskPasswordsTest : public testing::TestWithParam<Case> {};

TEST_P(MaskPasswordsTest, Hides) {
  EXPECT_EQ(MaskPasswords(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    MaskPasswordsTest,
    testing::Values(
        Case{"Url",
             "dial postgres://me:hunter2@db:5432/x failed",
             "dial postgres://me:<secret>@db:5432/x failed"},
        Case{"UrlWithoutUser", "redis://:hunter2@cache:6379", "redis://:<secret>@cache:6379"},
        Case{"AtInPassword", "smtp://me:p@ss@mail", "smtp://me:<secret>@mail"},
        Case{"TwoUrls", "a://u:1@h b://v:2@h", "a://u:<secret>@h b://v:<secret>@h"},
        Case{"PortIsNoPassword", "http://host:80/a@b", "http://host:80/a@b"},
        Case{"Pair", "host=db password=hunter2 user=me", "host=db password=<secret> user=me"},
        Case{"QuotedPair", "password='two words' user=me", "password=<secret> user=me"},
        Case{"QuoteInPassword", "redis://:it's@cache:6379/0", "redis://:<secret>@cache:6379/0"},
        Case{"TokenAsUser", "GET http://t0ken@host/x", "GET http://<secret>@host/x"},
        Case{"UserOnly", "postgres://me@db/x", "postgres://me@db/x"},
        Case{"Query",
             "http://h/x?module=a&api_key=k&Token=t 'http://h?sig=s'",
             "http://h/x?module=a&api_key=<secret>&Token=<secret> 'http://h?sig=<secret>'"},
        Case{"HarmlessQuery", "http://h/?monkey=1&q=a=b", "http://h/?monkey=1&q=a=b"},
        Case{"Nothing", "connection refused", "connection refused"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch
