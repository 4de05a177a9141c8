// Go's fmt: Sprint puts a blank between two operands when neither is a string; Sprintf reads
// %[flags][width][.precision][[index]]verb and writes its complaints (`%!d(string=x)`) into the
// text instead of failing.

#include "alerts/template/format.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

struct Directive {
  bool plus = false;
  bool minus = false;
  bool sharp = false;
  bool space = false;
  bool zero = false;
  std::optional<int> width;
  std::optional<int> precision;
  std::uint32_t verb = 'v';

  bool Is(std::string_view verbs) const {
    return verb < 0x80 && verbs.find(static_cast<char>(verb)) != std::string_view::npos;
  }
};

/// Widths and precisions over this are refused, as Go does.
constexpr int kLargestNumber = 1'000'000;
constexpr std::string_view kStringVerbs = "vsxXq";

std::string GoQuote(std::string_view text, const Directive& d) {
  if (d.sharp && text.find('`') == std::string_view::npos &&
      std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\t';
      })) {
    return fmt::format("`{}`", text);
  }
  std::string out;
  AppendQuoted(out, text);
  return out;
}

std::string QuoteRune(std::uint64_t code) {
  std::string rune;
  AppendUtf8(rune, code > 0x10ffff ? 0xfffd : static_cast<std::uint32_t>(code));
  if (rune == "'") {
    return R"('\'')";
  }
  if (rune == "\"") {
    return "'\"'";
  }
  std::string quoted;
  AppendQuoted(quoted, rune);
  quoted.front() = '\'';
  quoted.back() = '\'';
  return quoted;
}

class Printer {
 public:
  explicit Printer(std::size_t limit) : limit_(limit) {}

  void Append(std::string_view text) {
    if (out_.size() + text.size() > limit_) {
      overflow_ = true;
      return;
    }
    out_ += text;
  }

  void Print(const Value& value, const Directive& d);
  void BadVerb(const Value& value, const Directive& d);

  bool overflow() const { return overflow_; }

  Result<std::string> Finish() {
    if (overflow_) {
      return Fail(ErrorCode::kLimitExceeded, "text longer than {} bytes", limit_);
    }
    return std::move(out_);
  }

 private:
  void Pad(std::string_view text, const Directive& d);
  void PadNumber(std::string text, const Directive& d);
  void PrintByKind(const Value& value, const Directive& d);
  void PrintInteger(std::uint64_t magnitude, bool negative, const Value& value, Directive d);
  void PrintFloat(const Value& value, const Directive& d);
  void PrintFloatNumber(double number, const Directive& d);
  void PrintComplex(const Value& value, const Directive& d);
  void PrintString(std::string_view text, const Value& value, const Directive& d);
  void PrintList(const Value& value, const Directive& d);
  void PrintMap(const Value& value, const Directive& d);
  void PrintStruct(const Value& value, const Directive& d);

  std::size_t limit_;
  bool overflow_ = false;
  std::string out_;
};

void Printer::Pad(std::string_view text, const Directive& d) {
  const std::size_t width = static_cast<std::size_t>(d.width.value_or(0));
  const std::size_t length = CountCodePoints(text);
  const std::size_t missing = width > length ? width - length : 0;
  if (out_.size() + text.size() + missing > limit_) {
    overflow_ = true;
    return;
  }
  if (!d.minus) {
    out_.append(missing, d.zero ? '0' : ' ');
  }
  out_ += text;
  if (d.minus) {
    out_.append(missing, ' ');
  }
}

/// Zeros go between the sign and the digits.
void Printer::PadNumber(std::string text, const Directive& d) {
  Directive plain = d;
  plain.zero = false;
  const bool finite = text.find_first_of("0123456789") != std::string::npos;
  if (d.zero && !d.minus && finite && d.width) {
    const std::size_t sign = text.find_first_of("+- ") == 0 ? 1 : 0;
    const auto width = static_cast<std::size_t>(*d.width);
    if (width > text.size()) {
      text.insert(sign, width - text.size(), '0');
    }
  }
  Pad(text, plain);
}

void Printer::BadVerb(const Value& value, const Directive& d) {
  std::string verb;
  AppendUtf8(verb, d.verb);
  Append("%!" + verb + "(");
  if (value.absent()) {
    Append("<nil>");
  } else {
    Append(value.type()->name);
    Append("=");
    PrintByKind(value, Directive{});
  }
  Append(")");
}

std::string IntegerDigits(std::uint64_t magnitude, const Directive& d) {
  switch (d.verb) {
    case 'b':
      return fmt::format("{}{:b}", d.sharp ? "0b" : "", magnitude);
    case 'o':
      return fmt::format("{}{:o}", d.sharp ? "0" : "", magnitude);
    case 'O':
      return fmt::format("0o{:o}", magnitude);
    case 'x':
      return fmt::format("{}{:x}", d.sharp ? "0x" : "", magnitude);
    case 'X':
      return fmt::format("{}{:X}", d.sharp ? "0X" : "", magnitude);
    default:
      return fmt::format("{}", magnitude);
  }
}

