#include <gtest/gtest.h>

#include "collectors/postgres/session.h"

namespace sidewatch::postgres {
namespace {

struct Case {
  std::string name;
  std::string message;
  ErrorCode want;
  std::string want_text;
};

class ConnectErrorTest : public testing::TestWithParam<Case> {};

TEST_P(ConnectErrorTest, IsToldApart) {
  const Case& c = GetParam();
  const Error error = ConnectError(c.message, false);
  EXPECT_EQ(error.code, c.want);
  EXPECT_EQ(error.message, c.want_text);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ConnectErrorTest,
    testing::Values(
        Case{
            "Password",
            "connection to server at \"db\" failed: FATAL:  28P01: password authentication failed\n"
            "LOCATION:  auth_failed, auth.c:338\n",
            ErrorCode::kPermissionDenied,
            "connection to server at \"db\" failed: FATAL:  28P01: password authentication failed"},
        Case{"OtherLanguage",
             "Verbindung: FATAL:  28000: kein Eintrag in pg_hba.conf\n",
             ErrorCode::kPermissionDenied,
             "Verbindung: FATAL:  28000: kein Eintrag in pg_hba.conf"},
        Case{"Starting",
             "FATAL:  57P03: the database system is starting up\n",
             ErrorCode::kUnavailable,
             "FATAL:  57P03: the database system is starting up"},
        Case{"Full",
             "x: FATAL:  53300: sorry, too many clients already",
             ErrorCode::kUnavailable,
             "x: FATAL:  53300: sorry, too many clients already"},
        Case{"Refused",
             "connection failed: Connection refused\n\tIs the server running?\n",
             ErrorCode::kUnavailable,
             "connection failed: Connection refused; Is the server running?"},
        Case{"Empty", "", ErrorCode::kUnavailable, ""}),
    [](const auto& row) { return row.param.name; });

TEST(MissingPasswordTest, IsARightsProblem) {
  EXPECT_EQ(ConnectError("fe_sendauth: no password supplied", true).code,
            ErrorCode::kPermissionDenied);
}

TEST(CodeOfSqlStateTest, TheMoreExactRowComesFirst) {
  EXPECT_EQ(CodeOfSqlState("42501"), ErrorCode::kPermissionDenied);
  EXPECT_EQ(CodeOfSqlState("42P01"), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOfSqlState("57014"), ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(CodeOfSqlState("XX000"), ErrorCode::kProtocol);
}

}  // namespace
}  // namespace sidewatch::postgres
