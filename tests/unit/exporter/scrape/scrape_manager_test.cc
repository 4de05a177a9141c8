#include "exporter/scrape/scrape_manager.h"

#include <atomic>
#include <condition_variable>
#include <latch>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/scrape/self_collector.h"
#include "tests/testkit/recording_log.h"
#include "tests/testkit/recording_store.h"
#include "tests/unit/exporter/scrape/fake_collector.h"

namespace sidewatch::scrape {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class ScrapeManagerTest : public testing::Test {
 protected:
  ScrapeManagerTest() : metrics_(registry_) {}

  ScrapeManager Make() {
    return ScrapeManager({.clock = clock_, .log = Logger(), .store = store_, .metrics = metrics_});
  }

  template <typename... Targets>
  static std::vector<Target> Of(Targets... targets) {
    std::vector<Target> list;
    (list.push_back(std::move(targets)), ...);
    return list;
  }

  /// Waits for the next published run of every target; the loops themselves say when.
  static void WaitForAll(const ScrapeManager& manager) {
    while (!manager.AllTriedOnce()) {
      std::this_thread::yield();
    }
  }

  SystemClock clock_;
  testkit::RecordingStore store_;
  prometheus::Registry registry_;
  ScrapeMetrics metrics_;
};

TEST_F(ScrapeManagerTest, RunsEveryTargetAtOnceAndKeepsSnapshots) {
  ScrapeManager manager = Make();
  manager.Apply(Of(FakeTarget(&CollectSeven, "a"), FakeTarget(&CollectSeven, "b")));
  WaitForAll(manager);
  EXPECT_THAT(manager.Snapshots(), SizeIs(2));
  EXPECT_EQ(manager.Statuses()[1].config.name, "b");
  EXPECT_TRUE(manager.Stop());
}

TEST_F(ScrapeManagerTest, ReloadKeepsEqualTargetsAndEndsTheOthers) {
  std::atomic<int> kept_runs{0};
  const auto kept = [&](const RunContext& run, SampleSink& sink) {
    ++kept_runs;
    return CollectSeven(run, sink);
  };
  ScrapeManager manager = Make();
  manager.Apply(Of(FakeTarget(kept, "kept"),
                   FakeTarget(&CollectSeven, "changed"),
                   FakeTarget(&CollectSeven, "gone")));
  WaitForAll(manager);
  manager.Apply(Of(FakeTarget(kept, "kept"), FakeTarget(&CollectSeven, "changed", 2)));
  WaitForAll(manager);
  EXPECT_EQ(kept_runs, 1);
  EXPECT_THAT(manager.Statuses(), SizeIs(2));
  EXPECT_TRUE(manager.Stop());
}

TEST_F(ScrapeManagerTest, EndsThoughACollectorHangsAndDelaysNobody) {
  // Shared, as the hanging thread outlives the test's frame.
  const auto started = std::make_shared<std::latch>(1);
  const auto release = std::make_shared<std::latch>(1);
  const auto finished = std::make_shared<std::latch>(1);
  ScrapeManager manager = Make();
  manager.Apply(Of(FakeTarget(
                       [started, release, finished](const RunContext&, SampleSink&) {
                         started->count_down();
                         release->wait();
                         finished->count_down();
                         return Status();
                       },
                       "hangs"),
                   FakeTarget(&CollectSeven, "works")));
  started->wait();
  while (manager.Snapshots().empty()) {
    std::this_thread::yield();
  }
  EXPECT_FALSE(manager.AllTriedOnce());
  EXPECT_FALSE(manager.Stop());
  release->count_down();
  finished->wait();
}

TEST_F(ScrapeManagerTest, CollectsNowOnlyWhatIsAskedFor) {
  ScrapeManager manager = Make();
  manager.Apply(Of(FakeTarget(&CollectSeven)));
  EXPECT_THAT(manager.CollectNow({"other"}, {}), IsEmpty());
  const auto found = manager.CollectNow({"fake"}, {});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_TRUE(found[0].second->up());
  EXPECT_EQ(found[0].second->families.size(), 2U);
}

TEST_F(ScrapeManagerTest, WatchesItself) {
  const auto registry = std::make_shared<prometheus::Registry>();
  prometheus::BuildCounter()
      .Name("sidewatch_x_total")
      .Help("X.")
      .Register(*registry)
      .Add({})
      .Increment();
  ScrapeManager manager = Make();
  manager.Apply(Of(MakeSelfTarget(registry, "host:9847", {})));
  WaitForAll(manager);
  const SnapshotPtr snapshot = manager.Snapshots().front();
  std::vector<std::string> names;
  for (const MetricFamily& family : snapshot->families) {
    names.push_back(family.name);
  }
  EXPECT_THAT(names,
              testing::IsSupersetOf(
                  {"process_resident_memory_bytes", "process_open_fds", "sidewatch_x_total"}));
}

}  // namespace
}  // namespace sidewatch::scrape
