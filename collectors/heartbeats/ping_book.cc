#include "collectors/heartbeats/ping_book.h"

#include <algorithm>
#include <utility>

namespace sidewatch::heartbeats {
namespace {

constexpr std::string_view kNameSpace = "heartbeats";

void Count(std::optional<std::int64_t>& counter) {
  counter = counter.value_or(0) + 1;
}

/// A job ends, well or not.
void End(PingRecord& record, std::int64_t now, std::int64_t exit_code) {
  if (record.running == 1) {
    record.last_duration = now - record.last_start.value_or(now);
  }
  record.running = 0;
  record.last_exit_code = exit_code;
}

void Apply(PingRecord& record, std::int64_t now, const Ping& ping) {
  switch (ping.kind) {
    case PingKind::kStart:
      record.last_start = now;
      record.running = 1;
      Count(record.starts);
      break;
    case PingKind::kSuccess:
      record.last_success = now;
      End(record, now, ping.exit_code);
      Count(record.successes);
      break;
    case PingKind::kFail:
      record.last_fail = now;
      End(record, now, ping.exit_code);
      Count(record.fails);
      break;
  }
  if (!ping.body.empty()) {
    record.body = ping.body.substr(ping.body.size() - std::min(ping.body.size(), kMaxBody));
  }
}

}  // namespace

void PingBook::Load() {
  const auto stored = memory_.LoadAll(kNameSpace);
  if (!stored) {
    log_.Error("what jobs told before is not known", {{"error", stored.error().message}});
    return;
  }
  const MutexLock lock(mutex_);
  for (const auto& [name, text] : *stored) {
    if (auto record = DecodeRecord(text)) {
      records_.insert_or_assign(name, std::move(*record));
    } else {
      log_.Warn("what a job told before cannot be read", {{"heartbeat", name}});
    }
  }
}

PingRecord& PingBook::Known(std::string_view name) {
  const auto [found, is_new] = records_.try_emplace(std::string(name));
  if (is_new) {
    found->second.known_since = ToUnixMillis(clock_.Now());
  }
  return found->second;
}

PingRecord PingBook::Expect(std::string_view name) {
  const MutexLock lock(mutex_);
  const bool is_new = records_.find(name) == records_.end();
  const PingRecord& record = Known(name);
  if (is_new) {
    Save(name);
  }
  return record;
}

void PingBook::Take(std::string_view name, const Ping& ping) {
  const MutexLock lock(mutex_);
  Apply(Known(name), ToUnixMillis(clock_.Now()), ping);
  Save(name);
}

Result<scrape::Memory::Values> PingBook::LoadAll(std::string_view /*name_space*/) {
  const MutexLock lock(mutex_);
  Values values;
  for (const auto& [name, record] : records_) {
    values.emplace(name, EncodeRecord(record));
  }
  return values;
}

Status PingBook::SaveAll(std::string_view /*name_space*/, const Values& values) {
  const MutexLock lock(mutex_);
  for (const auto& [name, text] : values) {
    auto record = DecodeRecord(text);
    if (!record) {
      return Fail(ErrorCode::kInvalidArgument, "not the record of a heartbeat: {}", name);
    }
    records_.insert_or_assign(name, std::move(*record));
    Save(name);
  }
  return {};
}

Status PingBook::Delete(std::string_view /*name_space*/, std::string_view key) {
  const MutexLock lock(mutex_);
  if (const auto found = records_.find(key); found != records_.end()) {
    records_.erase(found);
  }
  unwritten_.erase(std::string(key));
  return memory_.Delete(kNameSpace, key);
}

void PingBook::Save(std::string_view name) {
  const bool was_well = unwritten_.empty();
  unwritten_.insert_or_assign(std::string(name), EncodeRecord(Known(name)));
  if (const Status saved = memory_.SaveAll(kNameSpace, unwritten_); saved) {
    unwritten_.clear();
  } else if (was_well) {
    log_.Error("pings are kept in memory only; a restart would forget them",
               {{"error", saved.error().message}});
  }
}

}  // namespace sidewatch::heartbeats
