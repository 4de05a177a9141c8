#include "exporter/net/signature.h"

#include <gtest/gtest.h>

namespace sidewatch::net {
namespace {

TEST(SignatureTest, IsHmacSha256) {
  // RFC 4231, test case 2, the first half.
  EXPECT_EQ(Sign("Jefe", "what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c7");
}

TEST(SignatureTest, OnlyTheRightOneIsVerified) {
  const std::string key = RandomKey();
  const std::string right = Sign(key, "text");
  EXPECT_TRUE(Verify(key, "text", right));
  std::string changed = right;
  changed.back() = changed.back() == '0' ? '1' : '0';

  struct Case {
    const char* name;
    std::string text;
    std::string signature;
  };

  for (const Case& c : {Case{"another text", "texts", right},
                        Case{"one digit changed", "text", changed},
                        Case{"cut", "text", right.substr(0, 31)},
                        Case{"longer", "text", right + "0"},
                        Case{"nothing", "text", ""}}) {
    EXPECT_FALSE(Verify(key, c.text, c.signature)) << c.name;
  }
  EXPECT_FALSE(Verify(RandomKey(), "text", right)) << "another key";
}

TEST(SignatureTest, KeysDiffer) {
  EXPECT_EQ(RandomKey().size(), 64U);
  EXPECT_NE(RandomKey(), RandomKey());
}

}  // namespace
}  // namespace sidewatch::net
