#include "collectors/logs/linear_walk.h"

#include <algorithm>
#include <cstring>

namespace sidewatch::logs {

using Kind = LinearStep::Kind;

// The steps of a line are a few bytes each: calls would cost more than they do.

[[gnu::always_inline]] inline bool LinearWalk::TakeText(std::string_view text) {
  if (line_.size() - at_ < text.size() || line_[at_] != text.front() ||
      std::memcmp(line_.data() + at_, text.data(), text.size()) != 0) {
    return false;
  }
  at_ += text.size();
  return true;
}

/// Where the longest run from here ends.
[[gnu::always_inline]] inline std::size_t LinearWalk::EndOfRun(const LinearStep& step) {
  const std::size_t end = at_ + std::min<std::size_t>(line_.size() - at_, step.most);
  std::size_t place = at_;
  if (step.stop) {
    const void* stop = std::memchr(line_.data() + at_, *step.stop, end - at_);
    place = stop == nullptr
                ? end
                : static_cast<std::size_t>(static_cast<const char*>(stop) - line_.data());
  } else {
    while (place < end && Has(place, step.bit)) {
      ++place;
    }
  }
  seen_ += place - at_ + 1;
  return place;
}

[[gnu::always_inline]] inline bool LinearWalk::TakeRun(const LinearStep& step) {
  const std::size_t end = EndOfRun(step);
  if (end - at_ < std::size_t(step.least) + step.give_back) {
    return false;
  }
  at_ = end - step.give_back;
  return true;
}

[[gnu::always_inline]] inline bool LinearWalk::Take(const LinearStep& step) {
  switch (step.kind) {
    case Kind::kBytes:
      return TakeText(step.text);
    case Kind::kOne:
      if (at_ == line_.size() || !Has(at_, step.bit)) {
        return false;
      }
      ++at_;
      return true;
    case Kind::kRun:
      return TakeRun(step);
    case Kind::kAlternatives:
      return std::ranges::any_of(step.choices,
                                 [this](const std::string& text) { return TakeText(text); });
    case Kind::kOpen:
      if (step.group <= groups_.size()) {
        groups_[step.group - 1] = line_.substr(at_, 0);
      }
      return true;
    case Kind::kClose:
      if (step.group <= groups_.size()) {
        std::string_view& group = groups_[step.group - 1];
        group = {group.data(), static_cast<std::size_t>(line_.data() + at_ - group.data())};
      }
      return true;
    case Kind::kEnd:
      return at_ == line_.size();
  }
  return false;
}

bool LinearWalk::Rest(std::size_t step) {
  for (; step < program_.steps.size(); ++step) {
    const LinearStep& one = program_.steps[step];
    if (!one.decided) {
      return one.kind == Kind::kRun ? TryRun(step) : TryChoices(step);
    }
    if (!Take(one)) {
      return false;
    }
  }
  return true;
}

/// False if what follows `step` cannot match at `place`.
bool LinearWalk::MayGoOn(const LinearStep& step, std::size_t place) const {
  if (place == line_.size()) {
    return step.next_end;
  }
  return step.next_bit == 0 || Has(place, step.next_bit);
}

bool LinearWalk::TryFrom(std::size_t place, std::size_t next) {
  at_ = place;
  return Rest(next);
}

bool LinearWalk::TryRun(std::size_t at) {
  const LinearStep& step = program_.steps[at];
  const std::size_t longest = EndOfRun(step);
  if (longest - at_ < step.least) {
    return false;
  }
  const std::size_t shortest = at_ + step.least;
  for (std::size_t i = 0; i <= longest - shortest && !too_long(); ++i) {
    const std::size_t place = step.lazy ? shortest + i : longest - i;
    if (MayGoOn(step, place) && TryFrom(place, at + 1)) {
      return true;
    }
  }
  return false;
}

bool LinearWalk::TryChoices(std::size_t at) {
  const std::size_t begin = at_;
  return std::ranges::any_of(program_.steps[at].choices, [&](const std::string& text) {
    ++seen_;
    at_ = begin;
    return TakeText(text) && !too_long() && Rest(at + 1);
  });
}

}  // namespace sidewatch::logs
