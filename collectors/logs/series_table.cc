#include "collectors/logs/series_table.h"

#include <algorithm>
#include <utility>

#include "collectors/logs/bytes.h"

namespace sidewatch::logs {
namespace {

constexpr std::size_t kLongestValue = 256;
constexpr std::string_view kOther = "other";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The first byte of what is saved: another one is of another version.
constexpr std::uint8_t kVersion = 1;

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::size_t SequenceSize(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xE0) {
    return 2;
  }
  return lead < 0xF0 ? 3 : 4;
}

/// Replaces each byte that is not part of valid UTF-8.
void AppendValid(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = SequenceSize(static_cast<unsigned char>(text.front()));
    const std::string_view one = text.substr(0, size);
    if (one.size() == size && IsValidUtf8(one)) {
      out += one;
      text.remove_prefix(size);
    } else {
      out += kReplacement;
      text.remove_prefix(1);
    }
  }
}

void AppendKey(std::string& key, std::string_view value, std::string& cleaned) {
  value = value.substr(0, kLongestValue);
  if (!IsAscii(value)) {
    cleaned.clear();
    AppendValid(cleaned, value);
    value = cleaned;
  }
  AppendRaw(key, static_cast<std::uint16_t>(value.size()));
  key += value;
}

std::string Fingerprint(const SeriesShape& shape) {
  std::string bytes;
  AppendRaw(bytes, kVersion);
  AppendRaw(bytes, static_cast<std::uint8_t>(shape.type));
  AppendRaw(bytes, static_cast<std::uint32_t>(shape.labels.size()));
  for (const std::string& label : shape.labels) {
    AppendText(bytes, label);
  }
  AppendRaw(bytes, static_cast<std::uint32_t>(shape.bounds.size()));
  for (const double bound : shape.bounds) {
    AppendRaw(bytes, bound);
  }
  return bytes;
}

}  // namespace

SeriesTable::Series& SeriesTable::Find(Values labels) {
  dirty_ = true;
  wanted_.clear();
  for (const std::string_view value : labels) {
    AppendKey(wanted_, value, cleaned_);
  }
  if (last_ != nullptr && wanted_ == key_) {
    return *last_;
  }
  const auto found = series_.find(std::string_view(wanted_));
  last_ = found != series_.end() ? &found->second : &Insert(labels);
  std::swap(key_, wanted_);
  return *last_;
}

/// The series of the key in `wanted_`, or that of `other` if there is no room.
SeriesTable::Series& SeriesTable::Insert(Values labels) {
  const bool full = limit_->used >= limit_->limit && !labels.empty();
  std::string key = wanted_;
  if (full) {
    key.clear();
    for (std::size_t i = 0; i < labels.size(); ++i) {
      AppendKey(key, kOther, cleaned_);
    }
  }
  const auto [place, is_new] = series_.try_emplace(std::move(key));
  if (is_new) {
    ++limit_->used;
    if (shape_.type == MetricType::kHistogram) {
      place->second.buckets.resize(shape_.bounds.size() + 1);
    }
  }
  return place->second;
}

void SeriesTable::Observe(Values labels, double value) {
  Series& series = Find(labels);
  const auto bucket = std::ranges::lower_bound(shape_.bounds, value);
  ++series.buckets[static_cast<std::size_t>(bucket - shape_.bounds.begin())];
  series.value += value;
}

void SeriesTable::Visit(const std::function<void(Values, const Series&)>& visit) const {
  std::vector<std::string_view> labels;
  for (const auto& [key, series] : series_) {
    labels.clear();
    std::string_view rest = key;
    while (!rest.empty()) {
      RawReader reader(rest);
      const auto size = reader.Take<std::uint16_t>();
      labels.push_back(rest.substr(sizeof(size), size));
      rest.remove_prefix(sizeof(size) + size);
    }
    visit(labels, series);
  }
}

std::string SeriesTable::Encode() const {
  std::string bytes;
  AppendText(bytes, Fingerprint(shape_));
  for (const auto& [key, series] : series_) {
    AppendText(bytes, key);
    AppendRaw(bytes, series.value);
    for (const std::uint64_t count : series.buckets) {
      AppendRaw(bytes, count);
    }
  }
  return bytes;
}

bool SeriesTable::Decode(std::string_view bytes) {
  RawReader reader(bytes);
  if (reader.TakeText() != Fingerprint(shape_)) {
    return false;
  }
  const std::size_t buckets = shape_.type == MetricType::kHistogram ? shape_.bounds.size() + 1 : 0;
  decltype(series_) read;
  while (!reader.done()) {
    const std::string_view key = reader.TakeText();
    Series series{.value = reader.Take<double>(), .buckets = {}};
    for (std::size_t i = 0; i < buckets; ++i) {
      series.buckets.push_back(reader.Take<std::uint64_t>());
    }
    if (!reader.good()) {
      return false;
    }
    read.emplace(key, std::move(series));
  }
  limit_->used += read.size() - series_.size();
  series_ = std::move(read);
  last_ = nullptr;
  return true;
}

}  // namespace sidewatch::logs
