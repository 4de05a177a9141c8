#include "alerts/mute/inhibitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testkit/alert_maker.h"

namespace sidewatch::alerts {
namespace {

using namespace std::chrono_literals;
using testkit::kStart;
using testkit::MakeAlert;

std::vector<InhibitRule> Rules(std::string_view yaml, config::Diagnostics& diagnostics) {
  return ReadInhibitRules(testkit::Yaml(yaml, diagnostics), diagnostics);
}

class InhibitorTest : public testing::Test {
 protected:
  static std::vector<InhibitRule> Rule() {
    config::Diagnostics diagnostics;
    return Rules(
        "[{source_matchers: [severity=critical], target_matchers: ['severity=~\"warning|info\"'],"
        "  equal: [service]}]",
        diagnostics);
  }

  void Put(const LabelSet& labels, std::optional<TimePoint> ends_at = std::nullopt) {
    const Alert alert = MakeAlert(labels, kStart, ends_at);
    inhibitor_.Put({&alert, 1}, kStart);
  }

  std::vector<std::string> By(const LabelSet& labels, TimePoint now = kStart) {
    return inhibitor_.MutedBy(MakeAlert(labels), now);
  }

  Inhibitor inhibitor_{Rule()};
};

const LabelSet kCritical = {{"service", "shop"}, {"severity", "critical"}};
const LabelSet kWarning = {{"service", "shop"}, {"severity", "warning"}};

TEST_F(InhibitorTest, HoldsBackWhileTheSourceFires) {
  EXPECT_THAT(By(kWarning), testing::IsEmpty());
  Put(kCritical);
  EXPECT_THAT(By(kWarning), testing::ElementsAre(FormatFingerprint(Fingerprint(kCritical))));
  EXPECT_THAT(By({{"service", "blog"}, {"severity", "warning"}}), testing::IsEmpty());
  EXPECT_THAT(By(kCritical), testing::IsEmpty());
  Put(kCritical, kStart);
  EXPECT_THAT(By(kWarning), testing::IsEmpty());
}

TEST_F(InhibitorTest, ASourceEndsAtItsTime) {
  Put(kCritical, kStart + 1min);
  EXPECT_THAT(By(kWarning), testing::SizeIs(1));
  EXPECT_THAT(By(kWarning, kStart + 1min), testing::IsEmpty());
}

TEST_F(InhibitorTest, OneOfSeveralSourcesIsEnough) {
  Put(kCritical);
  Put({{"service", "shop"}, {"severity", "critical"}, {"instance", "b"}});
  Put(kCritical, kStart);
  EXPECT_THAT(By(kWarning), testing::SizeIs(1));
}

TEST(ReadInhibitRules, NamesWhatIsWrong) {
  config::Diagnostics diagnostics;
  Rules("[{source_matcher: [a=b]}, {equal: ['']}, {source_match_re: {x: }}]", diagnostics);
  EXPECT_EQ(testkit::Errors(diagnostics),
            "test.yml:1:3: unknown key \"source_matcher\", did you mean \"source_matchers\"?\n"
            "test.yml:1:35: invalid label name \"\" in equal list\n"
            "test.yml:1:61: invalid regexp value for \"x\": expected a regular expression, got "
            "nothing");
}

TEST_F(InhibitorTest, ForgetsWhatHasEndedByItself) {
  for (int i = 0; i < 10; ++i) {
    Put({{"service", std::to_string(i)}, {"severity", "critical"}}, kStart + 1min);
  }
  Put({{"service", "shop"}, {"severity", "critical"}});
  EXPECT_EQ(inhibitor_.size(), 11U);
  inhibitor_.Collect(kStart + 1min);
  EXPECT_EQ(inhibitor_.size(), 1U);
}

}  // namespace
}  // namespace sidewatch::alerts
