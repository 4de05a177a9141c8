#include "alerts/pipeline/pipeline.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace sidewatch::alerts {
namespace {

bool IsRefusal(const Alert& alert, std::string_view receiver) {
  return alert.name() == kNotificationRefused && alert.labels.Get(kRefusingReceiver) == receiver;
}

/// What a flush for a receiver says about that receiver, for the others: a group of its own there,
/// as its route may lead to them, too.
GroupFlush AsideOf(const GroupFlush& left) {
  GroupFlush aside;
  const auto about_it = [&](const Alert& alert) {
    return IsRefusal(alert, left.receiver);
  };
  if (std::ranges::any_of(left.alerts, about_it)) {
    aside = left;
    aside.group_key += "/refused";
    std::erase_if(aside.alerts, [&](const Alert& alert) { return !about_it(alert); });
  }
  return aside;
}

}  // namespace

Pipeline::Pipeline(std::vector<const Stage*> stages,
                   std::vector<IntegrationConfig> integrations,
                   const IntegrationDeps& deps)
    : stages_(std::move(stages)), deps_(deps) {
  for (IntegrationConfig& config : integrations) {
    integrations_.push_back(std::make_unique<Integration>(std::move(config), deps_));
  }
}

void Pipeline::Resume(std::vector<Ledger::Waiting> waiting) {
  for (Ledger::Waiting& item : waiting) {
    const auto found = std::ranges::find(integrations_, item.integration, &Integration::name);
    if (found != integrations_.end()) {
      (*found)->Resume(std::move(item));
      continue;
    }
    deps_.ledger.Drop(item.ticket);
    deps_.log.Warn("notification given up, its receiver is not configured any more",
                   {{"integration", item.integration}, {"group", item.notification.group_key}});
  }
}

void Pipeline::Start() {
  for (const auto& integration : integrations_) {
    threads_.emplace_back([this, &integration = *integration](const std::stop_token& stop) {
      try {
        integration.Run(stop);
      } catch (const std::exception& stray) {
        deps_.log.Error("BUG: integration ended by an exception",
                        {{"integration", integration.name()}, {"error", stray.what()}});
      }
    });
  }
}

void Pipeline::Stop() {
  if (threads_.empty()) {
    return;
  }
  constexpr std::chrono::milliseconds kPatience(1000);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (const auto& integration : integrations_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    integration->Finish(std::max(left, std::chrono::milliseconds::zero()));
  }
  for (std::jthread& thread : threads_) {
    thread.request_stop();
  }
  threads_.clear();
}

std::vector<Ledger::Waiting> Pipeline::TakePending() {
  std::vector<Ledger::Waiting> taken;
  for (const auto& integration : integrations_) {
    std::ranges::move(integration->TakePending(), std::back_inserter(taken));
  }
  return taken;
}

std::set<std::uint64_t> Pipeline::ToldFiring() const {
  std::set<std::uint64_t> told;
  for (const auto& integration : integrations_) {
    integration->AddFiring(told);
  }
  return told;
}

GroupFlush Pipeline::Sift(const GroupFlush& flush) const {
  GroupFlush left = flush;
  for (const Stage* stage : stages_) {
    stage->Run(left);
  }
  return left;
}

FlushResult Pipeline::Tell(const GroupFlush& left) {
  const GroupFlush aside = AsideOf(left);
  FlushResult result = FlushResult::kSettled;
  const auto offer = [&result](Integration& integration, const GroupFlush& flush) {
    if (integration.Offer(flush) == FlushResult::kWaiting) {
      result = FlushResult::kWaiting;
    }
  };
  for (const auto& integration : integrations_) {
    if (integration->receiver() != left.receiver) {
      if (!aside.alerts.empty()) {
        GroupFlush told = aside;
        told.receiver = integration->receiver();
        offer(*integration, told);
      }
    } else if (aside.alerts.empty()) {
      offer(*integration, left);
    } else {
      GroupFlush told = left;
      std::erase_if(told.alerts, [&](const Alert& alert) {
        return IsRefusal(alert, left.receiver) &&
               alert.labels.Get(kRefusingIntegration) == integration->name();
      });
      offer(*integration, told);
    }
  }
  return result;
}

}  // namespace sidewatch::alerts
