#include "collectors/logs/literal_finder.h"

#include <bit>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sidewatch::logs {
namespace {

constexpr auto kNone = std::string_view::npos;

/// How common a byte is in log lines: the higher, the rarer.
int Rarity(char c) {
  if (c == ' ' || c == 'e' || c == 't' || c == 'a' || c == 'i' || c == 'o' || c == '0' ||
      c == '1' || c == '/' || c == '.') {
    return 0;
  }
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '"' || c == '-' || c == ':') {
    return c == 'q' || c == 'x' || c == 'z' || c == 'j' ? 3 : 1;
  }
  return c >= 'A' && c <= 'Z' ? 2 : 3;
}

#if defined(__x86_64__)
/// What is sought, and the places among which.
struct Search {
  const char* line;
  std::size_t from;
  std::size_t end;  ///< Behind the last place.
  std::string_view text;
  std::size_t rare;
  std::size_t other;
};

bool Stands(const Search& search, std::size_t at) {
  return std::memcmp(search.line + at, search.text.data(), search.text.size()) == 0;
}

/// The first of the places at `at` whose bits are set where the text stands.
std::size_t Check(const Search& search, std::size_t at, unsigned places) {
  for (; places != 0; places &= places - 1) {
    const std::size_t place = at + static_cast<std::size_t>(std::countr_zero(places));
    if (Stands(search, place)) {
      return place;
    }
  }
  return kNone;
}

/// Sixteen places at a time. The last overlap with those before them: what was refused is refused
/// again.
std::size_t FindBy16(const Search& search) {
  constexpr std::size_t kLane = 16;
  const __m128i rare = _mm_set1_epi8(search.text[search.rare]);
  const __m128i other = _mm_set1_epi8(search.text[search.other]);
  const auto load = [&](std::size_t at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(search.line + at));
  };
  for (std::size_t at = search.from; at < search.end; at += kLane) {
    at = at + kLane > search.end ? search.end - kLane : at;
    const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(load(at + search.rare), rare),
                                       _mm_cmpeq_epi8(load(at + search.other), other));
    const std::size_t found = Check(search, at, static_cast<unsigned>(_mm_movemask_epi8(both)));
    if (found != kNone) {
      return found;
    }
  }
  return kNone;
}

/// The same by thirty-two.
[[gnu::target("avx2")]] std::size_t FindBy32(const Search& search) {
  constexpr std::size_t kLane = 32;
  const __m256i rare = _mm256_set1_epi8(search.text[search.rare]);
  const __m256i other = _mm256_set1_epi8(search.text[search.other]);
  for (std::size_t at = search.from; at < search.end; at += kLane) {
    at = at + kLane > search.end ? search.end - kLane : at;
    const char* const place = search.line + at;
    const __m256i one = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(place + search.rare));
    const __m256i two = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(place + search.other));
    const __m256i both =
        _mm256_and_si256(_mm256_cmpeq_epi8(one, rare), _mm256_cmpeq_epi8(two, other));
    const std::size_t found = Check(search, at, static_cast<unsigned>(_mm256_movemask_epi8(both)));
    if (found != kNone) {
      return found;
    }
  }
  return kNone;
}
#endif

}  // namespace

LiteralFinder::LiteralFinder(std::string literal) : literal_(std::move(literal)) {
#if defined(__x86_64__)
  wide_ = __builtin_cpu_supports("avx2") != 0;
#endif
  for (std::size_t i = 1; i < literal_.size(); ++i) {
    if (Rarity(literal_[i]) > Rarity(literal_[rare_])) {
      rare_ = i;
    }
  }
  other_ = rare_ == 0 && literal_.size() > 1 ? 1 : 0;
  for (std::size_t i = other_ + 1; i < literal_.size(); ++i) {
    if (i != rare_ && Rarity(literal_[i]) > Rarity(literal_[other_])) {
      other_ = i;
    }
  }
}

/// Among the places from `from` to `end`.
std::size_t LiteralFinder::Plain(std::string_view line, std::size_t from, std::size_t end) const {
  for (std::size_t at = from; at < end; ++at) {
    const void* byte = std::memchr(line.data() + at + rare_, literal_[rare_], end - at);
    if (byte == nullptr) {
      return kNone;
    }
    at = static_cast<std::size_t>(static_cast<const char*>(byte) - line.data()) - rare_;
    if (std::memcmp(line.data() + at, literal_.data(), literal_.size()) == 0) {
      return at;
    }
  }
  return kNone;
}

std::size_t LiteralFinder::At(std::string_view line, std::size_t from) const {
  if (line.size() < literal_.size() || from > line.size() - literal_.size()) {
    return kNone;
  }
  if (literal_.empty()) {
    return from;
  }
  const std::size_t end = line.size() - literal_.size() + 1;  // Behind the last place.
#if defined(__x86_64__)
  const Search search{.line = line.data(),
                      .from = from,
                      .end = end,
                      .text = literal_,
                      .rare = rare_,
                      .other = other_};
  if (wide_ && end - from >= 32 && literal_.size() > 1) {
    return FindBy32(search);
  }
  if (end - from >= 16 && literal_.size() > 1) {
    return FindBy16(search);
  }
#endif
  return Plain(line, from, end);
}

}  // namespace sidewatch::logs
