#include "collectors/exec/exec.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sys/utsname.h>

#include "collectors/exec/child.h"
#include "exporter/base/secret.h"
#include "exporter/exposition/parser.h"

namespace sidewatch::exec {
namespace {

constexpr std::uint64_t kDefaultOutput = 1ULL << 20;
constexpr std::uint64_t kMaxOutput = 64ULL << 20;
constexpr std::string_view kPassedOn[] = {"PATH", "HOME", "LANG", "TZ", "USER"};

constexpr MetricDescriptor kMetrics[] = {
    {.name = "sidewatch_exec_exit_code",
     .help = "How the program ended: 0 is success, 128 and more a signal.",
     .source = "waitpid(2)"},
    {.name = "sidewatch_exec_output_bytes",
     .help = "How much the program wrote to its standard output.",
     .source = "its pipe"},
};
static_assert(DescriptorsAreSound(kMetrics));
constexpr const MetricDescriptor& kExitCode = kMetrics[0];
constexpr const MetricDescriptor& kOutputBytes = kMetrics[1];

std::string FirstLine(const std::string& text) {
  constexpr std::size_t kShown = 200;
  return text.substr(0, std::min(text.find('\n'), kShown));
}

/// What shells mean by an exit code above 128.
std::string SignalOf(int exit_code) {
  constexpr int kSignals = 128;
  constexpr int kLastSignal = 64;
  const int number = exit_code - kSignals;
  return number > 0 && number <= kLastSignal ? fmt::format(" (signal {})", number) : "";
}

class ExecCollector final : public scrape::Collector {
 public:
  explicit ExecCollector(ChildCommand command) : command_(std::move(command)) {}

  Status Collect(const scrape::RunContext& run, scrape::SampleSink& sink) override {
    SW_TRY_ASSIGN(const ChildResult result, RunChild(command_, run.deadline, run.stop));
    sink.Add(kExitCode, result.exit_code);
    sink.Add(kOutputBytes, static_cast<double>(result.output.size()));
    if (result.exit_code != 0) {
      // Half an output would look like a whole one, so none of it counts.
      return Fail(ErrorCode::kUnavailable,
                  "{} ended with {}{}{}{}",
                  command_.argv.front(),
                  result.exit_code,
                  SignalOf(result.exit_code),
                  result.errors.empty() ? "" : ": ",
                  MaskPasswords(FirstLine(result.errors)));
    }
    const bool open_metrics =
        result.output.ends_with("# EOF\n") || result.output.ends_with("# EOF");
    Result<std::vector<MetricFamily>> families = exposition::ParseFamilies(
        result.output, open_metrics ? "application/openmetrics-text" : "text/plain");
    if (!families) {
      return FailWith(command_.argv.front() + ": the output is no metrics", families.error());
    }
    for (MetricFamily& family : *families) {
      sink.AddFamily(std::move(family));
    }
    return {};
  }

  std::string Instance() const override {
    utsname names{};
    return uname(&names) == 0 ? names.nodename : "localhost";
  }

 private:
  ChildCommand command_;
};

std::vector<std::string> ReadEnvironment(config::MapReader& target) {
  std::map<std::string, std::string> variables;
  for (const std::string_view name : kPassedOn) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in the program changes the environment.
    if (const char* value = std::getenv(std::string(name).c_str()); value != nullptr) {
      variables[std::string(name)] = value;
    }
  }
  std::map<std::string, std::string> own;
  target.Read("environment", own);
  for (auto& [name, value] : own) {
    if (name.empty() || name.find('=') != std::string::npos) {
      target.ErrorAt("environment", fmt::format("\"{}\" is no name of a variable", name));
    }
    variables[name] = std::move(value);
  }
  std::vector<std::string> texts;
  texts.reserve(variables.size());
  for (const auto& [name, value] : variables) {
    texts.push_back(name + "=" + value);
  }
  return texts;
}

std::unique_ptr<scrape::Collector> Create(config::MapReader& target,
                                          const scrape::CollectorDeps& /*deps*/) {
  const std::size_t errors = target.diagnostics().errors().size();
  ChildCommand command;
  target.Require("command", command.argv);
  if (target.diagnostics().errors().size() == errors &&
      (command.argv.empty() || command.argv.front().empty())) {
    target.ErrorAt("command", "command needs at least the program to run");
  }
  command.environment = ReadEnvironment(target);
  config::ByteSize max_output{.bytes = kDefaultOutput};
  target.Read("max_output", max_output);
  if (max_output.bytes == 0 || max_output.bytes > kMaxOutput) {
    target.ErrorAt("max_output", "max_output must be between 1B and 64MB");
  }
  command.max_output_bytes = max_output.bytes;
  if (target.diagnostics().errors().size() != errors) {
    return nullptr;
  }
  return std::make_unique<ExecCollector>(std::move(command));
}

}  // namespace

const scrape::CollectorSpec kExecSpec = {
    .kind = "exec",
    .default_job = "exec",
    .summary = "Programs of your own that print metrics.",
    .metrics = kMetrics,
    .create = &Create,
};

}  // namespace sidewatch::exec
