#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "alerts/model/alert.h"

namespace sidewatch::conformance {

using Json = nlohmann::json;

/// Where the cases are, relative to the checkout.
inline constexpr std::string_view kFolder = "../shared/conformance/alertmanager/";

/// The whole file; the test fails and the text is empty if it is not there.
std::string ReadFile(std::string_view name);

/// The file as JSON; an empty object if it is not there.
Json ReadCases(std::string_view name);

LabelSet ToLabels(const Json& labels);

/// Counts the cases of one file and prints the sum when it goes.
class Tally {
 public:
  explicit Tally(std::string name) : name_(std::move(name)) {}

  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;
  ~Tally();

  /// One case: fails the test if `got` is not `want`.
  void Expect(std::string_view input, const std::string& got, const std::string& want);

  void Skip(std::string_view input, std::string_view reason);

 private:
  std::string name_;
  int ran_ = 0;
  int passed_ = 0;
  int skipped_ = 0;
};

}  // namespace sidewatch::conformance
