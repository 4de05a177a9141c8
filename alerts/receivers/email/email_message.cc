#include "alerts/receivers/email/email_message.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/graph.h"
#include "alerts/receivers/common/limits.h"
#include "alerts/receivers/common/summary.h"
#include "alerts/receivers/common/texts.h"
#include "alerts/receivers/common/trend_text.h"
#include "alerts/receivers/email/email_body.h"
#include "alerts/receivers/email/mime.h"
#include "exporter/base/internet_date.h"
#include "exporter/base/rfc3339.h"
#include "exporter/net/sha256.h"

namespace sidewatch::alerts {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

std::uint64_t MessageNumber(const Notification& notification, const std::string& to) {
  const std::string at = fmt::format("{}", ToUnixMillis(notification.at));
  return Fingerprint(LabelSet({{"at", at}, {"group", notification.group_key}, {"to", to}}));
}

std::string JoinForHeader(const std::vector<MailAddress>& addresses) {
  std::string joined;
  for (const MailAddress& address : addresses) {
    // One a line: headers have a longest line too.
    joined += joined.empty() ? "" : ",\r\n ";
    joined += address.ToHeader();
  }
  return joined;
}

bool Has(const Headers& headers, std::string_view name) {
  return std::ranges::any_of(headers, [&](const auto& header) { return header.first == name; });
}

void AddUnlessThere(Headers& headers, const char* name, std::string value) {
  if (!Has(headers, name)) {
    headers.emplace_back(name, std::move(value));
  }
}

/// Mail programs group by a common ancestor, also by one that they never saw.
void AddThread(const EmailConfig& config, const Notification& notification, Headers& headers) {
  if (!config.threaded) {
    return;
  }
  constexpr std::size_t kHashDigits = 16;
  constexpr std::size_t kDateSize = std::string_view("2026-01-02").size();
  const std::string hash = net::Sha256Hex(notification.group_key).substr(0, kHashDigits);
  const std::string day =
      config.thread_by_day ? FormatRfc3339(notification.at).substr(0, kDateSize) : "";
  const std::string root = fmt::format("<alert-{}-{}@alertmanager>", hash, day);
  headers.emplace_back("References", root);
  headers.emplace_back("In-Reply-To", root);
}

/// How values moved, in words and, where our own page shows them, as pictures.
void AddGraphs(const Notification& notification,
               const ReceiverDeps& deps,
               bool with_pictures,
               NotificationSummary& summary,
               MailParts& parts) {
  const Trends trends = TrendsOf(notification, deps);
  AddTrends(trends, summary);
  if (!with_pictures) {
    return;
  }
  for (std::size_t i = 0; i < std::min(trends.size(), summary.alerts.size()); ++i) {
    std::string png = trends[i] ? DrawGraph(*trends[i]) : std::string();
    if (!png.empty()) {
      std::string& id = summary.alerts[i].picture;
      id = fmt::format("graph{}.{:016x}@sidewatch", i, parts.id);
      parts.images.push_back({id, std::move(png)});
    }
  }
}

/// One of the two parts: what the user wrote, with as many whole alerts as a mail should have, or
/// ours.
class Part {
 public:
  Part(const ReceiverDeps& deps, const Notification& notification, const std::string& url)
      : deps_(deps), notification_(notification), url_(url) {}

  std::string Html(const TemplateText& own, const std::string& ours) {
    return Fit(own, ours, [this](std::string html, std::size_t left_out) {
      return WithMoreHtml(std::move(html), left_out, url_);
    });
  }

  std::string Text(const TemplateText& own, const std::string& ours) {
    return Fit(own, ours, [this](const std::string& text, std::size_t left_out) {
      return left_out == 0 ? text : text + "\n" + MoreLine(left_out, url_) + "\n";
    });
  }

  /// A line for each template that failed.
  const std::string& failures() const { return failures_; }

 private:
  template <typename WithMore>
  std::string Fit(const TemplateText& own, const std::string& ours, const WithMore& with_more) {
    if (own.empty()) {
      return ours;
    }
    std::string failure;
    FittedMessage fitted =
        FitAlerts(notification_, kMailPart, [&](const Notification& shown, std::size_t left_out) {
          Result<std::string> rendered = own.Render(deps_, shown);
          failure.clear();
          if (rendered) {
            return with_more(*std::move(rendered), left_out);
          }
          // Too long for the template engine is too long for a mail.
          if (rendered.error().code == ErrorCode::kLimitExceeded && shown.alerts.size() > 1) {
            return std::string(kMailPart.max + 1, ' ');
          }
          failure = fmt::format("A template failed: {}\n", rendered.error().message);
          return ours;
        });
    failures_ += failure;
    return std::move(fitted.text);
  }

  const ReceiverDeps& deps_;
  const Notification& notification_;
  const std::string& url_;
  std::string failures_;
};

}  // namespace

Result<net::SmtpMessage> BuildEmail(const EmailConfig& config,
                                    const ReceiverDeps& deps,
                                    const Notification& notification) {
  Texts texts(deps, notification);
  NotificationSummary summary = Summarize(notification, deps);
  const std::string url = AlertsUrl(notification, deps);
  const std::string to_text = texts.Render(config.to, "");
  SW_TRY_ASSIGN(const auto to, ParseAddresses(to_text));
  SW_TRY_ASSIGN(const auto from, ParseAddresses(texts.Render(config.from, "")));
  MailParts parts;
  parts.id = MessageNumber(notification, to_text);
  if (config.graphs) {
    AddGraphs(notification, deps, !config.without_html && config.html.empty(), summary, parts);
  }
  for (const auto& [name, value] : config.headers) {
    std::string text = texts.Render(value, summary.Subject());
    if (name == "Subject") {
      text.insert(0, TestMark(notification, text));
    }
    parts.headers.emplace_back(name, EncodeHeader(text));
  }
  AddUnlessThere(parts.headers, "From", from.front().ToHeader());
  AddUnlessThere(parts.headers, "To", JoinForHeader(to));
  AddUnlessThere(parts.headers, "Subject", EncodeHeader(summary.Subject()));
  AddUnlessThere(parts.headers,
                 "Message-Id",
                 fmt::format("<{:016x}.{}@{}>",
                             parts.id,
                             ToUnixMillis(notification.at),
                             from.front().address.substr(from.front().address.find('@') + 1)));
  AddThread(config, notification, parts.headers);
  AddUnlessThere(parts.headers, "Date", FormatInternetDate(deps.clock->Now(), "+0000"));
  // Asks vacation responders not to answer.
  AddUnlessThere(parts.headers, "Auto-Submitted", "auto-generated");
  Part part(deps, notification, url);
  parts.text = part.Text(config.text, DefaultMailText(summary, url));
  if (!config.without_html) {
    parts.html = part.Html(config.html, DefaultMailHtml(summary, url));
  }
  const std::string failures = texts.failures() + part.failures();
  parts.text += failures;
  if (!parts.html.empty()) {
    parts.html = WithFailuresHtml(std::move(parts.html), failures);
  }
  net::SmtpMessage message;
  message.from = from.front().address;
  for (const MailAddress& address : to) {
    message.to.push_back(address.address);
  }
  message.text = BuildMail(parts);
  return message;
}

}  // namespace sidewatch::alerts
