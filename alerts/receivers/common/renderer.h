#pragma once

#include <string>
#include <string_view>

#include "alerts/model/notification.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts {

enum class TextFlavor { kPlain, kHtml };

/// Runs notification templates as Alertmanager's receivers take them: `.Status`, `.Alerts`,
/// `.GroupLabels`, `.CommonLabels`, `.CommonAnnotations`, `.Receiver`, `.ExternalURL`.
///
/// Threads: safe.
class Renderer {
 public:
  Renderer() = default;
  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;
  virtual ~Renderer() = default;

  /// Errors: kInvalidArgument if `text` cannot be parsed.
  virtual Status Check(std::string_view text) const = 0;

  /// Errors: kInvalidArgument, kLimitExceeded as the template engine's.
  virtual Result<std::string> Render(std::string_view text,
                                     TextFlavor flavor,
                                     const Notification& notification) const = 0;
};

}  // namespace sidewatch::alerts
