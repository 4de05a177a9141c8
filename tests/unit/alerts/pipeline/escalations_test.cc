#include "alerts/pipeline/escalations.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/map_value_store.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testkit::kStart;
using testkit::MakeAlert;

class EscalationsTest : public testing::Test {
 protected:
  void SetUp() override { Restart(); }

  void Restart() { escalations_.emplace(store_, Logger()); }

  /// What the levels are told of a group: firing alerts by name, resolved ones with a `-` in front,
  /// held back ones with a `~`. `boss: Disk, -Load`.
  std::vector<std::string> Advance(const std::vector<std::string>& names, bool only = false) {
    GroupFlush whole;
    whole.group_id = "id";
    whole.group_key = "{}:{}";
    whole.receiver = "ops";
    whole.at = clock_.Now();
    whole.escalate = {{15min, "boss"}, {1h, "chief"}};
    whole.only_escalate = only;
    for (const std::string& name : names) {
      whole.alerts.push_back(Parse(name));
    }
    GroupFlush left = whole;
    left.alerts.clear();
    for (const std::string& name : names) {
      if (name.starts_with('~')) {
        left.held.push_back({Parse(name), HistoryKind::kSilenced, {"id"}});
      } else {
        left.alerts.push_back(Parse(name));
      }
    }
    last_ = escalations_->Advance(
        whole, left, [this](std::uint64_t one) { return acknowledged_ && *acknowledged_ == one; });
    whole_ = whole;
    std::vector<std::string> told;
    for (const Escalations::Level& level : last_.levels) {
      told.push_back(Told(level.left));
    }
    return told;
  }

  Alert Parse(std::string name) const {
    const bool resolved = name.starts_with('-');
    name.erase(0, name.find_first_not_of("-~"));
    return MakeAlert(
        {{"alertname", name}}, kStart, resolved ? std::optional(clock_.Now()) : std::nullopt);
  }

  static std::string Told(const GroupFlush& flush) {
    std::string text = flush.receiver + ":";
    for (const Alert& alert : flush.alerts) {
      text += fmt::format(" {}{}", alert.ResolvedAt(flush.at) ? "-" : "", alert.name());
    }
    return text;
  }

  testkit::ManualClock clock_;
  testkit::MapValueStore store_;
  std::optional<Escalations> escalations_;
  std::optional<std::uint64_t> acknowledged_;
  Escalations::Plan last_;
  GroupFlush whole_;
};

TEST_F(EscalationsTest, GoesUpLevelByLevel) {
  EXPECT_THAT(Advance({"Disk"}), IsEmpty());
  EXPECT_EQ(last_.next, kStart + 15min);
  clock_.Advance(15min - 1ms);
  EXPECT_THAT(Advance({"Disk"}), IsEmpty());
  clock_.Advance(1ms);
  EXPECT_THAT(Advance({"Disk"}, true), ElementsAre("boss: Disk"));
  EXPECT_EQ(last_.next, kStart + 1h);
  EXPECT_EQ(last_.levels[0].left.group_key, "{}/escalate[0]:{}");
  EXPECT_EQ(last_.levels[0].left.news_reason, "escalated after 15m");
  clock_.Advance(1h);
  EXPECT_THAT(Advance({"Disk"}), ElementsAre("boss: Disk", "chief: Disk"));
  EXPECT_EQ(last_.next, std::nullopt);
}

TEST_F(EscalationsTest, EachAlertHasItsOwnTime) {
  Advance({"Disk"});
  clock_.Advance(10min);
  Advance({"Disk", "Load"});
  clock_.Advance(5min);
  EXPECT_THAT(Advance({"Disk", "Load"}), ElementsAre("boss: Disk"));
  EXPECT_EQ(last_.next, kStart + 25min);
  clock_.Advance(10min);
  EXPECT_THAT(Advance({"Disk", "Load"}), ElementsAre("boss: Disk Load"));
}

TEST_F(EscalationsTest, TheEndGoesToWhoWasTold) {
  Advance({"Disk", "Load"});
  clock_.Advance(10min);
  EXPECT_THAT(Advance({"Disk", "-Load"}), IsEmpty()) << "the boss never heard of it";
  escalations_->Settle(whole_);
  clock_.Advance(5min);
  EXPECT_THAT(Advance({"Disk"}), ElementsAre("boss: Disk"));
  EXPECT_THAT(Advance({"-Disk"}), ElementsAre("boss: -Disk"));
  escalations_->Settle(whole_);
  EXPECT_THAT(store_.values, IsEmpty());
}

