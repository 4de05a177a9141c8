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
// Everything else is left to RE2. A lazy run ends at the same place in the cases 1 and 2.

#include <algorithm>

#include "collectors/logs/linear_program.h"

namespace sidewatch::logs {
namespace {

using Kind = LinearStep::Kind;
using Steps = std::vector<LinearStep>;

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

}  // namespace

void Decide(LinearProgram& program) {
  program.decided = true;
  for (std::size_t i = 0; i < program.steps.size() && program.decided; ++i) {
    if (program.steps[i].kind == Kind::kRun) {
      program.decided = DecideRun(program.steps, i);
    } else if (program.steps[i].kind == Kind::kAlternatives) {
      program.decided = DecideAlternatives(program.steps[i]);
    }
  }
}

}  // namespace sidewatch::logs
