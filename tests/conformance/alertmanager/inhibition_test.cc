#include <gtest/gtest.h>

#include "alerts/mute/inhibitor.h"
#include "tests/conformance/alertmanager/tally.h"
#include "tests/testkit/alert_maker.h"

namespace sidewatch::conformance {
namespace {

using alerts::Inhibitor;
using alerts::InhibitRule;
using testkit::kStart;

std::vector<InhibitRule> ReadRules(const std::string& yaml) {
  config::Diagnostics diagnostics;
  auto rules = alerts::ReadInhibitRules(testkit::Yaml(yaml, diagnostics), diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
  return rules;
}

void Put(Inhibitor& inhibitor, const LabelSet& labels, bool active) {
  const alerts::Alert alert =
      testkit::MakeAlert(labels, kStart, active ? std::nullopt : std::optional<TimePoint>(kStart));
  inhibitor.Put({&alert, 1}, kStart);
}

void Check(const Inhibitor& inhibitor, const Json& json, Tally& tally) {
  const bool inhibited =
      !inhibitor.MutedBy(testkit::MakeAlert(ToLabels(json.at("target"))), kStart).empty();
  tally.Expect(json.dump(), inhibited ? "true" : "false", json.at("inhibited").dump());
}

/// A rule of which every alert given is a source and everything else a target.
void RunEqualCase(const Json& json, Tally& tally) {
  InhibitRule rule;
  rule.source = *alerts::ParseMatchers("is_source=1");
  rule.equal = json["rule"]["equal"].get<std::vector<std::string>>();
  Inhibitor inhibitor({rule});
  for (const Json& alert : json.at("alerts")) {
    LabelSetBuilder labels(ToLabels(alert.at("labels")));
    Put(inhibitor, labels.Set("is_source", "1").Build(), alert.at("active"));
  }
  Check(inhibitor, json, tally);
}

/// The sets name the source of each rule; the first alert is none of the second rule's although its
/// labels may say so, hence one inhibitor a rule.
void RunSetCase(const Json& set, const Json& json, Tally& tally) {
  std::vector<InhibitRule> rules = ReadRules(set.at("rules_yaml"));
  bool inhibited = false;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    Inhibitor inhibitor({rules[i]});
    Put(inhibitor, ToLabels(set.at("firing").at(i)), true);
    inhibited = inhibited ||
                !inhibitor.MutedBy(testkit::MakeAlert(ToLabels(json.at("target"))), kStart).empty();
  }
  tally.Expect(json.dump(), inhibited ? "true" : "false", json.at("inhibited").dump());
}

TEST(Alertmanager, Inhibition) {
  const Json cases = ReadCases("inhibition.json");
  Tally tally("inhibition");
  for (const Json& json : cases.value("cases", Json::array())) {
    if (json.at("set") == "has_equal") {
      RunEqualCase(json, tally);
    } else {
      RunSetCase(cases["sets"][json["set"].get<std::string>()], json, tally);
    }
  }
}

TEST(Alertmanager, InhibitionSequence) {
  const Json sequence = ReadCases("inhibition.json").value("sequence", Json::object());
  Tally tally("inhibition sequence");
  for (const Json& step : sequence.value("steps", Json::array())) {
    Inhibitor inhibitor(ReadRules(sequence["rule_yaml"]));
    for (const Json& alert : step.at("alerts")) {
      Put(inhibitor, ToLabels(alert.at("labels")), alert.at("active"));
    }
    for (const Json& json : step.at("expect")) {
      Check(inhibitor, json, tally);
    }
  }
}

}  // namespace
}  // namespace sidewatch::conformance
