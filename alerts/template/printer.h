#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "alerts/template/value.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

/// What stands between a `%` and its verb.
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

/// Writes values as Go's fmt does, up to a number of bytes.
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

}  // namespace sidewatch::alerts::templates
