#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "alerts/receivers/common/deps.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts {

/// A text of the configuration that may hold a template.
class TemplateText {
 public:
  TemplateText() = default;

  explicit TemplateText(std::string text, TextFlavor flavor = TextFlavor::kPlain)
      : text_(std::move(text)), flavor_(flavor) {}

  bool empty() const { return text_.empty(); }

  /// True if it holds anything to run.
  bool is_template() const { return text_.find("{{") != std::string::npos; }

  const std::string& text() const { return text_; }

  /// Errors: those of Renderer::Render.
  Result<std::string> Render(const ReceiverDeps& deps, const Notification& notification) const;

 private:
  std::string text_;
  TextFlavor flavor_ = TextFlavor::kPlain;
};

/// Reads `key` and checks its template. Absent: keeps `out`. Returns whether it was there.
bool ReadTemplate(config::MapReader& map,
                  std::string_view key,
                  const ReceiverDeps& deps,
                  TemplateText& out);

}  // namespace sidewatch::alerts
