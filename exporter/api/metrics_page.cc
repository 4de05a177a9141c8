#include <memory>
#include <utility>
#include <vector>

#include "exporter/api/endpoints.h"
#include "exporter/api/params.h"
#include "exporter/exposition/writer.h"

namespace sidewatch::api {

namespace {

std::vector<scrape::SnapshotPtr> SnapshotsFor(const ApiDeps& deps, const Params& params) {
  const std::vector<std::string> kinds = params.All("collect[]");
  if (kinds.empty()) {
    return deps.targets.snapshots();
  }
  std::vector<scrape::SnapshotPtr> snapshots;
  for (auto& [config, snapshot] : deps.targets.collect_now(kinds, deps.stop)) {
    snapshots.push_back(std::move(snapshot));
  }
  return snapshots;
}

}  // namespace

net::HttpResponse MetricsPage(const ApiDeps& deps, const net::HttpRequest& request) {
  const exposition::ContentType type = exposition::Negotiate(request.GetHeader("Accept"));
  net::HttpResponse response;
  response.content_type = type.ToString();
  // The snapshots are held until the page is written, whatever the targets do meanwhile.
  response.stream =
      [type, snapshots = SnapshotsFor(deps, Params(request))](const net::BodyWriter& write) {
        std::vector<const std::vector<MetricFamily>*> families;
        for (const scrape::SnapshotPtr& snapshot : snapshots) {
          if (snapshot != nullptr) {
            families.push_back(&snapshot->families);
          }
        }
        exposition::WritePage(families, type, write);
      };
  return response;
}

}  // namespace sidewatch::api
