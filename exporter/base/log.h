#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"

namespace sidewatch {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kLogfmt, kJson };

/// Errors: kInvalidArgument, naming the levels (or formats) that exist.
Result<LogLevel> ParseLogLevel(std::string_view text);
Result<LogFormat> ParseLogFormat(std::string_view text);

/// One `key=value` of a log line. The value is anything that fmt prints; a Secret prints as
/// `<secret>`.
struct LogField {
  template <typename T>
  LogField(std::string_view name, const T& text) : key(name), value(fmt::format("{}", text)) {}

  std::string_view key;
  std::string value;
};

/// Where log lines end up. Threads: safe.
class LogSink {
 public:
  LogSink() = default;
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  virtual ~LogSink() = default;

  /// `line` has no line feed at its end. Lines over 4 KiB arrive cut.
  virtual void Write(std::string_view line) = 0;
};

/// Standard error, one write a line.
class StderrSink final : public LogSink {
 public:
  void Write(std::string_view line) override;
};

/// Structured log, cheap to copy: `log.Warn("scrape failed", {{"target", name}, {"error",
/// text}});`.
///
/// Threads: safe. A default-made Logger drops everything.
class Logger {
 public:
  Logger() = default;
  Logger(std::shared_ptr<LogSink> sink, LogLevel level, LogFormat format, const Clock& clock);

  /// The same log with a `component` on each line.
  Logger Named(std::string_view component) const;

  void Debug(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void Info(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void Warn(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void Error(std::string_view message, std::initializer_list<LogField> fields = {}) const;

 private:
  void Log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const;

  std::shared_ptr<LogSink> sink_;
  LogLevel level_ = LogLevel::kInfo;
  LogFormat format_ = LogFormat::kLogfmt;
  const Clock* clock_ = nullptr;
  std::string component_;
};

}  // namespace sidewatch
