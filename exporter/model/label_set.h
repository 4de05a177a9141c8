#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidewatch {

inline constexpr std::string_view kMetricName = "__name__";

/// One name and its value, borrowed from the LabelSet that they stand in.
struct Label {
  std::string_view name;
  std::string_view value;

  auto operator<=>(const Label&) const = default;
};

/// The sorted name/value pairs that identify a series.
///
/// Shape:   sorted by name (bytewise), no name twice. Sets made by LabelSetBuilder hold no empty
/// value, as an
///          empty label is the same as an absent one.
/// Cost:    one immutable allocation shared by all copies; a copy is two words. The hash is made
/// once. Threads: safe to copy and read from any.
class LabelSet {
 public:
  class Iterator;

  LabelSet() = default;
  LabelSet(std::initializer_list<Label> labels);

  /// `labels` sorted by name, no name twice. Empty values stay: annotations may have them.
  static LabelSet FromSorted(std::span<const Label> labels);

  /// As FromSorted, of labels in any order.
  static LabelSet FromUnsorted(std::vector<Label> labels);

  /// As FromUnsorted, of pairs of texts.
  template <typename Pairs>
  static LabelSet FromPairs(const Pairs& pairs) {
    std::vector<Label> labels;
    labels.reserve(pairs.size());
    for (const auto& [name, value] : pairs) {
      labels.push_back({name, value});
    }
    return FromUnsorted(std::move(labels));
  }

  std::size_t size() const;

  bool empty() const { return block_ == nullptr; }

  Label operator[](std::size_t index) const;
  Iterator begin() const;
  Iterator end() const;

  /// The value of `name`, or an empty text if there is none.
  std::string_view Get(std::string_view name) const;
  bool Has(std::string_view name) const;

  /// All names and values in a row.
  std::string_view text() const;

  /// Equal sets have equal hashes, within one run of the program only.
  std::uint64_t Hash() const;

  /// Sends for where the labels begin: the next reader need not wait for memory.
  void Prefetch() const { __builtin_prefetch(block_.get()); }

  /// Bytes that this set keeps allocated, shared by all its copies.
  std::size_t AllocatedBytes() const;

  /// `{a="b", c="d"}` with the metric name in front, as Prometheus prints a series.
  std::string ToString() const;

  bool operator==(const LabelSet& other) const;

  /// Label by label: first the names, then the values of the i-th labels; a prefix sorts first.
  std::strong_ordering operator<=>(const LabelSet& other) const;

 private:
  explicit LabelSet(std::shared_ptr<const char[]> block) : block_(std::move(block)) {}

  static constexpr std::size_t kHashBytes = sizeof(std::uint64_t);
  static constexpr std::size_t kHeaderBytes = kHashBytes + sizeof(std::uint32_t);

  template <typename T>
  static T Load(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }

  std::uint32_t End(std::size_t text) const;

  // | hash u64 | number of texts u32 | end of each text u32… | name0 value0 name1 value1… |
  std::shared_ptr<const char[]> block_;
};

class LabelSet::Iterator {
 public:
  // The names that std::iterator_traits asks for.
  // NOLINTBEGIN(readability-identifier-naming)
  using value_type = Label;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::input_iterator_tag;
  using reference = Label;
  using pointer = void;
  // NOLINTEND(readability-identifier-naming)

  Iterator() = default;

  /// `ends` and `text` are those of the block, borrowed.
  Iterator(const char* ends, const char* text, std::size_t index)
      : ends_(ends), text_(text), index_(index) {}

  Label operator*() const {
    const std::uint32_t begin = index_ == 0 ? 0 : End(2 * index_ - 1);
    const std::uint32_t middle = End(2 * index_);
    return {{text_ + begin, middle - begin}, {text_ + middle, End(2 * index_ + 1) - middle}};
  }

  Iterator& operator++() {
    ++index_;
    return *this;
  }

  Iterator operator++(int) {
    Iterator before = *this;
    ++index_;
    return before;
  }

  bool operator==(const Iterator& other) const { return index_ == other.index_; }

 private:
  friend class LabelSet;

  std::uint32_t End(std::size_t text) const {
    return Load<std::uint32_t>(ends_ + text * sizeof(std::uint32_t));
  }

  const char* ends_ = nullptr;
  const char* text_ = nullptr;
  std::size_t index_ = 0;
};

inline std::size_t LabelSet::size() const {
  return block_ ? Load<std::uint32_t>(block_.get() + kHashBytes) / 2 : 0;
}

inline LabelSet::Iterator LabelSet::begin() const {
  const char* const ends = block_ ? block_.get() + kHeaderBytes : nullptr;
  return {ends, ends + size() * 2 * sizeof(std::uint32_t), 0};
}

inline LabelSet::Iterator LabelSet::end() const {
  return {nullptr, nullptr, size()};
}

inline Label LabelSet::operator[](std::size_t index) const {
  Iterator at = begin();
  at.index_ = index;
  return *at;
}

/// Makes a LabelSet from another by setting and removing labels.
class LabelSetBuilder {
 public:
  LabelSetBuilder() = default;
  explicit LabelSetBuilder(const LabelSet& base);

  /// Sets or replaces; an empty value removes.
  LabelSetBuilder& Set(std::string_view name, std::string_view value);
  LabelSetBuilder& Remove(std::string_view name);
  std::string_view Get(std::string_view name) const;

  /// What is set now, in no order.
  const std::vector<std::pair<std::string, std::string>>& labels() const { return labels_; }

  LabelSet Build();

 private:
  std::vector<std::pair<std::string, std::string>> labels_;
};

/// True for what Prometheus' classic (pre-UTF-8) rules allow: `[a-zA-Z_][a-zA-Z0-9_]*`, metric
/// names also `:`.
bool IsClassicLabelName(std::string_view name);
bool IsClassicMetricName(std::string_view name);

/// True for non-empty valid UTF-8, all that Prometheus 3 asks of a name.
bool IsValidName(std::string_view name);
bool IsValidUtf8(std::string_view text);

/// Appends `text` in double quotes with Go's escapes, as Prometheus prints label values (%q).
void AppendQuoted(std::string& out, std::string_view text);

struct LabelSetHash {
  std::size_t operator()(const LabelSet& labels) const { return labels.Hash(); }
};

}  // namespace sidewatch
