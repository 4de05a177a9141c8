#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Sixteen bytes at a time where the machine can (SSE2 is part of every x86-64), else one by one.
namespace sidewatch::exposition::scan {

enum class Names { kLabel, kMetric };

inline constexpr auto kNameBytes = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    table[c] =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
  return table;
}();

inline bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

template <Names kNames>
bool IsNameByte(char c) {
  return kNameBytes[static_cast<unsigned char>(c)] || (kNames == Names::kMetric && c == ':');
}

/// A whole classic name, as IsClassicLabelName and IsClassicMetricName say it.
template <Names kNames>
bool IsName(std::string_view text);

template <Names kNames>
bool IsNameStart(char c) {
  return IsNameByte<kNames>(c) && !IsDigit(c);
}

#if defined(__SSE2__)
inline constexpr std::size_t kBlock = sizeof(__m128i);

inline __m128i Load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

inline unsigned MaskOf(__m128i bytes) {
  return static_cast<unsigned>(_mm_movemask_epi8(bytes));
}

/// A bit for each byte that may not stand in a name.
template <Names kNames>
unsigned NotNameMask(__m128i bytes) {
  constexpr char kLettersLast = 'z' - 'a';
  // ':' follows '9' in ASCII.
  constexpr char kDigitsLast = kNames == Names::kMetric ? 10 : 9;
  const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(' '));
  const __m128i letter = _mm_sub_epi8(lower, _mm_set1_epi8('a'));
  const __m128i digit = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
  const __m128i is_letter =
      _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(kLettersLast)), letter);
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(kDigitsLast)), digit);
  const __m128i is_line = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_'));
  return MaskOf(_mm_or_si128(_mm_or_si128(is_letter, is_digit), is_line)) ^ 0xffffU;
}
#endif

/// The first byte from `at` on that may not stand in a name, or `end`.
template <Names kNames>
const char* SkipName(const char* at, const char* end) {
#if defined(__SSE2__)
  while (static_cast<std::size_t>(end - at) >= kBlock) {
    const unsigned stop = NotNameMask<kNames>(Load(at));
    if (stop != 0) {
      return at + std::countr_zero(stop);
    }
    at += kBlock;
  }
#endif
  while (at != end && IsNameByte<kNames>(*at)) {
    ++at;
  }
  return at;
}

template <Names kNames>
bool IsName(std::string_view text) {
  const char* const end = text.data() + text.size();
  return !text.empty() && !IsDigit(text.front()) && SkipName<kNames>(text.data(), end) == end;
}

/// A table of the bytes that end a run.
consteval std::array<bool, 256> BytesOf(std::string_view bytes) {
  std::array<bool, 256> table{};
  for (const char c : bytes) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}

/// What ends a run inside double quotes besides `"` and a backslash.
enum class QuotedStops { kNone, kLineFeed, kNul, kLineFeedAndNul };

template <QuotedStops kStops>
bool IsQuotedStop(char c) {
  constexpr bool kLineFeed =
      kStops == QuotedStops::kLineFeed || kStops == QuotedStops::kLineFeedAndNul;
  constexpr bool kNul = kStops == QuotedStops::kNul || kStops == QuotedStops::kLineFeedAndNul;
  return c == '"' || c == '\\' || (kLineFeed && c == '\n') || (kNul && c == '\0');
}

/// The first `"`, backslash or stop from `at` on, or `end`. Sets `non_ascii` if it passes a byte
/// over 127, and never clears it.
template <QuotedStops kStops>
const char* SkipQuoted(const char* at, const char* end, bool& non_ascii) {
#if defined(__SSE2__)
  while (static_cast<std::size_t>(end - at) >= kBlock) {
    const __m128i bytes = Load(at);
    __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                 _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    if constexpr (kStops == QuotedStops::kLineFeed || kStops == QuotedStops::kLineFeedAndNul) {
      found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
    }
    if constexpr (kStops == QuotedStops::kNul || kStops == QuotedStops::kLineFeedAndNul) {
      found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
    }
    const unsigned stop = MaskOf(found);
    const unsigned high = MaskOf(bytes);
    if (stop != 0) {
      non_ascii |= (high & (stop - 1) & ~stop) != 0;
      return at + std::countr_zero(stop);
    }
    non_ascii |= high != 0;
    at += kBlock;
  }
#endif
  while (at != end && !IsQuotedStop<kStops>(*at)) {
    non_ascii |= (static_cast<unsigned char>(*at) & 0x80U) != 0;
    ++at;
  }
  return at;
}

}  // namespace sidewatch::exposition::scan
