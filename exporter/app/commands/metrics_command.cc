#include <array>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "exporter/app/commands/command.h"
#include "exporter/app/metric_list.h"

namespace sidewatch::app {
namespace {

struct Output {
  std::string_view name;
  std::string (*write)(std::span<const scrape::CollectorSpec* const> specs);
};

constexpr std::array kOutputs = {
    Output{"table", &MetricTable},
    Output{"json", &MetricJson},
    Output{"markdown", &MetricMarkdown},
};

int ListMetrics(const std::string& output) {
  for (const Output& row : kOutputs) {
    if (row.name == output) {
      fmt::print("{}", row.write(AllSpecs()));
    }
  }
  return 0;
}

}  // namespace

void AddMetricsCommand(CLI::App& program, Action& action) {
  CLI::App* list =
      CommandGroup(program, "metrics", "Look up metrics")
          .add_subcommand(
              "list", "Every metric of all collectors: type, labels, help, where it comes from");
  const auto output = std::make_shared<std::string>("table");
  std::vector<std::string> names;
  names.reserve(std::size(kOutputs));
  for (const Output& row : kOutputs) {
    names.emplace_back(row.name);
  }
  list->add_option("--output", *output, "table, json or markdown")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  list->callback([output, &action] {
    action = [output] {
      return ListMetrics(*output);
    };
  });
}

}  // namespace sidewatch::app
