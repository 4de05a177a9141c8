#pragma once

#include <span>
#include <string_view>

namespace sidewatch::alerts::library {

/// A shipped rule file, as it stands in this folder.
struct LibraryFile {
  std::string_view name;  ///< `library/postgres.yml`: the file of its groups.
  std::string_view text;
};

/// All of them, sorted by name; compiled in by embed.cmake.
std::span<const LibraryFile> LibraryFiles();

}  // namespace sidewatch::alerts::library
