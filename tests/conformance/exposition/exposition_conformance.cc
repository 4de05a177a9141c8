// Runs our parser over ../shared/conformance/exposition and prints what ran for each file. A
// missing folder fails: not having looked is not a pass.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exporter/base/number.h"
#include "exporter/exposition/parser.h"
#include "exporter/exposition/writer.h"

namespace sidewatch::exposition {
namespace {

using nlohmann::json;

const std::filesystem::path kFolder = "../shared/conformance/exposition";

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path << " cannot be read: the conformance data is not there";
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

json ReadJson(const std::string& name) {
  return json::parse(ReadFile(kFolder / name), nullptr, false);
}

struct Tally {
  std::string file;
  int ran = 0;
  int passed = 0;
  int skipped = 0;

  void Count(bool pass) {
    ++ran;
    passed += pass ? 1 : 0;
  }

  ~Tally() { fmt::print("{}: ran {}, passed {}, skipped {}\n", file, ran, passed, skipped); }
};

std::string DecodeBase64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) {
      break;
    }
    bits = (bits << 6U) | static_cast<unsigned>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xffU);
    }
  }
  return bytes;
}

Syntax SyntaxNamed(const std::string& name) {
  return name == "openmetrics" ? Syntax::kOpenMetrics : Syntax::kText;
}

/// The error's text, empty for a page that parses.
std::string Parse(std::string_view page, Syntax syntax) {
  PageParser parser(page, syntax);
  while (parser.Next()) {
    parser.Labels();
    parser.FindExemplar();
  }
  const Status status = parser.status();
  return status.has_value() ? std::string() : status.error().message;
}

json LabelsAsJson(std::span<const Label> labels) {
  json object = json::object();
  for (const Label& label : labels) {
    object[std::string(label.name)] = label.value;
  }
  return object;
}

json ValueAsJson(double value) {
  return std::isfinite(value) ? json(value) : json(FormatNumber(value));
}

json SampleAsJson(PageParser& parser) {
  json entry = {{"kind", "sample"},
                {"text", parser.series()},
                {"labels", LabelsAsJson(parser.Labels())},
                {"value", ValueAsJson(parser.value())}};
  if (parser.at()) {
    entry["timestamp_ms"] = ToUnixMillis(*parser.at());
  }
  if (parser.started()) {
    entry["start_timestamp_ms"] = ToUnixMillis(*parser.started());
  }
  if (const std::optional<Exemplar> exemplar = parser.FindExemplar()) {
    json& shown = entry["exemplar"];
    shown = {{"labels", LabelsAsJson(exemplar->labels)}, {"value", ValueAsJson(exemplar->value)}};
    if (exemplar->at) {
      shown["timestamp_ms"] = ToUnixMillis(*exemplar->at);
    }
  }
  return entry;
}

json EntryAsJson(PageParser& parser) {
  switch (parser.kind()) {
    case EntryKind::kHelp:
      return {{"kind", "help"}, {"metric", parser.metric()}, {"text", parser.text()}};
    case EntryKind::kType:
      return {
          {"kind", "type"}, {"metric", parser.metric()}, {"type", MetricTypeName(parser.type())}};
    case EntryKind::kUnit:
      return {{"kind", "unit"}, {"metric", parser.metric()}, {"unit", parser.text()}};
    case EntryKind::kComment:
      return {{"kind", "comment"}, {"text", parser.text()}};
    case EntryKind::kSample:
      return SampleAsJson(parser);
  }
  return {};
}

TEST(ExpositionConformance, CasesGiveTheReferencesErrors) {
  const json document = ReadJson("cases.json");
  ASSERT_TRUE(document.contains("cases"));
  Tally tally{.file = "cases.json"};
  for (const json& c : document["cases"]) {
    const std::string input = c.contains("input")
                                  ? c["input"].get<std::string>()
                                  : DecodeBase64(c["input_base64"].get<std::string>());
    const std::string want = c.value("error", "");
    const std::string got = Parse(input, SyntaxNamed(c["format"]));
    tally.Count(got == want);
    EXPECT_EQ(got, want) << c.dump();
  }
  EXPECT_EQ(tally.ran, 109);
}

TEST(ExpositionConformance, OpenMetricsSuiteIsTakenAsPrometheusTakesIt) {
  const json document = ReadJson("openmetrics_suite.json");
  ASSERT_TRUE(document.contains("cases"));
  Tally tally{.file = "openmetrics_suite.json"};
  for (const json& c : document["cases"]) {
    const std::string error = Parse(c["input"].get<std::string>(), Syntax::kOpenMetrics);
    const bool pass = error.empty() == c["prometheus_accepts"].get<bool>();
    tally.Count(pass);
    EXPECT_TRUE(pass) << c.dump() << "\n" << error;
  }
  EXPECT_EQ(tally.ran, 211);
}

TEST(ExpositionConformance, FilesGiveTheExpectedEntries) {
  const json document = ReadJson("parsed.json");
  ASSERT_TRUE(document.contains("files"));
  for (const json& file : document["files"]) {
    Tally tally{.file = file["file"]};
    const std::string page = ReadFile(kFolder / tally.file);
    PageParser parser(page, SyntaxNamed(file["format"]));
    for (const json& want : file["entries"]) {
      ASSERT_TRUE(parser.Next()) << "the page ended before " << want.dump();
      const json got = EntryAsJson(parser);
      tally.Count(got == want);
      EXPECT_EQ(got, want);
    }
    EXPECT_FALSE(parser.Next());
    EXPECT_TRUE(parser.status().has_value()) << parser.status().error().message;
  }
}

TEST(ExpositionConformance, EveryFileSurvivesReadingWritingAndReading) {
  ASSERT_TRUE(std::filesystem::is_directory(kFolder / "files"));
  for (const auto& entry : std::filesystem::directory_iterator(kFolder / "files")) {
    Tally tally{.file = "files/" + entry.path().filename().string()};
    const bool openmetrics = tally.file.find("openmetrics") != std::string::npos ||
                             tally.file.find(".om.") != std::string::npos;
    const PageFormat format = {.syntax = openmetrics ? Syntax::kOpenMetrics : Syntax::kText,
                               .version = openmetrics ? "1.0.0" : "0.0.4",
                               .escaping = NameEscaping::kAllowUtf8};
    const std::string page = ReadFile(entry.path());
    const Result<std::vector<MetricFamily>> families = ParseFamilies(page, ContentType(format));
    ASSERT_TRUE(families.has_value()) << tally.file << ": " << families.error().message;
    std::vector<const MetricFamily*> pointers;
    for (const MetricFamily& family : *families) {
      pointers.push_back(&family);
    }
    const std::string written = FormatPage(pointers, format);
    const Result<std::vector<MetricFamily>> again = ParseFamilies(written, ContentType(format));
    ASSERT_TRUE(again.has_value()) << tally.file << ": " << again.error().message;
    pointers.clear();
    for (const MetricFamily& family : *again) {
      pointers.push_back(&family);
    }
    const bool same = FormatPage(pointers, format) == written && !written.empty();
    tally.Count(same);
    EXPECT_TRUE(same) << tally.file;
  }
}

}  // namespace
}  // namespace sidewatch::exposition
