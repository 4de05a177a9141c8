// Whatever happens to a log, in whatever order: each line is counted once.

#include <random>

#include "tests/unit/collectors/logs/fixture.h"

namespace sidewatch::logs {
namespace {

class RandomTest : public LogsFixture {
 protected:
  /// What a program, logrotate, a crash and a full disk may do. Copying and renaming are not mixed
  /// in one history: nobody rotates one log in two ways.
  void Step(std::mt19937& random, bool copies) {
    switch (random() % 8) {
      case 0:
      case 1:
      case 2: {
        std::string text;
        for (std::size_t i = random() % 5; i > 0; --i) {
          text += fmt::format("line {} {}\n", ++written_, std::string(random() % 3000, 'x'));
        }
        Append("app.log", text);
        return;
      }
      case 3:
        Append("app.log", fmt::format("line {} in two", ++written_));
        ASSERT_NO_FATAL_FAILURE(Look());
        Append("app.log", " halves\n");
        return;
      case 4:
        Rotate(copies);
        return;
      case 5:
        Start(kConfig);
        return;
      case 6:
        memory_.fail_saves = !memory_.fail_saves;
        return;
      default:
        ASSERT_NO_FATAL_FAILURE(Look());
    }
  }

  void Rotate(bool copies) {
    for (int i = kDeepest; i >= 1; --i) {
      const std::string from = fmt::format("app.log.{}", i);
      if (std::filesystem::exists(Path(from))) {
        Rename(from, fmt::format("app.log.{}", i + 1));
      }
    }
    if (copies) {
      CopyAndCut("app.log", "app.log.1");
    } else {
      Rename("app.log", "app.log.1");
      Append("app.log", "");
    }
  }

  void Look() {
    const auto lines = Lines();
    ASSERT_TRUE(lines.has_value());
    seen_ = *lines;
  }

  static constexpr const char* kConfig = "from: start\nsets: [levels]";
  // Deeper than a history is long: what rotation deletes unread is lost to anyone.
  static constexpr int kDeepest = 70;
  int written_ = 0;
  double seen_ = 0;
};

TEST_F(RandomTest, NoLineIsLostOrCountedTwice) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    memory_.values.clear();
    memory_.fail_saves = false;
    written_ = 0;
    Append("app.log", "");
    Start(kConfig);
    ASSERT_NO_FATAL_FAILURE(Look());
    const bool copies = seed % 2 == 0;
    for (int step = 0; step < 60; ++step) {
      ASSERT_NO_FATAL_FAILURE(Step(random, copies));
    }
    memory_.fail_saves = false;
    ASSERT_NO_FATAL_FAILURE(Look());
    ASSERT_EQ(seen_, written_);
  }
}

}  // namespace
}  // namespace sidewatch::logs
