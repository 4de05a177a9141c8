#include "exporter/scrape/target_loop.h"

#include <future>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/manual_clock.h"
#include "tests/testkit/recording_log.h"
#include "tests/testkit/recording_store.h"
#include "tests/unit/exporter/scrape/fake_collector.h"

namespace sidewatch::scrape {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::SizeIs;

class TargetLoopTest : public testing::Test {
 protected:
  TargetLoopTest()
      : log_(std::make_shared<testkit::RecordingLog>()),
        metrics_(registry_),
        deps_{.clock = clock_,
              .log = Logger(log_, LogLevel::kInfo, LogFormat::kLogfmt, clock_),
              .store = store_,
              .metrics = metrics_} {}

  std::string Page(const TargetLoop& loop) const {
    std::string page;
    for (const MetricFamily& family : loop.snapshot()->families) {
      for (const MetricSample& sample : family.samples) {
        page += fmt::format("{} {}\n", sample.labels.ToString(), sample.value);
      }
    }
    return page;
  }

  testkit::ManualClock clock_;
  testkit::RecordingStore store_;
  std::shared_ptr<testkit::RecordingLog> log_;
  prometheus::Registry registry_;
  ScrapeMetrics metrics_;
  LoopDeps deps_;
  std::stop_source stop_;
};

TEST_F(TargetLoopTest, ShowsWhatRelabellingLeaves) {
  Target target = FakeTarget(&CollectSeven);
  SampleRules rules;
  rules.relabel.push_back(*relabel::Rule::Create({.source_labels = {"__name__"},
                                                  .regex = "fake_(value)",
                                                  .target_label = "__name__",
                                                  .replacement = "renamed_$1"}));
  target.config.sample_rules = std::make_shared<const SampleRules>(std::move(rules));
  TargetLoop loop(std::move(target), deps_);
  loop.RunOnce(clock_.Now(), stop_.get_token());
  EXPECT_EQ(Page(loop), "fake_up 1\nrenamed_value 7\n");
  EXPECT_THAT(store_.SamplesOf(R"(renamed_value{instance="fake:1", job="fake"})"), SizeIs(1));
}

TEST_F(TargetLoopTest, ARunOverItsLimitIsNone) {
  Target target = FakeTarget([](const RunContext& run, SampleSink& sink) {
    sink.AddFamily({.name = "b",
                    .type = MetricType::kGauge,
                    .help = {},
                    .unit = {},
                    .samples = {{.labels = LabelSet{{"__name__", "b"}}, .value = 1}}});
    return CollectSeven(run, sink);
  });
  target.config.sample_rules = std::make_shared<const SampleRules>(SampleRules{.sample_limit = 1});
  TargetLoop loop(std::move(target), deps_);
  loop.RunOnce(clock_.Now(), stop_.get_token());
  EXPECT_EQ(Page(loop), "fake_up 0\n");
  ASSERT_TRUE(loop.snapshot()->error.has_value());
  EXPECT_EQ(loop.snapshot()->error->message, "sample limit exceeded");
  EXPECT_EQ(
      store_.SamplesOf(R"(scrape_samples_scraped{instance="fake:1", job="fake"})").front().value,
      2);
}

TEST_F(TargetLoopTest, PublishesWhatARunFound) {
  TargetLoop loop(FakeTarget(&CollectSeven), deps_);
  EXPECT_EQ(loop.snapshot(), nullptr);
  loop.RunOnce(clock_.Now(), stop_.get_token());
  EXPECT_EQ(Page(loop), "fake_up 1\nfake_value 7\n");
  EXPECT_TRUE(loop.snapshot()->up());
  EXPECT_EQ(store_.SamplesOf(R"(fake_value{instance="fake:1", job="fake"})").front().at,
            clock_.Now());
}

TEST_F(TargetLoopTest, ShowsTheTargetOnlyWhenToldTo) {
  TargetLoop loop(FakeTarget(&CollectSeven), deps_);
  loop.ShowTargetLabel(true);
  loop.RunOnce(clock_.Now(), stop_.get_token());
  EXPECT_EQ(Page(loop), "fake_up{target=\"main\"} 1\nfake_value{target=\"main\"} 7\n");
  EXPECT_THAT(store_.SamplesOf(R"(fake_value{instance="fake:1", job="fake"})"), SizeIs(1));
}

TEST_F(TargetLoopTest, AFailedRunIsDownAndEndsItsSeries) {
  bool works = true;
  TargetLoop loop(FakeTarget([&](const RunContext& run, SampleSink& sink) -> Status {
                    return works ? CollectSeven(run, sink)
                                 : Fail(ErrorCode::kPermissionDenied, "wrong password");
                  }),
                  deps_);
  loop.RunOnce(clock_.Now(), stop_.get_token());
  works = false;
  clock_.Advance(seconds(15));
  loop.RunOnce(clock_.Now(), stop_.get_token());
  EXPECT_EQ(Page(loop), "fake_up 0\n");
  EXPECT_EQ(loop.snapshot()->error->message, "wrong password");
  EXPECT_TRUE(
      IsStale(store_.SamplesOf(R"(fake_value{instance="fake:1", job="fake"})").back().value));
  EXPECT_EQ(store_.SamplesOf(R"(up{instance="fake:1", job="fake"})").back().value, 0);
}

TEST_F(TargetLoopTest, AnExceptionIsAFailureLikeAnyOther) {
  TargetLoop loop(FakeTarget([](const RunContext&, SampleSink&) -> Status {
                    throw std::runtime_error("boom");
                  }),
                  deps_);
  loop.RunOnce(clock_.Now(), stop_.get_token());
  EXPECT_EQ(loop.snapshot()->error->code, ErrorCode::kInternal);
  EXPECT_EQ(loop.snapshot()->error->message, "unexpected exception: boom");
}

TEST_F(TargetLoopTest, TellsOnceThatItIsDownRemindsAndTellsThatItIsBack) {
  bool works = false;
  TargetLoop loop(FakeTarget([&](const RunContext&, SampleSink&) -> Status {
                    return works ? Status() : Fail(ErrorCode::kUnavailable, "connection refused");
                  }),
                  deps_);
  for (int i = 0; i < 3; ++i) {
    loop.RunOnce(clock_.Now(), stop_.get_token());
    clock_.Advance(seconds(15));
  }
  ASSERT_THAT(log_->lines(), SizeIs(1));
  EXPECT_THAT(log_->lines()[0],
              HasSubstr("msg=\"target is down\" kind=fake target=main class=unavailable "
                        "error=\"connection refused\""));
  clock_.Advance(minutes(10));
  loop.RunOnce(clock_.Now(), stop_.get_token());
  works = true;
  loop.RunOnce(clock_.Now(), stop_.get_token());
  ASSERT_THAT(log_->lines(), SizeIs(3));
  EXPECT_THAT(log_->lines()[1], HasSubstr("still down"));
  EXPECT_THAT(log_->lines()[2], HasSubstr("is back"));
}

/// A run that hangs until the test lets it go.
class HangingRunTest : public TargetLoopTest {
 protected:
  HangingRunTest()
      : loop_(std::make_shared<TargetLoop>(
            FakeTarget([this](const RunContext& run, SampleSink& sink) {
              started_.set_value();
              release_.get_future().wait();
              return CollectSeven(run, sink);
            }),
            deps_)) {}

