#include "exporter/app/commands/logs_command.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "collectors/builtin.h"
#include "collectors/logs/line_tester.h"
#include "exporter/app/commands/input_file.h"
#include "exporter/app/config_file.h"
#include "exporter/app/environment_config.h"
#include "exporter/exposition/writer.h"
#include "exporter/scrape/snapshot_sink.h"

namespace sidewatch::app {
namespace {

constexpr int kNothingFoundExit = 1;
constexpr std::size_t kShownBytes = 400;
constexpr std::size_t kHeadBytes = 4096;

struct TestOptions {
  std::string config_file;
  std::string target;
  std::string log_file = "-";
  bool unmatched = false;
};

/// A target of `collectors: logs`, as far as its lines are concerned.
struct LogsTarget {
  std::string name;
  logs::Options options;
};

/// What stands in a log is written by strangers: a terminal must not obey it.
std::string Shown(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kShownBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) {
      fmt::format_to(std::back_inserter(shown), "\\x{:02x}", byte);
    } else {
      shown += c;
    }
  }
  return text.size() > kShownBytes ? shown + fmt::format(" … ({} bytes)", text.size()) : shown;
}

void PrintPairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  for (const auto& [name, value] : pairs) {
    fmt::print(" {}=\"{}\"", name, Shown(value));
  }
  fmt::print("\n");
}

std::string_view Remark(logs::Counted counted) {
  switch (counted) {
    case logs::Counted::kNoNumber:
      return " (dropped: the value is not a number)";
    case logs::Counted::kNegative:
      return " (dropped: a counter cannot go down)";
    case logs::Counted::kNo:
    case logs::Counted::kYes:
      break;
  }
  return "";
}

void PrintReport(std::size_t number,
                 std::string_view line,
                 const logs::LineReport& report,
                 std::string_view format) {
  fmt::print("{}: {}\n", number, Shown(line));
  if (!report.tells_something) {
    fmt::print("  matches nothing\n");
    return;
  }
  if (!report.fields.empty()) {
    fmt::print("  {}:", format);
    PrintPairs(report.fields);
  }
  for (const std::string& series : report.series) {
    fmt::print("  set: {}\n", Shown(series));
  }
  for (const logs::PatternMatch& match : report.matches) {
    fmt::print("  {}{}:", match.metric->name, Remark(match.counted));
    PrintPairs(match.captures);
  }
}

std::vector<LogsTarget> ReadLogsTargets(const AppConfig& app, config::Diagnostics& diagnostics) {
  std::vector<LogsTarget> targets;
  for (const TargetNode& target : app.targets) {
    if (target.kind != "logs") {
      continue;
    }
    config::MapReader map(target.node, diagnostics);
    LogsTarget read;
    read.name =
        targets.empty() ? target.kind : fmt::format("{}-{}", target.kind, targets.size() + 1);
    map.Read("name", read.name);
    map.Ignore({"job", "instance", "labels", "interval", "timeout"});
    read.options = logs::ReadOptions(map);
    targets.push_back(std::move(read));
  }
  return targets;
}

/// Without a file: what the environment names, as `run` would take it.
Result<std::string> ConfigText(const std::string& path) {
  if (path.empty()) {
    return ConfigFromEnvironment(&ProcessEnvironment);
  }
  SW_TRY_ASSIGN(const InputFile file,
                InputFile::Open(path, std::filesystem::temp_directory_path().string()));
  return std::string(file.text());
}

std::string ShownName(const std::string& path) {
  return path.empty() ? "environment" : path;
}

/// Errors: one line a mistake.
Result<std::vector<LogsTarget>> LoadTargets(const std::string& path) {
  SW_TRY_ASSIGN(const std::string text, ConfigText(path));
  std::vector<std::string> kinds;
  kinds.reserve(collectors::BuiltinCollectors().size());
  for (const scrape::CollectorSpec* spec : collectors::BuiltinCollectors()) {
    kinds.emplace_back(spec->kind);
  }
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  config::Diagnostics diagnostics;
  const AppConfig app = ReadAppConfig(
      text, ShownName(path), folder.empty() ? "." : folder.string(), kinds, diagnostics);
  std::vector<LogsTarget> targets = ReadLogsTargets(app, diagnostics);
  if (!diagnostics.errors().empty()) {
    return Fail(ErrorCode::kInvalidArgument, "{}", fmt::join(diagnostics.errors(), "\n"));
  }
  return targets;
}

