#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "exporter/relabel/letter_case.h"
#include "exporter/relabel/md5.h"

namespace sidewatch::relabel {
namespace {

std::string Hex(std::string_view text) {
  std::string hex;
  for (const std::uint8_t byte : Md5(text)) {
    hex += fmt::format("{:02x}", byte);
  }
  return hex;
}

// RFC 1321, A.5, and the two lengths around a block's padding.
TEST(Md5Test, MatchesTheStandard) {
  EXPECT_EQ(Hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(Hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(Hex("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
            "d174ab98d277d9f5a5611c2c9f419d9f");
  EXPECT_EQ(Hex("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
  EXPECT_EQ(Hex(std::string(55, 'a')), "ef1772b6dff9a122358552954ad0df65");
  EXPECT_EQ(Hex(std::string(56, 'a')), "3b0c8ac703f828b04c6c197006d17218");
}

TEST(LetterCaseTest, MapsLettersOfAllAlphabets) {
  EXPECT_EQ(ToUpper("aä я€𐐨z9"), "AÄ Я€𐐀Z9");
  EXPECT_EQ(ToLower("AÄ Я€𐐀Z9"), "aä я€𐐨z9");
  EXPECT_EQ(ToLower("A\xff"), "A\xff") << "no UTF-8 stays";
}

}  // namespace
}  // namespace sidewatch::relabel
