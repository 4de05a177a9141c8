#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "alerts/rules/rule_file.h"
#include "alerts/rules/rule_group.h"
#include "alerts/rules/rule_state.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/recording_store.h"

namespace sidewatch::alerts::rules {

/// A state store in memory.
class MemoryStore final : public StateStore {
 public:
  Result<std::map<std::string, std::string, std::less<>>> LoadAll() override { return bytes; }

  Status Save(std::string_view group_key, std::string_view state) override {
    if (broken) {
      return Fail(ErrorCode::kUnavailable, "disk full");
    }
    ++saves;
    bytes.insert_or_assign(std::string(group_key), std::string(state));
    return {};
  }

  Status Delete(std::string_view group_key) override {
    bytes.erase(std::string(group_key));
    return {};
  }

  std::map<std::string, std::string, std::less<>> bytes;
  int saves = 0;
  bool broken = false;
};

/// The world of a rule: answers by expression, what was sent, what was written.
struct World {
  GroupDeps Deps() {
    return {
        .clock = clock,
        .log = {},
        .query = [this](const Query& query, TimePoint /*at*/) -> Result<std::vector<RuleSample>> {
          if (failing) {
            return Fail(ErrorCode::kDeadlineExceeded, "query timed out");
          }
          const auto found = answers.find(query.text);
          return found == answers.end() ? std::vector<RuleSample>() : found->second;
        },
        .notify =
            [this](std::span<const Alert> alerts) {
              sent.insert(sent.end(), alerts.begin(), alerts.end());
            },
        .appendable = series,
        .store = &store,
        .external_url = "http://sw",
        .default_interval = std::chrono::seconds(15)};
  }

  std::vector<Alert> TakeSent() { return std::exchange(sent, {}); }

  testkit::ManualClock clock;
  testkit::RecordingStore series;
  MemoryStore store;
  std::map<std::string, std::vector<RuleSample>> answers;
  std::vector<Alert> sent;
  bool failing = false;
};

/// The groups of a text that is known to be sound.
inline std::vector<GroupConfig> Groups(std::string_view text) {
  config::Diagnostics diagnostics;
  auto groups = ParseRuleFile(text, "r.yml", {}, diagnostics);
  for (const std::string& error : diagnostics.errors()) {
    ADD_FAILURE() << error;
  }
  return groups;
}

/// A series named `up` for each instance.
inline std::vector<RuleSample> Up(std::initializer_list<std::string_view> instances,
                                  double value = 0) {
  std::vector<RuleSample> samples;
  for (const std::string_view instance : instances) {
    samples.push_back({LabelSet{{"__name__", "up"}, {"instance", instance}}, value});
  }
  return samples;
}

inline TimePoint At(std::int64_t seconds) {
  return FromUnixMillis(1'700'000'000'000 + seconds * 1000);
}

}  // namespace sidewatch::alerts::rules
