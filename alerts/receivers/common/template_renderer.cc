#include "alerts/receivers/common/template_renderer.h"

#include <functional>
#include <optional>
#include <utility>

#include "alerts/receivers/common/summary.h"
#include "alerts/template/default_templates.h"
#include "alerts/template/notification_data.h"
#include "alerts/template/template.h"
#include "exporter/base/file.h"
#include "exporter/base/glob.h"

namespace sidewatch::alerts {
namespace {

using templates::Template;

templates::Escaping EscapingOf(TextFlavor flavor) {
  return flavor == TextFlavor::kHtml ? templates::Escaping::kHtml : templates::Escaping::kNone;
}

Result<std::string> ReadTemplates(const std::string& path) {
  Result<std::string> text = ReadFile(path);
  if (!text) {
    return FailWith(fmt::format("template file {} cannot be read", path), text.error());
  }
  return text;
}

/// Calls `tell` the first time only: a template may ask once an alert, and the answer costs a look
/// at all of them.
template <typename Tell>
std::function<std::string()> Once(Tell tell) {
  return [tell = std::move(tell), told = std::optional<std::string>()]() mutable {
    if (!told) {
      told = tell();
    }
    return *told;
  };
}

/// The templates that every text may use, once for text and once for HTML.
struct Library {
  Template plain = templates::DefaultTemplates(templates::Escaping::kNone);
  Template html = templates::DefaultTemplates(templates::Escaping::kHtml);

  const Template& Of(TextFlavor flavor) const {
    return EscapingOf(flavor) == templates::Escaping::kHtml ? html : plain;
  }
};

class TemplateRenderer final : public Renderer {
 public:
  TemplateRenderer(Library library, const Clock& clock, std::string external_url, AckUrlFn ack_url)
      : library_(std::move(library)),
        clock_(clock),
        external_url_(std::move(external_url)),
        ack_url_(std::move(ack_url)) {}

  Status Check(std::string_view text) const override {
    const Result<Template> parsed = library_.plain.With("", text);
    return parsed ? Status() : Fail(parsed.error());
  }

  Result<std::string> Render(std::string_view text,
                             TextFlavor flavor,
                             const Notification& notification) const override {
    SW_TRY_ASSIGN(const Template parsed, library_.Of(flavor).With("", text));
    templates::Environment environment;
    environment.now = clock_.Now();
    environment.external_url = external_url_;
    environment.ack_url =
        Once([&] { return ack_url_ && AnyFires(notification) ? ack_url_(notification) : ""; });
    environment.silence_url = Once([&] { return SilenceUrl(notification, external_url_); });
    environment.worst_severity =
        Once([&] { return std::string(SeverityName(WorstSeverity(notification))); });
    return parsed.Execute(templates::MakeNotificationData(notification, external_url_),
                          environment);
  }

 private:
  Library library_;
  const Clock& clock_;
  std::string external_url_;
  AckUrlFn ack_url_;
};

}  // namespace

Result<std::shared_ptr<const Renderer>> MakeTemplateRenderer(const std::vector<std::string>& files,
                                                             const Clock& clock,
                                                             const std::string& external_url,
                                                             AckUrlFn ack_url) {
  Library library;
  for (const std::string& pattern : files) {
    for (const std::string& path : Glob(pattern)) {
      SW_TRY_ASSIGN(const std::string text, ReadTemplates(path));
      SW_TRY_ASSIGN(library.plain, library.plain.With(path, text));
      SW_TRY_ASSIGN(library.html, library.html.With(path, text));
    }
  }
  return std::shared_ptr<const Renderer>(std::make_shared<TemplateRenderer>(
      std::move(library), clock, external_url, std::move(ack_url)));
}

}  // namespace sidewatch::alerts
