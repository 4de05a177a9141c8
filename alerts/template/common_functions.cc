#include "alerts/template/common_functions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include "alerts/template/format.h"
#include "exporter/base/number.h"
#include "exporter/model/go_regex.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

using Args = std::span<const Value>;

/// Capital letters, each `distance` before its small one, `step` from one to the next.
struct Capitals {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t distance;
  std::uint32_t step;

  constexpr bool Holds(std::uint32_t c) const {
    return c >= first && c <= last && (c - first) % step == 0;
  }
};

constexpr std::array kCapitals = {
    Capitals{'A', 'Z', 32, 1},
    Capitals{0xc0, 0xd6, 32, 1},
    Capitals{0xd8, 0xde, 32, 1},
    // Latin Extended-A alternates. The Turkish dotted I and dotless i are no pair.
    Capitals{0x100, 0x12e, 1, 2},
    Capitals{0x132, 0x136, 1, 2},
    Capitals{0x139, 0x147, 1, 2},
    Capitals{0x14a, 0x176, 1, 2},
    Capitals{0x179, 0x17d, 1, 2},
    // Greek, without the place opposite to the final sigma.
    Capitals{0x391, 0x3a1, 32, 1},
    Capitals{0x3a3, 0x3a9, 32, 1},
    // Cyrillic.
    Capitals{0x400, 0x40f, 80, 1},
    Capitals{0x410, 0x42f, 32, 1},
};

std::uint32_t UpperOf(std::uint32_t c) {
  const auto* row = std::ranges::find_if(
      kCapitals, [c](const Capitals& capitals) { return capitals.Holds(c - capitals.distance); });
  return row == kCapitals.end() ? c : c - row->distance;
}

std::uint32_t LowerOf(std::uint32_t c) {
  const auto* row =
      std::ranges::find_if(kCapitals, [c](const Capitals& capitals) { return capitals.Holds(c); });
  return row == kCapitals.end() ? c : c + row->distance;
}

template <typename Change>
std::string Mapped(std::string_view text, Change change) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = DecodeUtf8(text);
    AppendUtf8(out, change(point.value));
    text.remove_prefix(point.bytes);
  }
  return out;
}

bool IsWordPart(std::uint32_t c) {
  const bool ascii = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return ascii || c == '_' || c == '\'' || c >= 0xc0;
}

struct RegexReason {
  re2::RE2::ErrorCode code;
  std::string_view text;
};

// As Go words them.
constexpr std::array kRegexReasons = {
    RegexReason{re2::RE2::ErrorBadEscape, "invalid escape sequence"},
    RegexReason{re2::RE2::ErrorBadCharClass, "invalid character class"},
    RegexReason{re2::RE2::ErrorBadCharRange, "invalid character class range"},
    RegexReason{re2::RE2::ErrorMissingBracket, "missing closing ]"},
    RegexReason{re2::RE2::ErrorMissingParen, "missing closing )"},
    RegexReason{re2::RE2::ErrorUnexpectedParen, "unexpected )"},
    RegexReason{re2::RE2::ErrorTrailingBackslash, "trailing backslash at end of expression"},
    RegexReason{re2::RE2::ErrorRepeatArgument, "missing argument to repetition operator"},
    RegexReason{re2::RE2::ErrorRepeatSize, "invalid repeat count"},
    RegexReason{re2::RE2::ErrorRepeatOp, "invalid nested repetition operator"},
    RegexReason{re2::RE2::ErrorBadPerlOp, "invalid or unsupported Perl syntax"},
    RegexReason{re2::RE2::ErrorBadUTF8, "invalid UTF-8"},
    RegexReason{re2::RE2::ErrorBadNamedCapture, "invalid named capture"},
    RegexReason{re2::RE2::ErrorPatternTooLarge, "expression too large"},
};

std::string ReasonOf(const re2::RE2& regex) {
  for (const RegexReason& reason : kRegexReasons) {
    if (reason.code == regex.error_code()) {
      return std::string(reason.text);
    }
  }
  return regex.error();
}

