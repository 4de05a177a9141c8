#include "exporter/relabel/letter_case.h"

#include <clocale>
#include <cstddef>
#include <cwctype>

#include "exporter/base/unique_handle.h"
#include "exporter/model/label_set.h"

namespace sidewatch::relabel {
namespace {

constexpr unsigned char kAscii = 0x80;
constexpr unsigned kContinuationBits = 6;
constexpr std::uint32_t kContinuationMask = 0x3f;

using Locale = UniqueHandle<std::remove_pointer_t<locale_t>, freelocale>;

/// The letters of Unicode; glibc carries this locale in itself.
const Locale& Unicode() {
  static const Locale kLocale(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr));
  return kLocale;
}

/// The code point that `text`, valid UTF-8, begins with, and its length.
std::pair<std::uint32_t, std::size_t> Decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < kAscii) {
    return {lead, 1};
  }
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  std::uint32_t point = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    point = point << kContinuationBits | (static_cast<unsigned char>(text[i]) & kContinuationMask);
  }
  return {point, length};
}

void Append(std::string& out, std::uint32_t point) {
  if (point < kAscii) {
    out += static_cast<char>(point);
    return;
  }
  const unsigned tail = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  const std::uint32_t lead = (0xff00U >> (tail + 1)) & 0xffU;
  out += static_cast<char>(lead | point >> (kContinuationBits * tail));
  for (unsigned left = tail; left-- > 0;) {
    out += static_cast<char>(kAscii | (point >> (kContinuationBits * left) & kContinuationMask));
  }
}

std::string Map(std::string_view text, std::wint_t (*map)(std::wint_t, locale_t)) {
  if (!IsValidUtf8(text) || Unicode() == nullptr) {
    return std::string(text);
  }
  std::string out;
  while (!text.empty()) {
    const auto [point, length] = Decode(text);
    Append(out, static_cast<std::uint32_t>(map(point, Unicode().get())));
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace

std::string ToLower(std::string_view text) {
  return Map(text, &towlower_l);
}

std::string ToUpper(std::string_view text) {
  return Map(text, &towupper_l);
}

}  // namespace sidewatch::relabel
