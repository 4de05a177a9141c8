#pragma once

#include <span>
#include <string_view>

namespace sidewatch::web {

/// A file of the page.
struct Asset {
  std::string_view name;  ///< `page.html`
  std::string_view text;
};

/// All of them, embedded by embed.cmake.
std::span<const Asset> Assets();

}  // namespace sidewatch::web
