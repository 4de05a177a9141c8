#include "exporter/base/log.h"

#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "exporter/base/rfc3339.h"

namespace sidewatch {
namespace {

constexpr std::size_t kMaxLine = 4096;
constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 2> kFormatNames = {"logfmt", "json"};

template <typename Enum, std::size_t n>
Result<Enum> ParseName(std::string_view what,
                       std::string_view text,
                       const std::array<std::string_view, n>& names) {
  for (std::size_t i = 0; i < n; ++i) {
    if (names[i] == text) {
      return static_cast<Enum>(i);
    }
  }
  return Fail(ErrorCode::kInvalidArgument,
              "unknown log {} \"{}\", must be one of {}",
              what,
              text,
              fmt::join(names, ", "));
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

bool NeedsQuotes(std::string_view text) {
  if (text.empty()) {
    return true;
  }
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '=' || c == '\\') {
      return true;
    }
  }
  return false;
}

void AppendPair(std::string& line, LogFormat format, std::string_view key, std::string_view value) {
  if (format == LogFormat::kJson) {
    line += line.empty() ? '{' : ',';
    AppendQuoted(line, key);
    line += ':';
    AppendQuoted(line, value);
    return;
  }
  if (!line.empty()) {
    line += ' ';
  }
  line += key;
  line += '=';
  if (NeedsQuotes(value)) {
    AppendQuoted(line, value);
  } else {
    line += value;
  }
}

}  // namespace

Result<LogLevel> ParseLogLevel(std::string_view text) {
  return ParseName<LogLevel>("level", text, kLevelNames);
}

Result<LogFormat> ParseLogFormat(std::string_view text) {
  return ParseName<LogFormat>("format", text, kFormatNames);
}

void StderrSink::Write(std::string_view line) {
  std::string text(line);
  text += '\n';
  // A log that cannot be written has nowhere to say so.
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
}

Logger::Logger(std::shared_ptr<LogSink> sink, LogLevel level, LogFormat format, const Clock& clock)
    : sink_(std::move(sink)), level_(level), format_(format), clock_(&clock) {}

Logger Logger::Named(std::string_view component) const {
  Logger named = *this;
  named.component_ = component;
  return named;
}

void Logger::Debug(std::string_view message, std::initializer_list<LogField> fields) const {
  Log(LogLevel::kDebug, message, fields);
}

void Logger::Info(std::string_view message, std::initializer_list<LogField> fields) const {
  Log(LogLevel::kInfo, message, fields);
}

void Logger::Warn(std::string_view message, std::initializer_list<LogField> fields) const {
  Log(LogLevel::kWarn, message, fields);
}

void Logger::Error(std::string_view message, std::initializer_list<LogField> fields) const {
  Log(LogLevel::kError, message, fields);
}

void Logger::Log(LogLevel level,
                 std::string_view message,
                 std::initializer_list<LogField> fields) const {
  if (!sink_ || level < level_) {
    return;
  }
  std::string line;
  AppendPair(line, format_, "time", FormatRfc3339(clock_->Now()));
  AppendPair(line, format_, "level", kLevelNames[static_cast<std::size_t>(level)]);
  if (!component_.empty()) {
    AppendPair(line, format_, "component", component_);
  }
  AppendPair(line, format_, "msg", message);
  for (const LogField& field : fields) {
    // A JSON line must stay valid JSON: values are cut, never the line.
    const std::size_t room = line.size() < kMaxLine ? kMaxLine - line.size() : 0;
    AppendPair(line, format_, field.key, std::string_view(field.value).substr(0, room));
  }
  if (format_ == LogFormat::kJson) {
    line += '}';
  }
  sink_->Write(line);
}

}  // namespace sidewatch
