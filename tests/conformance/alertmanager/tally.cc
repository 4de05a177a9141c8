#include "tests/conformance/alertmanager/tally.h"

#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sidewatch::conformance {

std::string ReadFile(std::string_view name) {
  const std::string path = std::string(kFolder) + std::string(name);
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path
                           << " is missing: the conformance cases stand beside the checkout";
  return {std::istreambuf_iterator<char>(file), {}};
}

Json ReadCases(std::string_view name) {
  const std::string text = ReadFile(name);
  return text.empty() ? Json::object() : Json::parse(text);
}

LabelSet ToLabels(const Json& labels) {
  LabelSetBuilder builder;
  for (const auto& [name, value] : labels.items()) {
    builder.Set(name, value.get<std::string>());
  }
  return builder.Build();
}

Tally::~Tally() {
  fmt::print("{}: ran {}, passed {}, skipped {}\n", name_, ran_, passed_, skipped_);
  EXPECT_GT(ran_, 0) << name_ << ": no cases";
}

void Tally::Expect(std::string_view input, const std::string& got, const std::string& want) {
  ++ran_;
  passed_ += got == want ? 1 : 0;
  EXPECT_EQ(got, want) << name_ << ": " << input;
}

void Tally::Skip(std::string_view input, std::string_view reason) {
  ++skipped_;
  fmt::print("{}: skipped {}: {}\n", name_, input, reason);
}

}  // namespace sidewatch::conformance
