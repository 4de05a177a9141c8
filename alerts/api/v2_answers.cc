#include "alerts/api/v2_answers.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/rfc3339.h"

namespace sidewatch::alerts {
namespace {

// Where RE2 and Go word a reason differently.
void WriteMatchers(JsonWriter& json, const Matchers& matchers) {
  json.BeginArray();
  for (const Matcher& matcher : matchers) {
    const bool regex = matcher.op() == MatchOp::kRegex || matcher.op() == MatchOp::kNotRegex;
    json.BeginObject();
    json.Key("isEqual").Boolean(!matcher.negated());
    json.Key("isRegex").Boolean(regex);
    json.Key("name").String(matcher.name());
    json.Key("value").String(matcher.value());
    json.EndObject();
  }
  json.EndArray();
}

void WriteAnnotations(JsonWriter& json, const Silence& silence) {
  if (silence.annotations.empty()) {
    return;
  }
  json.Key("annotations").BeginObject();
  for (const auto& [name, value] : silence.annotations) {
    json.Key(name).String(value);
  }
  json.EndObject();
}

}  // namespace

net::HttpResponse EmptyAnswer(int status) {
  return {.status = status, .content_type = ""};
}

net::HttpResponse TextAnswer(int status, std::string_view text) {
  std::string body;
  AppendJsonString(body, text);
  return net::JsonResponse(status, std::move(body));
}

net::HttpResponse SchemaAnswer(int code, std::string_view message) {
  constexpr int kFirstOwnCode = 600;
  constexpr int kUnprocessable = 422;
  std::string body;
  JsonWriter(body)
      .BeginObject()
      .Key("code")
      .Integer(code)
      .Key("message")
      .String(message)
      .EndObject();
  return net::JsonResponse(code < kFirstOwnCode ? code : kUnprocessable, std::move(body));
}

void WriteTexts(JsonWriter& json, std::span<const std::string> texts) {
  json.BeginArray();
  for (const std::string& text : texts) {
    json.String(text);
  }
  json.EndArray();
}

void WriteReceivers(JsonWriter& json, std::span<const std::string> names) {
  json.BeginArray();
  for (const std::string& name : names) {
    json.BeginObject().Key("name").String(name).EndObject();
  }
  json.EndArray();
}

void WriteSilence(JsonWriter& json, const Silence& silence, TimePoint now) {
  json.BeginObject();
  json.Key("id").String(silence.id);
  json.Key("status").BeginObject();
  json.Key("state").String(SilenceStateName(silence.StateAt(now))).EndObject();
  json.Key("updatedAt").String(FormatRfc3339(silence.updated_at));
  WriteAnnotations(json, silence);
  json.Key("comment").String(silence.comment);
  json.Key("createdBy").String(silence.created_by);
  json.Key("endsAt").String(FormatRfc3339(silence.ends_at));
  json.Key("matchers");
  WriteMatchers(json, silence.matcher_sets.front());
  if (silence.matcher_sets.size() > 1) {
    json.Key("matcherSets").BeginArray();
    for (const Matchers& set : silence.matcher_sets) {
      WriteMatchers(json, set);
    }
    json.EndArray();
  }
  json.Key("startsAt").String(FormatRfc3339(silence.starts_at));
  json.EndObject();
}

}  // namespace sidewatch::alerts
