#include "exporter/app/environment_config.h"

#include <map>

#include <gtest/gtest.h>

namespace sidewatch::app {
namespace {

struct Case {
  std::string name;
  std::map<std::string, std::string> environment;
  std::string want;
};

class ConfigFromEnvironmentTest : public testing::TestWithParam<Case> {};

TEST_P(ConfigFromEnvironmentTest, WatchesWhatIsNamed) {
  const auto& environment = GetParam().environment;
  EXPECT_EQ(ConfigFromEnvironment([&](const std::string& name) -> std::optional<std::string> {
              const auto found = environment.find(name);
              return found == environment.end() ? std::nullopt : std::optional(found->second);
            }),
            GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    ConfigFromEnvironmentTest,
    testing::Values(
        Case{"Nothing", {}, "collectors:\n  host: [{}]\n"},
        Case{"Servers",
             {{"DATABASE_URL", "postgres://x"}, {"REDIS_URL", "redis://x"}},
             "collectors:\n  host: [{}]\n"
             "  postgres: [{name: main, dsn: \"${DATABASE_URL}\"}]\n"
             "  redis: [{name: cache, url: \"${REDIS_URL}\"}]\n"},
        Case{"Logs",
             {{"LOG_PATHS", "/a/*.log:/b\"c.log"}},
             "collectors:\n  host: [{}]\n  logs: [{files: [\"/a/*.log\", \"/b\\\"c.log\"]}]\n"},
        Case{"Backups",
             {{"BACKUP_DIR", "/backups"}},
             "collectors:\n  host: [{}]\n"
             "  backups: [{name: backups, path: \"${BACKUP_DIR}/*\"}]\n"},
        Case{"Certificates",
             {{"CERT_PATHS", "/etc/ssl/shop.crt:/etc/ssl/*.pem,shop.example:443, ./x.pem"}},
             "collectors:\n  host: [{}]\n"
             "  certificates: [{name: certificates, files: [\"/etc/ssl/shop.crt\", "
             "\"/etc/ssl/*.pem\", \"./x.pem\"], endpoints: [\"shop.example:443\"]}]\n"},
        Case{"Application",
             {{"APP_METRICS_URL", "http://app:8000/metrics"}},
             "collectors:\n  host: [{}]\n"
             "scrape_configs: [{job_name: app, scheme: \"http\", metrics_path: \"/metrics\", "
             "static_configs: [{targets: [\"app:8000\"]}]}]\n"},
        Case{"ApplicationByName",
             {{"APP_METRICS_URL", "app:8000"}},
             "collectors:\n  host: [{}]\n"
             "scrape_configs: [{job_name: app, static_configs: [{targets: [\"app:8000\"]}]}]\n"},
        Case{"ApplicationWithAll",
             {{"APP_METRICS_URL", "https://me:p%40ss%22w@[::1]:8443/a%20b/?x=1&y=a+b&x=2#top"}},
             "collectors:\n  host: [{}]\n"
             "scrape_configs: [{job_name: app, scheme: \"https\", metrics_path: \"/a b/\", "
             "params: {\"x\": [\"1\", \"2\"], \"y\": [\"a b\"]}, "
             "basic_auth: {username: \"me\", password: \"p@ss\\\"w\"}, "
             "static_configs: [{targets: [\"[::1]:8443\"]}]}]\n"},
        Case{"LibpqVariables",
             {{"PGHOST", "db"}},
             "collectors:\n  host: [{}]\n  postgres: [{name: main, dsn: "
             "\"application_name=sidewatch\"}]\n"},
        Case{"Slack",
             {{"SLACK_WEBHOOK_URL", "https://hooks"}, {"SERVICE_NAME", "shop"}},
             "global: {external_labels: {service: \"shop\"}}\n"
             "collectors:\n  host: [{}]\n"
             "notifications:\n"
             "  route: {receiver: default, group_by: [alertname]}\n"
             "  inhibit_rules:\n"
             "    - source_matchers: ['severity=\"critical\"', 'topic=~\".+\"']\n"
             "      target_matchers: ['severity=~\"warning|info\"']\n"
             "      equal: [topic, job, instance, datname, mountpoint, device, backup, filepath, "
             "file, "
             "endpoint, log, receiver, integration]\n"
             "    - source_matchers: ['alertname=\"HostDiskFull\"']\n"
             "      target_matchers: ['alertname=\"HostDiskCritical\"']\n"
             "      equal: [job, instance, mountpoint, device]\n"
             "  receivers:\n"
             "    - name: default\n"
             "      slack_configs:\n"
             "        - api_url: \"${SLACK_WEBHOOK_URL}\"\n"
             "          send_resolved: true\n"},
        Case{"Mail",
             {{"SMTP_URL", "smtp://me:p\"w@mail.example:2525"},
              {"ALERT_EMAIL_TO", "ops@shop.example"}},
             "collectors:\n  host: [{}]\n"
             "notifications:\n"
             "  route: {receiver: default, group_by: [alertname]}\n"
             "  inhibit_rules:\n"
             "    - source_matchers: ['severity=\"critical\"', 'topic=~\".+\"']\n"
             "      target_matchers: ['severity=~\"warning|info\"']\n"
             "      equal: [topic, job, instance, datname, mountpoint, device, backup, filepath, "
             "file, "
             "endpoint, log, receiver, integration]\n"
             "    - source_matchers: ['alertname=\"HostDiskFull\"']\n"
             "      target_matchers: ['alertname=\"HostDiskCritical\"']\n"
             "      equal: [job, instance, mountpoint, device]\n"
             "  receivers:\n"
             "    - name: default\n"
             "      email_configs:\n"
             "        - to: \"ops@shop.example\"\n"
             "          from: \"sidewatch@mail.example\"\n"
             "          smarthost: \"mail.example:2525\"\n"
             "          send_resolved: true\n"
             "          auth_username: \"me\"\n"
             "          auth_password: \"p\\\"w\"\n"},
        Case{"MailWithoutRecipient", {{"SMTP_URL", "smtp://mail"}}, "collectors:\n  host: [{}]\n"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace sidewatch::app
