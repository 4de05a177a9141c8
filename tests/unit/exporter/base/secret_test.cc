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
        Case{"Nothing", "connection refused", "connection refused"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch
