#include "collectors/textfile/textfile.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/testkit/manual_clock.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::textfile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

class TextfileTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }

  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  std::unique_ptr<testkit::Collected> Collect() {
    auto made =
        testkit::MakeCollector(kTextfileSpec, "{directory: '" + folder_.string() + "'}", clock_);
    EXPECT_THAT(made.errors, IsEmpty());
    auto collected = testkit::CollectOnce(*made.collector, clock_);
    EXPECT_TRUE(collected->status.has_value()) << "a wrong file takes no other down";
    EXPECT_THAT(collected->sink.Duplicates(), IsEmpty());
    return collected;
  }

  testkit::ManualClock clock_;
  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("textfile_" + std::to_string(getpid()));
};

TEST_F(TextfileTest, ReadsEveryPromFile) {
  const std::string a = Write("a.prom", "# TYPE backup_ok gauge\nbackup_ok{db=\"main\"} 1\n");
  Write("b.prom", "# TYPE jobs_total counter\njobs_total 3\n");
  Write("ignored.txt", "x 1\n");
  const auto collected = Collect();
  EXPECT_THAT(collected->sink.Find(R"(backup_ok{db="main"})"), Optional(1));
  EXPECT_THAT(collected->sink.Find("jobs_total"), Optional(3));
  EXPECT_EQ(collected->sink.Find("x"), std::nullopt);
  EXPECT_THAT(collected->sink.Find("node_textfile_scrape_error"), Optional(0));
  EXPECT_GT(collected->sink.Find("node_textfile_mtime_seconds{file=\"" + a + "\"}"), 1e9);
}

struct Case {
  std::string name;
  std::string text;
};

class WrongTextfileTest : public TextfileTest, public testing::WithParamInterface<Case> {};

TEST_P(WrongTextfileTest, IsLeftOutAndTold) {
  Write("good.prom", "good 1\n");
  const std::string bad = Write("wrong.prom", GetParam().text);
  const auto collected = Collect();
  EXPECT_THAT(collected->sink.Find("good"), Optional(1));
  EXPECT_EQ(collected->sink.Find("bad"), std::nullopt);
  EXPECT_EQ(collected->sink.Find("node_textfile_mtime_seconds{file=\"" + bad + "\"}"),
            std::nullopt);
  EXPECT_THAT(collected->sink.Find("node_textfile_scrape_error"), Optional(1));
}

INSTANTIATE_TEST_SUITE_P(Table,
                         WrongTextfileTest,
                         testing::Values(Case{"Html", "bad 1\n<html>\n"},
                                         Case{"Timestamp", "bad 1 1700000000000\n"},
                                         Case{"CutOff", "bad 1\nwors"},
                                         Case{"NoLineFeed", "bad 1"}),
                         [](const auto& row) { return row.param.name; });

TEST_F(TextfileTest, ASeriesOfTwoFilesIsTheFirstOnes) {
  Write("a.prom", "twice 1\n");
  Write("b.prom", "twice 2\nother 3\n");
  const auto collected = Collect();
  EXPECT_THAT(collected->sink.Find("twice"), Optional(1));
  EXPECT_THAT(collected->sink.Find("other"), Optional(3));
  EXPECT_THAT(collected->sink.Find("node_textfile_scrape_error"), Optional(1));
}

TEST_F(TextfileTest, APipeHoldsNobodyUp) {
  ASSERT_EQ(mkfifo((folder_ / "pipe.prom").c_str(), 0600), 0);
  EXPECT_THAT(Collect()->sink.Find("node_textfile_scrape_error"), Optional(1));
}

TEST_F(TextfileTest, AFolderThatIsNotThereIsAnError) {
  std::filesystem::remove_all(folder_);
  EXPECT_THAT(Collect()->sink.Find("node_textfile_scrape_error"), Optional(1));
}

TEST_F(TextfileTest, NeedsADirectory) {
  const auto made = testkit::MakeCollector(kTextfileSpec, "{}", clock_);
  EXPECT_THAT(made.errors, ElementsAre(R"(test.yml:1:1: missing key "directory")"));
}

}  // namespace
}  // namespace sidewatch::textfile
