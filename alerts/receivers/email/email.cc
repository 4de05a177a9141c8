#include "alerts/receivers/email/email.h"

#include <utility>

#include <fmt/format.h>

#include "alerts/receivers/email/email_config.h"
#include "alerts/receivers/email/email_message.h"

namespace sidewatch::alerts {
namespace {

Delivery ToDelivery(const Result<net::SmtpReply>& reply) {
  using Outcome = Delivery::Outcome;
  constexpr int kOk = 200;
  constexpr int kFailed = 300;
  constexpr int kFinal = 500;
  if (!reply) {
    // Nobody judged the mail. A refused login or a certificate that cannot be read may be one that
    // is being rotated, a server without STARTTLS one that is being set up.
    return {Outcome::kRetry, reply.error().message, std::nullopt};
  }
  const std::string answer = fmt::format("{} {}", reply->code, reply->answer);
  if (reply->code >= kOk && reply->code < kFailed) {
    return {Outcome::kDelivered, answer, std::nullopt};
  }
  return {reply->code >= kFinal ? Outcome::kRefused : Outcome::kRetry, answer, std::nullopt};
}

class EmailReceiver final : public Receiver {
 public:
  EmailReceiver(EmailConfig config, ReceiverDeps deps)
      : config_(std::move(config)), deps_(std::move(deps)) {}

  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    const Result<net::SmtpMessage> message = BuildEmail(config_, deps_, notification);
    if (!message) {
      return {Delivery::Outcome::kRefused, message.error().message, std::nullopt};
    }
    return ToDelivery(deps_.mail(config_.server, *message, deadline, stop));
  }

 private:
  const EmailConfig config_;
  const ReceiverDeps deps_;
};

std::unique_ptr<Receiver> Create(config::MapReader& map,
                                 const config::Node& global,
                                 const ReceiverDeps& deps) {
  return std::make_unique<EmailReceiver>(ReadEmailConfig(map, global, deps), deps);
}

}  // namespace

const ReceiverSpec kEmailSpec = {
    .key = "email_configs",
    .kind = "email",
    .send_resolved_by_default = false,
    .check_global = &CheckEmailGlobal,
    .create = &Create,
};

}  // namespace sidewatch::alerts
