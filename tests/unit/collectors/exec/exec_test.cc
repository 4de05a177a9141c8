#include "collectors/exec/exec.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/testkit/run_collector.h"

namespace sidewatch::exec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

class ExecTest : public testing::Test {
 protected:
  std::unique_ptr<testkit::Collected> Run(const std::string& script,
                                          Duration timeout = seconds(60),
                                          const std::string& more = "",
                                          const std::stop_token& stop = {}) {
    const std::string yaml = fmt::format("command: [/bin/sh, -c, '{}']\n{}", script, more);
    auto made = testkit::MakeCollector(kExecSpec, yaml, clock_);
    EXPECT_THAT(made.errors, IsEmpty());
    return testkit::CollectOnce(*made.collector, clock_, timeout, stop);
  }

  SystemClock clock_;
};

TEST_F(ExecTest, ReadsWhatAProgramPrints) {
  const auto text = Run("echo \"# TYPE a gauge\"; echo a 1; echo noise >&2");
  ASSERT_TRUE(text->status.has_value()) << text->status.error().message;
  EXPECT_THAT(text->sink.Find("a"), Optional(1));
  EXPECT_THAT(text->sink.Find("sidewatch_exec_exit_code"), Optional(0));
  const auto open = Run("echo \"# TYPE a counter\"; echo a_total 2; echo \"# EOF\"");
  EXPECT_THAT(open->sink.Find("a_total"), Optional(2));
}

struct Case {
  std::string name;
  std::string script;
  ErrorCode want_code;
  std::string want;
};

class ExecFailureTest : public ExecTest, public testing::WithParamInterface<Case> {};

TEST_P(ExecFailureTest, IsTold) {
  const auto collected = Run(GetParam().script);
  ASSERT_FALSE(collected->status.has_value());
  EXPECT_EQ(collected->status.error().code, GetParam().want_code);
  EXPECT_THAT(collected->status.error().message, HasSubstr(GetParam().want));
  EXPECT_EQ(collected->sink.Find("a"), std::nullopt) << "half an output counts as none";
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ExecFailureTest,
    testing::Values(
        Case{"ExitCode",
             "echo a 1; echo broken >&2; exit 3",
             ErrorCode::kUnavailable,
             "/bin/sh ended with 3: broken"},
        Case{"Signal", "kill -9 $$", ErrorCode::kUnavailable, "ended with 137 (signal 9)"},
        Case{"NoMetrics",
             "echo a 1; echo hello world",
             ErrorCode::kProtocol,
             "the output is no metrics"},
        Case{"Flood",
             "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 1; done",
             ErrorCode::kLimitExceeded,
             "wrote more than 1048576 bytes and was killed"}),
    [](const auto& row) { return row.param.name; });

/// Whoever adopts orphans may not have looked yet: then it is a zombie.
bool IsGone(pid_t process) {
  std::string state;
  std::ifstream status(fmt::format("/proc/{}/stat", process));
  std::getline(status, state);
  return state.empty() || state.find(") Z") != std::string::npos ||
         state.find(") X") != std::string::npos;
}

TEST_F(ExecTest, AProgramThatHangsIsKilledWithAllThatItStarted) {
  const std::string pid_file =
      (std::filesystem::path(testing::TempDir()) / fmt::format("exec_{}", getpid())).string();
  const auto began = std::chrono::steady_clock::now();
  const auto collected =
      Run(fmt::format("sleep 600 & echo $! > {}; wait", pid_file), milliseconds(1500));
  ASSERT_FALSE(collected->status.has_value());
  EXPECT_EQ(collected->status.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(60));
  pid_t child = 0;
  std::ifstream(pid_file) >> child;
  std::filesystem::remove(pid_file);
  ASSERT_GT(child, 0);
  // The signal is sent, and a busy machine may take a moment to deliver it.
  const auto patience = std::chrono::steady_clock::now() + seconds(60);
  while (!IsGone(child) && std::chrono::steady_clock::now() < patience) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(IsGone(child));
}

TEST_F(ExecTest, WhatAProgramLeavesBehindHoldsNobodyUp) {
  const auto collected = Run("sleep 600 & echo a 1");
  ASSERT_TRUE(collected->status.has_value()) << collected->status.error().message;
  EXPECT_THAT(collected->sink.Find("a"), Optional(1));
}

TEST_F(ExecTest, AStopEndsIt) {
  std::stop_source stop;
  stop.request_stop();
  const auto collected = Run("sleep 600", seconds(600), "", stop.get_token());
  ASSERT_FALSE(collected->status.has_value());
  EXPECT_EQ(collected->status.error().code, ErrorCode::kCancelled);
}

TEST_F(ExecTest, OurEnvironmentStaysOurs) {
  ASSERT_EQ(setenv("DATABASE_URL", "postgres://u:s3cret@db", 1), 0);
  const auto collected =
      Run("echo a $((${DATABASE_URL:+1}+0)); echo b $GIVEN; test -n \"$PATH\" && echo c 1",
          seconds(60),
          "environment: {GIVEN: \"7\"}\n");
  ASSERT_TRUE(collected->status.has_value()) << collected->status.error().message;
  EXPECT_THAT(collected->sink.Find("a"), Optional(0));
  EXPECT_THAT(collected->sink.Find("b"), Optional(7));
  EXPECT_THAT(collected->sink.Find("c"), Optional(1));
}

TEST_F(ExecTest, WrongOptionsAreNamed) {
  EXPECT_THAT(testkit::MakeCollector(kExecSpec, "{}", clock_).errors,
              ElementsAre(R"(test.yml:1:1: missing key "command")"));
  EXPECT_THAT(testkit::MakeCollector(kExecSpec, "{command: []}", clock_).errors,
              ElementsAre("test.yml:1:11: command needs at least the program to run"));
  EXPECT_THAT(testkit::MakeCollector(kExecSpec, "{command: [x], max_output: 1GB}", clock_).errors,
              ElementsAre("test.yml:1:28: max_output must be between 1B and 64MB"));
}

TEST_F(ExecTest, AProgramThatIsNotThereIsNamed) {
  const auto made = testkit::MakeCollector(kExecSpec, "command: [/does/not/exist]", clock_);
  const auto collected = testkit::CollectOnce(*made.collector, clock_);
  ASSERT_FALSE(collected->status.has_value());
  EXPECT_EQ(collected->status.error().message,
            "/does/not/exist cannot be started: No such file or directory");
}

TEST_F(ExecTest, AScriptWithoutItsFirstLineIsNamed) {
  std::string path = testing::TempDir() + "/no-first-line-XXXXXX";
  const int fd = ::mkstemp(path.data());
  ASSERT_EQ(::write(fd, "echo a 1\n", 9), 9);
  ::fchmod(fd, 0700);
  ::close(fd);
  const auto made = testkit::MakeCollector(kExecSpec, "command: [" + path + "]", clock_);
  const auto collected = testkit::CollectOnce(*made.collector, clock_);
  ::unlink(path.c_str());
  ASSERT_FALSE(collected->status.has_value());
  EXPECT_EQ(collected->status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(collected->status.error().message,
              HasSubstr("is nothing that the system can start: a script begins with"));
}

}  // namespace
}  // namespace sidewatch::exec
