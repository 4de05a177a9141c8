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

}  // namespace sidewatch::alerts
