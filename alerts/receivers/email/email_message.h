#pragma once

#include "alerts/model/notification.h"
#include "alerts/receivers/email/email_config.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts {

/// The mail for a notification: envelope, headers, both parts.
///
/// The same notification gives the same Message-ID, so that a mail program shows a repeated one
/// once. A template that fails is replaced by our own text with a line that says so. Errors:
/// kInvalidArgument if `to` or `from` come out as no address.
Result<net::SmtpMessage> BuildEmail(const EmailConfig& config,
                                    const ReceiverDeps& deps,
                                    const Notification& notification);

}  // namespace sidewatch::alerts
