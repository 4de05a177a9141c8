#include "collectors/backups/ledger.h"

#include <algorithm>

#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::backups {
namespace {

constexpr std::string_view kNameSpace = "backups";
constexpr std::size_t kKeptSizes = 11;  // The newest and the ten that its size is held against.

std::optional<std::string_view> Behind(std::string_view text, std::string_view start) {
  return text.starts_with(start) ? std::optional(text.substr(start.size())) : std::nullopt;
}

/// Takes the number in front of the first space.
std::optional<std::int64_t> TakeNumber(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const auto number = ParseInteger(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return number;
}

}  // namespace

std::string Ledger::StateKey() const {
  return fmt::format("{}#{}", target_, file_);
}

void Ledger::Load() {
  if (loaded_ || memory_ == nullptr) {
    return;
  }
  const Result<scrape::Memory::Values> values = memory_->LoadAll(kNameSpace);
  if (!values) {
    return;
  }
  loaded_ = true;
  for (const auto& [key, value] : *values) {
    const auto identity = Behind(key, target_ + "/");
    const auto finding = identity ? FindingFromName(value) : std::nullopt;
    if (finding) {
      verdicts_.emplace("/" + std::string(identity->substr(identity->starts_with('/') ? 1 : 0)),
                        *finding);
    }
  }
  const auto state = values->find(StateKey());
  std::string_view rest = state == values->end() ? std::string_view() : state->second;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    const std::size_t space = std::min(line.find(' '), line.size());
    ReadLine(line.substr(0, space), line.substr(std::min(space + 1, line.size())));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

void Ledger::ReadLine(std::string_view key, std::string_view value) {
  if (key == "fault") {
    open_faults_.emplace(value);
    return;
  }
  const auto first = TakeNumber(value);
  if (!first) {
    return;
  }
  const auto count = static_cast<std::uint64_t>(*first);
  if (key == "missed") {
    missed_ += count;
  } else if (key == "judged") {
    judged_ = std::max(judged_.value_or(FromUnixMillis(*first)), FromUnixMillis(*first));
  } else if (key == "kept_enough") {
    kept_enough_ = true;
  } else if (key == "error") {
    errors_[std::string(value)] += count;
  } else if (const auto second = TakeNumber(value); second && key == "size") {
    sizes_.try_emplace(std::string(value), *first, static_cast<std::uint64_t>(*second));
  } else if (second && key == "success" && !last_success_) {
    last_success_ = Success{.identity = std::string(value),
                            .period = {FromUnixMillis(*first), FromUnixMillis(*second)}};
  }
}

std::string Ledger::Written() const {
  std::string out = fmt::format("missed {}\n", missed_);
  if (judged_) {
    out += fmt::format("judged {}\n", ToUnixMillis(*judged_));
  }
  if (kept_enough_) {
    out += "kept_enough 1\n";
  }
  for (const auto& [reason, count] : errors_) {
    out += fmt::format("error {} {}\n", count, reason);
  }
  for (const auto& [identity, size] : sizes_) {
    out += fmt::format("size {} {} {}\n", size.first, size.second, identity);
  }
  if (last_success_) {
    out += fmt::format("success {} {} {}\n",
                       ToUnixMillis(last_success_->period.begin),
                       ToUnixMillis(last_success_->period.end),
                       last_success_->identity);
  }
  for (const std::string& fault : open_faults_) {
    out += fmt::format("fault {}\n", fault);
  }
  return out;
}

void Ledger::Save() {
  if (memory_ == nullptr || (!dirty_ && forgotten_.empty())) {
    return;
  }
  scrape::Memory::Values values;
  values[StateKey()] = Written();
  for (const std::string& identity : unsaved_) {
    const auto found = verdicts_.find(identity);
    if (found != verdicts_.end()) {
      values[target_ + identity] = FindingName(found->second);
    }
  }
  if (!memory_->SaveAll(kNameSpace, values)) {
    return;  // Again in the next run.
  }
  dirty_ = false;
  unsaved_.clear();
  std::erase_if(forgotten_, [this](const std::string& identity) {
    return memory_->Delete(kNameSpace, target_ + identity).has_value();
  });
}

std::optional<Finding> Ledger::FindVerdict(const FoundFile& file) const {
  const auto found = verdicts_.find(file.Identity());
  return found == verdicts_.end() ? std::nullopt : std::optional(found->second);
}

void Ledger::Remember(const FoundFile& file, Finding finding) {
  verdicts_[file.Identity()] = finding;
  unsaved_.insert(file.Identity());
  dirty_ = true;
}

void Ledger::Prune(const std::vector<FoundFile>& listed) {
  std::set<std::string> identities;
  for (const FoundFile& file : listed) {
    identities.insert(file.Identity());
  }
  std::erase_if(verdicts_, [&](const auto& verdict) {
    const bool gone = !identities.contains(verdict.first);
    if (gone) {
      forgotten_.push_back(verdict.first);
      unsaved_.erase(verdict.first);
    }
    return gone;
  });
}

std::vector<Fault> Ledger::Update(const std::vector<Fault>& now) {
  std::set<std::string> open;
  std::vector<Fault> fresh;
  for (const Fault& fault : now) {
    std::string key = fmt::format("{} {}", fault.reason, fault.subject);
    std::ranges::replace(key, '\n', '?');
    if (open.insert(key).second && !open_faults_.contains(key)) {
      ++errors_[fault.reason];
      fresh.push_back(fault);
    }
  }
  dirty_ = dirty_ || open != open_faults_;
  open_faults_ = std::move(open);
  return fresh;
}

std::optional<double> Ledger::MedianBefore(const std::string& identity) const {
  std::vector<std::uint64_t> sizes;
  for (const auto& [key, size] : sizes_) {
    if (key != identity) {
      sizes.push_back(size.second);
    }
  }
  if (sizes.empty()) {
    return std::nullopt;
  }
  std::ranges::sort(sizes);
  const std::size_t middle = sizes.size() / 2;
  const auto upper = static_cast<double>(sizes[middle]);
  return sizes.size() % 2 == 1 ? upper : (static_cast<double>(sizes[middle - 1]) + upper) / 2;
}

void Ledger::AddSize(const FoundFile& file) {
  std::string identity = file.Identity();
  if (identity.find('\n') != std::string::npos || sizes_.contains(identity)) {
    return;
  }
  sizes_.emplace(std::move(identity), std::pair(ToUnixMillis(file.period.begin), file.size));
  if (sizes_.size() > kKeptSizes) {
    sizes_.erase(
        std::ranges::min_element(sizes_, {}, [](const auto& size) { return size.second.first; }));
  }
  dirty_ = true;
}

void Ledger::SetLastSuccess(std::optional<Success> success) {
  const std::string before = last_success_ ? last_success_->identity : "";
  const std::string after = success ? success->identity : "";
  dirty_ = dirty_ || before != after;
  last_success_ = std::move(success);
}

void Ledger::SetJudged(TimePoint due, bool missed) {
  judged_ = due;
  missed_ += missed ? 1 : 0;
  dirty_ = true;
}

void Ledger::SetKeptEnough() {
  dirty_ = dirty_ || !kept_enough_;
  kept_enough_ = true;
}

}  // namespace sidewatch::backups
