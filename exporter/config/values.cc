#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "exporter/base/duration.h"
#include "exporter/base/number.h"
#include "exporter/config/reader.h"

namespace sidewatch::config {
namespace {

void Expected(const Node& node, Diagnostics& diagnostics, std::string_view what) {
  diagnostics.Error(node.position(), fmt::format("expected {}, got {}", what, node.Describe()));
}

struct Spelling {
  std::string_view text;
  bool value;
};

// YAML 1.1, which Prometheus' own reader follows.
constexpr std::array kBooleans = {
    Spelling{"true", true},   Spelling{"True", true},   Spelling{"TRUE", true},
    Spelling{"yes", true},    Spelling{"Yes", true},    Spelling{"YES", true},
    Spelling{"y", true},      Spelling{"Y", true},      Spelling{"on", true},
    Spelling{"On", true},     Spelling{"ON", true},     Spelling{"false", false},
    Spelling{"False", false}, Spelling{"FALSE", false}, Spelling{"no", false},
    Spelling{"No", false},    Spelling{"NO", false},    Spelling{"n", false},
    Spelling{"N", false},     Spelling{"off", false},   Spelling{"Off", false},
    Spelling{"OFF", false},
};

struct SizeUnit {
  std::string_view suffix;
  double bytes;
};

constexpr double kKibi = 1024;
constexpr std::array kSizeUnits = {
    SizeUnit{"", 1},
    SizeUnit{"B", 1},
    SizeUnit{"KB", kKibi},
    SizeUnit{"KiB", kKibi},
    SizeUnit{"MB", kKibi* kKibi},
    SizeUnit{"MiB", kKibi* kKibi},
    SizeUnit{"GB", kKibi* kKibi* kKibi},
    SizeUnit{"GiB", kKibi* kKibi* kKibi},
    SizeUnit{"TB", kKibi* kKibi* kKibi* kKibi},
    SizeUnit{"TiB", kKibi* kKibi* kKibi* kKibi},
};

std::optional<std::uint64_t> ParseSize(std::string_view text) {
  const std::size_t split = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = ParseNumber(text.substr(0, split));
  if (!number) {
    return std::nullopt;
  }
  for (const SizeUnit& unit : kSizeUnits) {
    if (unit.suffix == text.substr(split)) {
      const double bytes = *number * unit.bytes;
      constexpr double kMax = 9.0e18;
      return bytes <= kMax ? std::optional(static_cast<std::uint64_t>(bytes)) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

void ReadValue(const Node& node, Diagnostics& diagnostics, std::string& out) {
  if (!node.is_scalar()) {
    Expected(node, diagnostics, "a text");
    return;
  }
  out = node.text();
}

void ReadValue(const Node& node, Diagnostics& diagnostics, bool& out) {
  for (const Spelling& spelling : kBooleans) {
    if (node.is_scalar() && spelling.text == node.text()) {
      out = spelling.value;
      return;
    }
  }
  Expected(node, diagnostics, "true or false");
}

void ReadValue(const Node& node, Diagnostics& diagnostics, std::int64_t& out) {
  const auto value = node.is_scalar() ? ParseInteger(node.text()) : std::nullopt;
  if (!value) {
    Expected(node, diagnostics, "a whole number");
    return;
  }
  out = *value;
}

void ReadValue(const Node& node, Diagnostics& diagnostics, int& out) {
  const auto value = node.is_scalar() ? ParseInteger(node.text()) : std::nullopt;
  if (!value || *value < std::numeric_limits<int>::min() ||
      *value > std::numeric_limits<int>::max()) {
    Expected(node, diagnostics, "a whole number");
    return;
  }
  out = static_cast<int>(*value);
}

void ReadValue(const Node& node, Diagnostics& diagnostics, double& out) {
  const auto value = node.is_scalar() ? ParseNumber(node.text()) : std::nullopt;
  if (!value) {
    Expected(node, diagnostics, "a number");
    return;
  }
  out = *value;
}

void ReadValue(const Node& node, Diagnostics& diagnostics, Duration& out) {
  if (!node.is_scalar()) {
    Expected(node, diagnostics, "a duration such as 30s or 1h30m");
    return;
  }
  const Result<Duration> value = ParseDuration(node.text());
  if (!value) {
    diagnostics.Error(node.position(),
                      value.error().message + ", expected a duration such as 30s or 1h30m");
    return;
  }
  out = *value;
}

void ReadValue(const Node& node, Diagnostics& diagnostics, ByteSize& out) {
  const auto bytes = node.is_scalar() ? ParseSize(node.text()) : std::nullopt;
  if (!bytes) {
    Expected(node, diagnostics, "a size such as 512KB or 2GB");
    return;
  }
  out.bytes = *bytes;
}

void ReadValue(const Node& node, Diagnostics& diagnostics, Secret& out) {
  if (!node.is_scalar()) {
    // Not Describe(): a secret in the wrong place is still a secret.
    diagnostics.Error(node.position(), "expected a text");
    return;
  }
  out = Secret(node.text());
}

void ReadValue(const Node& node,
               Diagnostics& diagnostics,
               std::map<std::string, std::string>& out) {
  if (!node.is_map() && !node.is_null()) {
    Expected(node, diagnostics, "a map of texts");
    return;
  }
  out.clear();
  for (const auto& [key, value] : node.entries()) {
    std::string text;
    if (!value.is_null()) {
      ReadValue(value, diagnostics, text);
    }
    out.emplace(key.text(), std::move(text));
  }
}

bool ExpectList(const Node& node, Diagnostics& diagnostics) {
  if (node.is_list() || node.is_null()) {
    return true;
  }
  Expected(node, diagnostics, "a list");
  return false;
}

}  // namespace sidewatch::config
