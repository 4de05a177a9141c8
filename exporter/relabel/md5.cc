#include "exporter/relabel/md5.h"

#include <bit>
#include <cmath>
#include <cstddef>
#include <string>

namespace sidewatch::relabel {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kLengthAt = 56;
constexpr std::size_t kWord = 4;
constexpr unsigned kByteBits = 8;

using State = std::array<std::uint32_t, 4>;
using Words = std::array<std::uint32_t, 16>;

/// One of the four rounds: how far it turns, and which word comes when.
struct Round {
  std::array<int, 4> turns;
  std::size_t step;
  std::size_t first;
  std::uint32_t (*mix)(std::uint32_t x, std::uint32_t y, std::uint32_t z);
};

constexpr std::array<Round, 4> kRounds = {{
    {{7, 12, 17, 22},
     1,
     0,
     [](auto x, auto y, auto z) {
       return (x & y) | (~x & z);
     }},
    {{5, 9, 14, 20},
     5,
     1,
     [](auto x, auto y, auto z) {
       return (x & z) | (y & ~z);
     }},
    {{4, 11, 16, 23},
     3,
     5,
     [](auto x, auto y, auto z) {
       return x ^ y ^ z;
     }},
    {{6, 10, 15, 21},
     7,
     0,
     [](auto x, auto y, auto z) {
       return y ^ (x | ~z);
     }},
}};

/// RFC 1321's T: the fractions of the sines of 1 to 64.
std::array<std::uint32_t, kBlock> SineTable() {
  std::array<std::uint32_t, kBlock> table{};
  constexpr double kTwo32 = 4294967296.0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<std::uint32_t>(std::fabs(std::sin(static_cast<double>(i + 1))) * kTwo32);
  }
  return table;
}

void AddBlock(State& state, std::string_view block) {
  static const std::array<std::uint32_t, kBlock> kSines = SineTable();
  Words words{};
  for (std::size_t i = 0; i < kBlock; ++i) {
    words[i / kWord] |= std::uint32_t{static_cast<unsigned char>(block[i])}
                        << (kByteBits * (i % kWord));
  }
  auto [a, b, c, d] = state;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const Round& round = kRounds[i / words.size()];
    const std::uint32_t word = words[(round.first + round.step * i) % words.size()];
    const std::uint32_t sum = a + round.mix(b, c, d) + word + kSines[i];
    a = d;
    d = c;
    c = b;
    b += std::rotl(sum, round.turns[i % round.turns.size()]);
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
}

}  // namespace

std::array<std::uint8_t, 16> Md5(std::string_view text) {
  std::string padded(text);
  padded += '\x80';
  padded.append((kBlock + kLengthAt - padded.size() % kBlock) % kBlock, '\0');
  const std::uint64_t bits = std::uint64_t{text.size()} * kByteBits;
  for (unsigned i = 0; i < sizeof(bits); ++i) {
    padded += static_cast<char>(bits >> (kByteBits * i));
  }
  State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  for (std::size_t at = 0; at < padded.size(); at += kBlock) {
    AddBlock(state, std::string_view(padded).substr(at, kBlock));
  }
  std::array<std::uint8_t, 16> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(state[i / kWord] >> (kByteBits * (i % kWord)));
  }
  return digest;
}

}  // namespace sidewatch::relabel
