#include <algorithm>
#include <set>
#include <utility>

#include "exporter/api/endpoints.h"
#include "exporter/api/envelope.h"
#include "exporter/api/label_escape.h"
#include "exporter/api/params.h"
#include "exporter/model/label_json.h"

namespace sidewatch::api {

namespace {

using net::HttpRequest;
using net::HttpResponse;
using Selectors = std::vector<std::vector<Matcher>>;

/// Cuts to `limit` (0: none); returns the warning that belongs to it.
template <typename List>
std::vector<std::string> CutTo(List& list, std::size_t limit) {
  if (limit == 0 || list.size() <= limit) {
    return {};
  }
  list.resize(limit);
  return {std::string(kTruncated)};
}

HttpResponse TextList(std::vector<std::string> texts, std::size_t limit) {
  const std::vector<std::string> warnings = CutTo(texts, limit);
  return DataResponse(
      [&texts](JsonWriter& json) {
        json.BeginArray();
        for (const std::string& text : texts) {
          json.String(text);
        }
        json.EndArray();
      },
      warnings);
}

/// The union of what `list` gives for each selector, sorted; without selectors for all series.
template <typename ListFn>
Result<std::vector<std::string>> UnionOf(const Selectors& selectors, const ListFn& list) {
  if (selectors.empty()) {
    return list(std::span<const Matcher>());
  }
  std::set<std::string> all;
  for (const std::vector<Matcher>& matchers : selectors) {
    SW_TRY_ASSIGN(std::vector<std::string> some, list(std::span<const Matcher>(matchers)));
    all.insert(some.begin(), some.end());
  }
  return std::vector<std::string>(all.begin(), all.end());
}

}  // namespace

Result<HttpResponse> ListSeries(const ApiDeps& deps, const HttpRequest& request) {
  const Params params(request);
  if (params.All("match[]").empty()) {
    return Fail(ErrorCode::kInvalidArgument, "no match[] parameter provided");
  }
  SW_TRY_ASSIGN(const std::size_t limit, params.Limit());
  SW_TRY_ASSIGN(const storage::TimeRange range, params.Range());
  SW_TRY_ASSIGN(const Selectors selectors, params.Selectors());
  std::vector<LabelSet> found;
  for (const std::vector<Matcher>& matchers : selectors) {
    SW_TRY_ASSIGN(const storage::SeriesSet series, deps.storage.Select(matchers, range));
    for (const auto& one : series) {
      found.push_back(one->labels());
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  const std::vector<std::string> warnings = CutTo(found, limit);
  return DataResponse(
      [&found](JsonWriter& json) {
        json.BeginArray();
        for (const LabelSet& labels : found) {
          WriteLabels(json, labels);
        }
        json.EndArray();
      },
      warnings);
}

Result<HttpResponse> ListLabels(const ApiDeps& deps, const HttpRequest& request) {
  const Params params(request);
  SW_TRY_ASSIGN(const std::size_t limit, params.Limit());
  SW_TRY_ASSIGN(const storage::TimeRange range, params.Range());
  SW_TRY_ASSIGN(const Selectors selectors, params.Selectors());
  SW_TRY_ASSIGN(std::vector<std::string> names,
                UnionOf(selectors, [&](std::span<const Matcher> matchers) {
                  return deps.storage.LabelNames(matchers, range);
                }));
  return TextList(std::move(names), limit);
}

Result<HttpResponse> ListLabelValues(const ApiDeps& deps, const HttpRequest& request) {
  const Params params(request);
  const std::string name = UnescapeLabelName(request.path_values.find("name")->second);
  if (!IsValidName(name)) {
    return Fail(ErrorCode::kInvalidArgument, "invalid label name: \"{}\"", name);
  }
  SW_TRY_ASSIGN(const std::size_t limit, params.Limit());
  SW_TRY_ASSIGN(const storage::TimeRange range, params.Range());
  SW_TRY_ASSIGN(const Selectors selectors, params.Selectors());
  SW_TRY_ASSIGN(std::vector<std::string> values,
                UnionOf(selectors, [&](std::span<const Matcher> matchers) {
                  return deps.storage.LabelValues(name, matchers, range);
                }));
  return TextList(std::move(values), limit);
}

}  // namespace sidewatch::api