  std::promise<void> started_;
  std::promise<void> release_;
  std::shared_ptr<TargetLoop> loop_;
};

TEST_F(HangingRunTest, IsGivenUpAtItsDeadlineAndItsLateResultIsDropped) {
  const TimePoint due = clock_.Now();
  std::jthread runner([&] { loop_->RunOnce(due, stop_.get_token()); });
  started_.get_future().wait();
  EXPECT_TRUE(loop_->NextOverdue().has_value());
  loop_->GiveUpOverdue(clock_.Steady());
  EXPECT_EQ(loop_->snapshot(), nullptr);

  clock_.Advance(seconds(11));
  loop_->GiveUpOverdue(clock_.Steady());
  ASSERT_NE(loop_->snapshot(), nullptr);
  EXPECT_EQ(Page(*loop_), "fake_up 0\n");
  EXPECT_EQ(loop_->snapshot()->error->message, "no answer within 10s, and the run hangs");
  EXPECT_EQ(store_.SamplesOf(R"(up{instance="fake:1", job="fake"})").size(), 1U);

  clock_.Advance(std::chrono::hours(1));
  loop_->GiveUpOverdue(clock_.Steady());
  EXPECT_EQ(store_.SamplesOf(R"(up{instance="fake:1", job="fake"})").size(), 2U)
      << "down every interval";

  release_.set_value();
  runner.join();
  EXPECT_EQ(Page(*loop_), "fake_up 0\n");
  EXPECT_FALSE(loop_->NextOverdue().has_value());
}

}  // namespace
}  // namespace sidewatch::scrape
