#include "exporter/state/database.h"

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/state/alert_states.h"
#include "exporter/state/key_values.h"
#include "exporter/state/sample_journal.h"
#include "tests/unit/exporter/state/state_folder.h"

namespace sidewatch::state {
namespace {

using DatabaseTest = StateTest;
using testing::HasSubstr;

TEST(DatabaseOpenTest, CreatesTheFolderAndAFileForItsOwnerOnly) {
  const StateFolder folder;
  const std::string path = folder.File("deep/down/state.db");

  ASSERT_TRUE(Database::Open(path).has_value());

  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(DatabaseOpenTest, AFolderThatCannotBeMadeIsNamedWithWhatToDo) {
  const StateFolder folder;
  std::ofstream(folder.File("file")) << "x";

  const auto opened = Database::Open(folder.File("file/state.db"));

  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(opened.error().message, HasSubstr(folder.File("file/state.db")));
  EXPECT_THAT(opened.error().message, HasSubstr("--storage.path"));
}

TEST(DatabaseOpenTest, AForeignFileIsRefusedAndLeftAlone) {
  const StateFolder folder;
  const std::string text(4096, 'x');
  std::ofstream(folder.File()) << text;

  const auto opened = Database::Open(folder.File());

  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kProtocol);
  EXPECT_THAT(opened.error().message, HasSubstr("not a file of ours"));
  EXPECT_EQ(std::filesystem::file_size(folder.File()), text.size());
}

TEST_F(DatabaseTest, TwoCannotUseOneFile) {
  const auto second = Database::Open(folder_.File());

  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("another process uses it"));
}

TEST_F(DatabaseTest, AFileOfANewerProgramIsRefused) {
  {
    Transaction transaction(*database_);
    ASSERT_TRUE(transaction.Run("PRAGMA user_version = 999", {}).has_value());
    ASSERT_TRUE(transaction.Commit().has_value());
  }
  database_.reset();

  const auto opened = Database::Open(folder_.File());

  ASSERT_FALSE(opened.has_value());
  EXPECT_THAT(opened.error().message, HasSubstr("its version is 999"));
}

TEST_F(DatabaseTest, AnUncommittedTransactionIsUndone) {
  {
    Transaction transaction(*database_);
    ASSERT_TRUE(transaction.Run("INSERT INTO alert_states VALUES ('a', 'x')", {}).has_value());
  }
  EXPECT_TRUE(AlertStates(*database_).LoadAll()->empty());
}

TEST_F(DatabaseTest, GoesOnWhenTheDiskHasRoomAgain) {
  Reopen({.max_bytes = 200'000});
  SampleJournal journal(*database_);
  const std::string batch(10'000, 'b');
  Status status;
  int written = 0;
  for (; written < 100 && status.has_value(); ++written) {
    status = journal.Write(batch, FromUnixMillis(written));
  }
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(status.error().message, HasSubstr("free space on its disk"));
  EXPECT_GT(written, 5);

  ASSERT_TRUE(journal.Truncate(FromUnixMillis(written)).has_value());

  EXPECT_TRUE(journal.Write(batch, FromUnixMillis(written)).has_value());
}

TEST_F(DatabaseTest, ManyThreadsMayWrite) {
  constexpr int kThreads = 4;
  constexpr int kWrites = 25;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([this, thread] {
        KeyValues values(*database_, "threads");
        SampleJournal journal(*database_);
        for (int i = 0; i < kWrites; ++i) {
          const std::string key = std::to_string(thread) + "/" + std::to_string(i);
          EXPECT_TRUE(values.Save(key, "x").has_value());
          EXPECT_TRUE(journal.Write(key, FromUnixMillis(i)).has_value());
        }
      });
    }
  }
  EXPECT_EQ(KeyValues(*database_, "threads").LoadAll()->size(),
            static_cast<std::size_t>(kThreads * kWrites));
}

TEST(DatabaseOpenTest, InMemoryWorksLikeAFile) {
  const auto database = Database::OpenInMemory();
  ASSERT_TRUE(database.has_value());
  ASSERT_TRUE(AlertStates(**database).Save("a", "x").has_value());
  EXPECT_EQ(AlertStates(**database).LoadAll()->at("a"), "x");
}

}  // namespace
}  // namespace sidewatch::state
