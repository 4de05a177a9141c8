#include "collectors/backups/backups.h"

#include <filesystem>
#include <fstream>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "collectors/backups/verification.h"
#include "exporter/base/unique_handle.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::backups {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::minutes;

/// 2026-01-15T12:00:00Z.
constexpr TimePoint kNow = FromUnixMillis(1'768'478'400'000);

class BackupsTest : public testing::Test {
 protected:
  BackupsTest() : clock_(kNow) {
    std::string name = (fs::temp_directory_path() / "backups_test_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }

  ~BackupsTest() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& bytes, Duration age = hours(1)) {
    const fs::path path = fs::path(folder_) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    const auto at =
        std::chrono::duration_cast<std::chrono::seconds>((clock_.Now() - age).time_since_epoch());
    const timeval times[2] = {{at.count(), 0}, {at.count(), 0}};
    utimes(path.c_str(), static_cast<const timeval*>(times));
    return path.string();
  }

  /// A tar of three files under one of libarchive's filters.
  std::string Archive(const std::string& name, int filter) {
    const std::string path = Write(name, "");
    const UniqueHandle<archive, archive_write_free> out(archive_write_new());
    archive_write_add_filter(out.get(), filter);
    archive_write_set_format_pax_restricted(out.get());
    archive_write_open_filename(out.get(), path.c_str());
    std::uint32_t random = 1;
    for (int i = 0; i < 3; ++i) {
      std::string data(40'000, ' ');
      for (char& c : data) {
        random = random * 1'664'525 + 1'013'904'223;
        c = static_cast<char>(random >> 24U);
      }
      const UniqueHandle<archive_entry, archive_entry_free> entry(archive_entry_new());
      archive_entry_set_pathname(entry.get(), fmt::format("file{}", i).c_str());
      archive_entry_set_size(entry.get(), static_cast<la_int64_t>(data.size()));
      archive_entry_set_filetype(entry.get(), AE_IFREG);
      archive_entry_set_perm(entry.get(), 0644);
      archive_write_header(out.get(), entry.get());
      archive_write_data(out.get(), data.data(), data.size());
    }
    archive_write_close(out.get());
    return path;
  }

  void Make(const std::string& keys) {
    auto made = testkit::MakeCollector(
        kBackupsSpec, fmt::format("name: n\ntimezone: UTC\n{}", keys), clock_);
    ASSERT_THAT(made.errors, testing::IsEmpty());
    collector_ = std::move(made.collector);
  }

  Status Run() {
    last_ = testkit::CollectOnce(*collector_, clock_);
    EXPECT_TRUE(last_->sink.Duplicates().empty());
    return last_->status;
  }

  std::optional<double> Find(const std::string& series) const { return last_->sink.Find(series); }

  testkit::ManualClock clock_;
  std::string folder_;
  std::unique_ptr<scrape::Collector> collector_;
  std::unique_ptr<testkit::Collected> last_;
};

Finding Verify(const std::string& path) {
  return StartVerification(path)->Continue([] { return false; })->finding;
}

TEST_F(BackupsTest, ReadsArchivesToTheEnd) {
  for (const int filter : {ARCHIVE_FILTER_NONE,
                           ARCHIVE_FILTER_GZIP,
                           ARCHIVE_FILTER_BZIP2,
                           ARCHIVE_FILTER_XZ,
                           ARCHIVE_FILTER_ZSTD}) {
    const std::string path = Archive("a.tar", filter);
    const auto size = fs::file_size(path);
    EXPECT_EQ(Verify(path), Finding::kGood) << filter;
    // Without its last zero bytes a plain tar still holds everything.
    const std::uintmax_t end = filter == ARCHIVE_FILTER_NONE ? size - 2000 : size - 1;
    for (const std::uintmax_t cut : {end, size - 600, size / 2}) {
      Archive("a.tar", filter);
      fs::resize_file(path, cut);
      EXPECT_EQ(Verify(path), Finding::kTruncated) << filter << " cut to " << cut << " of " << size;
    }
    Archive("a.tar", filter);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(size / 2));
    file << "damage!!";
    file.close();
    // Neither tar nor libarchive's zstd writes a check sum of the data; the zstd command does.
    const bool summed = filter != ARCHIVE_FILTER_NONE && filter != ARCHIVE_FILTER_ZSTD;
    EXPECT_EQ(Verify(path), summed ? Finding::kCorrupt : Finding::kGood) << filter;
  }
}

TEST_F(BackupsTest, WaitsForAGrowingFile) {
  Make(fmt::format("path: {}/*.sql", folder_));
  Write("a.sql", "x", minutes(1));
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(R"(backup_last_success_timestamp_seconds{backup="n"})"), std::nullopt);
  EXPECT_EQ(Find(R"(backup_files{backup="n"})"), 1);
  Write("a.sql", "xy", minutes(1));
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(R"(backup_size_bytes{backup="n"})"), std::nullopt);
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(R"(backup_size_bytes{backup="n"})"), 2);
  EXPECT_EQ(Find(R"(backup_age_seconds{backup="n"})"), 60);
  EXPECT_EQ(Find(R"(backup_verified{backup="n"})"), std::nullopt);
}

