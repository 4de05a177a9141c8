// Go's fmt: Sprint puts a blank between two operands when neither is a string; Sprintf reads
// %[flags][width][.precision][[index]]verb and writes its complaints (`%!d(string=x)`) into the
// text instead of failing.

#include "alerts/template/format.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "alerts/template/printer.h"

namespace sidewatch::alerts::templates {
namespace {

/// Widths and precisions over this are refused, as Go does.
constexpr int kLargestNumber = 1'000'000;

/// Reads one format text against its arguments.
class FormatReader {
 public:
  FormatReader(std::string_view format, std::span<const Value> values, Printer& printer)
      : rest_(format), values_(values), printer_(printer) {}

  void Run() {
    while (!rest_.empty() && !printer_.overflow()) {
      const std::size_t percent = rest_.find('%');
      printer_.Append(rest_.substr(0, percent));
      if (percent == std::string_view::npos) {
        rest_ = {};
        break;
      }
      rest_.remove_prefix(percent + 1);
      ReadDirective();
    }
    ReportExtra();
  }

 private:
  void ReadDirective();
  void ReadFlags(Directive& d);
  void ReadIndex();
  bool ReadNumber(std::optional<int>& out, std::string_view complaint);
  std::optional<int> ReadDigits();
  void PrintVerb(const Directive& d);
  void ReportExtra();

  std::string_view rest_;
  std::span<const Value> values_;
  Printer& printer_;
  std::size_t next_ = 0;
  bool reordered_ = false;
  bool good_index_ = true;
};

void FormatReader::ReadFlags(Directive& d) {
  for (; !rest_.empty(); rest_.remove_prefix(1)) {
    switch (rest_.front()) {
      case '#':
        d.sharp = true;
        break;
      case '0':
        d.zero = true;
        break;
      case '+':
        d.plus = true;
        break;
      case '-':
        d.minus = true;
        break;
      case ' ':
        d.space = true;
        break;
      default:
        return;
    }
  }
}

std::optional<int> FormatReader::ReadDigits() {
  std::optional<int> number;
  while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
    number = std::min(number.value_or(0) * 10 + (rest_.front() - '0'), kLargestNumber + 1);
    rest_.remove_prefix(1);
  }
  if (number && *number > kLargestNumber) {
    return std::nullopt;
  }
  return number;
}

void FormatReader::ReadIndex() {
  if (!rest_.starts_with('[')) {
    return;
  }
  reordered_ = true;
  const std::size_t close = rest_.find(']');
  if (close == std::string_view::npos) {
    good_index_ = false;
    rest_.remove_prefix(1);
    return;
  }
  const std::string_view inside = rest_.substr(1, close - 1);
  rest_.remove_prefix(1);
  const std::optional<int> index = ReadDigits();
  const bool whole = index && rest_.starts_with(']') && !inside.empty();
  if (!whole || *index < 1 || static_cast<std::size_t>(*index) > values_.size()) {
    good_index_ = false;
  } else {
    next_ = static_cast<std::size_t>(*index) - 1;
  }
  rest_ = rest_.substr(rest_.find(']') + 1);
}

/// A width or precision: digits, or `*` for the next argument.
bool FormatReader::ReadNumber(std::optional<int>& out, std::string_view complaint) {
  if (!rest_.starts_with('*')) {
    out = ReadDigits();
    return false;
  }
  rest_.remove_prefix(1);
  const bool usable = next_ < values_.size() && values_[next_].kind() == Kind::kInt &&
                      std::abs(values_[next_].AsInt()) <= kLargestNumber;
  if (usable) {
    out = static_cast<int>(values_[next_].AsInt());
  } else {
    printer_.Append(complaint);
  }
  next_ += next_ < values_.size() ? 1 : 0;
  return true;
}

void FormatReader::ReadDirective() {
  Directive d;
  good_index_ = true;
  ReadFlags(d);
  ReadIndex();
  if (ReadNumber(d.width, "%!(BADWIDTH)") && d.width && *d.width < 0) {
    d.width = -*d.width;
    d.minus = true;
  }
  if (rest_.starts_with('.')) {
    rest_.remove_prefix(1);
    ReadIndex();
    if (ReadNumber(d.precision, "%!(BADPREC)")) {
      if (d.precision && *d.precision < 0) {
        d.precision.reset();
        printer_.Append("%!(BADPREC)");
      }
    } else if (!d.precision) {
      d.precision = 0;
    }
  }
  ReadIndex();
  if (rest_.empty()) {
    printer_.Append("%!(NOVERB)");
    return;
  }
  const CodePoint verb = DecodeUtf8(rest_);
  rest_.remove_prefix(verb.bytes);
  d.verb = verb.value;
  PrintVerb(d);
}

void FormatReader::PrintVerb(const Directive& d) {
  std::string verb;
  AppendUtf8(verb, d.verb);
  if (d.verb == '%') {
    printer_.Append("%");
    return;
  }
  if (!good_index_) {
    printer_.Append("%!" + verb + "(BADINDEX)");
    return;
  }
  if (next_ >= values_.size()) {
    printer_.Append("%!" + verb + "(MISSING)");
    return;
  }
  const Value& value = values_[next_++];
  if (d.verb == 'T') {
    Directive text = d;
    text.verb = 's';
    const std::string name(value.absent() ? "<nil>" : value.type()->name);
    printer_.Print(Value::String(name), text);
    return;
  }
  printer_.Print(value, d);
}

void FormatReader::ReportExtra() {
  if (reordered_ || next_ >= values_.size()) {
    return;
  }
  printer_.Append("%!(EXTRA ");
  for (std::size_t i = next_; i < values_.size(); ++i) {
    if (i > next_) {
      printer_.Append(", ");
    }
    if (values_[i].absent()) {
      printer_.Append("<nil>");
      continue;
    }
    printer_.Append(values_[i].type()->name);
    printer_.Append("=");
    printer_.Print(values_[i], Directive{});
  }
  printer_.Append(")");
}

}  // namespace

Result<std::string> Sprint(std::span<const Value> values, std::size_t limit) {
  Printer printer(limit);
  bool previous_string = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool is_string = values[i].kind() == Kind::kString;
    if (i > 0 && !is_string && !previous_string) {
      printer.Append(" ");
    }
    printer.Print(values[i], Directive{});
    previous_string = is_string;
  }
  return printer.Finish();
}

Result<std::string> Sprintln(std::span<const Value> values, std::size_t limit) {
  Printer printer(limit);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) {
      printer.Append(" ");
    }
    printer.Print(values[i], Directive{});
  }
  printer.Append("\n");
  return printer.Finish();
}

Result<std::string> Sprintf(std::string_view format,
                            std::span<const Value> values,
                            std::size_t limit) {
  Printer printer(limit);
  FormatReader(format, values, printer).Run();
  return printer.Finish();
}

}  // namespace sidewatch::alerts::templates
