//   number of labels varint | each: text name, text value
//   text: 0 if it is the one of the labels before at this place, else its bytes + 1 varint, then
//   the
//         bytes

#include "exporter/tsdb/label_codec.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sidewatch::tsdb {
namespace {

void PutText(std::string& out, std::string_view text, std::size_t place, LabelTexts& before) {
  if (place >= before.size()) {
    before.resize(place + 1);
  }
  if (before[place].data() != nullptr && before[place] == text) {
    out += '\0';
    return;
  }
  PutVarint(out, text.size() + 1);
  out += text;
  before[place] = text;
}

bool ReadText(ByteReader& in, std::size_t place, LabelTexts& before) {
  const std::uint64_t size = in.Varint();
  if (size == 0) {
    return place < before.size();
  }
  if (place >= before.size()) {
    before.resize(place + 1);
  }
  before[place] = in.Bytes(size - 1);
  return !in.failed();
}

}  // namespace

void PutLabels(std::string& out, const LabelSet& labels, LabelTexts& before) {
  PutVarint(out, labels.size());
  std::size_t place = 0;
  for (const Label label : labels) {
    PutText(out, label.name, place++, before);
    PutText(out, label.value, place++, before);
  }
}

std::optional<LabelSet> ReadLabels(ByteReader& in, LabelTexts& before) {
  const std::uint64_t labels = in.Varint();
  if (in.failed() || labels > in.left()) {
    return std::nullopt;
  }
  std::vector<Label> read;
  read.reserve(labels);
  for (std::size_t place = 0; place < 2 * labels; place += 2) {
    if (!ReadText(in, place, before) || !ReadText(in, place + 1, before)) {
      return std::nullopt;
    }
    read.push_back({before[place], before[place + 1]});
  }
  const auto unsorted = [](const Label& a, const Label& b) {
    return a.name >= b.name;
  };
  if (read.empty() || std::ranges::adjacent_find(read, unsorted) != read.end()) {
    return std::nullopt;
  }
  return LabelSet::FromSorted(read);
}

}  // namespace sidewatch::tsdb
