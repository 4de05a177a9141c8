#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <roaring/roaring.hh>

namespace sidewatch::tsdb {

/// The slots of the series that have some label value, ascending. Few are a plain list, as most
/// values of most labels stand on a handful of series; many are a compressed bitmap.
class Postings {
 public:
  void Add(std::uint32_t slot);
  void Remove(std::uint32_t slot);
  bool empty() const;
  std::size_t size() const;

  /// Adds all of them to `to`.
  void UniteInto(Roaring& to) const;

 private:
  std::vector<std::uint32_t> few_;  // Unused once there are many.
  std::optional<Roaring> many_;
};

}  // namespace sidewatch::tsdb
