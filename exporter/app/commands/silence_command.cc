#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "alerts/model/matcher_parser.h"
#include "alerts/mute/silence.h"
#include "exporter/app/api_client.h"
#include "exporter/app/commands/command.h"
#include "exporter/app/commands/server_options.h"
#include "exporter/app/table.h"
#include "exporter/base/clock.h"
#include "exporter/base/duration.h"
#include "exporter/base/rfc3339.h"
#include "exporter/net/http_message.h"

namespace sidewatch::app {
namespace {

using Json = nlohmann::ordered_json;

struct AddOptions {
  std::string url = "http://localhost:9847";
  std::vector<std::string> matchers;
  std::string by;
  std::string comment;
  std::string length = "1h";
  std::string idle;
  bool until_resolved = false;
};

struct ListOptions {
  std::string url = "http://localhost:9847";
  std::string output = "table";
  bool expired = false;
};

struct ExpireOptions {
  std::string url = "http://localhost:9847";
  std::vector<std::string> ids;
  std::string by;
  std::string comment;
};

int Report(const Error& error, int code) {
  fmt::print(stderr, "sidewatch: {}\n", error.message);
  return code;
}

void AddUrl(CLI::App& command, std::string& url) {
  command.add_option("--url", url, "Where the server answers")->capture_default_str();
}

/// A first argument without an operator is the alert's name, as amtool takes it.
Result<Json> MatchersJson(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) {
    const bool is_name = &text == &texts.front() && text.find_first_of("=~!") == std::string::npos;
    const auto parsed =
        is_name ? Matcher::Create(MatchOp::kEqual, "alertname", text) : alerts::ParseMatcher(text);
    if (!parsed) {
      return Fail(parsed.error());
    }
    const bool regex = parsed->op() == MatchOp::kRegex || parsed->op() == MatchOp::kNotRegex;
    list.push_back({{"name", parsed->name()},
                    {"value", parsed->value()},
                    {"isRegex", regex},
                    {"isEqual", !parsed->negated()}});
  }
  return list;
}

Result<Json> SilenceJson(const AddOptions& options) {
  SW_TRY_ASSIGN(Json matchers, MatchersJson(options.matchers));
  const auto length = ParseDuration(options.length);
  if (!length) {
    return FailWith("--for", length.error());
  }
  const TimePoint now = SystemClock().Now();
  Json silence = {{"matchers", std::move(matchers)},
                  {"startsAt", FormatRfc3339(now)},
                  {"endsAt", FormatRfc3339(now + *length)},
                  {"createdBy", options.by},
                  {"comment", options.comment}};
  if (options.until_resolved) {
    silence["annotations"][std::string(alerts::kUntilAnnotation)] = "resolved";
  }
  if (!options.idle.empty()) {
    silence["annotations"][std::string(alerts::kIdleAnnotation)] = options.idle;
  }
  return silence;
}

int Add(const AddOptions& options) {
  const auto silence = SilenceJson(options);
  if (!silence) {
    return Report(silence.error(), kUsageExit);
  }
  const auto answer = ApiClient(options.url).Send("POST", "silences", silence->dump());
  if (!answer) {
    return Report(answer.error(), kFailedExit);
  }
  fmt::print("{}\n", answer->value("silenceID", ""));
  return 0;
}

std::string MatchersText(const Json& silence) {
  std::string text;
  for (const Json& matcher : silence["matchers"]) {
    const bool regex = matcher.value("isRegex", false);
    const MatchOp equal = regex ? MatchOp::kRegex : MatchOp::kEqual;
    const MatchOp unequal = regex ? MatchOp::kNotRegex : MatchOp::kNotEqual;
    const auto parsed = Matcher::Create(matcher.value("isEqual", true) ? equal : unequal,
                                        matcher.value("name", ""),
                                        matcher.value("value", ""));
    text += text.empty() ? "" : ",";
    text += parsed ? alerts::FormatMatcher(*parsed) : "?";
  }
  return "{" + text + "}";
}

std::string ListText(const Json& silences) {
  if (silences.empty()) {
    return "no silences\n";
  }
  Table table({"ID", "STATE", "ENDS", "BY", "MATCHERS", "COMMENT"});
  for (const Json& entry : silences) {
    const Json& silence = entry["silence"];
    table.Add({silence.value("id", ""),
               silence["status"].value("state", ""),
               silence.value("endsAt", ""),
               silence.value("createdBy", ""),
               MatchersText(silence),
               silence.value("comment", "")});
  }
  return table.Text();
}

int List(const ListOptions& options) {
  const auto data = ApiClient(options.url).Get("silences", {});
  if (!data) {
    return Report(data.error(), kFailedExit);
  }
  Json shown = Json::array();
  for (const Json& entry : (*data)["silences"]) {
    if (options.expired || entry["silence"]["status"].value("state", "") != "expired") {
      shown.push_back(entry);
    }
  }
  fmt::print("{}",
             options.output == "json" ? Json{{"silences", shown}}.dump(2) + "\n" : ListText(shown));
  return 0;
}

int Expire(const ExpireOptions& options) {
  const ApiClient client(options.url);
  int code = 0;
  for (const std::string& id : options.ids) {
    const auto answer = client.Send("DELETE",
                                    fmt::format("silence/{}?by={}&comment={}",
                                                net::EncodeUrl(id),
                                                net::EncodeUrl(options.by),
                                                net::EncodeUrl(options.comment)),
                                    "");
    if (!answer) {
      const bool missing = answer.error().code == ErrorCode::kNotFound;
      code = Report(missing ? Error{ErrorCode::kNotFound, fmt::format("there is no silence {}", id)}
                            : answer.error(),
                    kFailedExit);
    }
  }
  return code;
}

void AddAdd(CLI::App& silence, Action& action) {
  CLI::App* add = silence.add_subcommand("add", "Hold alerts back; prints the silence's id");
  const auto options = std::make_shared<AddOptions>();
  options->by = UserName();
  AddUrl(*add, options->url);
  add->add_option("MATCHER",
                  options->matchers,
                  "e.g. alertname=Disk, node=~\"a|b\", team!=db; a name alone is an alert's")
      ->required();
  add->add_option("--comment", options->comment, "Why")->required();
  add->add_option("--by", options->by, "Who ($USER)");
  add->add_option("--for", options->length, "How long, e.g. 90m")->capture_default_str();
  add->add_flag(
      "--until-resolved", options->until_resolved, "End it earlier when its alerts are over");
  add->add_option(
      "--idle", options->idle, "End it earlier when it has matched nothing for so long");
  add->callback([options, &action] {
    action = [options] {
      return Add(*options);
    };
  });
}

void AddList(CLI::App& silence, Action& action) {
  CLI::App* list = silence.add_subcommand("list", "Active and pending silences");
  const auto options = std::make_shared<ListOptions>();
  AddUrl(*list, options->url);
  list->add_option("--output", options->output, "table, or json with the audit trail")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  list->add_flag("--expired", options->expired, "Expired ones too");
  list->callback([options, &action] {
    action = [options] {
      return List(*options);
    };
  });
}

void AddExpire(CLI::App& silence, Action& action) {
  CLI::App* expire = silence.add_subcommand("expire", "End silences now");
  const auto options = std::make_shared<ExpireOptions>();
  options->by = UserName();
  AddUrl(*expire, options->url);
  expire->add_option("ID", options->ids, "As `silence list` shows it")->required();
  expire->add_option("--by", options->by, "Who ($USER)");
  expire->add_option("--comment", options->comment, "Why");
  expire->callback([options, &action] {
    action = [options] {
      return Expire(*options);
    };
  });
}

}  // namespace

void AddSilenceCommand(CLI::App& program, Action& action) {
  CLI::App& silence = CommandGroup(program, "silence", "Silences of a running server");
  AddAdd(silence, action);
  AddList(silence, action);
  AddExpire(silence, action);
}

}  // namespace sidewatch::app
