#include <algorithm>

#include <gtest/gtest.h>

#include "alerts/notifier/notification_config.h"
#include "alerts/receivers/builtin.h"
#include "tests/conformance/alertmanager/tally.h"
#include "tests/testkit/receiver_fixture.h"

namespace sidewatch::conformance {
namespace {

/// What sidewatch does not have: a file that uses it must be refused by its name.
struct Unsupported {
  std::string_view in_file;
  std::string_view in_error;
};

constexpr Unsupported kUnsupported[] = {
    {"opsgenie_", "opsgenie_"},
    {"victorops_", "victorops_"},
    {"sns_configs", "sns_configs"},
    {"rocketchat_", "rocketchat_"},
    {"wechat_", "wechat_"},
    {"mattermost_", "mattermost_"},
    {"event_recorder", "event_recorder"},
};

std::string ReadErrors(const std::string& yaml) {
  const testkit::ReceiverFixture fixture;
  config::Diagnostics diagnostics;
  alerts::ReadNotificationConfig(
      testkit::Yaml(yaml, diagnostics),
      {.receivers = alerts::BuiltinReceivers(),
       .receiver_deps = fixture.deps,
       .make_renderer =
           [&](const std::vector<std::string>&) -> Result<std::shared_ptr<const alerts::Renderer>> {
         return fixture.deps.renderer;
       }},
      diagnostics);
  return testkit::Errors(diagnostics);
}

void RunCase(const std::string& name, const std::string& yaml, const Json& json, Tally& tally) {
  const std::string errors = ReadErrors(yaml);
  const auto* const unsupported = std::ranges::find_if(kUnsupported, [&](const Unsupported& row) {
    return yaml.find(row.in_file) != std::string::npos;
  });
  if (unsupported != std::end(kUnsupported)) {
    EXPECT_NE(errors.find(unsupported->in_error), std::string::npos) << name << ": " << errors;
    tally.Skip(name, std::string("uses ") + std::string(unsupported->in_file));
    return;
  }
  if (json.value("name_validation", "") == "legacy") {
    tally.Skip(name, "names are UTF-8 here");
    return;
  }
  const std::string want = json.value("error", "");
  const bool as_wanted = want.empty() ? errors.empty() : errors.find(want) != std::string::npos;
  tally.Expect(name, as_wanted ? want : errors, want);
}

TEST(Alertmanager, ConfigFiles) {
  Tally tally("config files");
  const Json verdicts = ReadCases("config_verdicts.json").value("files", Json::object());
  for (const auto& [file, json] : verdicts.items()) {
    RunCase(file, ReadFile("config/" + file), json, tally);
  }
}

TEST(Alertmanager, InlineConfigs) {
  Tally tally("inline configs");
  for (const Json& json : ReadCases("config_verdicts.json").value("inline", Json::array())) {
    RunCase(json.at("test"), json.at("yaml"), json, tally);
  }
}

}  // namespace
}  // namespace sidewatch::conformance
