#include "alerts/receivers/common/template_text.h"

#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts {

Result<std::string> TemplateText::Render(const ReceiverDeps& deps,
                                         const Notification& notification) const {
  if (!is_template() || deps.renderer == nullptr) {
    return text_;
  }
  return deps.renderer->Render(text_, flavor_, notification);
}

bool ReadTemplate(config::MapReader& map,
                  std::string_view key,
                  const ReceiverDeps& deps,
                  TemplateText& out) {
  std::string text;
  if (!map.Read(key, text)) {
    return false;
  }
  out = TemplateText(std::move(text), key == "html" ? TextFlavor::kHtml : TextFlavor::kPlain);
  if (!out.is_template()) {
    return true;
  }
  const Status checked =
      deps.renderer == nullptr
          ? Status(Fail(ErrorCode::kInvalidArgument, "templates are not supported here"))
          : deps.renderer->Check(out.text());
  if (!checked) {
    map.ErrorAt(key, fmt::format("{}: {}", key, checked.error().message));
  }
  return true;
}

}  // namespace sidewatch::alerts
