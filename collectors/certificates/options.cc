#include "collectors/certificates/options.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace sidewatch::certificates {

namespace {

constexpr std::size_t kMostEndpoints = 128;

void CheckEndpoints(config::MapReader& target, const std::vector<Endpoint>& endpoints) {
  if (endpoints.size() > kMostEndpoints) {
    target.ErrorAt(
        "endpoints",
        fmt::format("more than {} endpoints: spread them over several targets", kMostEndpoints));
  }
  std::set<std::string> seen;
  for (const Endpoint& endpoint : endpoints) {
    if (!endpoint.host.empty() && !seen.insert(endpoint.ToString()).second) {
      target.ErrorAt("endpoints", fmt::format("{} is listed twice", endpoint.ToString()));
    }
  }
}

}  // namespace

Options ReadOptions(config::MapReader& target) {
  Options options;
  target.Read("name", options.name);
  target.Read("files", options.files);
  target.Read("endpoints", options.endpoints);
  target.Read("key", options.key);
  target.Read("ca_file", options.ca_file);
  target.Read("expose_relative", options.expose_relative);
  if (options.files.empty() && options.endpoints.empty()) {
    target.Error("neither files nor endpoints: expected at least one of them");
  }
  if (!options.key.empty() && options.files.empty()) {
    target.ErrorAt("key", "belongs to a certificate: name it under files");
  }
  const bool empty_file = std::any_of(options.files.begin(),
                                      options.files.end(),
                                      [](const std::string& file) { return file.empty(); });
  if (empty_file) {
    target.ErrorAt("files", "a file's name is empty");
  }
  CheckEndpoints(target, options.endpoints);
  return options;
}

}  // namespace sidewatch::certificates