TEST_F(BackupsTest, SaysDueLateAndMissed) {
  Make(fmt::format("path: {}/%Y%m%d/db\nschedule: \"0 2 * * *\"\ngrace: 2h", folder_));
  Write("20260115/db", "data", hours(10));
  const auto state = [this] {
    EXPECT_TRUE(Run());
    for (const std::string name : {"ok", "due", "late", "missed"}) {
      if (Find(fmt::format(R"(backup_state{{backup="n", state="{}"}})", name)) == 1) {
        return name;
      }
    }
    return std::string("none");
  };
  EXPECT_EQ(state(), "ok");
  clock_.Advance(hours(14) + minutes(10));
  EXPECT_EQ(state(), "due");
  clock_.Advance(hours(1));
  EXPECT_EQ(state(), "late");
  EXPECT_EQ(Find(R"(backup_missed_total{backup="n"})"), 0);
  clock_.Advance(hours(1));
  EXPECT_EQ(state(), "missed");
  EXPECT_EQ(state(), "missed");
  EXPECT_EQ(Find(R"(backup_missed_total{backup="n"})"), 1);
  Write("20260116/db", "data", hours(1));
  EXPECT_EQ(state(), "ok");
}

TEST_F(BackupsTest, CountsEachFaultOnce) {
  Make(fmt::format("path: {}/*.db\nmin_size: 10B\nmax_age: 5h\nmax_shrink: 50%", folder_));
  Write("a.db", std::string(100, 'x'), hours(4));
  Write("b.db", std::string(20, 'x'), hours(3));
  Write("c.db", "tiny", hours(2));
  Write("d.db", "", hours(1));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Run());
    EXPECT_EQ(Find(R"(backup_errors_total{backup="n", reason="empty"})"), 1);
    EXPECT_EQ(Find(R"(backup_errors_total{backup="n", reason="too_small"})"), 1);
    EXPECT_EQ(Find(R"(backup_errors_total{backup="n", reason="shrank"})"), 1);
    for (const std::string_view reason : {"empty", "too_small", "shrank"}) {
      EXPECT_EQ(Find(fmt::format(R"(backup_problem{{backup="n", reason="{}"}})", reason)), 1);
    }
    EXPECT_EQ(Find(R"(backup_size_median_bytes{backup="n"})"), 60);
    EXPECT_EQ(Find(R"(backup_age_seconds{backup="n"})"), 3 * 3600);
  }
  clock_.Advance(hours(3));
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(R"(backup_errors_total{backup="n", reason="too_old"})"), 1);
}

