#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <re2/re2.h>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace date {
class time_zone;
}  // namespace date

namespace sidewatch::backups {

/// What the date fields of a name say; a field that stands twice must say the same twice.
struct NameDate {
  std::optional<int> year, month, day, hour, minute, second, day_of_year;
  std::optional<std::int64_t> epoch;
};

/// The time span that a name stands for: `20260102` is that whole day.
struct NamePeriod {
  TimePoint begin;
  TimePoint end;
};

/// The period in the times of `zone`. Nothing: no year in the name, or no such day.
std::optional<NamePeriod> PeriodOf(const NameDate& date, const date::time_zone& zone);

/// One name between two slashes.
struct PathPart {
  std::string text;                       ///< As written; the name itself if `match` is null.
  std::shared_ptr<const re2::RE2> match;  ///< Null: a plain name.
  std::string fields;                     ///< The letter of each captured date field.

  /// Whether `name` is one; adds what its fields say to `date`.
  bool Matches(std::string_view name, NameDate& date) const;
};

/// An absolute path with date fields of strftime and globs (`*`, `?`, `[a-z]`), taken apart.
struct PathPattern {
  std::string text;
  std::string root;             ///< The folder before the first part that varies.
  std::vector<PathPart> parts;  ///< Below the root; at least one.
  bool dated = false;           ///< The name says the year, so it says a time.

  /// Errors: kInvalidArgument, a relative path, `**`, a field that is not known.
  static Result<PathPattern> Parse(std::string_view text);
};

/// `/b/{a,b}.gz` as `/b/a.gz` and `/b/b.gz`, at most 32. Errors: kInvalidArgument, braces that do
/// not fit or are nested.
Result<std::vector<std::string>> ExpandBraces(std::string_view text);

}  // namespace sidewatch::backups
