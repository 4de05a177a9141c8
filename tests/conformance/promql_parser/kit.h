#pragma once

#include <cstddef>
#include <fstream>
#include <iostream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidewatch::promql {

/// A list of the conformance data beside the checkout. A missing file fails the test that asks for
/// it.
inline nlohmann::json LoadCases(const std::string& file, const std::string& list) {
  const std::string path = "../shared/conformance/" + file;
  std::ifstream stream(path);
  if (!stream) {
    ADD_FAILURE() << path << " is missing: conformance cannot be shown without it";
    return nlohmann::json::array();
  }
  return nlohmann::json::parse(stream)[list];
}

/// What a run over a file saw; printed when it ends.
class Tally {
 public:
  explicit Tally(std::string name) : name_(std::move(name)) {}

  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;
  Tally(Tally&&) = delete;
  Tally& operator=(Tally&&) = delete;

  ~Tally() {
    std::cout << name_ << ": ran " << ran_ << ", passed " << passed_ << ", skipped 0\n";
    EXPECT_GT(ran_, 0U) << name_ << " has no cases";
  }

  /// Counts a case and fails the test if it did not hold.
  void Add(bool passed, const std::string& report) {
    ++ran_;
    passed_ += passed ? 1 : 0;
    EXPECT_TRUE(passed) << report;
  }

 private:
  std::string name_;
  std::size_t ran_ = 0;
  std::size_t passed_ = 0;
};

}  // namespace sidewatch::promql
