#include <sstream>

#include <date/date.h>
#include <date/tz.h>
#include <gtest/gtest.h>

#include "alerts/mute/time_interval.h"
#include "exporter/config/reader.h"
#include "tests/conformance/alertmanager/tally.h"
#include "tests/testkit/alert_maker.h"

namespace sidewatch::conformance {
namespace {

using alerts::IntRange;
using alerts::TimeInterval;

/// `02 Jan 06 15:04 -0700`.
TimePoint ParseTime(const std::string& text) {
  std::istringstream stream(text);
  TimePoint at;
  stream >> date::parse("%d %b %y %H:%M %z", at);
  EXPECT_FALSE(stream.fail()) << text;
  return at;
}

bool AnyContains(const std::vector<TimeInterval>& intervals, TimePoint at) {
  return std::ranges::any_of(intervals,
                             [at](const TimeInterval& interval) { return interval.Contains(at); });
}

void CheckTimes(const std::vector<TimeInterval>& intervals, const Json& json, Tally& tally) {
  for (const char* key : {"contains", "excludes"}) {
    for (const Json& at : json.value(key, Json::array())) {
      const bool inside = AnyContains(intervals, ParseTime(at));
      tally.Expect(json.dump() + " at " + at.dump(), inside ? "contains" : "excludes", key);
    }
  }
}

Json ShowRanges(const std::vector<IntRange>& ranges, int end_offset = 0) {
  Json shown = Json::array();
  for (const IntRange& range : ranges) {
    shown.push_back({range.begin, range.end + end_offset});
  }
  return shown;
}

Json Show(const TimeInterval& interval) {
  Json shown = {{"Times", ShowRanges(interval.minutes, 1)},
                {"Weekdays", ShowRanges(interval.weekdays)},
                {"DaysOfMonth", ShowRanges(interval.days_of_month)},
                {"Months", ShowRanges(interval.months)},
                {"Years", ShowRanges(interval.years)}};
  for (auto item = shown.begin(); item != shown.end();) {
    item = item->empty() ? shown.erase(item) : std::next(item);
  }
  if (interval.zone != nullptr) {
    shown["location"] = interval.zone->name();
  }
  return shown;
}

/// The errors without their places.
std::string Messages(const config::Diagnostics& diagnostics) {
  std::string text;
  for (const std::string& error : diagnostics.errors()) {
    text += error.substr(error.find(": ") + 2);
  }
  return text;
}

std::vector<IntRange> ToRanges(const Json& json, int end_offset = 0) {
  std::vector<IntRange> ranges;
  for (const Json& range : json) {
    ranges.push_back({range.at(0), range.at(1).get<int>() + end_offset});
  }
  return ranges;
}

TEST(Alertmanager, TimeIntervalsParsed) {
  Tally tally("time intervals parsed");
  for (const Json& json : ReadCases("time_intervals.json").value("parsed", Json::array())) {
    config::Diagnostics diagnostics;
    std::vector<TimeInterval> intervals;
    config::ReadValue(
        testkit::Yaml(json.at("yaml").get<std::string>(), diagnostics), diagnostics, intervals);
    if (json.contains("error")) {
      tally.Expect(json.dump(), Messages(diagnostics), json["error"]);
      continue;
    }
    Json shown = Json::array();
    for (const TimeInterval& interval : intervals) {
      shown.push_back(Show(interval));
    }
    tally.Expect(json.dump(), Messages(diagnostics) + shown.dump(), json.at("intervals").dump());
    CheckTimes(intervals, json, tally);
  }
}

TEST(Alertmanager, TimeIntervalsComplete) {
  Tally tally("time intervals complete");
  for (const Json& json : ReadCases("time_intervals.json").value("complete", Json::array())) {
    config::Diagnostics diagnostics;
    TimeInterval interval;
    ReadValue(
        testkit::Yaml(json.at("yaml").get<std::string>(), diagnostics), diagnostics, interval);
    CheckTimes({interval}, json, tally);
  }
}

TEST(Alertmanager, TimeRanges) {
  Tally tally("time ranges");
  for (const Json& json : ReadCases("time_intervals.json").value("time_ranges", Json::array())) {
    config::Diagnostics diagnostics;
    TimeInterval interval;
    ReadValue(testkit::Yaml("times: [" + json.at("yaml").get<std::string>() + "]", diagnostics),
              diagnostics,
              interval);
    const std::string want =
        json.contains("fails")
            ? "fails"
            : Json::array({Json::array({json["start_minute"], json["end_minute"]})}).dump();
    tally.Expect(
        json.dump(), diagnostics.ok() ? ShowRanges(interval.minutes, 1).dump() : "fails", want);
  }
}

TEST(Alertmanager, TimeIntervalsContain) {
  Tally tally("time intervals contain");
  for (const Json& json :
       ReadCases("time_intervals.json").value("struct_contains", Json::array())) {
    const Json& meaning = json.at("interval");
    TimeInterval interval;
    interval.minutes = ToRanges(meaning.value("Times", Json::array()), -1);
    interval.weekdays = ToRanges(meaning.value("Weekdays", Json::array()));
    interval.days_of_month = ToRanges(meaning.value("DaysOfMonth", Json::array()));
    interval.months = ToRanges(meaning.value("Months", Json::array()));
    interval.years = ToRanges(meaning.value("Years", Json::array()));
    if (meaning.contains("location")) {
      interval.zone = date::locate_zone(meaning["location"].get<std::string>());
    }
    CheckTimes({interval}, json, tally);
  }
}

TEST(Alertmanager, TimeIntervalsMute) {
  const Json cases = ReadCases("time_intervals.json");
  Tally tally("time intervals mute");
  config::Diagnostics diagnostics;
  const config::Node lists =
      testkit::Yaml(cases.value("mutes_intervals", std::string()), diagnostics);
  std::map<std::string, std::vector<TimeInterval>> by_name;
  for (const auto& [name, list] : lists.entries()) {
    config::ReadValue(list, diagnostics, by_name[name.text()]);
  }
  for (const Json& json : cases.value("mutes", Json::array())) {
    std::istringstream stream(json.at("now").get<std::string>());
    date::local_time<Duration> local;
    stream >> date::parse("%FT%T", local);
    const TimePoint now = date::locate_zone(json.at("zone").get<std::string>())->to_sys(local);
    Json muted = Json::array();
    for (const auto& [name, intervals] : by_name) {
      if (AnyContains(intervals, now)) {
        muted.push_back(name);
      }
    }
    tally.Expect(json.dump(), muted.dump(), json.at("muted_by").dump());
  }
}

}  // namespace
}  // namespace sidewatch::conformance
