#include "collectors/heartbeats/ping_record.h"

#include <algorithm>

#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::heartbeats {
namespace {

struct Field {
  std::string_view key;
  std::optional<std::int64_t> PingRecord::*value;
};

constexpr Field kFields[] = {
    {"known_since", &PingRecord::known_since},
    {"last_success", &PingRecord::last_success},
    {"last_start", &PingRecord::last_start},
    {"last_fail", &PingRecord::last_fail},
    {"last_duration", &PingRecord::last_duration},
    {"last_exit_code", &PingRecord::last_exit_code},
    {"running", &PingRecord::running},
    {"successes", &PingRecord::successes},
    {"starts", &PingRecord::starts},
    {"fails", &PingRecord::fails},
};

/// False: not `key=number`.
bool ReadLine(std::string_view line, PingRecord& record) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) {
    return false;
  }
  const auto number = ParseInteger(line.substr(equals + 1));
  const auto* const field = std::ranges::find(kFields, line.substr(0, equals), &Field::key);
  if (number && field != std::end(kFields)) {
    record.*field->value = number;
  }
  return number.has_value();
}

}  // namespace

std::string EncodeRecord(const PingRecord& record) {
  std::string text;
  for (const Field& field : kFields) {
    if (const auto& value = record.*field.value) {
      text += fmt::format("{}={}\n", field.key, *value);
    }
  }
  return text + "\n" + record.body;
}

std::optional<PingRecord> DecodeRecord(std::string_view text) {
  PingRecord record;
  while (true) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.empty()) {
      record.body = text;
      return record;
    }
    if (!ReadLine(line, record)) {
      return std::nullopt;
    }
  }
}

}  // namespace sidewatch::heartbeats
