#include "collectors/host/process_book.h"

#include <algorithm>

namespace sidewatch::host {

namespace {

void AddTo(std::optional<double>& sum, const std::optional<double>& value) {
  if (value) {
    sum = sum.value_or(0) + *value;
  }
}

}  // namespace

void ProcessBook::Begin() {
  ++run_;
  for (auto& [name, group] : groups_) {
    const ProcessCounters counters = group.counters;
    group = ProcessGroup();
    group.counters = counters;
  }
}

ProcessBook::Known* ProcessBook::Find(std::int64_t pid, double start_ticks) {
  const auto found = processes_.find(pid);
  const bool same = found != processes_.end() && found->second.start_ticks == start_ticks;
  if (!same) {
    return nullptr;
  }
  found->second.seen = run_;
  return &found->second;
}

ProcessBook::Known& ProcessBook::Remember(std::int64_t pid, double start_ticks) {
  Known& known = processes_[pid];
  known = {.start_ticks = start_ticks, .seen = run_};
  return known;
}

bool ProcessBook::AddGroup(const std::string& group, std::size_t most) {
  if (groups_.find(group) != groups_.end()) {
    return true;
  }
  if (groups_.size() >= most) {
    return false;
  }
  groups_.emplace(group, ProcessGroup());
  return true;
}

void ProcessBook::Add(Known& known, const ProcessNow& now, const std::string& name) {
  ProcessGroup& group = groups_[name];
  for (std::size_t i = 0; i < now.counters.size(); ++i) {
    if (now.counters[i]) {
      const double since = std::max(0.0, *now.counters[i] - known.last[i].value_or(0));
      group.counters[i] = group.counters[i].value_or(0) + since;
      known.last[i] = now.counters[i];
    }
  }
  group.processes += 1;
  group.threads += now.threads;
  group.resident += now.resident;
  group.virtual_size += now.virtual_size;
  group.states[std::min(now.state, kProcessStates - 1)] += 1;
  AddTo(group.swapped, now.swapped);
  AddTo(group.open_files, now.open_files);
  if (now.open_files && now.open_files_limit.value_or(0) > 0) {
    group.worst_files_ratio =
        std::max(group.worst_files_ratio.value_or(0), *now.open_files / *now.open_files_limit);
  }
  group.oldest_start = std::min(group.oldest_start.value_or(now.start_seconds), now.start_seconds);
}

void ProcessBook::End() {
  std::erase_if(processes_, [this](const auto& entry) { return entry.second.seen != run_; });
}

}  // namespace sidewatch::host
