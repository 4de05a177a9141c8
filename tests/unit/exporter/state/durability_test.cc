// What survives kill -9 and a disk that fails: each case runs in a child process, which is killed
// or given a limit that the test program itself must not have.

#include <csignal>
#include <functional>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exporter/base/unique_handle.h"
#include "exporter/state/alert_states.h"
#include "exporter/state/outbox.h"
#include "exporter/state/sample_journal.h"
#include "tests/unit/exporter/state/state_folder.h"

namespace sidewatch::state {
namespace {

constexpr int kPassed = 0;
constexpr int kFailed = 1;

/// Runs `body` in a child; gives how it ended, as waitpid tells it.
int RunInChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    _exit(body());
  }
  int ended = 0;
  waitpid(child, &ended, 0);
  return ended;
}

OutboxRow Row(int number) {
  return {.integration = "slack", .group_key = std::to_string(number), .payload = "firing"};
}

int WriteAndDie(const std::string& path) {
  auto database = Database::Open(path);
  if (!database.has_value()) {
    return kFailed;
  }
  Outbox outbox(**database);
  SampleJournal journal(**database);
  AlertStates states(**database);
  for (int i = 0; i < 20; ++i) {
    const auto id = outbox.Enqueue(Row(i));
    const bool completed =
        i % 2 == 1 ||
        outbox.Complete(*id, {.group_key = std::to_string(i), .integration = "slack"}).has_value();
    if (!completed || !states.Save("group", std::to_string(i)).has_value() ||
        !journal.Write("batch", FromUnixMillis(i)).has_value()) {
      return kFailed;
    }
  }
  Transaction unfinished(**database);
  if (!unfinished.Run("DELETE FROM outbox", {}).has_value()) {
    return kFailed;
  }
  return raise(SIGKILL);
}

TEST(DurabilityTest, WhatWasCommittedSurvivesSigkillAndWhatWasNotIsUndone) {
  const StateFolder folder;
  const int ended = RunInChild([&] { return WriteAndDie(folder.File()); });
  ASSERT_TRUE(WIFSIGNALED(ended));
  ASSERT_EQ(WTERMSIG(ended), SIGKILL);

  auto database = Database::Open(folder.File());

  ASSERT_TRUE(database.has_value()) << database.error().message;
  EXPECT_EQ(Outbox(**database).LoadAll()->size(), 10U);
  EXPECT_EQ(NotificationLog(**database).LoadAll()->size(), 10U);
  EXPECT_EQ(AlertStates(**database).LoadAll()->at("group"), "19");
  SampleJournal journal(**database);
  ASSERT_TRUE(journal.Replay([](std::string_view) { return Status(); }).has_value());
  EXPECT_EQ(journal.last_replay().batches, 20U);
}

/// Writes until it is killed from outside, at whatever instruction that falls; tells each commit.
int WriteUntilKilled(const std::string& path, int told) {
  auto database = Database::Open(path);
  if (!database.has_value()) {
    return kFailed;
  }
  Outbox outbox(**database);
  for (int i = 0;; ++i) {
    if (!outbox.Enqueue(Row(i)).has_value() || write(told, "x", 1) != 1) {
      return kFailed;
    }
  }
}

/// Kills a writer after it told `commits` commits; gives how many it had told until it died.
int KillAfter(const std::string& path, int commits) {
  int ends[2] = {};
  if (pipe(ends) != 0) {
    return -1;
  }
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  const pid_t child = fork();
  if (child == 0) {
    _exit(WriteUntilKilled(path, writing.get()));
  }
  writing = UniqueFd();
  int told = 0;
  char byte = 0;
  while (read(reading.get(), &byte, 1) == 1) {
    if (++told == commits) {
      kill(child, SIGKILL);
    }
  }
  int ended = 0;
  waitpid(child, &ended, 0);
  return told;
}

TEST(DurabilityTest, NoToldCommitIsLostWhereverTheKillFalls) {
  for (int commits = 1; commits <= 8; ++commits) {
    const StateFolder folder;
    const int told = KillAfter(folder.File(), commits);
    ASSERT_GE(told, commits);
    auto database = Database::Open(folder.File());
    ASSERT_TRUE(database.has_value()) << database.error().message;
    const auto rows = Outbox(**database).LoadAll();
    ASSERT_TRUE(rows.has_value());
    // The one commit that was not told yet may be there or not.
    EXPECT_GE(rows->size(), static_cast<std::size_t>(told));
    EXPECT_LE(rows->size(), static_cast<std::size_t>(told) + 1);
  }
}

void LimitFileSize(rlim_t bytes) {
  rlimit limit = {};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

int FillTheDiskAndFreeIt(const std::string& path) {
  signal(SIGXFSZ, SIG_IGN);
  auto database = Database::Open(path);
  if (!database.has_value()) {
    return kFailed;
  }
  AlertStates states(**database);
  SampleJournal journal(**database);
  const std::string large(300'000, 'x');
  const bool before = states.Save("a", "before").has_value();
  LimitFileSize(400'000);
  Status full;
  for (int i = 0; i < 10 && full.has_value(); ++i) {
    full = journal.Write(large, FromUnixMillis(i));
  }
  const bool readable = states.LoadAll().has_value();
  LimitFileSize(RLIM_INFINITY);
  const bool after = states.Save("a", "after").has_value();
  const bool told = !full.has_value() && full.error().code == ErrorCode::kUnavailable;
  return before && told && readable && after ? kPassed : kFailed;
}

TEST(DurabilityTest, AFullDiskIsToldAndTheStateReturnsToItByItself) {
  const StateFolder folder;

  const int ended = RunInChild([&] { return FillTheDiskAndFreeIt(folder.File()); });

  ASSERT_TRUE(WIFEXITED(ended));
  EXPECT_EQ(WEXITSTATUS(ended), kPassed);
  auto database = Database::Open(folder.File());
  ASSERT_TRUE(database.has_value()) << database.error().message;
  EXPECT_EQ(AlertStates(**database).LoadAll()->at("a"), "after");
}

}  // namespace
}  // namespace sidewatch::state