TEST_F(BackupsTest, ShowsAProblemUntilItIsOver) {
  Make(fmt::format("path: {}/*.db\nmin_size: 10B", folder_));
  Write("a.db", "tiny", hours(30));
  const std::string series = R"(backup_problem{backup="n", reason="too_small"})";
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(Run());
    EXPECT_EQ(Find(series), 1);
    clock_.Advance(hours(1));
  }
  Write("b.db", std::string(100, 'x'), hours(1));
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(series), std::nullopt);
  EXPECT_EQ(Find(R"(backup_errors_total{backup="n", reason="too_small"})"), 1);
}

TEST_F(BackupsTest, SaysWhetherItVerifies) {
  const std::string data = "\x85\x02 nothing that is known";
  Write("a.gpg", data);
  for (const auto& [key, want] : {std::pair{"true", 1}, std::pair{"false", 0}}) {
    Make(fmt::format("path: {}/*.gpg\nverify: {}", folder_, key));
    ASSERT_TRUE(Run());
    EXPECT_EQ(Find(R"(backup_verification_enabled{backup="n"})"), want);
    EXPECT_EQ(Find(R"(backup_size_bytes{backup="n"})"), data.size());
    EXPECT_EQ(Find(R"(backup_verified{backup="n"})"), std::nullopt);
  }
}

TEST_F(BackupsTest, MissesBackupsThatAreNotKept) {
  Make(fmt::format("path: {}/*.db\nkeep: 3", folder_));
  const std::string series = R"(backup_problem{backup="n", reason="too_few"})";
  for (const int age : {2, 1}) {
    Write(fmt::format("{}.db", age), "data", age * hours(24));
    ASSERT_TRUE(Run());
    EXPECT_EQ(Find(series), std::nullopt) << "there never were enough";
  }
  Write("0.db", "data");
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(R"(backup_files{backup="n"})"), 3);
  EXPECT_EQ(Find(R"(backup_keep_files{backup="n"})"), 3);
  EXPECT_EQ(Find(R"(backup_keep_seconds{backup="n"})"), std::nullopt);
  EXPECT_EQ(Find(series), std::nullopt);
  fs::remove(folder_ + "/2.db");
  clock_.Advance(hours(1));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(Run());
    EXPECT_EQ(Find(series), 1);
    EXPECT_EQ(Find(R"(backup_errors_total{backup="n", reason="too_few"})"), 1);
  }
  Write("3.db", "data");
  clock_.Advance(hours(1));
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(series), std::nullopt);
}

TEST_F(BackupsTest, MissesBackupsThatReachBackFarEnough) {
  Make(fmt::format("path: {}/*.db\nkeep: 7d", folder_));
  const std::string series = R"(backup_problem{backup="n", reason="too_few"})";
  Write("new.db", "data");
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(R"(backup_keep_seconds{backup="n"})"), 7 * 86'400);
  EXPECT_EQ(Find(R"(backup_keep_files{backup="n"})"), std::nullopt);
  EXPECT_EQ(Find(series), std::nullopt) << "they never reached back so far";
  // The oldest may already be deleted as it reaches the age.
  Write("old.db", "data", hours(6 * 24 + 1));
  clock_.Advance(hours(1));
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(series), std::nullopt);
  fs::remove(folder_ + "/old.db");
  clock_.Advance(hours(1));
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(series), 1);
  EXPECT_EQ(Find(R"(backup_errors_total{backup="n", reason="too_few"})"), 1);
}

TEST_F(BackupsTest, ReadsMonthlyNames) {
  Make(fmt::format("path: {}/monthly/database-%Y%m.backup\nschedule: \"0 3 1 * *\"", folder_));
  Write("monthly/database-202512.backup", "data", hours(20));
  Write("monthly/database-202601.backup", "more data", hours(9));
  Write("monthly/database-now.backup", "no month");
  Write("monthly/database-202513.backup", "no month");
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(R"(backup_files{backup="n"})"), 2);
  EXPECT_EQ(Find(R"(backup_size_bytes{backup="n"})"), 9);
  // 2026-01-01 and 2025-12-01, whenever the files were written.
  EXPECT_EQ(Find(R"(backup_last_success_timestamp_seconds{backup="n"})"), 1'767'225'600);
  EXPECT_EQ(Find(R"(backup_oldest_timestamp_seconds{backup="n"})"), 1'764'547'200);
  EXPECT_EQ(Find(R"(backup_state{backup="n", state="ok"})"), 1);
  // The month that follows is not served by the one before.
  clock_.Advance(hours(24) * 17);
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(R"(backup_state{backup="n", state="missed"})"), 1);
  EXPECT_EQ(Find(R"(backup_missed_total{backup="n"})"), 1);
}

