#include "alerts/receivers/email/email.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "alerts/receivers/email/email_config.h"
#include "alerts/receivers/email/email_message.h"

namespace sidewatch::alerts {
namespace {

constexpr int kFinal = 500;
constexpr std::size_t kMaxGroups = 1000;  // Those that some are still to be told of.

Delivery ToDelivery(const Result<net::SmtpReply>& reply) {
  using Outcome = Delivery::Outcome;
  constexpr int kOk = 200;
  constexpr int kFailed = 300;
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

/// `gone@shop.example: 550 no such user`, and so on.
std::string ListOf(const std::vector<net::RefusedRecipient>& refused) {
  std::string list;
  for (const net::RefusedRecipient& one : refused) {
    list += fmt::format("{}{}: {}", list.empty() ? "" : "; ", one.address, one.answer);
  }
  return list;
}

class EmailReceiver final : public Receiver {
 public:
  EmailReceiver(EmailConfig config, ReceiverDeps deps)
      : config_(std::move(config)), deps_(std::move(deps)) {}

  Delivery Send(const Notification& notification,
                SteadyTime deadline,
                const std::stop_token& stop) override {
    Result<net::SmtpMessage> message = BuildEmail(config_, deps_, notification);
    if (!message) {
      return {Delivery::Outcome::kRefused, message.error().message, std::nullopt};
    }
    RemoveTold(notification, message->to);
    const auto reply = deps_.mail(config_.server, *message, deadline, stop);
    Delivery delivery = ToDelivery(reply);
    if (delivery.outcome == Delivery::Outcome::kDelivered) {
      Judge(notification, message->to, reply->refused, delivery);
    }
    return delivery;
  }

 private:
  /// Whom a message needs no longer be given while it is tried again for others.
  struct Told {
    TimePoint at;  ///< Which state of the group.
    std::set<std::string, std::less<>> addresses;
  };

  void RemoveTold(const Notification& notification, std::vector<std::string>& to) const {
    const auto told = told_.find(notification.group_key);
    if (told != told_.end() && told->second.at == notification.at) {
      std::erase_if(to,
                    [&](const std::string& one) { return told->second.addresses.contains(one); });
    }
  }

  /// Those who were refused for now get the message later, the rest not again.
  void Judge(const Notification& notification,
             const std::vector<std::string>& to,
             const std::vector<net::RefusedRecipient>& refused,
             Delivery& delivery) {
    const auto for_now = [](const net::RefusedRecipient& one) {
      return one.code < kFinal;
    };
    if (std::ranges::none_of(refused, for_now)) {
      told_.erase(notification.group_key);
    } else {
      if (told_.size() >= kMaxGroups) {
        told_.clear();
      }
      Told& told = told_[notification.group_key];
      if (told.at != notification.at) {
        told = {notification.at, {}};
      }
      told.addresses.insert(to.begin(), to.end());
      for (const net::RefusedRecipient& one : refused) {
        if (for_now(one)) {
          told.addresses.erase(one.address);
        }
      }
      delivery.outcome = Delivery::Outcome::kRetry;
    }
    if (!refused.empty()) {
      delivery.warning = "not taken for " + ListOf(refused);
      delivery.answer += "; " + delivery.warning;
    }
  }

  const EmailConfig config_;
  const ReceiverDeps deps_;
  std::map<std::string, Told, std::less<>> told_;  ///< By group key; gone with a restart.
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
