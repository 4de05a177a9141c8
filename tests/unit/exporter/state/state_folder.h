#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "exporter/state/database.h"

namespace sidewatch::state {

/// An empty folder of its own, gone at the end.
class StateFolder {
 public:
  StateFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "state-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }

  ~StateFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;
  StateFolder(StateFolder&&) = delete;
  StateFolder& operator=(StateFolder&&) = delete;

  std::string File(const std::string& name = "state.db") const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A state file that can be closed and opened again.
class StateTest : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }

  void Reopen(const DatabaseOptions& options = {}) {
    database_.reset();
    auto opened = Database::Open(folder_.File(), options);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    database_ = std::move(*opened);
  }

  StateFolder folder_;
  std::unique_ptr<Database> database_;
};

}  // namespace sidewatch::state