TEST_F(BackupsTest, ShowsFreeSpace) {
  Make(fmt::format("path: {}/*.db", folder_));
  Write("a.db", "data");
  ASSERT_TRUE(Run());
  const auto free = Find(R"(backup_free_bytes{backup="n"})");
  ASSERT_TRUE(free);
  const auto space = fs::space(folder_);
  EXPECT_GT(*free, 0);
  EXPECT_LE(*free, static_cast<double>(space.capacity));
  Make("path: /no/such/folder/*.db");
  EXPECT_FALSE(Run());
  EXPECT_EQ(Find(R"(backup_free_bytes{backup="n"})"), std::nullopt) << "absent is not zero";
}

TEST_F(BackupsTest, NamesAVanishedFolder) {
  Make(fmt::format("path: {}/in/*.db", folder_));
  Write("in/a.db", "data");
  ASSERT_TRUE(Run());
  fs::remove_all(folder_ + "/in");
  clock_.Advance(hours(1));
  EXPECT_FALSE(Run());
  EXPECT_EQ(Find(R"(backup_errors_total{backup="n", reason="vanished"})"), 1);
  EXPECT_EQ(Find(R"(backup_problem{backup="n", reason="vanished"})"), 1);
  EXPECT_EQ(Find(R"(backup_age_seconds{backup="n"})"), 2 * 3600);
  EXPECT_EQ(Find(R"(backup_files{backup="n"})"), std::nullopt);
  Write("in/a.db", "data");
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(R"(backup_problem{backup="n", reason="vanished"})"), std::nullopt);
}

TEST_F(BackupsTest, NamesASymlinkLoop) {
  Make(fmt::format("path: {}/*.db", folder_));
  fs::create_symlink("loop.db", folder_ + "/loop.db");
  Write("a.db", "data");
  ASSERT_TRUE(Run());
  EXPECT_EQ(Find(R"(backup_errors_total{backup="n", reason="symlink_loop"})"), 1);
  EXPECT_EQ(Find(R"(backup_files{backup="n"})"), 1);
}

struct OptionCase {
  std::string name;
  std::string yaml;
  std::string want;
};

class BackupsOptionsTest : public testing::TestWithParam<OptionCase> {};

TEST_P(BackupsOptionsTest, TellsWhatIsWrong) {
  const SystemClock clock;
  const auto made = testkit::MakeCollector(kBackupsSpec, GetParam().yaml, clock);
  ASSERT_EQ(made.errors.size(), 1U);
  EXPECT_THAT(made.errors[0], testing::HasSubstr(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    BackupsOptionsTest,
    testing::Values(
        OptionCase{"NoPath", "max_age: 1d", "missing key \"path\""},
        OptionCase{"Relative", "path: b/*.gz", "is not an absolute path"},
        OptionCase{"Field", "path: /b/%Q.gz", "%Q is not known"},
        OptionCase{"Braces", "path: \"/b/{a,b\"", "do not fit"},
        OptionCase{"Schedule", "path: /b/x\nschedule: \"0 25 * * *\"", "test.yml:2:11: the hour"},
        OptionCase{"Never", "path: /b/x\nschedule: \"0 0 30 2 *\"", "never comes"},
        OptionCase{"Zone", "path: /b/x\ntimezone: Mars/Olympus", "unknown time zone"},
        OptionCase{"Keep", "path: /b/x\nkeep: much", "expected how long"},
        OptionCase{"Shrink", "path: /b/x\nmax_shrink: 120%", "between 0% and 100%"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::backups
