#include "collectors/postgres/settings.h"

#include <gtest/gtest.h>

namespace sidewatch::postgres {
namespace {

struct Case {
  std::string name;
  Setting setting;
  std::string want_name;  ///< Empty: no metric.
  double want = 0;
};

class SettingFamilyTest : public testing::TestWithParam<Case> {};

TEST_P(SettingFamilyTest, Converts) {
  const Case& c = GetParam();
  const auto family = SettingFamily(c.setting);
  ASSERT_EQ(family.has_value(), !c.want_name.empty());
  if (family) {
    EXPECT_EQ(family->name, c.want_name);
    ASSERT_EQ(family->samples.size(), 1U);
    EXPECT_DOUBLE_EQ(family->samples[0].value, c.want);
    EXPECT_EQ(family->samples[0].labels.Get(kMetricName), c.want_name);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SettingFamilyTest,
    testing::Values(
        Case{"Plain", {"max_connections", "100", "", ""}, "pg_settings_max_connections", 100},
        Case{"On", {"fsync", "on", "", ""}, "pg_settings_fsync", 1},
        Case{"Off", {"fsync", "off", "", ""}, "pg_settings_fsync", 0},
        Case{"Milliseconds",
             {"deadlock_timeout", "1000", "ms", ""},
             "pg_settings_deadlock_timeout_seconds",
             1},
        Case{"Minutes",
             {"log_rotation_age", "1440", "min", ""},
             "pg_settings_log_rotation_age_seconds",
             86400},
        Case{"Blocks",
             {"shared_buffers", "16384", "8kB", ""},
             "pg_settings_shared_buffers_bytes",
             134217728},
        Case{"Megabytes",
             {"wal_keep_size", "64", "MB", ""},
             "pg_settings_wal_keep_size_bytes",
             67108864},
        Case{"MinusOneIsNotScaled",
             {"temp_file_limit", "-1", "kB", ""},
             "pg_settings_temp_file_limit_bytes",
             -1},
        Case{"Extension",
             {"pg_stat_statements.max", "5000", "", ""},
             "pg_settings_pg_stat_statements_max",
             5000},
        Case{"NotANumber", {"x", "abc", "", ""}, ""},
        Case{"UnknownUnit", {"x", "1", "furlong", ""}, ""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::postgres
