#include "alerts/api/history_api.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "alerts/api/v1_answers.h"
#include "exporter/base/number.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::alerts {
namespace {

constexpr std::int64_t kMaxLimit = 10'000;

/// Unix seconds or RFC 3339, as Prometheus takes times.
Result<TimePoint> ReadTime(std::string_view name, const std::string& text) {
  constexpr double kLatest = 253402300800.0;  // The year 10000.
  if (const auto seconds = ParseNumber(text); seconds && std::abs(*seconds) < kLatest) {
    return FromUnixMillis(std::llround(*seconds * 1000));
  }
  if (const auto at = ParseRfc3339(text)) {
    return *at;
  }
  return Fail(ErrorCode::kInvalidArgument,
              "{}: \"{}\" is neither Unix seconds nor a time like 2026-01-02T03:04:05Z",
              name,
              text);
}

Result<std::int64_t> ReadInteger(std::string_view name, const std::string& text) {
  const auto number = ParseInteger(text);
  if (!number || *number < 1) {
    return Fail(ErrorCode::kInvalidArgument, "{}: \"{}\" is no whole number above 0", name, text);
  }
  return *number;
}

Status ReadMatcher(const std::string& text, HistoryFilter& filter) {
  SW_TRY_ASSIGN(Matcher matcher, ParseMatcher(text));
  filter.matchers.push_back(std::move(matcher));
  return {};
}

Status ReadEvent(const std::string& text, HistoryFilter& filter) {
  if (!ParseHistoryKind(text)) {
    std::string known;
    for (std::size_t i = 0; i < kHistoryKinds; ++i) {
      known += (i == 0 ? "" : ", ");
      known += HistoryKindName(static_cast<HistoryKind>(i));
    }
    return Fail(ErrorCode::kInvalidArgument, "event: no \"{}\", there are {}", text, known);
  }
  filter.events.insert(text);
  return {};
}

Status ReadReceiver(const std::string& text, HistoryFilter& filter) {
  filter.receiver = text;
  return {};
}

Status ReadStart(const std::string& text, HistoryFilter& filter) {
  SW_TRY_ASSIGN(filter.start, ReadTime("start", text));
  return {};
}

Status ReadEnd(const std::string& text, HistoryFilter& filter) {
  SW_TRY_ASSIGN(filter.end, ReadTime("end", text));
  return {};
}

Status ReadBefore(const std::string& text, HistoryFilter& filter) {
  SW_TRY_ASSIGN(filter.before, ReadInteger("before", text));
  return {};
}

Status ReadLimit(const std::string& text, HistoryFilter& filter) {
  SW_TRY_ASSIGN(const std::int64_t limit, ReadInteger("limit", text));
  filter.limit = static_cast<std::size_t>(std::min(limit, kMaxLimit));
  return {};
}

struct Parameter {
  std::string_view name;
  Status (*read)(const std::string& text, HistoryFilter& filter);
};

constexpr Parameter kParameters[] = {
    {"filter", &ReadMatcher},
    {"event", &ReadEvent},
    {"receiver", &ReadReceiver},
    {"start", &ReadStart},
    {"end", &ReadEnd},
    {"before", &ReadBefore},
    {"limit", &ReadLimit},
};

Result<HistoryFilter> ReadFilter(const net::HttpRequest& request) {
  HistoryFilter filter;
  for (const auto& [name, value] : request.Form()) {
    const auto* parameter = std::ranges::find(kParameters, name, &Parameter::name);
    if (parameter == std::end(kParameters) || value.empty()) {
      continue;
    }
    SW_TRY(parameter->read(value, filter));
  }
  return filter;
}

net::HttpResponse Answer(History& history, const net::HttpRequest& request) {
  const auto filter = ReadFilter(request);
  if (!filter) {
    return V1Error(filter.error());
  }
  const auto entries = history.Find(*filter);
  if (!entries) {
    return V1Error(entries.error());
  }
  std::string body;
  JsonWriter json(body);
  BeginV1Answer(json);
  json.BeginObject().Key("history").BeginArray();
  for (const HistoryEntry& entry : *entries) {
    json.BeginObject().Key("id").Integer(entry.id);
    json.Key("entry").Raw(entry.json).EndObject();
  }
  json.EndArray().EndObject();
  EndV1Answer(json);
  return net::JsonResponse(200, std::move(body));
}

}  // namespace

void RegisterHistoryApi(net::Router& router, History& history) {
  for (const std::string_view method : {"GET", "POST"}) {
    router.Handle(method,
                  "/api/v1/alerts/history",
                  net::Access::kRead,
                  [&history](const net::HttpRequest& request) { return Answer(history, request); });
  }
}

}  // namespace sidewatch::alerts