Result<std::unique_ptr<re2::RE2>> Compile(const std::string& pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_unique<re2::RE2>(ToRe2Syntax(pattern), options);
  if (!regex->ok()) {
    const bool names_all =
        regex->error_arg().empty() && regex->error_code() != re2::RE2::ErrorTrailingBackslash;
    return Fail(ErrorCode::kInvalidArgument,
                "error parsing regexp: {}: `{}`",
                ReasonOf(*regex),
                names_all ? pattern : regex->error_arg());
  }
  return regex;
}

/// The text of a submatch that a replacement names, `1` or `name`; nothing for an unknown one.
std::string_view Submatch(const re2::RE2& regex,
                          const std::vector<re2::StringPiece>& groups,
                          std::string_view name) {
  std::size_t index = groups.size();
  if (const auto number = ParseInteger(name); number && *number >= 0) {
    index = static_cast<std::size_t>(*number);
  } else {
    const auto& names = regex.NamedCapturingGroups();
    const auto found = names.find(std::string(name));
    index = found == names.end() ? groups.size() : static_cast<std::size_t>(found->second);
  }
  if (index >= groups.size()) {
    return {};
  }
  return {groups[index].data(), groups[index].size()};
}

/// The length of a `$name`'s name: letters, digits and underscores.
std::size_t NameLength(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() &&
         (std::isalnum(static_cast<unsigned char>(text[length])) != 0 || text[length] == '_')) {
    ++length;
  }
  return length;
}

/// Go's Regexp.Expand: `$1`, `${1}`, `$name`, `$$`.
std::string Expand(const re2::RE2& regex,
                   const std::vector<re2::StringPiece>& groups,
                   std::string_view replacement) {
  std::string out;
  while (!replacement.empty()) {
    const std::size_t dollar = replacement.find('$');
    out += replacement.substr(0, dollar);
    if (dollar == std::string_view::npos) {
      break;
    }
    replacement.remove_prefix(dollar + 1);
    if (replacement.starts_with('$')) {
      out += '$';
      replacement.remove_prefix(1);
      continue;
    }
    const bool braces = replacement.starts_with('{');
    const std::string_view inside = replacement.substr(braces ? 1 : 0);
    const std::size_t length = NameLength(inside);
    if (length == 0 || (braces && !inside.substr(length).starts_with('}'))) {
      out += '$';
      continue;
    }
    out += Submatch(regex, groups, inside.substr(0, length));
    replacement = inside.substr(length + (braces ? 1 : 0));
  }
  return out;
}

Result<std::string> ReplaceAll(const re2::RE2& regex,
                               std::string_view replacement,
                               const std::string& text,
                               std::size_t limit) {
  std::vector<re2::StringPiece> groups(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) +
                                       1);
  std::string out;
  std::size_t at = 0;
  std::size_t copied = 0;
  const int count = static_cast<int>(groups.size());
  while (at <= text.size() &&
         regex.Match(text, at, text.size(), re2::RE2::UNANCHORED, groups.data(), count)) {
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::size_t end = begin + groups[0].size();
    out += std::string_view(text).substr(copied, begin - copied);
    // An empty match right after another match is not replaced again.
    if (end > copied || begin == 0) {
      out += Expand(regex, groups, replacement);
    }
    copied = end;
    const std::size_t width =
        at < text.size() ? DecodeUtf8(std::string_view(text).substr(at)).bytes : 1;
    at = std::max(at + width, end);
    if (out.size() > limit) {
      return Fail(ErrorCode::kLimitExceeded, "text longer than {} bytes", limit);
    }
  }
  out += std::string_view(text).substr(copied);
  return out;
}

/// A duration of a second or more.
std::string HumanizeLong(double seconds) {
  const std::string_view sign = seconds < 0 ? "-" : "";
  const double magnitude = std::fabs(seconds);
  // Beyond 64 bits Go's conversion gives the smallest integer; so do we, to print the same.
  constexpr double kTooLarge = 9223372036854775808.0;
  const std::int64_t whole =
      magnitude >= kTooLarge ? INT64_MIN : static_cast<std::int64_t>(magnitude);
  const std::int64_t second = whole % 60;
  const std::int64_t minute = whole / 60 % 60;
  const std::int64_t hour = whole / 3600 % 24;
  const std::int64_t day = whole / 86400;
  if (day != 0) {
    return fmt::format("{}{}d {}h {}m {}s", sign, day, hour, minute, second);
  }
  if (hour != 0) {
    return fmt::format("{}{}h {}m {}s", sign, hour, minute, second);
  }
  if (minute != 0) {
    return fmt::format("{}{}m {}s", sign, minute, second);
  }
  return fmt::format("{}{}s", sign, FormatFloat(magnitude, 'g', 4));
}

}  // namespace

