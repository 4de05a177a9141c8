#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "collectors/logs/linear_program.h"

namespace sidewatch::logs {

/// A program's walk over one line. All that it is given outlives it.
class LinearWalk {
 public:
  /// `most` bytes may be looked at, about: a hostile line could make the work quadratic.
  LinearWalk(const LinearProgram& program,
             std::string_view line,
             std::span<std::string_view> groups,
             std::size_t most)
      : program_(program), line_(line), groups_(groups), most_(most) {}

  /// True if the program matches at `at`; only then the groups are of worth.
  bool From(std::size_t at) {
    at_ = at;
    return Rest(0);
  }

  /// A walk that failed may have failed for that.
  bool too_long() const { return seen_ > most_; }

 private:
  bool Rest(std::size_t step);
  bool Take(const LinearStep& step);
  bool TakeText(std::string_view text);
  bool TakeRun(const LinearStep& step);
  bool TryRun(std::size_t at);
  bool TryChoices(std::size_t at);
  bool TryFrom(std::size_t place, std::size_t next);
  std::size_t EndOfRun(const LinearStep& step);
  bool MayGoOn(const LinearStep& step, std::size_t place) const;

  bool Has(std::size_t place, std::uint32_t bit) const {
    return (program_.members[static_cast<unsigned char>(line_[place])] & bit) != 0;
  }

  const LinearProgram& program_;
  std::string_view line_;
  std::span<std::string_view> groups_;
  std::size_t most_;
  std::size_t at_ = 0;
  std::size_t seen_ = 0;
};

}  // namespace sidewatch::logs
