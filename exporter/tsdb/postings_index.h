#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <roaring/roaring.hh>

#include "exporter/model/label_set.h"
#include "exporter/model/matcher.h"
#include "exporter/tsdb/postings.h"

namespace sidewatch::tsdb {

/// How many series have a label or a value, for status/tsdb.
struct LabelCount {
  std::string name;
  std::size_t count = 0;
};

/// Label name and value to series. Not thread-safe.
class PostingsIndex {
 public:
  void Add(const LabelSet& labels, std::uint32_t slot);
  void Remove(const LabelSet& labels, std::uint32_t slot);

  /// The slots of the series that all `matchers` match; all series if there are none.
  Roaring Select(std::span<const Matcher> matchers) const;

  /// Both sorted.
  std::vector<std::string> Names() const;
  std::vector<std::string> Values(std::string_view name) const;

  /// The names with the most values, most first.
  std::vector<LabelCount> NamesByValues(std::size_t most) const;

  /// The values of `name` with the most series, most first.
  std::vector<LabelCount> ValuesBySeries(std::string_view name, std::size_t most) const;

  /// The pairs `name=value` with the most series, most first.
  std::vector<LabelCount> PairsBySeries(std::size_t most) const;

  std::size_t AllocatedBytes() const { return bytes_; }

 private:
  using ValueMap = std::map<std::string, Postings, std::less<>>;

  const ValueMap* Find(std::string_view name) const;

  std::map<std::string, ValueMap, std::less<>> names_;
  Roaring all_;
  std::size_t bytes_ = 0;
};

}  // namespace sidewatch::tsdb
