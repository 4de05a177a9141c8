#include "exporter/promql/row_reader.h"

#include <atomic>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace sidewatch::promql {
namespace {

constexpr std::size_t kSteps = 10;

/// Row r has the value r * 100 + s at step s, and is absent at every third step. Row `failing` is
/// an error.
class CountingSource final : public RowSource {
 public:
  CountingSource(std::size_t rows, std::size_t failing, std::atomic<int>& fills, bool forks)
      : RowSource(kSteps), failing_(failing), fills_(fills), forks_(forks) {
    heads_.resize(rows);
  }

  std::unique_ptr<RowSource> Fork() override {
    return forks_ ? std::make_unique<CountingSource>(0, failing_, fills_, false) : nullptr;
  }

  Status Fill(std::size_t row, RowOut out) override {
    ++fills_;
    if (row == failing_) {
      return Fail(ErrorCode::kCancelled, "row {} is an error", row);
    }
    for (std::size_t step = 0; step < out.steps(); ++step) {
      out.values[step] = static_cast<double>(row * 100 + step);
      out.present[step] = step % 3 == 0 ? 0 : 1;
    }
    return {};
  }

 private:
  std::size_t failing_;
  std::atomic<int>& fills_;
  bool forks_;
};

struct Case {
  std::string name;
  std::size_t rows = 0;
  bool forks = false;
};

class ReadRowsTest : public testing::TestWithParam<Case> {
 protected:
  static constexpr std::size_t kNone = 1'000'000'000;

  std::atomic<int> fills_ = 0;
};

TEST_P(ReadRowsTest, HandsOutAllRowsInTheirOrder) {
  const Case& c = GetParam();
  CountingSource source(c.rows, kNone, fills_, c.forks);
  std::size_t next = 0;
  const Status read = ReadRows(source, [&](std::size_t row, RowView view) -> Status {
    EXPECT_EQ(row, next++);
    for (std::size_t step = 0; step < kSteps; ++step) {
      EXPECT_EQ(view.values[step], static_cast<double>(row * 100 + step));
      EXPECT_EQ(view.present[step], step % 3 == 0 ? 0 : 1);
    }
    return {};
  });
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(next, c.rows);
  EXPECT_EQ(fills_, static_cast<int>(c.rows));
}

TEST_P(ReadRowsTest, GivesTheErrorOfARowAfterTheRowsBeforeIt) {
  const Case& c = GetParam();
  if (c.rows == 0) {
    return;
  }
  const std::size_t failing = c.rows / 2;
  CountingSource source(c.rows, failing, fills_, c.forks);
  const Status read = ReadRows(source, [&](std::size_t row, RowView) -> Status {
    EXPECT_LT(row, failing);
    return {};
  });
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::kCancelled);
}

TEST_P(ReadRowsTest, EndsWithTheErrorOfTheTaker) {
  const Case& c = GetParam();
  if (c.rows == 0) {
    return;
  }
  CountingSource source(c.rows, kNone, fills_, c.forks);
  const Status read = ReadRows(source, [&](std::size_t, RowView) -> Status {
    return Fail(ErrorCode::kLimitExceeded, "enough");
  });
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message, "enough");
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ReadRowsTest,
                         testing::Values(Case{"None", 0, true},
                                         Case{"One", 1, true},
                                         Case{"Few", 100, true},
                                         Case{"Many", 20'000, true},
                                         Case{"ManyWithoutAFork", 20'000, false}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::promql
