#include "collectors/logs/problem_teller.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/manual_clock.h"
#include "tests/testkit/recording_log.h"

namespace sidewatch::logs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ProblemTellerTest : public testing::Test {
 protected:
  const std::shared_ptr<testkit::RecordingLog> log_ = std::make_shared<testkit::RecordingLog>();
  const testkit::ManualClock clock_;
  ProblemTeller teller_{"web", Logger(log_, LogLevel::kInfo, LogFormat::kLogfmt, clock_)};
  const FileProblem denied_{.path = "/a.log", .reason = "permission_denied"};
  const FileProblem missing_{.path = "/a.log", .reason = "not_found"};
};

TEST_F(ProblemTellerTest, TellsALastingProblemOnceAndItsEnd) {
  teller_.Tell({denied_});
  EXPECT_THAT(log_->lines(), IsEmpty());
  teller_.Tell({denied_});
  teller_.Tell({denied_});
  EXPECT_THAT(log_->lines(),
              ElementsAre(HasSubstr("log=web file=/a.log reason=permission_denied")));
  teller_.Tell({});
  teller_.Tell({});
  EXPECT_THAT(log_->lines(), ElementsAre(HasSubstr("cannot be read"), HasSubstr("read again")));
}

TEST_F(ProblemTellerTest, SaysNothingOfRotation) {
  teller_.Tell({missing_});
  teller_.Tell({});
  teller_.Tell({missing_});
  teller_.Tell({});
  EXPECT_THAT(log_->lines(), IsEmpty());
}

}  // namespace
}  // namespace sidewatch::logs
