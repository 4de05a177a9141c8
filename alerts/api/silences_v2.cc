#include "alerts/api/silences_v2.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "alerts/api/v2_request.h"
#include "exporter/base/rfc3339.h"

namespace sidewatch::alerts {
namespace {

constexpr int kNotFound = 404;

/// Whether each of `wanted` stands literally among the matchers of one set.
bool Holds(const Silence& silence, const Matchers& wanted) {
  return std::ranges::any_of(silence.matcher_sets, [&](const Matchers& set) {
    return std::ranges::all_of(wanted, [&](const Matcher& matcher) {
      return std::ranges::find(set, matcher) != set.end();
    });
  });
}

/// Active first, the next to end in front; then pending, the next to start in front; then expired,
/// the last ended in front.
void Sort(std::vector<SilencePtr>& silences, TimePoint now) {
  std::ranges::stable_sort(silences, [now](const SilencePtr& a, const SilencePtr& b) {
    const SilenceState state = a->StateAt(now);
    if (state != b->StateAt(now)) {
      return state < b->StateAt(now);
    }
    switch (state) {
      case SilenceState::kActive:
        return a->ends_at < b->ends_at;
      case SilenceState::kPending:
        return a->starts_at < b->starts_at;
      case SilenceState::kExpired:
        break;
    }
    return a->ends_at > b->ends_at;
  });
}

bool Wanted(const V2Filter& filter, SilenceState state) {
  // In the order of SilenceState.
  const bool wanted[] = {filter.active, filter.pending, filter.expired};
  return wanted[static_cast<std::size_t>(state)];
}

std::string_view IdOf(const net::HttpRequest& request) {
  const auto found = request.path_values.find("id");
  return found == request.path_values.end() ? std::string_view() : found->second;
}

net::HttpResponse BadId(std::string_view id) {
  constexpr int kInvalidType = 601;
  return SchemaAnswer(kInvalidType,
                      fmt::format("silenceID in path must be of type uuid: \"{}\"", id));
}

void WriteTrail(JsonWriter& json, const Silence& silence) {
  json.BeginArray();
  for (const SilenceChange& change : silence.changes) {
    json.BeginObject();
    json.Key("at").String(FormatRfc3339(change.at));
    json.Key("what").String(change.what);
    json.Key("by").String(change.by);
    json.Key("from").String(change.from);
    json.Key("why").String(change.why);
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

net::HttpResponse AnswerV2Silences(const AlertmanagerApiDeps& deps,
                                   const net::HttpRequest& request) {
  const auto filter = ReadV2Filter(request);
  if (!filter) {
    return filter.error();
  }
  const TimePoint now = deps.clock.Now();
  std::vector<SilencePtr> silences = deps.silences.All();
  Sort(silences, now);
  std::string body;
  JsonWriter json(body);
  json.BeginArray();
  for (const SilencePtr& silence : silences) {
    if (Wanted(*filter, silence->StateAt(now)) && Holds(*silence, filter->matchers)) {
      WriteSilence(json, *silence, now);
    }
  }
  json.EndArray();
  return net::JsonResponse(200, std::move(body));
}

net::HttpResponse TakeV2Silence(const AlertmanagerApiDeps& deps, const net::HttpRequest& request) {
  constexpr int kBadRequest = 400;
  auto posted = ReadPostedSilence(request);
  if (!posted) {
    return posted.error();
  }
  const TimePoint now = deps.clock.Now();
  if (posted->starts_at >= posted->ends_at) {
    return TextAnswer(kBadRequest, "Failed to create silence: start time must be before end time");
  }
  if (posted->ends_at < now) {
    return TextAnswer(kBadRequest, "Failed to create silence: end time can't be in the past");
  }
  if (posted->starts_at == TimePoint()) {
    posted->starts_at = now;
  }
  const SilenceAuthor author{.by = posted->created_by, .from = request.remote_address};
  const auto id = deps.silences.Set(*std::move(posted), author);
  if (!id) {
    return TextAnswer(id.error().code == ErrorCode::kNotFound ? kNotFound : kBadRequest,
                      id.error().message);
  }
  std::string body;
  JsonWriter(body).BeginObject().Key("silenceID").String(*id).EndObject();
  return net::JsonResponse(200, std::move(body));
}

net::HttpResponse AnswerV2Silence(const AlertmanagerApiDeps& deps,
                                  const net::HttpRequest& request) {
  const std::string_view id = IdOf(request);
  if (!IsSilenceId(id)) {
    return BadId(id);
  }
  const SilencePtr silence = deps.silences.Find(id);
  if (silence == nullptr) {
    return EmptyAnswer(kNotFound);
  }
  std::string body;
  JsonWriter json(body);
  WriteSilence(json, *silence, deps.clock.Now());
  return net::JsonResponse(200, std::move(body));
}

net::HttpResponse ExpireV2Silence(const AlertmanagerApiDeps& deps,
                                  const net::HttpRequest& request) {
  const std::string_view id = IdOf(request);
  if (!IsSilenceId(id)) {
    return BadId(id);
  }
  SilenceAuthor author{.by = "", .from = request.remote_address};
  for (auto& [name, value] : request.Form()) {
    if (name == "by") {
      author.by = value;
    } else if (name == "comment") {
      author.why = value;
    }
  }
  return deps.silences.Expire(id, author) ? EmptyAnswer() : EmptyAnswer(kNotFound);
}

net::HttpResponse AnswerSilenceTrails(const AlertmanagerApiDeps& deps) {
  const TimePoint now = deps.clock.Now();
  std::vector<SilencePtr> silences = deps.silences.All();
  Sort(silences, now);
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("status").String("success").Key("data").BeginObject();
  json.Key("silences").BeginArray();
  for (const SilencePtr& silence : silences) {
    json.BeginObject().Key("silence");
    WriteSilence(json, *silence, now);
    json.Key("changes");
    WriteTrail(json, *silence);
    json.EndObject();
  }
  json.EndArray().EndObject().EndObject();
  return net::JsonResponse(200, std::move(body));
}

}  // namespace sidewatch::alerts
