#include "alerts/pipeline/ledger.h"

namespace sidewatch::alerts {
namespace {

std::optional<state::OutboxId> RowOf(const Ledger::Ticket& ticket) {
  return ticket.row ? ticket.row : ticket.older;
}

}  // namespace

Ledger::Ledger(state::Database& database, Logger log)
    : outbox_(database), notification_log_(database), log_(std::move(log)) {
  LoadLog();
}

void Ledger::LoadLog() {
  auto entries = notification_log_.LoadAll();
  if (!entries) {
    log_.Error("notification log could not be read, firing alerts are told again",
               {{"error", entries.error().message}});
    return;
  }
  const MutexLock lock(mutex_);
  for (state::NotificationLogEntry& entry : *entries) {
    Key key(entry.integration, entry.group_key);
    told_.insert_or_assign(std::move(key), std::move(entry));
  }
}

std::vector<Ledger::Waiting> Ledger::TakeWaiting() {
  auto rows = outbox_.LoadAll();
  std::vector<Waiting> waiting;
  if (!rows) {
    log_.Error("outbox could not be read", {{"error", rows.error().message}});
    return waiting;
  }
  const MutexLock lock(mutex_);
  for (const state::OutboxRow& row : *rows) {
    Result<Notification> notification = DecodeNotification(row.payload);
    if (!notification) {
      log_.Error("notification in the outbox dropped",
                 {{"integration", row.integration}, {"error", notification.error().message}});
      Report(outbox_.Drop(row.id));
      continue;
    }
    waiting.push_back(
        {Ticket{next_number_++, row.id}, row.integration, *std::move(notification), row.attempts});
  }
  return waiting;
}

std::optional<Told> Ledger::LastTold(std::string_view integration,
                                     std::string_view group_key) const {
  const MutexLock lock(mutex_);
  const auto found = told_.find(Key(integration, group_key));
  if (found == told_.end()) {
    return std::nullopt;
  }
  return Told{{found->second.firing, found->second.resolved}, found->second.sent_at};
}

std::map<std::string, std::vector<std::uint64_t>> Ledger::FiringOf(
    std::string_view integration) const {
  std::map<std::string, std::vector<std::uint64_t>> firing;
  const MutexLock lock(mutex_);
  for (auto told = told_.lower_bound(Key(integration, ""));
       told != told_.end() && told->first.first == integration;
       ++told) {
    if (!told->second.firing.empty()) {
      firing.emplace(told->first.second, told->second.firing);
    }
  }
  return firing;
}

std::string Ledger::ReceiverData(std::string_view integration, std::string_view group_key) const {
  const MutexLock lock(mutex_);
  const auto found = told_.find(Key(integration, group_key));
  return found == told_.end() || found->second.firing.empty() ? "" : found->second.receiver_data;
}

Ledger::Ticket Ledger::Enqueue(std::string_view integration,
                               const Notification& notification,
                               std::int64_t attempts,
                               const Ticket* replaced) {
  state::OutboxRow row;
  row.integration = integration;
  row.group_key = notification.group_key;
  row.payload = EncodeNotification(notification);
  row.created_at = notification.at;
  row.attempts = attempts;
  row.next_attempt_at = notification.at;
  const MutexLock lock(mutex_);
  const Result<state::OutboxId> id = outbox_.Enqueue(row);
  if (id) {
    RetryUnwritten();
    return {next_number_++, *id};
  }
  Report(Fail(id.error()));
  Ticket ticket{next_number_++, std::nullopt};
  if (replaced != nullptr) {
    ticket.older = RowOf(*replaced);
  }
  return ticket;
}

void Ledger::Postpone(Ticket& ticket,
                      std::string_view integration,
                      const Notification& notification,
                      std::int64_t attempts) {
  if (!ticket.row) {
    const Ticket again = Enqueue(integration, notification, attempts, &ticket);
    ticket.row = again.row;
    ticket.older = again.older;
    return;
  }
  const MutexLock lock(mutex_);
  Report(outbox_.Postpone(*ticket.row, attempts, notification.at));
}

void Ledger::Complete(const Ticket& ticket, const state::NotificationLogEntry& entry) {
  const MutexLock lock(mutex_);
  told_.insert_or_assign(Key(entry.integration, entry.group_key), entry);
  WriteOrKeep({RowOf(ticket), entry});
}

void Ledger::Drop(const Ticket& ticket) {
  if (const auto row = RowOf(ticket)) {
    const MutexLock lock(mutex_);
    Report(outbox_.Drop(*row));
  }
}

void Ledger::Write(const state::NotificationLogEntry& entry) {
  Complete(Ticket{}, entry);
}

void Ledger::Renew(std::string_view integration, std::string_view group_key, TimePoint expires_at) {
  // A write a day is enough for what is kept for days.
  constexpr Duration kStep = std::chrono::hours(24);
  const MutexLock lock(mutex_);
  const auto found = told_.find(Key(integration, group_key));
  if (found != told_.end() && found->second.expires_at + kStep < expires_at) {
    found->second.expires_at = expires_at;
    WriteOrKeep({std::nullopt, found->second});
  }
}

void Ledger::DeleteExpired(TimePoint now) {
  const MutexLock lock(mutex_);
  std::erase_if(told_, [now](const auto& told) { return told.second.expires_at < now; });
  const Result<std::int64_t> deleted = notification_log_.DeleteExpired(now);
  Report(deleted ? Status() : Status(Fail(deleted.error())));
  if (deleted) {
    RetryUnwritten();
  }
}

Status Ledger::WriteThrough(const Unwritten& write) {
  return write.row ? outbox_.Complete(*write.row, write.entry)
                   : notification_log_.Save(write.entry);
}

void Ledger::WriteOrKeep(Unwritten write) {
  Key key(write.entry.integration, write.entry.group_key);
  // A row that could not be removed goes with whatever is written next of its group.
  if (const auto kept = unwritten_.find(key); kept != unwritten_.end() && !write.row) {
    write.row = kept->second.row;
  }
  const Status status = WriteThrough(write);
  Report(status);
  if (status) {
    unwritten_.erase(key);
    RetryUnwritten();
  } else {
    unwritten_.insert_or_assign(std::move(key), std::move(write));
  }
}

void Ledger::RetryUnwritten() {
  while (!unwritten_.empty() && WriteThrough(unwritten_.begin()->second)) {
    unwritten_.erase(unwritten_.begin());
  }
}

void Ledger::Report(const Status& status) {
  if (status.has_value() == disk_is_well_) {
    return;
  }
  disk_is_well_ = status.has_value();
  if (disk_is_well_) {
    log_.Info("notification state is on disk again");
  } else {
    log_.Error("notification state cannot be written, going on in memory",
               {{"error", status.error().message}});
  }
}

}  // namespace sidewatch::alerts
