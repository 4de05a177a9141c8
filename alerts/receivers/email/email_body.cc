#include "alerts/receivers/email/email_body.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/common/graph.h"

namespace sidewatch::alerts {
namespace {

constexpr std::string_view kFont = "font-family:Helvetica,Arial,sans-serif";

/// Background of the headline, by Severity.
constexpr std::array<std::string_view, 3> kFiringColors = {"#2b6cb0", "#b7791f", "#c53030"};
constexpr std::string_view kResolvedColor = "#2f855a";

std::string_view ColorOf(bool firing, Severity severity) {
  return firing ? kFiringColors[static_cast<std::size_t>(severity)] : kResolvedColor;
}

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '"') {
      escaped += "&#34;";
    } else if (c == '\'') {
      escaped += "&#39;";
    } else if (c == '\n') {
      escaped += "<br>";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

bool IsWebLink(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

void AppendTextLine(std::string& out, std::string_view label, std::string_view value) {
  if (!value.empty()) {
    out += fmt::format("  {:<13}{}\n", label, value);
  }
}

void AppendRow(std::string& out, std::string_view label, std::string_view value) {
  if (!value.empty()) {
    out += fmt::format(
        "<tr><td style=\"padding:2px 12px 2px 0;color:#718096;vertical-align:top\">{}</td>"
        "<td style=\"padding:2px 0\">{}</td></tr>\n",
        label,
        EscapeHtml(value));
  }
}

using Link = std::pair<std::string_view, std::string_view>;

/// One line of those links that lead into the web.
std::string LinksHtml(std::initializer_list<Link> links) {
  std::string line;
  for (const auto& [url, word] : links) {
    if (IsWebLink(url)) {
      line += fmt::format("{}<a href=\"{}\" style=\"color:#2b6cb0\">{}</a>",
                          line.empty() ? "" : " &middot; ",
                          EscapeHtml(url),
                          word);
    }
  }
  return line.empty() ? "" : "<div style=\"margin:4px 0\">" + line + "</div>\n";
}

std::string AlertHtml(const AlertSummary& alert) {
  std::string html = fmt::format(
      "<div style=\"border-left:4px solid {};padding:4px 0 4px 12px;margin:0 0 16px 0\">\n"
      "<div style=\"font-weight:bold\">{}{}</div>\n",
      ColorOf(!alert.resolved, alert.severity),
      alert.resolved ? "Resolved: " : "",
      EscapeHtml(alert.title));
  if (!alert.description.empty()) {
    html += fmt::format("<div style=\"margin:4px 0\">{}</div>\n", EscapeHtml(alert.description));
  }
  html += "<table role=\"presentation\" style=\"border-collapse:collapse;font-size:14px\">\n";
  AppendRow(html, "Where", alert.where);
  AppendRow(html, "Since", alert.since);
  AppendRow(html, "Value", alert.value);
  AppendRow(html, "Last hour", alert.picture.empty() ? alert.moved : alert.range);
  html += "</table>\n";
  if (!alert.picture.empty()) {
    html += fmt::format(
        "<img src=\"cid:{}\" width=\"{}\" height=\"{}\" alt=\"{}\" "
        "style=\"display:block;max-width:100%;height:auto;margin:4px 0\">\n",
        EscapeHtml(alert.picture),
        kGraphWidth,
        kGraphHeight,
        EscapeHtml(alert.moved));
  }
  html += LinksHtml({{alert.runbook, "Runbook"}, {alert.dashboard, "Dashboard"}});
  return html + "</div>\n";
}

std::string CountText(const NotificationSummary& summary) {
  return summary.resolved_count == 0
             ? fmt::format("{} firing", summary.firing_count)
             : fmt::format("{} firing, {} resolved", summary.firing_count, summary.resolved_count);
}

}  // namespace

std::string DefaultMailText(const NotificationSummary& summary, std::string_view url) {
  std::string text = fmt::format("{}\n{}\n\n", summary.Subject(), CountText(summary));
  AppendTextLine(text, "Service:", summary.service);
  AppendTextLine(text, "Environment:", summary.environment);
  text += summary.service.empty() && summary.environment.empty() ? "" : "\n";
  for (const AlertSummary& alert : summary.alerts) {
    text += fmt::format("{}{}\n", alert.resolved ? "Resolved: " : "", alert.title);
    if (!alert.description.empty()) {
      text += fmt::format("  {}\n", alert.description);
    }
    AppendTextLine(text, "Where:", alert.where);
    AppendTextLine(text, "Since:", alert.since);
    AppendTextLine(text, "Value:", alert.value);
    AppendTextLine(text, "Last hour:", alert.moved);
    AppendTextLine(text, "Runbook:", alert.runbook);
    AppendTextLine(text, "Dashboard:", alert.dashboard);
    text += "\n";
  }
  if (summary.not_shown > 0) {
    text += fmt::format("… and {} more\n\n", summary.not_shown);
  }
  text += summary.ack_url.empty() ? "" : fmt::format("Acknowledge: {}\n", summary.ack_url);
  text += summary.silence_url.empty() ? "" : fmt::format("Silence: {}\n", summary.silence_url);
  return url.empty() ? text : text + fmt::format("All alerts: {}\n", url);
}

std::string DefaultMailHtml(const NotificationSummary& summary, std::string_view url) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"UTF-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title></head>\n"
      "<body style=\"margin:0;padding:0;background:#f7fafc;{1};font-size:15px;color:#1a202c\">\n"
      "<table role=\"presentation\" width=\"100%\" style=\"border-collapse:collapse\"><tr><td "
      "align=\"center\" style=\"padding:16px\">\n"
      "<table role=\"presentation\" width=\"100%\" style=\"max-width:640px;background:#ffffff;"
      "border:1px solid #e2e8f0;border-collapse:collapse;text-align:left\">\n"
      "<tr><td style=\"background:{2};color:#ffffff;padding:16px;{1};font-size:18px;"
      "font-weight:bold\">{0}<div style=\"font-size:14px;font-weight:normal\">{3}</div></td></tr>\n"
      "<tr><td style=\"padding:16px;{1};font-size:15px\">\n",
      EscapeHtml(summary.Subject()),
      kFont,
      ColorOf(summary.firing, summary.severity),
      CountText(summary));
  if (!summary.service.empty() || !summary.environment.empty()) {
    html += "<table role=\"presentation\" style=\"border-collapse:collapse;margin:0 0 16px 0\">\n";
    AppendRow(html, "Service", summary.service);
    AppendRow(html, "Environment", summary.environment);
    html += "</table>\n";
  }
  for (const AlertSummary& alert : summary.alerts) {
    html += AlertHtml(alert);
  }
  if (summary.not_shown > 0) {
    html += fmt::format("<p>… and {} more</p>\n", summary.not_shown);
  }
  html += LinksHtml({{summary.ack_url, "Acknowledge"},
                     {summary.silence_url, "Silence"},
                     {url, "View all alerts"}});
  return html + "</td></tr></table>\n</td></tr></table>\n</body></html>\n";
}

namespace {

void InsertAtEnd(std::string& html, std::string_view line) {
  html.insert(std::min(html.rfind("</body>"), html.size()), line);
}

}  // namespace

std::string WithFailuresHtml(std::string html, std::string_view failures) {
  if (!failures.empty()) {
    InsertAtEnd(html, fmt::format("<p>{}</p>\n", EscapeHtml(failures)));
  }
  return html;
}

std::string WithMoreHtml(std::string html, std::size_t left_out, std::string_view url) {
  if (left_out > 0) {
    const std::string line =
        IsWebLink(url)
            ? fmt::format("<p><a href=\"{}\">+{} more</a></p>\n", EscapeHtml(url), left_out)
            : fmt::format("<p>+{} more</p>\n", left_out);
    InsertAtEnd(html, line);
  }
  return html;
}

}  // namespace sidewatch::alerts
