#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "exporter/base/result.h"

namespace sidewatch::app {

/// Asks a running server on behalf of the command line.
class ApiClient {
 public:
  using Parameters = std::vector<std::pair<std::string, std::string>>;

  /// `url` is where the server answers, e.g. `http://localhost:9847`; it may hold a login.
  explicit ApiClient(std::string url);

  /// The `data` of `/api/v1/PATH`. Errors: a sentence for whoever typed the command: the server is
  /// not there, refuses, or says what is wrong with the question.
  Result<nlohmann::ordered_json> Get(std::string_view path, const Parameters& parameters) const;

  /// Sends `body` (JSON) to `/api/v1/PATH` and gives the `data` of the answer. Errors: as Get.
  Result<nlohmann::ordered_json> Post(std::string_view path, const std::string& body) const;

  /// Sends `body` (JSON; empty: none) to `/api/v2/PATH` and gives the answer, null if it is empty.
  /// Errors: as Get; kNotFound if the thing named in the path does not exist.
  Result<nlohmann::ordered_json> Send(std::string_view method,
                                      std::string_view path,
                                      const std::string& body) const;

 private:
  std::string url_;
};

}  // namespace sidewatch::app
