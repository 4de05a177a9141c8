#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace re2 {
class RE2;
}  // namespace re2

namespace sidewatch {

enum class MatchOp { kEqual, kNotEqual, kRegex, kNotRegex };

/// `=`, `!=`, `=~`, `!~`.
std::string_view MatchOpText(MatchOp op);

/// One `name op "value"` of a selector or a route.
///
/// Regular expressions are RE2, anchored at both ends, `.` also matches a line feed. An absent
/// label is the same as an empty one. Expressions that are plain alternations or a plain prefix
/// never reach RE2. Threads: safe to copy and use from any.
class Matcher {
 public:
  /// Errors: kInvalidArgument with RE2's own message for an expression that does not compile.
  static Result<Matcher> Create(MatchOp op, std::string_view name, std::string_view value);

  /// `name="value"`, which nothing is wrong with.
  static Matcher Equal(std::string_view name, std::string_view value);

  MatchOp op() const { return op_; }

  const std::string& name() const { return name_; }

  const std::string& value() const { return value_; }

  bool Matches(std::string_view value) const;

  bool Matches(const LabelSet& labels) const { return Matches(labels.Get(name_)); }

  /// True for `!=` and `!~`.
  bool negated() const { return op_ == MatchOp::kNotEqual || op_ == MatchOp::kNotRegex; }

  /// The only values that the un-negated matcher takes, when it is a literal or an alternation of
  /// literals: an index can look them up. Empty: no such list.
  std::span<const std::string> literals() const { return literals_; }

  /// What every value that the un-negated matcher takes begins with; empty if nothing is known.
  const std::string& prefix() const { return prefix_; }

  /// `name="value"`; a name that is not classic is quoted.
  std::string ToString() const;

  bool operator==(const Matcher& other) const {
    return op_ == other.op_ && name_ == other.name_ && value_ == other.value_;
  }

 private:
  Matcher(MatchOp op, std::string_view name, std::string_view value)
      : op_(op), name_(name), value_(value) {}

  void FindShortcuts();
  bool MatchesPositive(std::string_view value) const;

  enum class Tail { kNone, kAnything, kSomething };

  MatchOp op_;
  std::string name_;
  std::string value_;
  std::vector<std::string> literals_;
  std::string prefix_;
  Tail tail_ =
      Tail::kNone;  // What may follow prefix_ when the expression is `prefix.*` or `prefix.+`.
  std::shared_ptr<const re2::RE2> regex_;
};

}  // namespace sidewatch