Result<double> ToFloat(const Value& value) {
  switch (value.kind()) {
    case Kind::kFloat:
      return value.AsFloat();
    case Kind::kInt:
      return static_cast<double>(value.AsInt());
    case Kind::kUint:
      return static_cast<double>(value.AsUint());
    case Kind::kDuration:
      return static_cast<double>(value.AsDuration().nanos) / 1e9;
    case Kind::kString: {
      const std::optional<double> number = ParseNumber(value.AsString());
      if (!number) {
        std::string quoted;
        AppendQuoted(quoted, value.AsString());
        return Fail(
            ErrorCode::kInvalidArgument, "strconv.ParseFloat: parsing {}: invalid syntax", quoted);
      }
      return *number;
    }
    default:
      return Fail(ErrorCode::kInvalidArgument,
                  "can't convert {} to float",
                  value.absent() ? std::string_view("<nil>") : value.type()->name);
  }
}

std::string HumanizeDuration(double seconds) {
  if (!std::isfinite(seconds)) {
    return FormatFloat(seconds, 'g', 4);
  }
  if (seconds == 0) {
    return "0s";
  }
  if (std::fabs(seconds) >= 1) {
    return HumanizeLong(seconds);
  }
  constexpr std::array<std::string_view, 8> kPrefixes = {"m", "u", "n", "p", "f", "a", "z", "y"};
  double rest = seconds;
  std::string_view prefix;
  for (const std::string_view candidate : kPrefixes) {
    if (std::fabs(rest) >= 1) {
      break;
    }
    prefix = candidate;
    rest *= 1000;
  }
  return FormatFloat(rest, 'g', 4) + std::string(prefix) + "s";
}

Result<Value> CallHumanizeDuration(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(const double seconds, ToFloat(args[0]));
  return Value::String(HumanizeDuration(seconds));
}

Result<Value> CallMatch(CallContext& /*context*/, Args args) {
  SW_TRY_ASSIGN(const std::unique_ptr<re2::RE2> regex, Compile(args[0].AsString()));
  return Value::Bool(re2::RE2::PartialMatch(args[1].AsString(), *regex));
}

Result<Value> CallReplaceAll(CallContext& context, Args args) {
  const Result<std::unique_ptr<re2::RE2>> regex = Compile(args[0].AsString());
  if (!regex) {
    return Fail(ErrorCode::kInvalidArgument,
                "regexp: Compile(`{}`): {}",
                args[0].AsString(),
                regex.error().message);
  }
  SW_TRY_ASSIGN(std::string text,
                ReplaceAll(**regex, args[1].AsString(), args[2].AsString(), context.text_limit()));
  return Value::String(std::move(text));
}

Result<Value> CallToUpper(CallContext& /*context*/, Args args) {
  return Value::String(ToUpper(args[0].AsString()));
}

Result<Value> CallToLower(CallContext& /*context*/, Args args) {
  return Value::String(ToLower(args[0].AsString()));
}

Result<Value> CallSafeHtml(CallContext& /*context*/, Args args) {
  return Value::String(args[0].AsString(), kHtmlType);
}

std::string ToUpper(std::string_view text) {
  return Mapped(text, &UpperOf);
}

std::string ToLower(std::string_view text) {
  return Mapped(text, &LowerOf);
}

std::string ToTitle(std::string_view text, TitleRest rest) {
  bool inside = false;
  return Mapped(text, [&](std::uint32_t c) {
    const bool first = !inside;
    inside = IsWordPart(c);
    if (first) {
      return UpperOf(c);
    }
    return rest == TitleRest::kLower ? LowerOf(c) : c;
  });
}

}  // namespace sidewatch::alerts::templates
