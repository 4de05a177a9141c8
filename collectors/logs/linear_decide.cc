// When does a sequence of steps never have to go back?
//
// A run X{n,} takes all bytes of X up to the first that is not. What follows, R, then has to begin
// right there. Three cases are certain:
//
//   1. R begins with no byte of X: ending the run earlier would leave R before a byte of X. `\S+ `
//   2. R begins with a fixed sequence S0 S1 … Sj where S0…S(j-1) are within X and Sj holds no byte
//      of X: Sj can only match the byte that ended the run, so the run ends j bytes before it.
//      `\S+" ` gives one byte back.
//   3. Nothing follows that needs a byte: taking all is what a greedy run prefers. `.*`
//
// A lazy run ends at the same place in the cases 1 and 2. Everywhere else each end is tried, from
// the one that the run prefers on, which finds what RE2 finds (the leftmost, first by preference).

#include <algorithm>

#include "collectors/logs/linear_program.h"

namespace sidewatch::logs {
namespace {

using Kind = LinearStep::Kind;
using Steps = std::vector<LinearStep>;

// Each is a call within the call of the one before it.
constexpr std::size_t kMostUndecided = 32;

ByteSet FirstBytes(const LinearStep& step) {
  ByteSet set = step.set;
  if (step.kind == Kind::kBytes) {
    set.set(static_cast<unsigned char>(step.text.front()));
  }
  for (const std::string& choice : step.choices) {
    set.set(static_cast<unsigned char>(choice.front()));
  }
  return set;
}

struct Follow {
  ByteSet first;
  bool may_be_empty = true;  ///< What follows may match nothing, wherever it stands.
  bool may_end = true;       ///< What follows may match nothing where the line ends.
};

Follow FollowOf(const Steps& steps, std::size_t from) {
  Follow follow;
  for (std::size_t i = from; i < steps.size(); ++i) {
    const LinearStep& step = steps[i];
    if (step.kind == Kind::kOpen || step.kind == Kind::kClose) {
      continue;
    }
    follow.first |= FirstBytes(step);
    const bool needs = step.kind != Kind::kRun || step.least > 0;
    if (needs) {
      follow.may_be_empty = false;
      follow.may_end = step.kind == Kind::kEnd;
      return follow;
    }
  }
  return follow;
}

/// The fixed sequence of sets that stands at `from`.
std::vector<ByteSet> FixedSequence(const Steps& steps, std::size_t from) {
  std::vector<ByteSet> sets;
  for (std::size_t i = from; i < steps.size(); ++i) {
    const LinearStep& step = steps[i];
    if (step.kind == Kind::kBytes) {
      for (const char c : step.text) {
        ByteSet& set = sets.emplace_back();
        set.set(static_cast<unsigned char>(c));
      }
    } else if (step.kind == Kind::kOne) {
      sets.push_back(step.set);
    } else if (step.kind != Kind::kOpen && step.kind != Kind::kClose) {
      break;
    }
  }
  return sets;
}

/// How many bytes the run gives back in case 2. Nothing: it is not that case.
std::optional<std::uint32_t> GiveBack(const LinearStep& run, const std::vector<ByteSet>& sets) {
  if (run.most != LinearStep::kUnbounded) {
    return std::nullopt;
  }
  for (std::size_t j = 0; j < sets.size(); ++j) {
    if ((sets[j] & run.set).none()) {
      return static_cast<std::uint32_t>(j);
    }
    if ((sets[j] & ~run.set).any()) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

bool DecideRun(Steps& steps, std::size_t at) {
  LinearStep& run = steps[at];
  const Follow follow = FollowOf(steps, at + 1);
  if ((follow.first & run.set).none()) {
    return !(run.lazy && follow.may_be_empty);
  }
  const std::optional<std::uint32_t> back = GiveBack(run, FixedSequence(steps, at + 1));
  run.give_back = back.value_or(0);
  return back.has_value();
}

bool DecideAlternatives(const LinearStep& step) {
  for (const std::string& one : step.choices) {
    for (const std::string& other : step.choices) {
      if (&one != &other && other.starts_with(one)) {
        return false;
      }
    }
  }
  return true;
}

/// The text that stands at `from`, over the borders of groups.
std::string TextAt(const Steps& steps, std::size_t& from) {
  std::string text;
  for (; from < steps.size(); ++from) {
    const LinearStep& step = steps[from];
    if (step.kind == Kind::kBytes) {
      text += step.text;
    } else if (step.kind != Kind::kOpen && step.kind != Kind::kClose) {
      break;
    }
  }
  return text;
}

std::size_t ShortestOf(const std::vector<std::string>& texts) {
  const auto shortest = std::ranges::min_element(texts, {}, &std::string::size);
  return shortest == texts.end() ? 0 : shortest->size();
}

/// What each matching line holds one of.
std::vector<std::string> LiteralsOf(const Steps& steps) {
  constexpr std::size_t kMostChoices = 8;
  std::vector<std::string> best;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string text = TextAt(steps, i);
    if (text.size() > ShortestOf(best)) {
      best = {text};
    }
    if (i < steps.size() && steps[i].choices.size() <= kMostChoices &&
        ShortestOf(steps[i].choices) > ShortestOf(best)) {
      best = steps[i].choices;
    }
  }
  return best;
}

/// Numbers the sets of bytes: each has a bit of its own.
class SetNumbers {
 public:
  explicit SetNumbers(LinearProgram& program) : program_(program) {}

  std::uint32_t BitOf(const ByteSet& set) {
    const auto known = std::ranges::find(sets_, set);
    if (known != sets_.end()) {
      return 1U << static_cast<unsigned>(known - sets_.begin());
    }
    if (sets_.size() == kMost) {
      fits_ = false;
      return 0;
    }
    const std::uint32_t bit = 1U << sets_.size();
    sets_.push_back(set);
    for (std::size_t byte = 0; byte < program_.members.size(); ++byte) {
      program_.members[byte] |= set.test(byte) ? bit : 0;
    }
    return bit;
  }

  bool fits() const { return fits_; }

 private:
  static constexpr std::size_t kMost = 32;

  LinearProgram& program_;
  std::vector<ByteSet> sets_;
  bool fits_ = true;
};

std::optional<char> OnlyOneNotIn(const ByteSet& set) {
  if (set.count() != set.size() - 1) {
    return std::nullopt;
  }
  std::size_t byte = 0;
  while (set.test(byte)) {
    ++byte;
  }
  return static_cast<char>(byte);
}

void Number(LinearProgram& program, std::size_t at, SetNumbers& numbers) {
  LinearStep& step = program.steps[at];
  if (step.kind == Kind::kOne || step.kind == Kind::kRun) {
    step.bit = numbers.BitOf(step.set);
    step.stop = OnlyOneNotIn(step.set);
  }
  if (!step.decided) {
    const Follow follow = FollowOf(program.steps, at + 1);
    step.next_bit = follow.may_be_empty ? 0 : numbers.BitOf(follow.first);
    step.next_end = follow.may_end;
  }
}

}  // namespace

bool Decide(LinearProgram& program) {
  Steps& steps = program.steps;
  SetNumbers numbers(program);
  std::size_t undecided = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].kind == Kind::kRun) {
      steps[i].decided = DecideRun(steps, i);
    } else if (steps[i].kind == Kind::kAlternatives) {
      steps[i].decided = DecideAlternatives(steps[i]);
    }
    undecided += steps[i].decided ? 0 : 1;
    Number(program, i, numbers);
  }
  const Follow all = FollowOf(steps, 0);
  program.first = all.may_be_empty || all.may_end ? ByteSet().set() : all.first;
  program.literals = LiteralsOf(steps);
  std::size_t behind = 0;
  program.prefix = program.from_start ? std::string() : TextAt(steps, behind);
  return numbers.fits() && undecided <= kMostUndecided;
}

}  // namespace sidewatch::logs
