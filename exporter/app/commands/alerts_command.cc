#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "exporter/app/alerts_text.h"
#include "exporter/app/answer_text.h"
#include "exporter/app/commands/command.h"
#include "exporter/app/commands/server_options.h"
#include "exporter/base/clock.h"
#include "exporter/base/duration.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::app {
namespace {

using Json = nlohmann::ordered_json;

struct HistoryOptions {
  ServerOptions server;
  std::vector<std::string> matchers;
  std::vector<std::string> events;
  std::string receiver;
  std::string last;
  int limit = 100;
};

struct AckOptions {
  ServerOptions server;
  std::vector<std::string> alerts;
  std::string by = UserName();
  std::string comment;
};

bool IsFingerprint(const std::string& word) {
  constexpr std::size_t kDigits = 16;
  return word.size() == kDigits && word.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// A word without an operator is an alert's name, as amtool takes it.
std::string MatcherOf(const std::string& word) {
  return word.find_first_of("=~!") == std::string::npos ? "alertname=\"" + word + "\"" : word;
}

int History(const HistoryOptions& options) {
  ApiClient::Parameters parameters = {{"limit", fmt::format("{}", options.limit)}};
  for (const std::string& word : options.matchers) {
    parameters.emplace_back("filter", MatcherOf(word));
  }
  for (const std::string& event : options.events) {
    parameters.emplace_back("event", event);
  }
  if (!options.receiver.empty()) {
    parameters.emplace_back("receiver", options.receiver);
  }
  if (!options.last.empty()) {
    const auto last = ParseDuration(options.last);
    if (!last) {
      fmt::print(stderr, "sidewatch: --last: {}\n", last.error().message);
      return kUsageExit;
    }
    parameters.emplace_back("start", FormatRfc3339(SystemClock().Now() - *last));
  }
  return Ask(options.server, "alerts/history", parameters, &HistoryText);
}

int Change(const AckOptions& options, std::string_view path) {
  Json order = {{"by", options.by}, {"comment", options.comment}};
  const bool fingerprints = std::ranges::all_of(options.alerts, &IsFingerprint);
  for (const std::string& word : options.alerts) {
    order[fingerprints ? "fingerprints" : "matchers"].push_back(fingerprints ? word
                                                                             : MatcherOf(word));
  }
  return Show(
      options.server, ApiClient(options.server.url).Post(path, order.dump()), &AckedAlertsText);
}

void AddHistory(CLI::App& alerts, Action& action) {
  CLI::App* history = alerts.add_subcommand("history", "What fired, was sent, taken on, resolved");
  const auto options = std::make_shared<HistoryOptions>();
  AddServerOptions(*history, options->server);
  history->add_option(
      "MATCHER", options->matchers, "Of alerts' labels; a name alone is an alert's");
  history->add_option("--event", options->events, "Only these, e.g. fired or sent");
  history->add_option("--receiver", options->receiver, "Only what was sent to it");
  history->add_option("--last", options->last, "How far back, e.g. 12h");
  history->add_option("--limit", options->limit, "How many at most")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  history->callback([options, &action] {
    action = [options] {
      return History(*options);
    };
  });
}

struct ChangeCommand {
  const char* name;
  const char* summary;
  const char* path;
};

constexpr ChangeCommand kChanges[] = {
    {"ack", "Take firing alerts on: no repeats, no escalation, until they are over", "alerts/ack"},
    {"unack", "Give them back", "alerts/unack"},
};

void AddChange(CLI::App& alerts, Action& action, const ChangeCommand& row) {
  CLI::App* change = alerts.add_subcommand(row.name, row.summary);
  const auto options = std::make_shared<AckOptions>();
  AddServerOptions(*change, options->server);
  change
      ->add_option("ALERT",
                   options->alerts,
                   "Matchers of its labels (a name alone is an alert's), or fingerprints")
      ->required();
  change->add_option("--by", options->by, "Who ($USER)");
  change->add_option("--comment", options->comment, "Why");
  change->callback([options, &action, path = row.path] {
    action = [options, path] {
      return Change(*options, path);
    };
  });
}

void AddAcks(CLI::App& alerts, Action& action) {
  CLI::App* acks = alerts.add_subcommand("acks", "Which alerts are taken on, by whom");
  const auto options = std::make_shared<ServerOptions>();
  AddServerOptions(*acks, *options);
  acks->callback([options, &action] {
    action = [options] {
      return Ask(*options, "alerts/acks", {}, &AcksText);
    };
  });
}

}  // namespace

void AddAlertsCommand(CLI::App& program, Action& action) {
  CLI::App* alerts =
      program.add_subcommand("alerts", "Firing and pending alerts of a running server");
  const auto options = std::make_shared<ServerOptions>();
  AddServerOptions(*alerts, *options);
  AddHistory(*alerts, action);
  for (const ChangeCommand& row : kChanges) {
    AddChange(*alerts, action, row);
  }
  AddAcks(*alerts, action);
  alerts->callback([alerts, options, &action] {
    if (alerts->get_subcommands().empty()) {
      action = [options] {
        return Ask(*options, "alerts", {}, &AlertsText);
      };
    }
  });
}

}  // namespace sidewatch::app
