#pragma once

#include <complex>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "alerts/template/go_time.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

class CallContext;
class Value;

/// What a parameter of a function takes; checked before the function is called.
enum class Param {
  kAny,    ///< Anything, unwrapped from its interface.
  kValue,  ///< Anything, as it is: absent values stay absent.
  kString,
  kStringList,
  kInt,
  kFloat,
  kBool,
  kTime,
  kDuration,
  kSample,      ///< One sample of a query.
  kSampleList,  ///< The result of a query.
};

/// What the evaluator does itself instead of, or before, calling a function.
enum class Special {
  kNone,
  kAnd,   ///< Stops at the first argument that is false.
  kOr,    ///< Stops at the first argument that is true.
  kCall,  ///< Gets the text of its first argument in front.
};

/// One function of the language, or one method of a type (then the receiver is the first argument,
/// which `params` does not count). A row is the whole registration.
struct Function {
  std::string_view name;
  std::span<const Param> params;
  bool variadic = false;  ///< The last parameter may be given any number of times.
  Result<Value> (*call)(CallContext& context, std::span<const Value> args) = nullptr;
  std::string_view summary;
  Special special = Special::kNone;
};

enum class Kind {
  kAbsent,
  kBool,
  kInt,
  kUint,
  kFloat,
  kComplex,
  kString,
  kList,
  kMap,
  kStruct,
  kTime,
  kDuration,
};

/// A field of a struct type.
struct Field {
  std::string_view name;
  std::string_view json = {};  ///< The key in JSON; empty: the field is left out there.
  bool any = false;            ///< Declared as an interface: what it holds is dug out on use.
};

/// What error messages, `%T` and method look-up know about a value.
struct Type {
  std::string_view name;  ///< As Go prints it, e.g. `map[string]string`.
  Kind kind = Kind::kAbsent;
  const Type* element = nullptr;  ///< Of lists and maps; null: any value at all.
  std::span<const Field> fields = {};
  std::span<const Function> methods = {};
  std::string (*print)(const Value& value) = nullptr;  ///< As Go's String(); null: by kind.
};

extern const Type kBoolType;
extern const Type kIntType;
extern const Type kUintType;
extern const Type kFloatType;
extern const Type kComplexType;
extern const Type kStringType;
extern const Type kTimeType;
extern const Type kDurationType;
extern const Type kAnyListType;
extern const Type kStringListType;
extern const Type kAnyMapType;
extern const Type kStringMapType;
extern const Type kHtmlType;  ///< A string that HTML expansion prints as it is.
extern const Type kUrlType;   ///< A string that HTML expansion takes as a sound URL.

/// A value of the template language: dynamic, immutable, cheap to copy.
class Value {
 public:
  using List = std::vector<Value>;
  using Map = std::map<std::string, Value, std::less<>>;

  /// No value at all, which prints as `<no value>`.
  Value() = default;

  static Value Bool(bool value) { return {&kBoolType, value}; }

  static Value Int(std::int64_t value, const Type& type = kIntType) { return {&type, value}; }

  static Value Uint(std::uint64_t value, const Type& type = kUintType) { return {&type, value}; }

  static Value Float(double value) { return {&kFloatType, value}; }

  static Value Complex(std::complex<double> value) { return {&kComplexType, value}; }

  static Value String(std::string value, const Type& type = kStringType) {
    return {&type, std::move(value)};
  }

  static Value Time(TimeValue value) { return {&kTimeType, std::move(value)}; }

  static Value Duration(DurationValue value) { return {&kDurationType, value}; }

  static Value MakeList(List items, const Type& type = kAnyListType);
  static Value MakeMap(Map entries, const Type& type = kAnyMapType);
  /// `fields` in the order of `type.fields`.
  static Value MakeStruct(List fields, const Type& type);
  /// A map or list that was never made: empty, and `null` in JSON.
  static Value NilMap(const Type& type);

  /// The interface that holds nothing.
  static Value NilInterface();

  /// The same value as the content of an interface: error messages then speak of `interface {}`.
  Value Boxed() const;
  Value Unboxed() const;

  Kind kind() const { return type_ == nullptr ? Kind::kAbsent : type_->kind; }

  const Type* type() const { return type_; }

  /// True if the value stands in an interface, so that its static type is not known.
  bool boxed() const { return boxed_; }

  bool absent() const { return type_ == nullptr; }

  /// True for `Value()`: neither a value nor an interface that could hold one.
  bool invalid() const { return type_ == nullptr && !boxed_; }

  /// The static type as Go prints it.
  std::string_view TypeName() const;

  // Each asks for the kind that its name says.
  bool AsBool() const { return std::get<bool>(data_); }

  std::int64_t AsInt() const { return std::get<std::int64_t>(data_); }

  std::uint64_t AsUint() const { return std::get<std::uint64_t>(data_); }

  double AsFloat() const { return std::get<double>(data_); }

  std::complex<double> AsComplex() const { return std::get<std::complex<double>>(data_); }

  const std::string& AsString() const { return std::get<std::string>(data_); }

  const TimeValue& AsTime() const { return std::get<TimeValue>(data_); }

  DurationValue AsDuration() const { return std::get<DurationValue>(data_); }

  /// The items of a list, the fields of a struct.
  const List& AsList() const;
  const Map& AsMap() const;

  bool nil_container() const;

  /// The element as Go's index expression gives it: boxed if the list holds interfaces.
  Value ElementAt(std::size_t index) const;

  /// What a Go map gives for an absent key: the zero value of its element type.
  Value ZeroElement() const;

  /// The value under `key`, as a Go map gives it, or Value().
  Value EntryAt(std::string_view key) const;

  /// As Go's templates take it in a condition.
  bool Truth() const;

  /// The characters, items or entries; nothing for other kinds.
  std::size_t Length() const;

 private:
  using Data = std::variant<std::monostate,
                            bool,
                            std::int64_t,
                            std::uint64_t,
                            double,
                            std::complex<double>,
                            std::string,
                            TimeValue,
                            DurationValue,
                            std::shared_ptr<const List>,
                            std::shared_ptr<const Map>>;

  template <typename T>
  Value(const Type* type, T data) : type_(type), data_(std::move(data)) {}

  Value Wrap(const Value& element) const;

  const Type* type_ = nullptr;
  bool boxed_ = false;
  Data data_;
};

}  // namespace sidewatch::alerts::templates
