#include "alerts/notifier/notifier.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include "alerts/receivers/builtin.h"
#include "exporter/state/database.h"
#include "tests/testkit/alert_maker.h"
#include "tests/testkit/map_value_store.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// Takes down to which URL was posted, for several threads.
class Inbox {
 public:
  HttpFactory factory() {
    return [this](const net::HttpClientOptions&) {
      return std::make_unique<Client>(*this);
    };
  }

  /// Waits until `count` posts came, ten seconds at most.
  std::vector<std::string> WaitFor(std::size_t count) {
    const SteadyTime deadline = std::chrono::steady_clock::now() + 10s;
    while (Urls().size() < count && std::chrono::steady_clock::now() < deadline) {
      arrived_.WaitUntil({}, deadline);
    }
    return Urls();
  }

  std::vector<std::string> Urls() {
    const MutexLock lock(mutex_);
    return urls_;
  }

  std::string refusing;  ///< Set before anything is posted.

 private:
  class Client final : public net::HttpClient {
   public:
    explicit Client(Inbox& inbox) : inbox_(inbox) {}

    Result<net::HttpReply> Send(const net::HttpCall& call,
                                SteadyTime /*deadline*/,
                                const std::stop_token& /*stop*/) override {
      {
        const MutexLock lock(inbox_.mutex_);
        inbox_.urls_.push_back(call.url);
      }
      inbox_.arrived_.Wake();
      return net::HttpReply{call.url == inbox_.refusing ? 404 : 200, {}, "as told"};
    }

   private:
    Inbox& inbox_;
  };

  Mutex mutex_;
  std::vector<std::string> urls_ SW_GUARDED_BY(mutex_);
  Waker arrived_;
};

/// The system's clock, some time ahead.
class ShiftedClock final : public Clock {
 public:
  TimePoint Now() const override { return clock_.Now() + shift_.load(); }

  SteadyTime Steady() const override { return clock_.Steady(); }

  void Advance(Duration by) { shift_ = shift_.load() + by; }

 private:
  SystemClock clock_;
  std::atomic<Duration> shift_ = Duration(0);
};

class NotifierTest : public testing::Test {
 protected:
  /// Alerts of service `x` go to the address `http://x`.
  std::unique_ptr<NotificationConfig> Config(const std::string& shop_url = "http://shop") {
    config::Diagnostics diagnostics;
    const std::string yaml =
        "route: {receiver: other, group_by: [service], group_wait: 0s,\n"
        "        routes: [{receiver: shop, matchers: [service=shop]}]}\n"
        "receivers:\n"
        "- {name: shop, slack_configs: [{api_url: '" +
        shop_url +
        "'}]}\n"
        "- {name: other, slack_configs: [{api_url: 'http://other'" +
        more_of_other_ +
        "}]}\n"
        "inhibit_rules: [{source_matchers: [severity=critical],\n"
        "                 target_matchers: [severity=warning], equal: [service]}]\n";
    auto config = ReadNotificationConfig(testkit::Yaml(yaml, diagnostics),
                                         {.receivers = BuiltinReceivers(),
                                          .receiver_deps = {.clock = &clock_,
                                                            .http = inbox_.factory(),
                                                            .mail = {},
                                                            .external_labels = external_labels_}},
                                         diagnostics);
    EXPECT_TRUE(diagnostics.ok()) << testkit::Errors(diagnostics);
    return config;
  }

  void Start() {
    notifier_.reset();
    registry_ = std::make_unique<prometheus::Registry>();
    notifier_ = std::make_unique<Notifier>(
        Config(),
        NotifierDeps{.clock = clock_,
                     .log = Logger(),
                     .database = *database_,
                     .registry = *registry_,
                     .history = &history_,
                     .acknowledgements = &acknowledgements_,
                     .on_ended = [this](std::span<const Alert> ended) {
                       for (const Alert& alert : ended) {
                         ended_.emplace_back(alert.labels.Get("service"));
                       }
                     }});
  }

  void Put(const LabelSet& labels) {
    const Alert alert = testkit::MakeAlert(labels, clock_.Now() - 1s);
    notifier_->Put({&alert, 1});
  }

  ShiftedClock clock_;
  std::string more_of_other_;
  LabelSet external_labels_ = {{"site", "x"}};
  Inbox inbox_;
  std::unique_ptr<state::Database> database_ = *state::Database::OpenInMemory();
  std::unique_ptr<prometheus::Registry> registry_;
  History history_{*database_, Logger()};
  testkit::MapValueStore acknowledgement_store_;
  Acknowledgements acknowledgements_{
      {.clock = clock_, .log = Logger(), .store = acknowledgement_store_, .history = history_}};
  std::vector<std::string> ended_;
  std::unique_ptr<Notifier> notifier_;
};

const LabelSet kShop = {{"alertname", "Disk"}, {"service", "shop"}, {"severity", "critical"}};
const LabelSet kBlog = {{"alertname", "Disk"}, {"service", "blog"}, {"severity", "critical"}};

