#include "alerts/api/ack_page.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "alerts/template/html_escaper.h"

namespace sidewatch::alerts {
namespace {

using templates::EscapeHtml;

constexpr std::size_t kMaxShown = 50;

// Nothing of others, nothing that runs; the form only goes back to this address.
constexpr char kPolicy[] =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

/// What the form says.
struct Order {
  std::string by;
  std::string comment;
  std::vector<std::string> fingerprints;  ///< Those that were shown.
};

std::vector<std::string> SplitWords(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    if (blank > 0) {
      words.emplace_back(text.substr(0, blank));
    }
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return words;
}

Order OrderOf(const net::FormValues& form) {
  Order order;
  for (const auto& [name, value] : form) {
    if (name == "by") {
      order.by = value;
    } else if (name == "comment") {
      order.comment = value;
    } else if (name == "alerts") {
      order.fingerprints = SplitWords(value);
    }
  }
  return order;
}

using AlertsByFingerprint = std::map<std::string, Alert, std::less<>>;

/// What fires of a group. Routes may tell the same alerts under the same key to several receivers.
AlertsByFingerprint FiringOf(const AckPageDeps& deps, const std::string& group_id) {
  AlertsByFingerprint firing;
  const TimePoint now = deps.clock.Now();
  for (const GroupView& group : deps.notifier.Groups()) {
    if (AckGroupOf(group.key) != group_id) {
      continue;
    }
    for (const AlertPtr& alert : group.alerts) {
      if (!alert->ResolvedAt(now)) {
        firing.emplace(FormatFingerprint(Fingerprint(alert->labels)), *alert);
      }
    }
  }
  return firing;
}

net::HttpResponse Page(int status, std::string_view title, std::string_view body) {
  net::HttpResponse response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.headers = {{"Content-Security-Policy", kPolicy},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-store"}};
  response.body = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" "
      "content=\"noindex\">"
      "<title>{0}</title><link rel=\"stylesheet\" href=\"web/page.css\"></head>\n"
      "<body><header><h1>sidewatch</h1></header><main>\n<h2>{0}</h2>\n{1}"
      "<p><a href=\"./\">All alerts</a></p>\n</main></body></html>\n",
      EscapeHtml(title),
      body);
  return response;
}

std::string RowOf(const Alert& alert, const Acknowledgement* held) {
  const std::string_view summary = alert.annotations.Get("summary");
  std::string labels;
  for (const Label label : alert.labels) {
    if (label.name != kAlertName) {
      labels += fmt::format("{}{}={}", labels.empty() ? "" : ", ", label.name, label.value);
    }
  }
  return fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                     EscapeHtml(summary.empty() ? alert.name() : summary),
                     EscapeHtml(labels),
                     held == nullptr ? "" : EscapeHtml("taken on by " + held->by));
}

std::string TableOf(const AlertsByFingerprint& firing, const Acknowledgements& acknowledgements) {
  std::map<std::string, Acknowledgement, std::less<>> held;
  for (Acknowledgement& one : acknowledgements.All()) {
    held.emplace(FormatFingerprint(one.fingerprint), std::move(one));
  }
  std::string rows;
  std::size_t shown = 0;
  for (const auto& [fingerprint, alert] : firing) {
    const auto found = held.find(fingerprint);
    if (++shown <= kMaxShown) {
      rows += RowOf(alert, found == held.end() ? nullptr : &found->second);
    }
  }
  const std::string more =
      shown > kMaxShown ? fmt::format("<p>+{} more</p>\n", shown - kMaxShown) : std::string();
  return fmt::format(
      "<table><thead><tr><th scope=\"col\">Alert</th><th scope=\"col\">Labels</th>"
      "<th scope=\"col\">Who</th></tr></thead><tbody>\n{}</tbody></table>\n{}",
      rows,
      more);
}

net::HttpResponse FormPage(const AckPageDeps& deps,
                           const AlertsByFingerprint& firing,
                           const Order& order,
                           std::string_view mistake) {
  std::string fingerprints;
  for (const auto& [fingerprint, alert] : firing) {
    fingerprints += (fingerprints.empty() ? "" : " ") + fingerprint;
  }
  // The address of the page, with its signature, is where an absent action sends the form.
  const std::string body = fmt::format(
      "{}<p>Repeats and escalation stop; the end is told all the same.</p>\n{}"
      "<form method=\"post\">\n<input type=\"hidden\" name=\"alerts\" value=\"{}\">\n"
      "<p><label for=\"by\">Your name</label></p><div class=\"row\"><input id=\"by\" name=\"by\" "
      "required maxlength=\"200\" autocomplete=\"name\" value=\"{}\"></div>\n"
      "<p><label for=\"comment\">Comment</label></p><div class=\"row\"><input id=\"comment\" "
      "name=\"comment\" maxlength=\"1000\" value=\"{}\">\n"
      "<button type=\"submit\">Acknowledge</button></div>\n</form>\n",
      TableOf(firing, deps.acknowledgements),
      mistake.empty() ? "" : fmt::format("<p class=\"error\">{}</p>\n", EscapeHtml(mistake)),
      fingerprints,
      EscapeHtml(order.by),
      EscapeHtml(order.comment));
  return Page(mistake.empty() ? 200 : 400,
              firing.size() == 1 ? "Take this alert on?"
                                 : fmt::format("Take these {} alerts on?", firing.size()),
              body);
}

net::HttpResponse NothingFires() {
  return Page(200, "It is over", "<p>Nothing of what the message told fires any more.</p>\n");
}

net::HttpResponse Acknowledge(const AckPageDeps& deps,
                              const net::HttpRequest& request,
                              const AlertsByFingerprint& firing) {
  const Order order = OrderOf(request.Form());
  std::vector<Alert> meant;
  for (const std::string& fingerprint : order.fingerprints) {
    if (const auto found = firing.find(fingerprint); found != firing.end()) {
      meant.push_back(found->second);
    }
  }
  if (meant.empty()) {
    return NothingFires();
  }
  const Status done = deps.acknowledgements.Acknowledge(
      meant, {.by = order.by, .from = request.remote_address, .comment = order.comment});
  if (!done) {
    return FormPage(
        deps, firing, order, order.by.empty() ? "Your name is missing." : done.error().message);
  }
  return Page(
      200,
      fmt::format("{} has it", order.by),
      fmt::format("<p>{} acknowledged, until {} over. Others see who has taken it on.</p>\n",
                  meant.size() == 1 ? "One alert is" : fmt::format("{} alerts are", meant.size()),
                  meant.size() == 1 ? "it is" : "they are"));
}

net::HttpResponse Answer(const AckPageDeps& deps, const net::HttpRequest& request) {
  const Result<std::string> group = deps.links.GroupOf(net::ParseForm(request.query));
  if (!group) {
    const bool old = group.error().code == ErrorCode::kDeadlineExceeded;
    return Page(old ? 410 : 403,
                old ? "An old link" : "Not a link of ours",
                fmt::format("<p>{}</p>\n", EscapeHtml(group.error().message)));
  }
  const AlertsByFingerprint firing = FiringOf(deps, *group);
  if (firing.empty()) {
    return NothingFires();
  }
  return request.method == "POST" ? Acknowledge(deps, request, firing)
                                  : FormPage(deps, firing, {}, "");
}

}  // namespace

void RegisterAckPage(net::Router& router, const AckPageDeps& deps) {
  for (const char* method : {"GET", "POST"}) {
    router.Handle(method, "/ack", net::Access::kSigned, [deps](const net::HttpRequest& request) {
      return Answer(deps, request);
    });
  }
}

}  // namespace sidewatch::alerts
