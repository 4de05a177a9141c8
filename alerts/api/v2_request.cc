#include "alerts/api/v2_request.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "alerts/api/go_json.h"
#include "exporter/base/rfc3339.h"
#include "exporter/model/regex_error.h"

namespace sidewatch::alerts {
namespace {

using Json = nlohmann::json;

constexpr int kBadRequest = 400;
constexpr int kWrongMediaType = 415;
// The codes of go-openapi's checks.
constexpr int kInvalidType = 601;
constexpr int kRequired = 602;
constexpr int kTooFewItems = 612;

template <typename T>
using Checked = tl::expected<T, SchemaError>;

tl::unexpected<SchemaError> Refuse(int code, std::string message) {
  return tl::unexpected(SchemaError{code, std::move(message)});
}

/// As swag.ConvertBool: what is not among these is false.
bool IsTrue(std::string_view text) {
  constexpr std::array<std::string_view, 9> kTrue = {
      "true", "1", "yes", "ok", "y", "on", "selected", "checked", "t"};
  std::string lower(text);
  std::ranges::transform(
      lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower == "enabled" || std::ranges::find(kTrue, lower) != kTrue.end();
}

tl::unexpected<SchemaError> Unparsable(std::string_view what, std::string_view why) {
  return Refuse(kBadRequest,
                fmt::format("parsing {} body from \"\" failed, because {}", what, why));
}

/// JSON's types as Go's decoder names them.
std::string_view GoType(const Json& json) {
  if (json.is_object()) {
    return "object";
  }
  if (json.is_array()) {
    return "array";
  }
  if (json.is_string()) {
    return "string";
  }
  return json.is_boolean() ? "bool" : "number";
}

/// `json` is not what Go would decode into a value of `type`.
tl::unexpected<SchemaError> WrongValue(std::string_view what,
                                       const Json& json,
                                       std::string_view type) {
  return Unparsable(
      what, fmt::format("json: cannot unmarshal {} into Go value of type {}", GoType(json), type));
}

/// One object of the body, read key by key.
class ObjectReader {
 public:
  /// `path` goes before names in messages: ``, `0.`; `type` is what Go calls the object.
  ObjectReader(const Json& json, std::string path, std::string_view what, std::string_view type)
      : json_(json), path_(std::move(path)), what_(what), type_(type) {}

  const Json* Find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }

  Checked<const Json*> Require(const char* key) const {
    const Json* value = Find(key);
    if (value == nullptr) {
      return Refuse(kRequired, fmt::format("{}{} in body is required", path_, key));
    }
    return value;
  }

  Checked<std::string> Text(const char* key) const {
    const Json* value = Find(key);
    if (value == nullptr) {
      return std::string();
    }
    if (!value->is_string()) {
      return WrongType(*value, key, "string");
    }
    return value->get<std::string>();
  }

  Checked<bool> Boolean(const char* key, bool fallback) const {
    const Json* value = Find(key);
    if (value == nullptr) {
      return fallback;
    }
    if (!value->is_boolean()) {
      return WrongType(*value, key, "bool");
    }
    return value->get<bool>();
  }

  /// Nothing for an absent one, an empty text and Go's zero time.
  Checked<std::optional<TimePoint>> Time(const char* key) const {
    const auto text = Text(key);
    if (!text) {
      return tl::unexpected(text.error());
    }
    if (text->empty() || text->starts_with("0001-01-01T00:00:00")) {
      return std::optional<TimePoint>();
    }
    const auto time = ParseRfc3339(*text);
    if (!time) {
      return Unparsable(
          what_, fmt::format("parsing time \"{}\" as RFC 3339: {} is not such a time", *text, key));
    }
    return time;
  }

  Checked<std::map<std::string, std::string, std::less<>>> Texts(const char* key) const {
    std::map<std::string, std::string, std::less<>> texts;
    const Json* value = Find(key);
    if (value == nullptr) {
      return texts;
    }
    if (!value->is_object()) {
      return WrongType(*value, key, "models.LabelSet");
    }
    for (const auto& [name, text] : value->items()) {
      if (!text.is_string()) {
        return WrongType(text, key, "string");
      }
      texts.emplace(name, text.get<std::string>());
    }
    return texts;
  }

  tl::unexpected<SchemaError> WrongType(const Json& got,
                                        const char* key,
                                        std::string_view want) const {
    return Unparsable(what_,
                      fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}",
                                  GoType(got),
                                  type_,
                                  key,
                                  want));
  }

