#include "alerts/history/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exporter/state/database.h"
#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testkit::kStart;
using testkit::MakeAlert;
using Json = nlohmann::json;

const LabelSet kDisk = {{"alertname", "Disk"}, {"node", "a"}};
const LabelSet kLoad = {{"alertname", "Load"}, {"node", "b"}};

HistoryEvent Event(HistoryKind kind, std::vector<Alert> alerts, TimePoint at = kStart) {
  return {.at = at, .kind = kind, .alerts = std::move(alerts)};
}

HistoryEvent Sent(const std::string& receiver, std::vector<Alert> alerts, TimePoint at) {
  HistoryEvent event = Event(HistoryKind::kSent, std::move(alerts), at);
  event.receiver = receiver;
  event.integration = receiver + "/slack[0]";
  event.to = "#ops";
  event.answer = "status 200";
  return event;
}

class HistoryTest : public testing::Test {
 protected:
  void Record(const HistoryEvent& event) { history_.Record({&event, 1}); }

  std::vector<std::string> Events(const HistoryFilter& filter = {}) {
    const auto found = history_.Find(filter);
    EXPECT_TRUE(found);
    std::vector<std::string> events;
    for (const HistoryEntry& entry : *found) {
      const Json json = Json::parse(entry.json);
      events.push_back(json["event"].get<std::string>() + " " +
                       json["alerts"][0]["labels"]["alertname"].get<std::string>());
    }
    return events;
  }

  std::unique_ptr<state::Database> database_ = *state::Database::OpenInMemory();
  History history_{*database_, Logger()};
};

TEST_F(HistoryTest, AnEntrySaysWhatHappened) {
  Record(Sent("ops", {MakeAlert(kDisk), MakeAlert(kLoad, kStart - 1h, kStart)}, kStart));
  const auto found = history_.Find({});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(Json::parse((*found)[0].json),
            Json::parse(R"({
    "at": "2023-11-14T22:13:20.000Z", "event": "sent", "alertCount": 2,
    "alerts": [
      {"fingerprint": ")" +
                        FormatFingerprint(Fingerprint(kDisk)) + R"(", "state": "firing",
       "startsAt": "2023-11-14T22:13:20.000Z", "labels": {"alertname": "Disk", "node": "a"}},
      {"fingerprint": ")" +
                        FormatFingerprint(Fingerprint(kLoad)) + R"(", "state": "resolved",
       "startsAt": "2023-11-14T21:13:20.000Z", "labels": {"alertname": "Load", "node": "b"}}],
    "receiver": "ops", "integration": "ops/slack[0]", "to": "#ops", "answer": "status 200"})"));
}

TEST_F(HistoryTest, ManyAlertsAndLongTextsAreCut) {
  HistoryEvent event = Event(HistoryKind::kSent, std::vector(150, MakeAlert(kDisk)));
  event.answer = std::string(5000, 'x');
  Record(event);
  const Json json = Json::parse((*history_.Find({}))[0].json);
  EXPECT_EQ(json["alerts"].size(), 100U);
  EXPECT_EQ(json["alertCount"], 150);
  EXPECT_EQ(json["answer"].get<std::string>().size(), 1024U);
}

TEST_F(HistoryTest, PagesGoByIds) {
  for (int i = 0; i < 5; ++i) {
    Record(Event(HistoryKind::kFired, {MakeAlert(kDisk)}));
  }
  const auto first = history_.Find({.limit = 2});
  ASSERT_EQ(first->size(), 2U);
  EXPECT_EQ((*first)[0].id, 5);
  const auto second = history_.Find({.before = (*first)[1].id, .limit = 10});
  ASSERT_EQ(second->size(), 3U);
  EXPECT_EQ((*second)[0].id, 3);
}

struct FilterRow {
  std::string name;
  HistoryFilter filter;
  std::vector<std::string> want;
};

class HistoryFilterTest : public HistoryTest, public testing::WithParamInterface<FilterRow> {};

TEST_P(HistoryFilterTest, GivesWhatIsAskedFor) {
  Record(Event(HistoryKind::kFired, {MakeAlert(kDisk)}, kStart));
  Record(Event(HistoryKind::kFired, {MakeAlert(kLoad)}, kStart + 1min));
  Record(Sent("ops", {MakeAlert(kDisk), MakeAlert(kLoad)}, kStart + 2min));
  Record(Sent("boss", {MakeAlert(kLoad)}, kStart + 3min));
  EXPECT_THAT(Events(GetParam().filter), ElementsAreArray(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    HistoryFilterTest,
    testing::Values(
        FilterRow{"All", {}, {"sent Load", "sent Disk", "fired Load", "fired Disk"}},
        FilterRow{"Labels", {.matchers = *ParseMatchers("node=a")}, {"sent Disk", "fired Disk"}},
        FilterRow{"OneAlertHasAll", {.matchers = *ParseMatchers("{node=a,alertname=Load}")}, {}},
        FilterRow{"Event", {.events = {"fired"}}, {"fired Load", "fired Disk"}},
        FilterRow{"Receiver", {.receiver = "boss"}, {"sent Load"}},
        FilterRow{"Since", {.start = kStart + 2min}, {"sent Load", "sent Disk"}},
        FilterRow{"Until", {.end = kStart}, {"fired Disk"}}),
    [](const auto& row) { return row.param.name; });

TEST_F(HistoryTest, KnowsWhatFiredWhenItEnded) {
  const LabelSet other = {{"alertname", "Other"}};
  Record(Event(HistoryKind::kFired, {MakeAlert(kDisk)}));
  Record(Event(HistoryKind::kFired, {MakeAlert(kLoad)}));
  Record(Event(HistoryKind::kFired, {MakeAlert(other)}));
  Record(Event(HistoryKind::kSilenced, {MakeAlert(kDisk)}));
  Record(Event(HistoryKind::kResolved, {MakeAlert(kLoad)}));
  Record(Event(HistoryKind::kResolved, {MakeAlert(other)}));
  Record(Event(HistoryKind::kFired, {MakeAlert(other, kStart + 1min)}));
  const auto firing = history_.FiringAtLast();
  ASSERT_EQ(firing.size(), 2U);
  const auto& disk = firing.at(Fingerprint(kDisk));
  EXPECT_EQ(disk.alert.labels, kDisk);
  EXPECT_EQ(disk.held_by, "silenced");
  const auto& again = firing.at(Fingerprint(other));
  EXPECT_EQ(again.alert.starts_at, kStart + 1min);
  EXPECT_THAT(again.held_by, IsEmpty());
}

}  // namespace
}  // namespace sidewatch::alerts
