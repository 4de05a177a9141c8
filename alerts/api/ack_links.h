#pragma once

#include <string>
#include <string_view>

#include "alerts/model/notification.h"
#include "alerts/mute/value_store.h"
#include "exporter/base/clock.h"
#include "exporter/base/log.h"
#include "exporter/base/result.h"
#include "exporter/net/http_message.h"

namespace sidewatch::alerts {

/// Links in messages by which whoever got one may take the group's alerts on, without a password:
/// `EXTERNAL_URL/ack?group=…&until=…&sig=…`, good for a week.
///
/// Threads: safe.
class AckLinks {
 public:
  /// The signing key is kept in `store`, so that links outlive a restart; if that cannot be read or
  /// written, they do not, and the log says so. `clock` outlives it.
  AckLinks(const Clock& clock, ValueStore& store, std::string external_url, const Logger& log);

  std::string UrlOf(const Notification& notification) const;

  /// The group that a link's parameters name: see AckGroupOf. Errors: kPermissionDenied if the link
  /// was not made here or was changed, kDeadlineExceeded if it is too old.
  Result<std::string> GroupOf(const net::FormValues& parameters) const;

 private:
  const Clock& clock_;
  const std::string external_url_;
  std::string key_;
};

/// How links name a group: 16 hexadecimal digits made of its key.
std::string AckGroupOf(std::string_view group_key);

}  // namespace sidewatch::alerts