void Printer::PrintInteger(std::uint64_t magnitude,
                           bool negative,
                           const Value& value,
                           Directive d) {
  if (!d.Is("vdboOxXcqU")) {
    BadVerb(value, d);
    return;
  }
  if (d.Is("cqU")) {
    std::string text;
    if (d.verb == 'U') {
      text = fmt::format("U+{:04X}", magnitude);
    } else if (d.verb == 'q') {
      text = QuoteRune(magnitude);
    } else {
      AppendUtf8(text, magnitude > 0x10ffff ? 0xfffd : static_cast<std::uint32_t>(magnitude));
    }
    Pad(text, d);
    return;
  }
  std::string digits = d.precision == 0 && magnitude == 0 ? "" : IntegerDigits(magnitude, d);
  if (d.precision && digits.size() < static_cast<std::size_t>(*d.precision)) {
    digits.insert(0, static_cast<std::size_t>(*d.precision) - digits.size(), '0');
  }
  if (d.precision) {
    d.zero = false;
  }
  const std::string_view sign = negative ? "-" : d.plus ? "+" : d.space ? " " : "";
  PadNumber(std::string(sign) + digits, d);
}

void Printer::PrintFloatNumber(double number, const Directive& d) {
  int precision = d.precision.value_or(-1);
  if (!d.precision && d.Is("eEfF")) {
    precision = 6;
  }
  const char verb = d.verb == 'v' ? 'g' : static_cast<char>(d.verb);
  std::string text = FormatFloat(number, verb, precision);
  if (text.front() == '+' && !d.plus && d.space) {
    text.front() = ' ';
  } else if (text.front() != '-' && text.front() != '+' && (d.plus || d.space)) {
    text.insert(0, d.plus ? "+" : " ");
  }
  PadNumber(std::move(text), d);
}

void Printer::PrintFloat(const Value& value, const Directive& d) {
  if (!d.Is("veEfFgGxX")) {
    BadVerb(value, d);
    return;
  }
  PrintFloatNumber(value.AsFloat(), d);
}

void Printer::PrintComplex(const Value& value, const Directive& d) {
  if (!d.Is("veEfFgGxX")) {
    BadVerb(value, d);
    return;
  }
  Append("(");
  PrintFloatNumber(value.AsComplex().real(), d);
  Directive signed_part = d;
  signed_part.plus = true;
  PrintFloatNumber(value.AsComplex().imag(), signed_part);
  Append("i)");
}

std::string HexString(std::string_view text, const Directive& d) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (d.space && !out.empty()) {
      out += ' ';
    }
    if (d.sharp && (out.empty() || d.space)) {
      out += d.verb == 'x' ? "0x" : "0X";
    }
    out += d.verb == 'x' ? fmt::format("{:02x}", byte) : fmt::format("{:02X}", byte);
  }
  return out;
}

std::string_view CutCodePoints(std::string_view text, std::optional<int> most) {
  if (!most) {
    return text;
  }
  std::size_t end = 0;
  for (int i = 0; i < *most && end < text.size(); ++i) {
    end += DecodeUtf8(text.substr(end)).bytes;
  }
  return text.substr(0, end);
}

void Printer::PrintString(std::string_view text, const Value& value, const Directive& d) {
  if (!d.Is(kStringVerbs)) {
    BadVerb(value, d);
    return;
  }
  if (d.verb == 'x' || d.verb == 'X') {
    Pad(HexString(d.precision ? text.substr(0, static_cast<std::size_t>(*d.precision)) : text, d),
        d);
    return;
  }
  const std::string_view cut = CutCodePoints(text, d.precision);
  if (d.verb == 'q') {
    Pad(GoQuote(cut, d), d);
  } else if (d.verb == 'v' && d.sharp) {
    Directive quoted = d;
    quoted.sharp = false;
    Pad(GoQuote(cut, quoted), d);
  } else {
    Pad(cut, d);
  }
}

void Printer::PrintList(const Value& value, const Directive& d) {
  const bool go_syntax = d.verb == 'v' && d.sharp;
  if (go_syntax) {
    Append(value.type()->name);
  }
  Append(go_syntax ? "{" : "[");
  for (std::size_t i = 0; i < value.AsList().size() && !overflow_; ++i) {
    if (i > 0) {
      Append(go_syntax ? ", " : " ");
    }
    Print(value.AsList()[i], d);
  }
  Append(go_syntax ? "}" : "]");
}

