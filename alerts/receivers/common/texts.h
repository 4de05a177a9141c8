#pragma once

#include <string>
#include <string_view>

#include "alerts/receivers/common/template_text.h"

namespace sidewatch::alerts {

/// Renders the texts of one message and collects which templates failed: the news is worth more
/// than its form, so what cannot be rendered is replaced and said at the message's end.
///
/// Lifetime: both arguments outlive it.
class Texts {
 public:
  Texts(const ReceiverDeps& deps, const Notification& notification)
      : deps_(deps), notification_(notification) {}

  /// The rendered text; `otherwise` if the text is empty or fails.
  std::string Render(const TemplateText& text, std::string otherwise = "");

  /// One line for each failure; empty if there was none.
  const std::string& failures() const { return failures_; }

 private:
  const ReceiverDeps& deps_;
  const Notification& notification_;
  std::string failures_;
};

/// What stands before `text`, the title of the message: `[TEST] ` if `notification` is a test and
/// `text`, made by a template, does not say so; else nothing.
std::string_view TestMark(const Notification& notification, std::string_view text);

}  // namespace sidewatch::alerts
