#include "exporter/app/features.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace sidewatch::app {
namespace {

struct Feature {
  std::string_view name;
  void (*enable)(promql::EngineOptions& options);
};

constexpr std::array kFeatures = {
    Feature{"promql-experimental-functions",
            [](promql::EngineOptions& o) {
              o.parser.experimental_functions = true;
            }},
    Feature{"promql-duration-expr",
            [](promql::EngineOptions& o) {
              o.parser.duration_expressions = true;
            }},
    Feature{"promql-binop-fill-modifiers",
            [](promql::EngineOptions& o) {
              o.parser.fill_modifiers = true;
            }},
    Feature{"promql-per-step-stats",
            [](promql::EngineOptions& o) {
              o.per_step_stats = true;
            }},
    Feature{"promql-delayed-name-removal",
            [](promql::EngineOptions& o) {
              o.delayed_name_removal = true;
            }},
};

}  // namespace

Status EnableFeatures(const std::vector<std::string>& names, promql::EngineOptions& options) {
  for (const std::string& name : names) {
    const auto feature = std::ranges::find(kFeatures, name, &Feature::name);
    if (feature == kFeatures.end()) {
      std::vector<std::string_view> known;
      known.reserve(kFeatures.size());
      for (const Feature& row : kFeatures) {
        known.push_back(row.name);
      }
      return Fail(ErrorCode::kInvalidArgument,
                  "--enable-feature: unknown feature \"{}\", must be one of {}",
                  name,
                  fmt::join(known, ", "));
    }
    feature->enable(options);
  }
  return {};
}

}  // namespace sidewatch::app