TEST_F(EscalationsTest, WhatIsAcknowledgedGoesNoFurtherButEnds) {
  Advance({"Disk"});
  clock_.Advance(15min);
  EXPECT_THAT(Advance({"Disk"}), ElementsAre("boss: Disk"));
  EXPECT_FALSE(last_.levels[0].left.acknowledged);
  acknowledged_ = Fingerprint({{"alertname", "Disk"}});
  clock_.Advance(2h);
  EXPECT_THAT(Advance({"Disk"}), ElementsAre("boss: Disk"));
  EXPECT_TRUE(last_.levels[0].left.acknowledged) << "it is not repeated";
  EXPECT_EQ(last_.next, std::nullopt);
  EXPECT_THAT(Advance({"-Disk"}), ElementsAre("boss: -Disk"));
}

TEST_F(EscalationsTest, ARestartChangesNothing) {
  Advance({"Disk"});
  Restart();
  clock_.Advance(15min);
  EXPECT_THAT(Advance({"Disk"}, true), ElementsAre("boss: Disk"));
  Restart();
  EXPECT_THAT(Advance({"-Disk"}), ElementsAre("boss: -Disk"));
}

TEST_F(EscalationsTest, TimeBeginsOnceItCanBeTold) {
  Advance({"~Disk"});
  clock_.Advance(1h);
  EXPECT_THAT(Advance({"Disk"}, true), IsEmpty()) << "the route's own receiver comes first";
  EXPECT_EQ(last_.next, std::nullopt);
  Advance({"Disk"});
  EXPECT_EQ(last_.next, clock_.Now() + 15min);
  clock_.Advance(10min);
  Advance({"~Disk"});
  clock_.Advance(10min);
  EXPECT_THAT(Advance({"Disk"}), IsEmpty());
  EXPECT_EQ(last_.next, clock_.Now() + 15min);
}

TEST_F(EscalationsTest, WhatWasHeldBackForALevelIsNotTold) {
  Advance({"Disk"});
  clock_.Advance(15min);
  Advance({"Disk"});
  EXPECT_THAT(Advance({"~Disk"}), ElementsAre("boss:"));
  EXPECT_EQ(last_.levels[0].whole.alerts.size(), 1U);
}

TEST_F(EscalationsTest, GroupsThatAreGoneAreForgotten) {
  Advance({"Disk"});
  escalations_->Retain({"id"});
  EXPECT_FALSE(store_.values.empty());
  escalations_->Retain({"other"});
  EXPECT_TRUE(store_.values.empty());
}

TEST_F(EscalationsTest, GoesOnWithoutADisk) {
  store_.full = true;
  Advance({"Disk"});
  clock_.Advance(15min);
  EXPECT_THAT(Advance({"Disk"}), ElementsAre("boss: Disk"));
}

struct BytesRow {
  std::string name;
  std::string bytes;
};

class EscalationsBytesTest : public EscalationsTest,
                             public testing::WithParamInterface<BytesRow> {};

TEST_P(EscalationsBytesTest, WhatCannotBeReadBeginsAnew) {
  store_.values["id"] = GetParam().bytes;
  Restart();
  EXPECT_THAT(Advance({"Disk"}), IsEmpty());
  EXPECT_EQ(last_.next, kStart + 15min);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         EscalationsBytesTest,
                         testing::Values(BytesRow{"Text", "x"},
                                         BytesRow{"TooFew", "1 2\n"},
                                         BytesRow{"Negative", "1 2 -3\n"},
                                         BytesRow{"Empty", ""}),
                         [](const auto& row) { return row.param.name; });

TEST_F(EscalationsTest, AClockSetBackDelaysNoLevel) {
  Advance({"Disk"});
  clock_.Advance(-24h);
  Advance({"Disk"});
  clock_.Advance(16min);
  EXPECT_THAT(Advance({"Disk"}), ElementsAre("boss: Disk"));
}

}  // namespace
}  // namespace sidewatch::alerts
