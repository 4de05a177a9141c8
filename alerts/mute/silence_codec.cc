#include <nlohmann/json.hpp>

#include "alerts/mute/silence.h"

namespace sidewatch::alerts {
namespace {

using Json = nlohmann::json;

Json ToJson(const Matcher& matcher) {
  return Json{
      {"op", MatchOpText(matcher.op())}, {"name", matcher.name()}, {"value", matcher.value()}};
}

Result<Matcher> ReadMatcher(const Json& json) {
  const auto op = json.at("op").get<std::string>();
  for (const MatchOp known :
       {MatchOp::kEqual, MatchOp::kNotEqual, MatchOp::kRegex, MatchOp::kNotRegex}) {
    if (op == MatchOpText(known)) {
      return Matcher::Create(
          known, json.at("name").get<std::string>(), json.at("value").get<std::string>());
    }
  }
  return Fail(ErrorCode::kProtocol, "unknown operator \"{}\"", op);
}

Result<std::vector<Matchers>> ReadSets(const Json& json) {
  std::vector<Matchers> sets;
  for (const Json& set : json) {
    Matchers& matchers = sets.emplace_back();
    for (const Json& one : set) {
      SW_TRY_ASSIGN(Matcher matcher, ReadMatcher(one));
      matchers.push_back(std::move(matcher));
    }
  }
  return sets;
}

TimePoint ReadTime(const Json& json, const char* key) {
  return FromUnixMillis(json.at(key).get<std::int64_t>());
}

Result<Silence> Read(const Json& json) {
  Silence silence;
  silence.id = json.at("id").get<std::string>();
  SW_TRY_ASSIGN(silence.matcher_sets, ReadSets(json.at("sets")));
  silence.starts_at = ReadTime(json, "starts");
  silence.ends_at = ReadTime(json, "ends");
  silence.updated_at = ReadTime(json, "updated");
  silence.created_by = json.at("by").get<std::string>();
  silence.comment = json.at("comment").get<std::string>();
  for (const auto& [name, value] : json.at("annotations").items()) {
    silence.annotations.emplace(name, value.get<std::string>());
  }
  for (const Json& change : json.at("changes")) {
    silence.changes.push_back({.at = ReadTime(change, "at"),
                               .what = change.at("what").get<std::string>(),
                               .by = change.at("by").get<std::string>(),
                               .from = change.at("from").get<std::string>(),
                               .why = change.at("why").get<std::string>()});
  }
  return silence;
}

}  // namespace

std::string EncodeSilence(const Silence& silence) {
  Json sets = Json::array();
  for (const Matchers& set : silence.matcher_sets) {
    Json& matchers = sets.emplace_back(Json::array());
    for (const Matcher& matcher : set) {
      matchers.push_back(ToJson(matcher));
    }
  }
  Json changes = Json::array();
  for (const SilenceChange& change : silence.changes) {
    changes.push_back({{"at", ToUnixMillis(change.at)},
                       {"what", change.what},
                       {"by", change.by},
                       {"from", change.from},
                       {"why", change.why}});
  }
  Json annotations = Json::object();
  for (const auto& [name, value] : silence.annotations) {
    annotations[name] = value;
  }
  const Json json = {{"id", silence.id},
                     {"sets", std::move(sets)},
                     {"starts", ToUnixMillis(silence.starts_at)},
                     {"ends", ToUnixMillis(silence.ends_at)},
                     {"updated", ToUnixMillis(silence.updated_at)},
                     {"by", silence.created_by},
                     {"comment", silence.comment},
                     {"annotations", std::move(annotations)},
                     {"changes", std::move(changes)}};
  // What is no UTF-8 came from nowhere but a person's text: better mended than not kept.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Silence> DecodeSilence(std::string_view bytes) {
  try {
    return Read(Json::parse(bytes));
  } catch (const Json::exception& error) {
    return Fail(ErrorCode::kProtocol, "not a silence: {}", error.what());
  }
}

}  // namespace sidewatch::alerts
