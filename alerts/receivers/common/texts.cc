#include "alerts/receivers/common/texts.h"

#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts {

std::string Texts::Render(const TemplateText& text, std::string otherwise) {
  if (text.empty()) {
    return otherwise;
  }
  Result<std::string> rendered = text.Render(deps_, notification_);
  if (rendered) {
    return *std::move(rendered);
  }
  failures_ += fmt::format("A template failed: {}\n", rendered.error().message);
  return otherwise;
}

std::string_view TestMark(const Notification& notification, std::string_view text) {
  const bool is_missing = notification.is_test && text.find("[TEST]") == std::string_view::npos;
  return is_missing ? "[TEST] " : "";
}

}  // namespace sidewatch::alerts
