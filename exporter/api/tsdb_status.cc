#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "exporter/api/endpoints.h"
#include "exporter/api/envelope.h"
#include "exporter/api/params.h"

namespace sidewatch::api {

namespace {

using net::HttpRequest;
using net::HttpResponse;

constexpr std::size_t kDefaultTop = 10;

using Counts = std::map<std::string, std::int64_t>;

/// What the labels of all series add up to.
struct Cardinality {
  std::int64_t series = 0;
  std::int64_t label_pairs = 0;
  Counts series_by_metric;
  Counts values_by_label;
  Counts bytes_by_label;
  Counts series_by_pair;
};

Cardinality Count(const storage::SeriesSet& all) {
  Cardinality counted;
  counted.series = static_cast<std::int64_t>(all.size());
  std::map<std::pair<std::string, std::string>, std::int64_t> pairs;
  for (const auto& series : all) {
    for (const Label label : series->labels()) {
      ++pairs[{std::string(label.name), std::string(label.value)}];
    }
  }
  counted.label_pairs = static_cast<std::int64_t>(pairs.size());
  for (const auto& [pair, series] : pairs) {
    const auto& [name, value] = pair;
    ++counted.values_by_label[name];
    counted.bytes_by_label[name] += static_cast<std::int64_t>(value.size()) * series;
    counted.series_by_pair[name + "=" + value] = series;
    if (name == kMetricName) {
      counted.series_by_metric[value] = series;
    }
  }
  return counted;
}

/// The largest first.
void WriteTop(JsonWriter& json, std::string_view key, const Counts& counts, std::size_t top) {
  std::vector<std::pair<std::string, std::int64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second > b.second;
  });
  sorted.resize(std::min(sorted.size(), top));
  json.Key(key).BeginArray();
  for (const auto& [name, value] : sorted) {
    json.BeginObject().Key("name").String(name).Key("value").Integer(value).EndObject();
  }
  json.EndArray();
}

}  // namespace

Result<HttpResponse> ShowTsdb(const ApiDeps& deps, const HttpRequest& request) {
  SW_TRY_ASSIGN(const std::size_t limit, Params(request).Limit());
  const std::size_t top = limit == 0 ? kDefaultTop : limit;
  SW_TRY_ASSIGN(const Matcher every, Matcher::Create(MatchOp::kNotEqual, kMetricName, ""));
  const std::vector<Matcher> matchers = {every};
  SW_TRY_ASSIGN(const storage::SeriesSet all, deps.storage.Select(matchers, AllTime()));
  const Cardinality counted = Count(all);
  const HeadFacts head = deps.head_facts();
  return DataResponse([&](JsonWriter& json) {
    json.BeginObject().Key("headStats").BeginObject().Key("numSeries").Integer(counted.series);
    json.Key("numLabelPairs").Integer(counted.label_pairs).Key("chunkCount").Integer(head.chunks);
    json.Key("minTime").Integer(ToUnixMillis(head.oldest));
    json.Key("maxTime").Integer(ToUnixMillis(head.newest)).EndObject();
    WriteTop(json, "seriesCountByMetricName", counted.series_by_metric, top);
    WriteTop(json, "labelValueCountByLabelName", counted.values_by_label, top);
    WriteTop(json, "memoryInBytesByLabelName", counted.bytes_by_label, top);
    WriteTop(json, "seriesCountByLabelValuePair", counted.series_by_pair, top);
    json.EndObject();
  });
}

}  // namespace sidewatch::api
