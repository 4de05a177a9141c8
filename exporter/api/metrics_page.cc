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
  const exposition::PageFormat format = exposition::Negotiate(request.GetHeader("Accept"));
  net::HttpResponse response;
  response.content_type = exposition::ContentType(format);
  // The snapshots are held until the page is written, whatever the targets do meanwhile.
  response.stream =
      [format, snapshots = SnapshotsFor(deps, Params(request))](const net::BodyWriter& write) {
        std::vector<const MetricFamily*> families;
        for (const scrape::SnapshotPtr& snapshot : snapshots) {
          for (const MetricFamily& family : snapshot->families) {
            families.push_back(&family);
          }
        }
        exposition::WritePage(families, format, write);
      };
  return response;
}

}  // namespace sidewatch::api
