#include "collectors/backups/path_pattern.h"

#include <algorithm>
#include <array>

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include "exporter/base/number.h"

namespace sidewatch::backups {
namespace {

constexpr std::size_t kMaxAlternatives = 32;
constexpr int kThisCentury = 2000;

struct DateField {
  char letter;
  std::string_view regex;
  std::optional<int> NameDate::*target = nullptr;
};

constexpr std::string_view kTwoDigits = "([0-9]{2})";
constexpr std::string_view kNotCaptured = "[[:alpha:]]+";
constexpr std::array kDateFields = {
    DateField{'Y', "([0-9]{4})", &NameDate::year},
    DateField{'y', kTwoDigits, &NameDate::year},
    DateField{'m', kTwoDigits, &NameDate::month},
    DateField{'d', kTwoDigits, &NameDate::day},
    DateField{'H', kTwoDigits, &NameDate::hour},
    DateField{'M', kTwoDigits, &NameDate::minute},
    DateField{'S', kTwoDigits, &NameDate::second},
    DateField{'j', "([0-9]{3})", &NameDate::day_of_year},
    DateField{'s', "([0-9]{9,11})"},
    // Rotating names: they match, but say no time.
    DateField{'a', kNotCaptured},
    DateField{'A', kNotCaptured},
    DateField{'b', kNotCaptured},
    DateField{'B', kNotCaptured},
    DateField{'u', "[1-7]"},
    DateField{'w', "[0-6]"},
    DateField{'V', "[0-9]{2}"},
};

/// `%F` and `%T` written out.
std::string Unabbreviated(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view pair = text.substr(i, 2);
    if (pair == "%F" || pair == "%T" || pair == "%%") {
      out += pair == "%F" ? "%Y-%m-%d" : pair == "%T" ? "%H:%M:%S" : "%%";
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Turns one part into a regular expression, token by token.
class PartReader {
 public:
  explicit PartReader(std::string_view text) : text_(text) {}

  Result<PathPart> Read() {
    while (at_ < text_.size()) {
      SW_TRY(Token());
    }
    PathPart part{.text = plain_, .match = nullptr, .fields = fields_};
    if (varies_) {
      part.text = std::string(text_);
      re2::RE2::Options options;
      options.set_log_errors(false);
      options.set_encoding(re2::RE2::Options::EncodingLatin1);
      options.set_dot_nl(true);
      part.match = std::make_shared<const re2::RE2>(regex_, options);
      if (!part.match->ok()) {
        return Fail(ErrorCode::kInvalidArgument, "\"{}\" is not a glob", text_);
      }
    }
    return part;
  }

 private:
  Status Token() {
    const char c = text_[at_];
    if (c == '%') {
      return Percent();
    }
    if (c == '[' && text_.find(']', at_ + 1) != std::string_view::npos) {
      return Class();
    }
    ++at_;
    if (c == '*' || c == '?') {
      varies_ = true;
      regex_ += c == '*' ? ".*" : ".";
      return text_.substr(at_ - 1, 2) == "**"
                 ? Fail(ErrorCode::kInvalidArgument,
                        "** is not supported: write one * for each folder")
                 : Status();
    }
    if (c == '\\' && at_ < text_.size()) {
      Literal(text_[at_++]);
      return {};
    }
    Literal(c);
    return {};
  }

  void Literal(char c) {
    plain_ += c;
    regex_ += re2::RE2::QuoteMeta(re2::StringPiece(&c, 1));
  }

  Status Percent() {
    const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    at_ += 2;
    if (letter == '%') {
      Literal('%');
      return {};
    }
    const auto* field = std::ranges::find(kDateFields, letter, &DateField::letter);
    if (field == kDateFields.end()) {
      return Fail(ErrorCode::kInvalidArgument,
                  "%{} is not known: expected %Y %y %m %d %H %M %S %j %s %F %T, %a %A %b %B %u %w "
                  "%V, or %% for the sign itself",
                  letter == '\0' ? ' ' : letter);
    }
    varies_ = true;
    regex_ += field->regex;
    if (field->regex.starts_with('(')) {
      fields_ += letter;
    }
    return {};
  }

  Status Class() {
    varies_ = true;
    // A `]` right behind the beginning is a member.
    std::size_t first = at_ + 1;
    const bool negated = first < text_.size() && (text_[first] == '!' || text_[first] == '^');
    first += negated ? 1 : 0;
    const std::size_t end = text_.find(']', first + 1);
    if (end == std::string_view::npos) {
      return Fail(ErrorCode::kInvalidArgument, "\"{}\": a [ without its ]", text_);
    }
    regex_ += negated ? "[^" : "[";
    for (const char c : text_.substr(first, end - first)) {
      if (c == '\\' || c == '[' || c == ']' || c == '^') {
        regex_ += '\\';
      }
      regex_ += c;
    }
    regex_ += ']';
    at_ = end + 1;
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool varies_ = false;
  std::string plain_;
  std::string regex_;
  std::string fields_;
};

bool Store(char letter, std::string_view digits, NameDate& date) {
  const std::optional<std::int64_t> value = ParseInteger(digits);
  if (!value) {
    return false;
  }
  if (letter == 's') {
    date.epoch = value;
    return true;
  }
  const auto* field = std::ranges::find(kDateFields, letter, &DateField::letter);
  std::optional<int>& target = date.*(field->target);
  const int number = static_cast<int>(*value) + (letter == 'y' ? kThisCentury : 0);
  if (target && *target != number) {
    return false;
  }
  target = number;
  return true;
}

TimePoint ToInstant(const date::time_zone& zone, date::local_seconds local) {
  const auto info = zone.get_info(local);
  if (info.result == date::local_info::nonexistent) {
    return info.second.begin;
  }
  return TimePoint(local.time_since_epoch() - info.first.offset);
}

/// The first local day of the name, and the one behind its last. Nothing: there is no such day.
struct DaySpan {
  date::local_days begin;
  date::local_days end;
};

std::optional<DaySpan> DaysOf(const NameDate& date) {
  const date::year year(*date.year);
  const date::local_days new_year(year / 1 / 1);
  if (date.day_of_year) {
    const date::local_days day = new_year + date::days(*date.day_of_year - 1);
    const bool exists = *date.day_of_year > 0 && date::year_month_day(day).year() == year;
    return exists ? std::optional(DaySpan{day, day + date::days(1)}) : std::nullopt;
  }
  if (!date.month) {
    return DaySpan{new_year, date::local_days((year + date::years(1)) / 1 / 1)};
  }
  const date::year_month month(year, date::month(static_cast<unsigned>(*date.month)));
  if (!month.ok()) {
    return std::nullopt;
  }
  if (!date.day) {
    return DaySpan{date::local_days(month / 1), date::local_days((month + date::months(1)) / 1)};
  }
  const date::year_month_day day = month / date::day(static_cast<unsigned>(*date.day));
  if (!day.ok()) {
    return std::nullopt;
  }
  return DaySpan{date::local_days(day), date::local_days(day) + date::days(1)};
}

}  // namespace

std::optional<NamePeriod> PeriodOf(const NameDate& date, const date::time_zone& zone) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  if (date.epoch) {
    const TimePoint at{seconds(*date.epoch)};
    return NamePeriod{at, at + seconds(1)};
  }
  const std::optional<DaySpan> days = date.year ? DaysOf(date) : std::nullopt;
  if (!days) {
    return std::nullopt;
  }
  date::local_seconds begin = days->begin;
  date::local_seconds end = days->end;
  const bool one_day = days->end - days->begin == date::days(1);
  if (one_day && date.hour) {
    const int minute = date.minute.value_or(0);
    const int second = date.minute ? date.second.value_or(0) : 0;
    if (*date.hour > 23 || minute > 59 || second > 60) {
      return std::nullopt;
    }
    begin += hours(*date.hour) + minutes(minute) + seconds(second);
    end = begin + (!date.minute   ? seconds(hours(1))
                   : !date.second ? seconds(minutes(1))
                                  : seconds(1));
  }
  return NamePeriod{ToInstant(zone, begin), ToInstant(zone, end)};
}

bool PathPart::Matches(std::string_view name, NameDate& date) const {
  if (match == nullptr) {
    return name == text;
  }
  if (name.starts_with('.') && !text.starts_with('.')) {
    return false;
  }
  std::vector<re2::StringPiece> groups(fields.size() + 1);
  if (!match->Match(re2::StringPiece(name.data(), name.size()),
                    0,
                    name.size(),
                    re2::RE2::ANCHOR_BOTH,
                    groups.data(),
                    static_cast<int>(groups.size()))) {
    return false;
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!Store(fields[i], {groups[i + 1].data(), groups[i + 1].size()}, date)) {
      return false;
    }
  }
  return true;
}

Result<PathPattern> PathPattern::Parse(std::string_view text) {
  if (!text.starts_with('/')) {
    return Fail(ErrorCode::kInvalidArgument, "\"{}\" is not an absolute path", text);
  }
  PathPattern pattern;
  pattern.text = text;
  const std::string full = Unabbreviated(text);
  std::string_view rest = full;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (end > 0) {
      SW_TRY_ASSIGN(PathPart part, PartReader(rest.substr(0, end)).Read());
      pattern.dated = pattern.dated || part.fields.find_first_of("Yys") != std::string::npos;
      pattern.parts.push_back(std::move(part));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (pattern.parts.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "\"{}\" names no file", text);
  }
  const auto varying = std::find_if(pattern.parts.begin(),
                                    pattern.parts.end() - 1,
                                    [](const PathPart& part) { return part.match != nullptr; });
  for (auto part = pattern.parts.begin(); part != varying; ++part) {
    pattern.root += "/" + part->text;
  }
  pattern.parts.erase(pattern.parts.begin(), varying);
  return pattern;
}

Result<std::vector<std::string>> ExpandBraces(std::string_view text) {
  const std::size_t open = text.find('{');
  const std::size_t close = text.find('}');
  if (open == std::string_view::npos && close == std::string_view::npos) {
    return std::vector<std::string>{std::string(text)};
  }
  const std::size_t nested = open == std::string_view::npos ? open : text.find('{', open + 1);
  if (open == std::string_view::npos || close == std::string_view::npos || close < open ||
      nested < close) {
    return Fail(ErrorCode::kInvalidArgument,
                "the braces of \"{}\" do not fit: expected {{one,two}}, not nested",
                text);
  }
  SW_TRY_ASSIGN(const std::vector<std::string> tails, ExpandBraces(text.substr(close + 1)));
  std::vector<std::string> all;
  std::string_view rest = text.substr(open + 1, close - open - 1);
  while (true) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    for (const std::string& tail : tails) {
      all.push_back(fmt::format("{}{}{}", text.substr(0, open), rest.substr(0, comma), tail));
    }
    if (all.size() > kMaxAlternatives) {
      return Fail(ErrorCode::kInvalidArgument, "the braces give more than {}", kMaxAlternatives);
    }
    if (comma == rest.size()) {
      return all;
    }
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace sidewatch::backups
