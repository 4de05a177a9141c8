#include "alerts/template/printer.h"

#include <algorithm>

#include <fmt/format.h>

#include "alerts/template/format.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

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

std::string Rune(std::uint64_t code) {
  std::string rune;
  AppendUtf8(rune, code > 0x10ffff ? 0xfffd : static_cast<std::uint32_t>(code));
  return rune;
}

std::string QuoteRune(std::uint64_t code) {
  const std::string rune = Rune(code);
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

std::string RuneText(std::uint64_t code, const Directive& d) {
  switch (d.verb) {
    case 'U':
      return fmt::format("U+{:04X}", code);
    case 'q':
      return QuoteRune(code);
    default:
      return Rune(code);
  }
}

}  // namespace

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

namespace {

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

}  // namespace

void Printer::PrintInteger(std::uint64_t magnitude,
                           bool negative,
                           const Value& value,
                           Directive d) {
  if (!d.Is("vdboOxXcqU")) {
    BadVerb(value, d);
    return;
  }
  if (d.Is("cqU")) {
    Pad(RuneText(magnitude, d), d);
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

namespace {

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

}  // namespace

namespace {

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

}  // namespace

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

}  // namespace sidewatch::alerts::templates