void Printer::PrintMap(const Value& value, const Directive& d) {
  const bool go_syntax = d.verb == 'v' && d.sharp;
  Append(go_syntax ? value.type()->name : std::string_view("map"));
  Append(go_syntax ? "{" : "[");
  bool first = true;
  for (const auto& [key, item] : value.AsMap()) {
    if (overflow_) {
      return;
    }
    if (!first) {
      Append(go_syntax ? ", " : " ");
    }
    first = false;
    PrintString(key, Value::String(key), d);
    Append(":");
    Print(item, d);
  }
  Append(go_syntax ? "}" : "]");
}

void Printer::PrintStruct(const Value& value, const Directive& d) {
  const bool names = d.verb == 'v' && (d.plus || d.sharp);
  const bool go_syntax = d.verb == 'v' && d.sharp;
  if (go_syntax) {
    Append(value.type()->name);
  }
  Append("{");
  for (std::size_t i = 0; i < value.AsList().size() && !overflow_; ++i) {
    if (i > 0) {
      Append(go_syntax ? ", " : " ");
    }
    if (names) {
      Append(value.type()->fields[i].name);
      Append(":");
    }
    Print(value.AsList()[i], d);
  }
  Append("}");
}

void Printer::PrintByKind(const Value& value, const Directive& d) {
  switch (value.kind()) {
    case Kind::kAbsent:
      Pad("<nil>", d);
      return;
    case Kind::kBool:
      if (d.Is("vt")) {
        Pad(value.AsBool() ? "true" : "false", d);
      } else {
        BadVerb(value, d);
      }
      return;
    case Kind::kInt: {
      const std::int64_t number = value.AsInt();
      const auto bits = static_cast<std::uint64_t>(number);
      PrintInteger(number < 0 ? 0 - bits : bits, number < 0, value, d);
      return;
    }
    case Kind::kUint:
      PrintInteger(value.AsUint(), false, value, d);
      return;
    case Kind::kFloat:
      PrintFloat(value, d);
      return;
    case Kind::kComplex:
      PrintComplex(value, d);
      return;
    case Kind::kString:
      PrintString(value.AsString(), value, d);
      return;
    case Kind::kList:
      PrintList(value, d);
      return;
    case Kind::kMap:
      PrintMap(value, d);
      return;
    case Kind::kStruct:
      PrintStruct(value, d);
      return;
    case Kind::kTime:
      Append(PrintTime(value.AsTime()));
      return;
    case Kind::kDuration: {
      const std::int64_t number = value.AsDuration().nanos;
      const auto bits = static_cast<std::uint64_t>(number);
      PrintInteger(number < 0 ? 0 - bits : bits, number < 0, value, d);
      return;
    }
  }
}

void Printer::Print(const Value& value, const Directive& d) {
  if (value.absent()) {
    if (d.verb == 'v') {
      Pad("<nil>", d);
    } else {
      BadVerb(value, d);
    }
    return;
  }
  if (value.type()->print != nullptr && d.Is(kStringVerbs) && !(d.verb == 'v' && d.sharp)) {
    PrintString(value.type()->print(value), value, d);
    return;
  }
  PrintByKind(value, d);
}

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

void AppendUtf8(std::string& out, std::uint32_t code_point) {
  const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
  const std::uint32_t c = code_point > 0x10ffff || surrogate ? 0xfffd : code_point;
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  if (c < 0x800) {
    out += static_cast<char>(0xc0 | (c >> 6));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
  }
  out += static_cast<char>(0x80 | (c & 0x3f));
}

CodePoint DecodeUtf8(std::string_view text) {
  constexpr CodePoint kBad{0xfffd, 1};
  const auto at = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  if (at(0) < 0x80) {
    return {at(0), 1};
  }
  const std::size_t length = at(0) >= 0xf0 ? 4 : at(0) >= 0xe0 ? 3 : at(0) >= 0xc2 ? 2 : 0;
  if (length == 0 || text.size() < length || !IsValidUtf8(text.substr(0, length))) {
    return kBad;
  }
  std::uint32_t value = at(0) & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    value = value << 6 | (at(i) & 0x3f);
  }
  return {value, length};
}

std::size_t CountCodePoints(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += DecodeUtf8(text.substr(at)).bytes) {
    ++count;
  }
  return count;
}

std::string DescribeCodePoint(std::uint32_t code_point) {
  std::string text = fmt::format("U+{:04X}", code_point);
  // The blanks and controls that a template meets; Go asks Unicode's tables.
  const bool blank = code_point < 0x20 || (code_point >= 0x7f && code_point <= 0xa0) ||
                     (code_point >= 0x2000 && code_point <= 0x200f) || code_point == 0x3000 ||
                     (code_point >= 0x2028 && code_point <= 0x202f) || code_point == 0xfeff;
  if (!blank) {
    text += " '";
    AppendUtf8(text, code_point);
    text += "'";
  }
  return text;
}

}  // namespace sidewatch::alerts::templates
