// Runs all scripts of ../shared/conformance/promqltest with delayed name removal, as they assume,
// and without it, over plain vectors and over the program's own store.

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/conformance/promqltest/runner.h"

namespace {

using namespace sidewatch;              // NOLINT(google-build-using-namespace): a program.
using namespace sidewatch::promqltest;  // NOLINT(google-build-using-namespace)

constexpr const char* kFolder = "../shared/conformance/promqltest";

/// Features that this engine refuses by name; everything else must pass.
constexpr std::array<std::string_view, 4> kNotOffered = {
    "native-histograms", "extended-range-selectors", "info", "start-timestamps"};

/// Lines whose result is another one without delayed name removal. Those of type_and_unit.test
/// match series whose `__type__` is gone with series that still have it; those of histograms.test
/// have the metric's name in a warning.
const std::map<std::string, std::set<std::size_t>> kNeedDelayedRemoval = {
    {"histograms.test", {1179, 1184, 1189, 1200, 1205, 1210}},
    {"name_label_dropping.test", {59, 64, 69, 74, 89, 115, 119, 123}},
    {"type_and_unit.test", {77, 92, 222, 237}},
};

/// Why evals are skipped, by file and line.
using Needs = std::map<std::string, std::map<std::size_t, std::string>>;

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

Needs ReadIndex() {
  Needs needs;
  const auto index = nlohmann::json::parse(ReadFile(std::string(kFolder) + "/index.json"));
  for (const auto& eval : index["evals"]) {
    const auto names = eval.value("needs", std::vector<std::string>());
    for (const std::string& name : names) {
      if (std::ranges::find(kNotOffered, name) != kNotOffered.end()) {
        needs[eval["file"]].emplace(eval["line"], name);
      }
    }
  }
  return needs;
}

struct Totals {
  std::size_t ran = 0;
  std::size_t passed = 0;
  std::size_t skipped = 0;
  bool failed = false;
};

void Report(const std::string& file, const Tally& tally, Totals& totals) {
  std::string skipped;
  for (const auto& [reason, count] : tally.skipped) {
    skipped += fmt::format("  skipped {} ({})", count, reason);
    totals.skipped += count;
  }
  fmt::print("{:<28} ran {:>4}  passed {:>4}{}\n", file, tally.ran, tally.passed, skipped);
  for (const std::string& failure : tally.failures) {
    fmt::print("    {}:{}\n", file, failure);
  }
  totals.ran += tally.ran;
  totals.passed += tally.passed;
  totals.failed |= !tally.failures.empty();
}

void RunFile(const promql::Engine& engine,
             Store& store,
             const std::filesystem::path& path,
             const std::map<std::size_t, std::string>& needs,
             Totals& totals) {
  const std::string file = path.filename();
  const auto commands = ParseScript(ReadFile(path));
  if (!commands.has_value()) {
    fmt::print("{}: {}\n", file, commands.error().message);
    totals.failed = true;
    return;
  }
  const auto delayed = kNeedDelayedRemoval.find(file);
  const bool names_differ =
      delayed != kNeedDelayedRemoval.end() && !engine.options().delayed_name_removal;
  Runner runner(engine, store, [&](std::size_t line) -> std::string {
    if (names_differ && delayed->second.contains(line)) {
      return "delayed-name-removal";
    }
    const auto found = needs.find(line);
    return found == needs.end() ? "" : found->second;
  });
  Report(file, runner.Run(*commands), totals);
}

}  // namespace

int main() {
  if (!std::filesystem::exists(kFolder)) {
    fmt::print("no scripts: {} is missing; run from the root of the checkout\n", kFolder);
    return EXIT_FAILURE;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".test") {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  Needs needs = ReadIndex();
  const SystemClock clock;
  bool failed = files.empty();
  PlainStore plain;
  HeadStore head;
  for (Store* const store : std::initializer_list<Store*>{&plain, &head}) {
    for (const bool delayed : {true, false}) {
      fmt::print("{}, delayed name removal {}\n",
                 store == &plain ? "plain vectors" : "the head",
                 delayed ? "on" : "off");
      const promql::Engine engine({.parser = {.experimental_functions = true,
                                              .duration_expressions = true,
                                              .extended_range_selectors = true,
                                              .fill_modifiers = true},
                                   .delayed_name_removal = delayed},
                                  clock);
      Totals totals;
      for (const auto& file : files) {
        RunFile(engine, *store, file, needs[file.filename()], totals);
      }
      fmt::print("ran {}, passed {}, skipped {}\n\n", totals.ran, totals.passed, totals.skipped);
      failed |= totals.failed;
    }
  }
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
