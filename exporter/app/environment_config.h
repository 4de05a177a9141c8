#pragma once

#include <functional>
#include <optional>
#include <string>

namespace sidewatch::app {

/// Looks up an environment variable. Injected, so that a test needs no real environment.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The process' own environment.
std::optional<std::string> ProcessEnvironment(const std::string& name);

/// The configuration of a run without a file: the host and whatever the environment names
/// (DATABASE_URL or PG*, REDIS_URL, BACKUP_DIR, CERT_PATHS, LOG_PATHS, APP_METRICS_URL,
/// SLACK_WEBHOOK_URL, SMTP_URL with ALERT_EMAIL_TO), as YAML of the config file's shape. Secrets
/// stay references such as
/// `${DATABASE_URL}`.
std::string ConfigFromEnvironment(const Environment& environment);

}  // namespace sidewatch::app
