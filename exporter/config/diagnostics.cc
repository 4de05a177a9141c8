#include "exporter/config/diagnostics.h"

#include <fmt/format.h>

namespace sidewatch::config {

std::string Position::ToString() const {
  const std::string_view name = file ? std::string_view(*file) : "<config>";
  return line == 0 ? std::string(name) : fmt::format("{}:{}:{}", name, line, column);
}

void Diagnostics::Error(const Position& where, std::string_view message) {
  errors_.push_back(fmt::format("{}: {}", where.ToString(), message));
}

Status Diagnostics::ToStatus() const {
  if (ok()) {
    return {};
  }
  return Fail(ErrorCode::kInvalidArgument, "{}", fmt::join(errors_, "\n"));
}

}  // namespace sidewatch::config
