#include <memory>
#include <string>

#include <fmt/format.h>

#include "exporter/app/commands/command.h"
#include "exporter/app/test_notification.h"

namespace sidewatch::app {
namespace {

constexpr int kNotDeliveredExit = 1;

int SendTest(const NotifyTestOptions& options) {
  const Result<bool> sent =
      SendTestNotification(options, [](std::string_view line) { fmt::print("{}\n", line); });
  if (!sent) {
    fmt::print(stderr, "sidewatch: {}\n", sent.error().message);
    return kUsageExit;
  }
  return *sent ? 0 : kNotDeliveredExit;
}

}  // namespace

void AddNotifyCommand(CLI::App& program, Action& action) {
  CLI::App* test =
      CommandGroup(program, "notify", "Work with notifications")
          .add_subcommand("test",
                          "Send a message marked [TEST] to a receiver and print what was said, "
                          "without secrets");
  const auto options = std::make_shared<NotifyTestOptions>();
  test->add_option("--config.file",
                   options->config_file,
                   "Configuration; without one, what the environment names");
  test->add_option("--receiver", options->receiver, "Name of the receiver")->required();
  test->add_option("--web.external-url", options->external_url, "Where links of messages lead")
      ->capture_default_str();
  test->add_flag("--resolve", options->resolve, "Tell of the end, too");
  test->callback([options, &action] {
    action = [options] {
      return SendTest(*options);
    };
  });
}

}  // namespace sidewatch::app