TEST_F(NotifierTest, TellsNothingBeforeItIsReady) {
  Start();
  Put(kShop);
  EXPECT_THAT(inbox_.Urls(), IsEmpty());
  notifier_->Ready();
  EXPECT_THAT(inbox_.WaitFor(1), ElementsAre("http://shop"));
}

TEST_F(NotifierTest, ARestartRepeatsNothing) {
  Start();
  Put(kShop);
  notifier_->Ready();
  inbox_.WaitFor(1);
  Start();
  Put(kShop);
  notifier_->Ready();
  Put(kBlog);
  EXPECT_THAT(inbox_.WaitFor(2), ElementsAre("http://shop", "http://other"));
}

TEST_F(NotifierTest, AReloadKeepsWhatWasTold) {
  Start();
  Put(kShop);
  notifier_->Ready();
  inbox_.WaitFor(1);
  notifier_->Apply(Config("http://new-shop"));
  EXPECT_EQ(notifier_->Alerts().size(), 1U);
  Put(kBlog);
  EXPECT_THAT(inbox_.WaitFor(2), ElementsAre("http://shop", "http://other"));
}

TEST_F(NotifierTest, ARefusalIsToldThroughTheOtherReceiver) {
  inbox_.refusing = "http://other";
  Start();
  notifier_->Ready();
  Put(kBlog);
  EXPECT_THAT(inbox_.WaitFor(2), ElementsAre("http://other", "http://shop"));
  std::vector<std::string> names;
  for (const AlertPtr& alert : notifier_->Alerts()) {
    names.emplace_back(alert->name());
  }
  EXPECT_THAT(names, testing::UnorderedElementsAre("Disk", "NotificationRefused"));
}

TEST_F(NotifierTest, AnInhibitedAlertIsNotTold) {
  Start();
  const LabelSet warning = {{"alertname", "Slow"}, {"service", "blog"}, {"severity", "warning"}};
  Put(kBlog);
  Put(warning);
  EXPECT_EQ(notifier_->MutedBy(testkit::MakeAlert(warning)).at(0).reason, "inhibited");
  notifier_->Apply(Config());
  EXPECT_EQ(notifier_->MutedBy(testkit::MakeAlert(warning)).size(), 1U);
}

TEST_F(NotifierTest, ExternalLabelsAreAdded) {
  Start();
  Put({{"service", "shop"}});
  Put({{"service", "blog"}, {"site", "own"}});
  std::vector<std::string> sites;
  for (const AlertPtr& alert : notifier_->Alerts()) {
    sites.emplace_back(alert->labels.Get("site"));
  }
  EXPECT_THAT(sites, testing::UnorderedElementsAre("x", "own"));
}

TEST_F(NotifierTest, AReloadBringsOtherExternalLabels) {
  Start();
  external_labels_ = {{"site", "y"}};
  notifier_->Apply(Config());
  Put(kShop);
  ASSERT_EQ(notifier_->Alerts().size(), 1U);
  EXPECT_EQ(notifier_->Alerts().front()->labels.Get("site"), "y");
}

TEST_F(NotifierTest, WhatDoesNotComeBackAfterARestartEndsInItsTime) {
  Start();
  Put(kShop);
  Put(kBlog);
  notifier_->Ready();
  inbox_.WaitFor(2);
  Start();
  clock_.Advance(1h);
  notifier_->Maintain();
  EXPECT_THAT(ended_, IsEmpty()) << "nothing was evaluated yet";
  Put(kBlog);
  notifier_->Ready();
  notifier_->Maintain();
  EXPECT_THAT(ended_, IsEmpty()) << "whoever sends it has resolve_timeout to do so";
  clock_.Advance(6min);
  Put(kBlog);
  notifier_->Maintain();
  notifier_->Maintain();
  EXPECT_THAT(ended_, ElementsAre("shop"));
}

/// What the program lost of an alert that was told: its end is told all the same.
class LostEndTest : public NotifierTest {
 protected:
  void SetUp() override {
    more_of_other_ = ", send_resolved: true";
    Start();
    Put(kBlog);
    notifier_->Ready();
    ASSERT_EQ(inbox_.WaitFor(1).size(), 1U);
  }

  void StartAnew() {
    Start();
    notifier_->Ready();
    clock_.Advance(6min);
    notifier_->Maintain();
  }
};

TEST_F(LostEndTest, OfWhatDoesNotComeBackAfterARestart) {
  StartAnew();
  EXPECT_EQ(inbox_.WaitFor(2).size(), 2U);
  clock_.Advance(6min);
  notifier_->Maintain();
  StartAnew();
  EXPECT_EQ(inbox_.Urls().size(), 2U) << "once";
}

TEST_F(LostEndTest, OfWhatHadEndedAndWaitedForItsGroup) {
  const Alert ended = testkit::MakeAlert(kBlog, clock_.Now() - 2s, clock_.Now() - 1s);
  notifier_->Put({&ended, 1});
  EXPECT_EQ(inbox_.Urls().size(), 1U) << "the group is told after its interval";
  StartAnew();
  EXPECT_EQ(inbox_.WaitFor(2).size(), 2U);
}

}  // namespace
}  // namespace sidewatch::alerts
