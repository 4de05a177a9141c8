#pragma once

#include <string_view>

#include "alerts/model/matcher_parser.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts {

/// The three ways to write one set of matchers, as keys of the same map. An empty name: not there.
struct MatcherKeys {
  std::string_view match;     ///< A map of names and values.
  std::string_view match_re;  ///< A map of names and regular expressions.
  std::string_view matchers;  ///< A list of texts, each one or more matchers.
};

/// Reads all of them into one sorted list.
Matchers ReadMatchers(config::MapReader& map, const MatcherKeys& keys);

}  // namespace sidewatch::alerts
