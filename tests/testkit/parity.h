#pragma once

#include <set>
#include <string>
#include <vector>

namespace sidewatch::testkit {

/// What one of the lists in ../shared/parity asks for, against what a run gave.
struct ParityReport {
  bool readable = false;  ///< False: the list is not there.
  std::size_t matched = 0;
  std::vector<std::string> missing;  ///< `name type labels`.
};

/// Compares the rows of `list` marked with one of `marks` (all rows if there are none) with
/// `shapes` of a RecordingSink.
ParityReport CompareWithParity(const std::string& list,
                               const std::set<std::string>& marks,
                               const std::set<std::string>& shapes);

}  // namespace sidewatch::testkit
