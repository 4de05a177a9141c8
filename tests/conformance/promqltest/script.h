#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace sidewatch::promqltest {

/// One value slot of a series line.
struct Slot {
  enum class Kind { kOmitted, kFloat, kHistogram };
  Kind kind = Kind::kOmitted;
  double value = 0;
};

/// `metric{a="b"} 1 2 _`.
struct SeriesLine {
  LabelSet labels;
  std::vector<Slot> slots;
};

Result<SeriesLine> ParseSeriesLine(std::string_view line);

struct Clear {};

struct Load {
  Duration step{0};
  std::vector<SeriesLine> series;
};

/// What a message must look like; neither: anything matches.
struct TextPattern {
  std::optional<std::string> exact;
  std::optional<std::string> regex;

  bool Matches(std::string_view text) const;
};

/// The steps of a range.
struct Steps {
  Duration start{0};
  Duration end{0};
  Duration step{0};
};

/// The block below an eval.
struct Expectation {
  bool fail = false;
  bool ordered = false;
  bool no_warn = false;
  bool no_info = false;
  TextPattern failure;
  std::vector<TextPattern> warnings;
  std::vector<TextPattern> infos;
  std::optional<double> scalar;
  std::optional<std::string> text;
  std::optional<Steps> range_vector;
  std::vector<SeriesLine> series;
};

struct Eval {
  std::size_t line = 0;  ///< From 1.
  bool instant = true;
  Duration at{0};  ///< kInstant.
  Steps range;     ///< kRange.
  std::string expr;
  Expectation expect;
};

using Command = std::variant<Clear, Load, Eval>;

/// Reads a whole script. Errors: kInvalidArgument with the line.
Result<std::vector<Command>> ParseScript(std::string_view text);

}  // namespace sidewatch::promqltest
