#include <map>

#include <gtest/gtest.h>

#include "alerts/dispatch/route.h"
#include "exporter/base/duration.h"
#include "tests/conformance/alertmanager/tally.h"
#include "tests/testkit/alert_maker.h"

namespace sidewatch::conformance {
namespace {

using alerts::Route;
using alerts::RouteTree;

std::shared_ptr<const RouteTree> ReadTree(const std::string& yaml) {
  const alerts::RouteNames names = {{"notify-def",
                                     "notify-A",
                                     "notify-B",
                                     "notify-BC",
                                     "notify-testing",
                                     "notify-productionA",
                                     "notify-productionB",
                                     "default",
                                     "test1",
                                     "test2",
                                     "test3"},
                                    {}};
  config::Diagnostics diagnostics;
  auto tree = RouteTree::Read(testkit::Yaml(yaml, diagnostics), names, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
  return tree;
}

Json Show(const Route& route) {
  const alerts::RouteSettings& settings = route.settings;
  return {{"receiver", settings.receiver},
          {"group_by", settings.group_by},
          {"group_by_all", settings.group_by_all},
          {"group_wait", FormatDuration(settings.group_wait)},
          {"group_interval", FormatDuration(settings.group_interval)},
          {"repeat_interval", FormatDuration(settings.repeat_interval)}};
}

Json ShowLabels(const LabelSet& labels) {
  Json shown = Json::object();
  for (const Label label : labels) {
    shown[std::string(label.name)] = label.value;
  }
  return shown;
}

void RunCase(const RouteTree& tree, const Json& json, Tally& tally) {
  Json routes = Json::array();
  Json keys = Json::array();
  const auto found = tree.Match(ToLabels(json.at("labels")));
  for (const Route* route : found) {
    routes.push_back(Show(*route));
    keys.push_back(route->key);
  }
  if (json.contains("route_labels")) {
    tally.Expect(
        json.dump(), ShowLabels(found.at(0)->settings.labels).dump(), json["route_labels"].dump());
    return;
  }
  tally.Expect(json.dump(),
               Json{{"routes", routes}, {"keys", keys}}.dump(),
               Json{{"routes", json.at("routes")}, {"keys", json.at("keys")}}.dump());
}

void CollectIds(const Route& route, Json& out) {
  out.push_back(route.id);
  for (const Route& child : route.children) {
    CollectIds(child, out);
  }
}

TEST(Alertmanager, Routing) {
  const Json cases = ReadCases("routing.json");
  Tally tally("routing");
  for (const Json& json : cases.value("cases", Json::array())) {
    const auto tree = ReadTree(cases["trees"][json.at("tree").get<std::string>()]);
    RunCase(*tree, json, tally);
  }
  Json ids = Json::array();
  CollectIds(ReadTree(cases.at("trees").at("TestRouteID"))->root(), ids);
  tally.Expect("ids", ids.dump(), cases["ids"].dump());
}

}  // namespace
}  // namespace sidewatch::conformance