 private:
  const Json& json_;
  std::string path_;
  std::string_view what_;
  std::string_view type_;
};

// Gives the error of `expr` to the caller, or its value to `target`.
#define SW_CHECKED(target, expr)                             \
  auto target##_read = (expr);                               \
  if (!target##_read) {                                      \
    return tl::unexpected(std::move(target##_read).error()); \
  }                                                          \
  auto target = *std::move(target##_read)

/// Whether a body of the type `Content-Type` says is read. What curl and urllib say when nobody
/// chose a type, and none at all, is taken for JSON.
bool IsJson(std::string_view type) {
  return type.empty() || type == "application/json" || type == "application/x-www-form-urlencoded";
}

Checked<Json> Parse(const net::HttpRequest& request, std::string_view what) {
  if (request.body.empty()) {
    return Refuse(kRequired, fmt::format("{} in body is required", what));
  }
  const std::string_view header = request.GetHeader("Content-Type");
  const std::string_view type = header.substr(0, header.find(';'));
  if (!IsJson(type)) {
    return Refuse(
        kWrongMediaType,
        fmt::format("unsupported media type \"{}\", only [application/json] are allowed", type));
  }
  const auto end = FindJsonValue(request.body);
  if (!end) {
    return Unparsable(what, end.error());
  }
  Json json = Json::parse(
      std::string_view(request.body).substr(0, *end), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    return Unparsable(what, "it is not JSON");
  }
  return json;
}

/// What Go's url.ParseRequestURI takes: a path from the root, or anything with a scheme.
bool IsUri(std::string_view text) {
  if (text.empty() || text.front() == '/') {
    return true;
  }
  const std::string_view scheme = text.substr(0, text.find(':'));
  return scheme.size() < text.size() && !scheme.empty() &&
         std::isalpha(static_cast<unsigned char>(scheme.front())) != 0 &&
         std::ranges::all_of(scheme, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
         });
}

Checked<PostedAlert> ReadAlert(const Json& json, std::size_t index) {
  if (!json.is_object()) {
    return WrongValue("alerts", json, "models.PostableAlert");
  }
  const ObjectReader reader(json, fmt::format("{}.", index), "alerts", "PostableAlert");
  PostedAlert alert;
  SW_CHECKED(annotations, reader.Texts("annotations"));
  SW_CHECKED(ends_at, reader.Time("endsAt"));
  SW_CHECKED(starts_at, reader.Time("startsAt"));
  SW_CHECKED(labels, reader.Texts("labels"));
  SW_CHECKED(generator_url, reader.Text("generatorURL"));
  SW_CHECKED(required, reader.Require("labels"));
  static_cast<void>(required);
  if (!IsUri(generator_url)) {
    return Refuse(
        kInvalidType,
        fmt::format("{}.generatorURL in body must be of type uri: \"{}\"", index, generator_url));
  }
  return PostedAlert{.labels = std::move(labels),
                     .annotations = std::move(annotations),
                     .starts_at = starts_at,
                     .ends_at = ends_at,
                     .generator_url = std::move(generator_url)};
}

Checked<std::vector<PostedAlert>> ReadAlerts(const net::HttpRequest& request) {
  SW_CHECKED(json, Parse(request, "alerts"));
  if (!json.is_array()) {
    return WrongValue("alerts", json, "models.PostableAlerts");
  }
  std::vector<PostedAlert> alerts;
  for (const Json& one : json) {
    SW_CHECKED(alert, ReadAlert(one, alerts.size()));
    alerts.push_back(std::move(alert));
  }
  return alerts;
}

/// Where a matcher stands, for messages.
struct MatcherPlace {
  std::size_t set = 0;
  std::size_t index = 0;
};

Checked<Matcher> ReadMatcher(const Json& json, const MatcherPlace& place) {
  if (!json.is_object()) {
    return Unparsable("silence",
                      fmt::format("json: cannot unmarshal {} into Go struct field "
                                  "PostableSilence.matchers of type models.Matcher",
                                  GoType(json)));
  }
  const ObjectReader reader(json, fmt::format("matchers.{}.", place.index), "silence", "Matcher");
  for (const char* key : {"isRegex", "name", "value"}) {
    SW_CHECKED(required, reader.Require(key));
    static_cast<void>(required);
  }
  SW_CHECKED(equal, reader.Boolean("isEqual", true));
  SW_CHECKED(regex, reader.Boolean("isRegex", false));
  SW_CHECKED(name, reader.Text("name"));
  SW_CHECKED(value, reader.Text("value"));
  const MatchOp plain = equal ? MatchOp::kEqual : MatchOp::kNotEqual;
  const MatchOp pattern = equal ? MatchOp::kRegex : MatchOp::kNotRegex;
  auto matcher = Matcher::Create(regex ? pattern : plain, name, value);
  if (!matcher) {
    // Code 0: the words of Alertmanager itself, not of the schema's checks.
    return Refuse(0,
                  fmt::format("invalid silence: invalid label matcher {} in set {}: invalid "
                              "regular expression \"{}\": {}",
                              place.index,
                              place.set,
                              value,
                              GoRegexError(matcher.error().message)));
  }
  return *std::move(matcher);
}

Checked<Matchers> ReadSet(const Json& json, std::size_t set) {
  Matchers matchers;
  for (const Json& one : json) {
    SW_CHECKED(matcher, ReadMatcher(one, {set, matchers.size()}));
    matchers.push_back(std::move(matcher));
  }
  return matchers;
}

Checked<std::vector<Matchers>> ReadSets(const ObjectReader& reader) {
  std::vector<Matchers> sets;
  if (const Json* given = reader.Find("matcherSets"); given != nullptr) {
    if (!given->is_array()) {
      return reader.WrongType(*given, "matcherSets", "[]models.Matchers");
    }
    for (const Json& one : *given) {
      SW_CHECKED(set, ReadSet(one, sets.size()));
      sets.push_back(std::move(set));
    }
    return sets;
  }
  SW_CHECKED(matchers, reader.Require("matchers"));
  if (!matchers->is_array()) {
    return reader.WrongType(*matchers, "matchers", "models.Matchers");
  }
  if (matchers->empty()) {
    return Refuse(kTooFewItems, "matchers in body should have at least 1 items");
  }
  SW_CHECKED(set, ReadSet(*matchers, 0));
  sets.push_back(std::move(set));
  return sets;
}

/// All of a silence but its matchers, which are looked at only when the rest has the right types.
Checked<Silence> DecodeSilence(const ObjectReader& reader) {
  SW_CHECKED(id, reader.Text("id"));
  SW_CHECKED(annotations, reader.Texts("annotations"));
  SW_CHECKED(comment, reader.Text("comment"));
  SW_CHECKED(created_by, reader.Text("createdBy"));
  SW_CHECKED(ends_at, reader.Time("endsAt"));
  SW_CHECKED(starts_at, reader.Time("startsAt"));
  Silence silence;
  silence.id = std::move(id);
  silence.starts_at = starts_at.value_or(TimePoint());
  silence.ends_at = ends_at.value_or(TimePoint());
  silence.created_by = std::move(created_by);
  silence.comment = std::move(comment);
  silence.annotations = std::move(annotations);
  return silence;
}

Checked<Silence> ReadSilence(const net::HttpRequest& request) {
  SW_CHECKED(json, Parse(request, "silence"));
  if (!json.is_object()) {
    return WrongValue("silence", json, "models.PostableSilence");
  }
  const ObjectReader reader(json, "", "silence", "PostableSilence");
  SW_CHECKED(silence, DecodeSilence(reader));
  for (const char* key : {"comment", "createdBy", "endsAt"}) {
    SW_CHECKED(required, reader.Require(key));
    static_cast<void>(required);
  }
  SW_CHECKED(sets, ReadSets(reader));
  SW_CHECKED(required, reader.Require("startsAt"));
  static_cast<void>(required);
  silence.matcher_sets = std::move(sets);
  return silence;
}

net::HttpResponse AnswerOf(const SchemaError& error) {
  return error.code == 0 ? TextAnswer(kBadRequest, error.message)
                         : SchemaAnswer(error.code, error.message);
}

struct FilterFlag {
  std::string_view name;
  bool V2Filter::*flag;
};

constexpr FilterFlag kFilterFlags[] = {{"active", &V2Filter::active},
                                       {"silenced", &V2Filter::silenced},
                                       {"inhibited", &V2Filter::inhibited},
                                       {"muted", &V2Filter::muted},
                                       {"pending", &V2Filter::pending},
                                       {"expired", &V2Filter::expired}};

/// What Go says of the pattern in a matcher that cannot be read; nothing if that is not at fault.
std::optional<std::string> PatternError(std::string_view text) {
  const std::size_t at = std::min(text.find("=~"), text.find("!~"));
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view pattern = text.substr(at + 2);
  if (pattern.size() > 1 && pattern.front() == '"' && pattern.back() == '"') {
    pattern = pattern.substr(1, pattern.size() - 2);
  }
  const auto anchored =
      Matcher::Create(MatchOp::kRegex, "pattern", fmt::format("^(?:{})$", pattern));
  return anchored ? std::nullopt : std::optional(GoRegexError(anchored.error().message));
}

Checked<Matcher> ReadFilterMatcher(const std::string& text) {
  auto matcher = ParseMatcher(text);
  if (!matcher) {
    return Refuse(0, PatternError(text).value_or(matcher.error().message));
  }
  return *std::move(matcher);
}

Checked<Matcher> ReadReceiverPattern(const std::string& text) {
  auto matcher = Matcher::Create(MatchOp::kRegex, "receiver", fmt::format("^(?:{})$", text));
  if (!matcher) {
    return Refuse(
        0,
        fmt::format("failed to parse receiver param: {}", GoRegexError(matcher.error().message)));
  }
  return *std::move(matcher);
}

Checked<V2Filter> ReadFilter(const net::HttpRequest& request) {
  V2Filter filter;
  for (const auto& [name, value] : request.Form()) {
    const auto* row = std::ranges::find(kFilterFlags, name, &FilterFlag::name);
    if (row != std::end(kFilterFlags) && !value.empty()) {
      filter.*row->flag = IsTrue(value);
    } else if (name == "filter") {
      SW_CHECKED(matcher, ReadFilterMatcher(value));
      filter.matchers.push_back(std::move(matcher));
    } else if (name == "receiver" && !value.empty()) {
      SW_CHECKED(matcher, ReadReceiverPattern(value));
      filter.receiver = std::move(matcher);
    }
  }
  return filter;
}

}  // namespace

#undef SW_CHECKED

Read<V2Filter> ReadV2Filter(const net::HttpRequest& request) {
  return ReadFilter(request).map_error(&AnswerOf);
}

Read<std::vector<PostedAlert>> ReadPostedAlerts(const net::HttpRequest& request) {
  return ReadAlerts(request).map_error(&AnswerOf);
}

Read<Silence> ReadPostedSilence(const net::HttpRequest& request) {
  return ReadSilence(request).map_error(&AnswerOf);
}

}  // namespace sidewatch::alerts
