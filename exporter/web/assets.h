#pragma once

#include <string_view>

namespace sidewatch::web {

/// The files of the page, embedded by embed.cmake.
extern const std::string_view kPageHtml;
extern const std::string_view kPageCss;
extern const std::string_view kPageJs;

}  // namespace sidewatch::web
