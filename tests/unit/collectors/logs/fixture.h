#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "collectors/logs/logs.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::logs {

/// Remembers in memory, and fails when told to.
class FakeMemory final : public scrape::Memory {
 public:
  Result<Values> LoadAll(std::string_view) override {
    if (fail_loads > 0) {
      --fail_loads;
      return Fail(ErrorCode::kUnavailable, "the disk is gone");
    }
    return values;
  }

  Status SaveAll(std::string_view, const Values& changed) override {
    if (fail_saves) {
      return Fail(ErrorCode::kUnavailable, "the disk is full");
    }
    for (const auto& [key, value] : changed) {
      values[key] = value;
    }
    return {};
  }

  Status Delete(std::string_view, std::string_view key) override {
    values.erase(std::string(key));
    return {};
  }

  Values values;
  bool fail_saves = false;
  int fail_loads = 0;
};

/// A folder with logs, and a collector that may be killed and started again.
class LogsFixture : public testing::Test {
 protected:
  LogsFixture() {
    std::string name = (std::filesystem::temp_directory_path() / "logs-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }

  ~LogsFixture() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  /// Each write has a time of its own, as coarse file systems would give equal ones.
  void Append(const std::string& name, const std::string& text) {
    std::ofstream(Path(name), std::ios::app | std::ios::binary) << text;
    std::filesystem::last_write_time(Path(name), write_time_ += std::chrono::seconds(1));
  }

  void Rename(const std::string& from, const std::string& to) {
    std::filesystem::rename(Path(from), Path(to));
  }

  /// copytruncate, as logrotate does it.
  void CopyAndCut(const std::string& from, const std::string& to) {
    std::filesystem::copy_file(
        Path(from), Path(to), std::filesystem::copy_options::overwrite_existing);
    std::filesystem::last_write_time(Path(to), write_time_ += std::chrono::seconds(1));
    std::filesystem::resize_file(Path(from), 0);
    std::filesystem::last_write_time(Path(from), write_time_ += std::chrono::seconds(1));
  }

  /// As after kill -9 and a start: all that is left is in the memory.
  void Start(const std::string& more, const std::string& files = "app.log") {
    config::Diagnostics diagnostics;
    const std::string yaml = fmt::format("files: [\"{}\"]\n{}", Path(files), more);
    const auto node = config::ParseYaml(yaml, "test.yml", config::ExpandEnv::kNo, diagnostics);
    ASSERT_TRUE(node);
    config::MapReader target(*node, diagnostics);
    collector_.reset();
    collector_ = kLogsSpec.create(
        target, {.clock = clock_, .log = log_, .memory = &memory_, .target = "web"});
    ASSERT_TRUE(diagnostics.ok()) << diagnostics.errors().front();
  }

  Status Run() {
    collected_ = testkit::CollectOnce(*collector_, clock_);
    return collected_->status;
  }

  /// Runs, and gives a series of app.log.
  std::optional<double> RunAndFind(const std::string& series) {
    EXPECT_TRUE(Run().has_value()) << collected_->status.error().message;
    return Find(series);
  }

  /// `{file}` in the name stands for app.log's path.
  std::optional<double> Find(std::string series) const {
    const std::string mark = "{file}";
    if (const std::size_t at = series.find(mark); at != std::string::npos) {
      series.replace(at, mark.size(), Path("app.log"));
    }
    return collected_->sink.Find(series);
  }

  std::optional<double> Lines() {
    return RunAndFind("log_read_lines_total{file=\"{file}\", log=\"web\"}");
  }

  std::filesystem::path folder_;
  std::filesystem::file_time_type write_time_ = std::filesystem::file_time_type::clock::now();
  testkit::ManualClock clock_;
  Logger log_;
  FakeMemory memory_;
  std::unique_ptr<scrape::Collector> collector_;
  std::unique_ptr<testkit::Collected> collected_;
};

}  // namespace sidewatch::logs
