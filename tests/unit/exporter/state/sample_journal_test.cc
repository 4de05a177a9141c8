#include "exporter/state/sample_journal.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/exporter/state/state_folder.h"

namespace sidewatch::state {
namespace {

class SampleJournalTest : public StateTest {
 protected:
  std::vector<std::string> ReplayAll(SampleJournal& journal) {
    std::vector<std::string> batches;
    const Status status = journal.Replay([&](std::string_view batch) {
      batches.emplace_back(batch);
      return Status();
    });
    EXPECT_TRUE(status.has_value());
    return batches;
  }
};

TEST_F(SampleJournalTest, ReplaysInTheOrderOfWriting) {
  std::vector<std::string> written;
  {
    SampleJournal journal(*database_);
    for (int i = 0; i < 100; ++i) {
      written.push_back("batch " + std::to_string(i));
      // Times that do not rise: the order is that of writing.
      ASSERT_TRUE(journal.Write(written.back(), FromUnixMillis(1000 - i)).has_value());
    }
  }
  Reopen();
  SampleJournal journal(*database_);

  EXPECT_EQ(ReplayAll(journal), written);
  EXPECT_EQ(journal.last_replay().batches, 100U);
  EXPECT_EQ(journal.last_replay().skipped, 0U);
}

TEST_F(SampleJournalTest, AnImportIsThereAsAWholeOrNotAtAll) {
  SampleJournal journal(*database_);
  ASSERT_TRUE(journal.Write("before", FromUnixMillis(1)).has_value());
  const Status failed = journal.Import([](const SampleJournal::Writer& write) -> Status {
    SW_TRY(write("half", FromUnixMillis(2)));
    return Fail(ErrorCode::kInvalidArgument, "line 7 is wrong");
  });
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message, "line 7 is wrong");
  EXPECT_EQ(ReplayAll(journal), std::vector<std::string>{"before"});

  const Status imported = journal.Import([](const SampleJournal::Writer& write) -> Status {
    SW_TRY(write("one", FromUnixMillis(2)));
    return write("two", FromUnixMillis(3));
  });
  ASSERT_TRUE(imported.has_value());
  EXPECT_EQ(ReplayAll(journal), (std::vector<std::string>{"before", "one", "two"}));
}

TEST_F(SampleJournalTest, TruncateForgetsTheOld) {
  SampleJournal journal(*database_);
  ASSERT_TRUE(journal.Write("old", FromUnixMillis(99)).has_value());
  ASSERT_TRUE(journal.Write("new", FromUnixMillis(100)).has_value());

  ASSERT_TRUE(journal.Truncate(FromUnixMillis(100)).has_value());

  EXPECT_EQ(ReplayAll(journal), std::vector<std::string>{"new"});
}

TEST_F(SampleJournalTest, SkipsADamagedBatchAndSaysSo) {
  SampleJournal journal(*database_);
  ASSERT_TRUE(journal.Write("first", FromUnixMillis(1)).has_value());
  ASSERT_TRUE(journal.Write("damaged", FromUnixMillis(2)).has_value());
  ASSERT_TRUE(journal.Write("third", FromUnixMillis(3)).has_value());
  {
    Transaction transaction(*database_);
    ASSERT_TRUE(transaction.Run("UPDATE sample_batches SET batch = x'00' WHERE newest = 2", {})
                    .has_value());
    ASSERT_TRUE(transaction.Commit().has_value());
  }

  EXPECT_EQ(ReplayAll(journal), (std::vector<std::string>{"first", "third"}));
  EXPECT_EQ(journal.last_replay().skipped, 1U);
  EXPECT_EQ(journal.last_replay().first_problem, "sample batch 2 has a wrong checksum");
}

TEST_F(SampleJournalTest, AnErrorOfTheReaderEndsTheReplay) {
  SampleJournal journal(*database_);
  ASSERT_TRUE(journal.Write("first", FromUnixMillis(1)).has_value());
  ASSERT_TRUE(journal.Write("second", FromUnixMillis(2)).has_value());
  int read = 0;

  const Status status = journal.Replay([&](std::string_view) -> Status {
    ++read;
    return Fail(ErrorCode::kProtocol, "no");
  });

  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message, "no");
  EXPECT_EQ(read, 1);
}

}  // namespace
}  // namespace sidewatch::state
