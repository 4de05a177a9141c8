#include "alerts/api/ack_links.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "alerts/pipeline/escalations.h"
#include "exporter/base/number.h"
#include "exporter/net/sha256.h"
#include "exporter/net/signature.h"

namespace sidewatch::alerts {
namespace {

constexpr Duration kGoodFor = std::chrono::hours(24 * 7);
constexpr std::string_view kKeyId = "acknowledge";
constexpr std::size_t kGroupDigits = 16;

std::string KeyIn(ValueStore& store, const Logger& log) {
  const auto kept = store.LoadAll();
  if (kept) {
    if (const auto found = kept->find(kKeyId); found != kept->end()) {
      return found->second;
    }
  }
  std::string key = net::RandomKey();
  const Status saved =
      kept ? store.SaveAll({{std::string(kKeyId), key}}) : Status(Fail(kept.error()));
  if (!saved) {
    log.Error("links in messages will not acknowledge any more after a restart",
              {{"error", saved.error().message}});
  }
  return key;
}

std::string SignedText(std::string_view group, std::string_view until) {
  return fmt::format("acknowledge {} until {}", group, until);
}

std::string_view ValueOf(const net::FormValues& parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &net::FormValues::value_type::first);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

std::string AckGroupOf(std::string_view group_key) {
  return net::Sha256Hex(group_key).substr(0, kGroupDigits);
}

AckLinks::AckLinks(const Clock& clock,
                   ValueStore& store,
                   std::string external_url,
                   const Logger& log)
    : clock_(clock), external_url_(std::move(external_url)), key_(KeyIn(store, log)) {}

std::string AckLinks::UrlOf(const Notification& notification) const {
  const std::string group = AckGroupOf(RouteGroupKey(notification.group_key));
  // From the flush on: a message that is delivered twice has the same link.
  const std::string until = fmt::format("{}", ToUnixMillis(notification.at + kGoodFor) / 1000);
  return fmt::format("{}/ack?group={}&until={}&sig={}",
                     external_url_,
                     group,
                     until,
                     net::Sign(key_, SignedText(group, until)));
}

Result<std::string> AckLinks::GroupOf(const net::FormValues& parameters) const {
  const std::string_view group = ValueOf(parameters, "group");
  const std::string_view until = ValueOf(parameters, "until");
  const auto seconds = ParseInteger(until);
  if (!seconds || !net::Verify(key_, SignedText(group, until), ValueOf(parameters, "sig"))) {
    return Fail(ErrorCode::kPermissionDenied,
                "This link is not whole, or another sidewatch has made it.");
  }
  if (*seconds < ToUnixMillis(clock_.Now()) / 1000) {
    return Fail(ErrorCode::kDeadlineExceeded,
                "This link is older than a week. A newer message has a newer one.");
  }
  return std::string(group);
}

}  // namespace sidewatch::alerts
