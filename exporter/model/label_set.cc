#include "exporter/model/label_set.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include <fmt/format.h>

namespace sidewatch {
namespace {

template <typename T>
void Store(char* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Whether a byte of UTF-8 goes on with a sequence.
bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80;
}

/// Length of the UTF-8 sequence at the front, 0 if it is not valid.
std::size_t SequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    return 1;
  }
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) {
    return 0;
  }
  if (!std::ranges::all_of(text.substr(1, length - 1), IsContinuation)) {
    return 0;
  }
  const unsigned second = byte(1);
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second > 0x9f;
  const bool beyond = lead == 0xf4 && second > 0x8f;
  return overlong || surrogate || beyond ? 0 : length;
}

void AppendEscaped(std::string& out, char c) {
  switch (c) {
    case '\a':
      out += "\\a";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\v':
      out += "\\v";
      return;
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    default:
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
}

}  // namespace

LabelSet::LabelSet(std::initializer_list<Label> labels) {
  std::vector<Label> sorted(labels);
  std::ranges::sort(sorted, {}, &Label::name);
  *this = FromSorted(sorted);
}

LabelSet LabelSet::FromUnsorted(std::vector<Label> labels) {
  std::ranges::sort(labels, {}, &Label::name);
  return FromSorted(labels);
}

LabelSet LabelSet::FromSorted(std::span<const Label> labels) {
  if (labels.empty()) {
    return {};
  }
  std::size_t text_bytes = 0;
  for (const Label& label : labels) {
    text_bytes += label.name.size() + label.value.size();
  }
  const std::size_t texts = labels.size() * 2;
  const std::size_t text_at = kHeaderBytes + texts * sizeof(std::uint32_t);
  auto block = std::make_shared_for_overwrite<char[]>(text_at + text_bytes);
  char* ends = block.get() + kHeaderBytes;
  std::uint32_t end = 0;
  const auto add = [&](std::string_view text) {
    std::copy(text.begin(), text.end(), block.get() + text_at + end);
    end += static_cast<std::uint32_t>(text.size());
    Store(ends, end);
    ends += sizeof end;
  };
  for (const Label& label : labels) {
    add(label.name);
    add(label.value);
  }
  Store(block.get() + kHashBytes, static_cast<std::uint32_t>(texts));
  // The ends are hashed with the texts, so that {ab="c"} and {a="bc"} differ.
  const std::string_view hashed(block.get() + kHashBytes, text_at - kHashBytes + text_bytes);
  Store(block.get(), static_cast<std::uint64_t>(std::hash<std::string_view>{}(hashed)));
  return LabelSet(std::move(block));
}

std::uint32_t LabelSet::End(std::size_t text) const {
  return Load<std::uint32_t>(block_.get() + kHeaderBytes + text * sizeof(std::uint32_t));
}

std::string_view LabelSet::text() const {
  if (empty()) {
    return {};
  }
  const std::size_t texts = size() * 2;
  return {block_.get() + kHeaderBytes + texts * sizeof(std::uint32_t), End(texts - 1)};
}

std::string_view LabelSet::Get(std::string_view name) const {
  for (const Label label : *this) {
    if (label.name == name) {
      return label.value;
    }
  }
  return {};
}

bool LabelSet::Has(std::string_view name) const {
  return Get(name).data() != nullptr;
}

std::uint64_t LabelSet::Hash() const {
  return block_ ? Load<std::uint64_t>(block_.get()) : 0;
}

std::size_t LabelSet::AllocatedBytes() const {
  constexpr std::size_t kControlBlock = 16;
  return block_ ? kControlBlock + kHeaderBytes + size() * 2 * sizeof(std::uint32_t) + text().size()
                : 0;
}

std::string LabelSet::ToString() const {
  const std::string_view metric = Get(kMetricName);
  const bool bare_name = IsClassicMetricName(metric);
  std::string text(bare_name ? metric : "");
  std::string inner;
  if (!bare_name && !metric.empty()) {
    AppendQuoted(inner, metric);
  }
  for (const Label label : *this) {
    if (label.name == kMetricName) {
      continue;
    }
    if (!inner.empty()) {
      inner += ", ";
    }
    if (IsClassicLabelName(label.name)) {
      inner += label.name;
    } else {
      AppendQuoted(inner, label.name);
    }
    inner += '=';
    AppendQuoted(inner, label.value);
  }
  if (!inner.empty() || text.empty()) {
    text += '{' + inner + '}';
  }
  return text;
}

bool LabelSet::operator==(const LabelSet& other) const {
  if (block_ == other.block_) {
    return true;
  }
  if (!block_ || !other.block_ || Hash() != other.Hash() || size() != other.size()) {
    return false;
  }
  const std::size_t ends = size() * 2 * sizeof(std::uint32_t);
  return text() == other.text() &&
         std::memcmp(block_.get() + kHeaderBytes, other.block_.get() + kHeaderBytes, ends) == 0;
}

std::strong_ordering LabelSet::operator<=>(const LabelSet& other) const {
  return std::lexicographical_compare_three_way(begin(), end(), other.begin(), other.end());
}

LabelSetBuilder::LabelSetBuilder(const LabelSet& base) {
  labels_.reserve(base.size() + 1);
  for (const Label label : base) {
    labels_.emplace_back(label.name, label.value);
  }
}

LabelSetBuilder& LabelSetBuilder::Set(std::string_view name, std::string_view value) {
  if (value.empty()) {
    return Remove(name);
  }
  for (auto& [existing, current] : labels_) {
    if (existing == name) {
      current = value;
      return *this;
    }
  }
  labels_.emplace_back(name, value);
  return *this;
}

LabelSetBuilder& LabelSetBuilder::Remove(std::string_view name) {
  std::erase_if(labels_, [&](const auto& label) { return label.first == name; });
  return *this;
}

std::string_view LabelSetBuilder::Get(std::string_view name) const {
  for (const auto& [existing, value] : labels_) {
    if (existing == name) {
      return value;
    }
  }
  return {};
}

LabelSet LabelSetBuilder::Build() {
  std::vector<Label> sorted;
  sorted.reserve(labels_.size());
  for (const auto& [name, value] : labels_) {
    if (!value.empty()) {
      sorted.push_back({name, value});
    }
  }
  std::ranges::sort(sorted, {}, &Label::name);
  return LabelSet::FromSorted(sorted);
}

bool IsClassicLabelName(std::string_view name) {
  return !name.empty() && !IsDigit(name.front()) &&
         std::ranges::all_of(name, [](char c) { return IsLetter(c) || IsDigit(c); });
}

bool IsClassicMetricName(std::string_view name) {
  return !name.empty() && !IsDigit(name.front()) &&
         std::ranges::all_of(name, [](char c) { return IsLetter(c) || IsDigit(c) || c == ':'; });
}

bool IsValidUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = SequenceLength(text);
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

bool IsValidName(std::string_view name) {
  return !name.empty() && IsValidUtf8(name);
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = SequenceLength(text);
    const char c = text.front();
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (length == 0 || control || c == '"' || c == '\\') {
      AppendEscaped(out, c);
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  out += '"';
}

}  // namespace sidewatch