Result<LogsTarget> ChooseTarget(const TestOptions& options) {
  SW_TRY_ASSIGN(std::vector<LogsTarget> targets, LoadTargets(options.config_file));
  std::string names;
  for (LogsTarget& target : targets) {
    if (target.name == options.target || (options.target.empty() && targets.size() == 1)) {
      return std::move(target);
    }
    names += (names.empty() ? "" : ", ") + target.name;
  }
  if (targets.empty()) {
    return Fail(
        ErrorCode::kNotFound,
        "{}: no target under collectors: logs{}",
        ShownName(options.config_file),
        options.config_file.empty() ? "; set LOG_PATHS or name a file by --config.file" : "");
  }
  return Fail(ErrorCode::kNotFound,
              "{}: {}; there are {}",
              ShownName(options.config_file),
              options.target.empty() ? std::string("say which one by --target")
                                     : fmt::format("no target \"{}\" of logs", options.target),
              names);
}

struct Totals {
  std::size_t lines = 0;
  std::size_t matched = 0;
};

Totals PlayLines(InputFile& file, logs::LineTester& tester, bool unmatched) {
  Totals totals;
  std::size_t at = 0;
  while (at < file.text().size()) {
    std::string_view line = file.text().substr(at);
    line = line.substr(0, line.find('\n'));
    at += line.size() + 1;
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    const logs::LineReport report = tester.Test(line);
    ++totals.lines;
    totals.matched += report.tells_something ? 1 : 0;
    if (report.tells_something || unmatched) {
      PrintReport(totals.lines, line, report, tester.format());
    }
    file.Release(std::min(at, file.text().size()));
  }
  return totals;
}

void PrintMetrics(const logs::LineTester& tester) {
  scrape::SnapshotSink sink;
  tester.Emit(sink);
  const std::vector<MetricFamily> families = sink.Take();
  std::vector<const MetricFamily*> shown;
  shown.reserve(families.size());
  for (const MetricFamily& family : families) {
    shown.push_back(&family);
  }
  fmt::print("\n{}", exposition::FormatPage(shown, {}));
}

Result<int> TestLines(const TestOptions& options) {
  SW_TRY_ASSIGN(const LogsTarget target, ChooseTarget(options));
  SW_TRY_ASSIGN(InputFile file,
                InputFile::Open(options.log_file, std::filesystem::temp_directory_path().string()));
  logs::LineTester tester(
      target.options, target.name, options.log_file, file.text().substr(0, kHeadBytes));
  const Totals totals = PlayLines(file, tester, options.unmatched);
  PrintMetrics(tester);
  const std::size_t rest = totals.lines - totals.matched;
  fmt::print("\n{} lines: {} match, {} match nothing{}\n",
             totals.lines,
             totals.matched,
             rest,
             rest > 0 && !options.unmatched ? " (--unmatched shows them)" : "");
  return totals.matched > 0 ? 0 : kNothingFoundExit;
}

int RunTest(const TestOptions& options) {
  const Result<int> code = TestLines(options);
  if (!code) {
    fmt::print(stderr, "sidewatch: {}\n", code.error().message);
    return kUsageExit;
  }
  return *code;
}

}  // namespace

void AddLogsCommand(CLI::App& program, Action& action) {
  CLI::App* test = CommandGroup(program, "logs", "Work with log files")
                       .add_subcommand("test",
                                       "Show what a logs target makes of each line, and the "
                                       "metrics that come of it. Ends with 0 if a line matches, 1 "
                                       "if none does, 2 if a file cannot be read");
  const auto options = std::make_shared<TestOptions>();
  test->add_option("--config.file",
                   options->config_file,
                   "The configuration; without one, what the environment names");
  test->add_option("--target", options->target, "The target's name; needed if there are several");
  test->add_flag("--unmatched", options->unmatched, "Show the lines that match nothing, too");
  test->add_option("LOGFILE", options->log_file, "The lines; - is the standard input")
      ->capture_default_str();
  test->callback([&action, options] {
    action = [options] {
      return RunTest(*options);
    };
  });
}

}  // namespace sidewatch::app
