#include "alerts/mute/acknowledgements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/map_value_store.h"
#include "tests/testkit/recording_history.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testkit::kStart;
using testkit::MakeAlert;

const LabelSet kDisk = {{"alertname", "Disk"}, {"node", "a"}};
const LabelSet kLoad = {{"alertname", "Load"}, {"node", "b"}};

class AcknowledgementsTest : public testing::Test {
 protected:
  void SetUp() override { Restart(); }

  void Restart() {
    acks_.emplace(AcknowledgementsDeps{
        .clock = clock_, .log = Logger(), .store = store_, .history = history_});
  }

  Status Take(const LabelSet& labels, const AckAuthor& author = {"ann", "::1", "on it"}) {
    const Alert alert = MakeAlert(labels);
    return acks_->Acknowledge({&alert, 1}, author);
  }

  bool Holds(const LabelSet& labels) const { return acks_->Holds(Fingerprint(labels)); }

  testkit::ManualClock clock_;
  testkit::MapValueStore store_;
  testkit::RecordingHistory history_;
  std::optional<Acknowledgements> acks_;
};

TEST_F(AcknowledgementsTest, SaysWhoWhenAndWhy) {
  ASSERT_TRUE(Take(kDisk));
  Restart();
  ASSERT_THAT(acks_->All(), SizeIs(1));
  EXPECT_EQ(acks_->All()[0],
            (Acknowledgement{.fingerprint = Fingerprint(kDisk),
                             .labels = kDisk,
                             .at = kStart,
                             .by = "ann",
                             .from = "::1",
                             .comment = "on it"}));
  EXPECT_TRUE(Holds(kDisk));
  EXPECT_FALSE(Holds(kLoad));
  EXPECT_THAT(history_.lines, ElementsAre("acknowledged Disk by ann"));
}

TEST_F(AcknowledgementsTest, EndsWithItsAlertForGood) {
  ASSERT_TRUE(Take(kDisk));
  ASSERT_TRUE(Take(kLoad));
  acks_->NoteEnded(std::vector{MakeAlert(kDisk, kStart - 1h, kStart)});
  EXPECT_FALSE(Holds(kDisk));
  EXPECT_TRUE(Holds(kLoad));
  Restart();
  EXPECT_FALSE(Holds(kDisk));
}

TEST_F(AcknowledgementsTest, CanBeGivenBack) {
  ASSERT_TRUE(Take(kDisk));
  const std::vector<Alert> disk = {MakeAlert(kDisk)};
  ASSERT_TRUE(acks_->Withdraw(disk, {"ben", "::1"}));
  EXPECT_FALSE(Holds(kDisk));
  EXPECT_THAT(store_.values, IsEmpty());
  EXPECT_THAT(history_.lines,
              ElementsAre("acknowledged Disk by ann", "unacknowledged Disk by ben"));
  const Status again = acks_->Withdraw(disk, {"ben", "::1"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kNotFound);
}

TEST_F(AcknowledgementsTest, NeedsAName) {
  EXPECT_FALSE(Take(kDisk, {"", "::1"}));
  EXPECT_FALSE(Take(kDisk, {"ann", "::1", std::string(5000, 'x')}));
  EXPECT_THAT(acks_->All(), IsEmpty());
  EXPECT_THAT(history_.lines, IsEmpty());
}

TEST_F(AcknowledgementsTest, HoldsWithoutADisk) {
  store_.full = true;
  ASSERT_TRUE(Take(kDisk));
  EXPECT_TRUE(Holds(kDisk));
  store_.full = false;
  ASSERT_TRUE(Take(kLoad));
  EXPECT_THAT(store_.values, SizeIs(2));
  store_.full = true;
  acks_->NoteEnded(std::vector{MakeAlert(kDisk)});
  store_.full = false;
  acks_->NoteEnded(std::vector{MakeAlert(kLoad)});
  EXPECT_THAT(store_.values, IsEmpty());
}

TEST_F(AcknowledgementsTest, WhatCannotBeReadStaysWhereItIs) {
  store_.values["x"] = "no json";
  store_.values["y"] = R"({"labels":{},"at":"yesterday"})";
  Restart();
  EXPECT_THAT(acks_->All(), IsEmpty());
  EXPECT_THAT(store_.values, SizeIs(2));
}

TEST_F(AcknowledgementsTest, OneWhoseAlertEndedUnseenIsForgotten) {
  ASSERT_TRUE(Take(kDisk));
  const auto nothing = [](std::uint64_t /*fingerprint*/) {
    return false;
  };
  acks_->Retain(nothing);
  EXPECT_TRUE(Holds(kDisk)) << "it may have been put this moment";
  clock_.Advance(2min);
  acks_->Retain([](std::uint64_t fingerprint) { return fingerprint == Fingerprint(kDisk); });
  EXPECT_TRUE(Holds(kDisk));
  acks_->Retain(nothing);
  EXPECT_FALSE(Holds(kDisk));
}

struct GroupRow {
  std::string name;
  std::vector<Alert> alerts;
  bool want = false;
};

class HoldsAllFiringTest : public AcknowledgementsTest,
                           public testing::WithParamInterface<GroupRow> {};

TEST_P(HoldsAllFiringTest, Decides) {
  ASSERT_TRUE(Take(kDisk));
  EXPECT_EQ(acks_->HoldsAllFiring(GetParam().alerts, kStart), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    HoldsAllFiringTest,
    testing::Values(GroupRow{"Nothing", {}, false},
                    GroupRow{"TheOne", {MakeAlert(kDisk)}, true},
                    GroupRow{"AnotherToo", {MakeAlert(kDisk), MakeAlert(kLoad)}, false},
                    GroupRow{"AnotherThatIsOver",
                             {MakeAlert(kDisk), MakeAlert(kLoad, kStart - 1h, kStart)},
                             true},
                    GroupRow{"AllOver", {MakeAlert(kDisk, kStart - 1h, kStart)}, false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::alerts
