// The functions of the language itself, as Go's text/template/funcs.go has them.

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <optional>

#include <fmt/format.h>

#include "alerts/template/call_context.h"
#include "alerts/template/format.h"
#include "alerts/template/function_set.h"
#include "alerts/template/html_escaper.h"

namespace sidewatch::alerts::templates {
namespace {

using Args = std::span<const Value>;

constexpr Param kAnyValues[] = {Param::kValue};
constexpr Param kValueThenValues[] = {Param::kValue, Param::kValue};
constexpr Param kTwoValues[] = {Param::kValue, Param::kValue};
constexpr Param kAnything[] = {Param::kAny};
constexpr Param kFormatThenAnything[] = {Param::kString, Param::kAny};

tl::unexpected<Error> Wrong(std::string message) {
  return Fail(Error{.code = ErrorCode::kInvalidArgument, .message = std::move(message)});
}

std::string NameOf(const Value& value) {
  return std::string(value.type()->name);
}

Result<std::string> TextOf(CallContext& context, Args args) {
  if (args.size() == 1 && args[0].kind() == Kind::kString) {
    return args[0].AsString();
  }
  std::vector<Value> printable(args.begin(), args.end());
  for (Value& value : printable) {
    if (value.absent()) {
      value = Value::String("<no value>");
    }
  }
  return Sprint(printable, context.text_limit());
}

// --- index, slice, len ---

Result<std::size_t> IndexOf(const Value& index, std::size_t most) {
  std::int64_t at = 0;
  switch (index.kind()) {
    case Kind::kInt:
      at = index.AsInt();
      break;
    case Kind::kUint:
      at = static_cast<std::int64_t>(index.AsUint());
      break;
    case Kind::kAbsent:
      return Wrong("cannot index slice/array with nil");
    default:
      return Wrong("cannot index slice/array with type " + NameOf(index));
  }
  if (at < 0 || static_cast<std::uint64_t>(at) > most) {
    return Wrong(fmt::format("index out of range: {}", at));
  }
  return static_cast<std::size_t>(at);
}

Result<Value> IndexOnce(const Value& item, const Value& index) {
  const Kind kind = item.kind();
  if (kind == Kind::kMap) {
    if (index.absent()) {
      return Wrong("value is nil; should be of type string");
    }
    if (index.kind() != Kind::kString) {
      return Wrong("value has type " + NameOf(index) + "; should be string");
    }
    Value entry = item.EntryAt(index.AsString());
    return entry.invalid() ? item.ZeroElement() : entry;
  }
  if (kind != Kind::kList && kind != Kind::kString) {
    return Wrong("can't index item of type " + NameOf(item));
  }
  SW_TRY_ASSIGN(const std::size_t at, IndexOf(index, item.Length()));
  if (at == item.Length()) {
    return Wrong(kind == Kind::kList ? "reflect: slice index out of range"
                                     : "reflect: string index out of range");
  }
  if (kind == Kind::kList) {
    return item.ElementAt(at);
  }
  static const Type kByteType{.name = "uint8", .kind = Kind::kUint};
  return Value::Uint(static_cast<unsigned char>(item.AsString()[at]), kByteType);
}

Result<Value> Index(CallContext& /*context*/, Args args) {
  Value item = args[0];
  if (item.absent()) {
    return Wrong("index of untyped nil");
  }
  for (const Value& index : args.subspan(1)) {
    if (item.absent()) {
      return Wrong("index of nil pointer");
    }
    SW_TRY_ASSIGN(item, IndexOnce(item, index));
  }
  return item;
}

Result<Value> Slice(CallContext& /*context*/, Args args) {
  const Value& item = args[0];
  const Args indexes = args.subspan(1);
  if (item.absent()) {
    return Wrong("slice of untyped nil");
  }
  if (indexes.size() > 3) {
    return Wrong(fmt::format("too many slice indexes: {}", indexes.size()));
  }
  const bool text = item.kind() == Kind::kString;
  if (text && indexes.size() == 3) {
    return Wrong("cannot 3-index slice a string");
  }
  if (!text && item.kind() != Kind::kList) {
    return Wrong("can't slice item of type " + NameOf(item));
  }
  std::array<std::size_t, 3> bounds = {0, item.Length(), item.Length()};
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    SW_TRY_ASSIGN(bounds[i], IndexOf(indexes[i], item.Length()));
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (bounds[i] > bounds[i + 1]) {
      return Wrong(fmt::format("invalid slice index: {} > {}", bounds[i], bounds[i + 1]));
    }
  }
  if (text) {
    return Value::String(item.AsString().substr(bounds[0], bounds[1] - bounds[0]), *item.type());
  }
  const Value::List& list = item.AsList();
  return Value::MakeList(Value::List(list.begin() + static_cast<std::ptrdiff_t>(bounds[0]),
                                     list.begin() + static_cast<std::ptrdiff_t>(bounds[1])),
                         *item.type());
}

Result<Value> Len(CallContext& /*context*/, Args args) {
  switch (args[0].kind()) {
    case Kind::kString:
    case Kind::kList:
    case Kind::kMap:
      return Value::Int(static_cast<std::int64_t>(args[0].Length()));
    case Kind::kAbsent:
      return Wrong(args[0].boxed() ? "len of nil pointer"
                                   : "reflect: call of reflect.Value.Type on zero Value");
    default:
      return Wrong("len of type " + NameOf(args[0]));
  }
}

// --- comparison ---

Kind BasicKind(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kFloat:
    case Kind::kComplex:
    case Kind::kString:
      return value.kind();
    case Kind::kDuration:
      return Kind::kInt;
    default:
      return Kind::kAbsent;
  }
}

std::int64_t IntOf(const Value& value) {
  return value.kind() == Kind::kDuration ? value.AsDuration().nanos : value.AsInt();
}

tl::unexpected<Error> Incompatible(const Value& a, const Value& b) {
  return Wrong("incompatible types for comparison: " + NameOf(a) + " and " + NameOf(b));
}

/// Compares an integer with one of the other signedness; nothing: they are not such a pair.
std::optional<std::strong_ordering> CompareMixed(const Value& a, const Value& b) {
  if (BasicKind(a) == Kind::kInt && BasicKind(b) == Kind::kUint) {
    return IntOf(a) < 0 ? std::strong_ordering::less
                        : static_cast<std::uint64_t>(IntOf(a)) <=> b.AsUint();
  }
  if (BasicKind(a) == Kind::kUint && BasicKind(b) == Kind::kInt) {
    return IntOf(b) < 0 ? std::strong_ordering::greater
                        : a.AsUint() <=> static_cast<std::uint64_t>(IntOf(b));
  }
  return std::nullopt;
}

bool NilLike(const Value& value) {
  return value.absent() || value.nil_container();
}

Result<bool> EqualOther(const Value& a, const Value& b) {
  if (NilLike(a) || NilLike(b)) {
    return NilLike(a) == NilLike(b);
  }
  if (a.kind() == Kind::kTime && b.kind() == Kind::kTime) {
    return a.AsTime() == b.AsTime();
  }
  SW_TRY_ASSIGN(const std::string text, Sprint(std::span(&b, 1), 1024));
  return Wrong("non-comparable type " + text + ": " + NameOf(b));
}

Result<bool> EqualSame(const Value& a, const Value& b) {
  switch (BasicKind(a)) {
    case Kind::kBool:
      return a.AsBool() == b.AsBool();
    case Kind::kInt:
      return IntOf(a) == IntOf(b);
    case Kind::kUint:
      return a.AsUint() == b.AsUint();
    case Kind::kFloat:
      return a.AsFloat() == b.AsFloat();
    case Kind::kComplex:
      return a.AsComplex() == b.AsComplex();
    case Kind::kString:
      return a.AsString() == b.AsString();
    default:
      return EqualOther(a, b);
  }
}

Result<bool> EqualAny(const Value& first, Args others) {
  if (others.empty()) {
    return Wrong("missing argument for comparison");
  }
  for (const Value& other : others) {
    bool equal = false;
    if (BasicKind(first) == BasicKind(other)) {
      SW_TRY_ASSIGN(equal, EqualSame(first, other));
    } else if (const auto mixed = CompareMixed(first, other)) {
      equal = *mixed == std::strong_ordering::equal;
    } else if (!first.absent() && !other.absent()) {
      return Incompatible(first, other);
    }
    if (equal) {
      return true;
    }
  }
  return false;
}

Result<bool> Less(const Value& a, const Value& b) {
  const Kind kind = BasicKind(a);
  if (kind == Kind::kAbsent || BasicKind(b) == Kind::kAbsent) {
    return Wrong("invalid type for comparison");
  }
  if (kind != BasicKind(b)) {
    if (const auto mixed = CompareMixed(a, b)) {
      return *mixed == std::strong_ordering::less;
    }
    return Incompatible(a, b);
  }
  switch (kind) {
    case Kind::kInt:
      return IntOf(a) < IntOf(b);
    case Kind::kUint:
      return a.AsUint() < b.AsUint();
    case Kind::kFloat:
      return a.AsFloat() < b.AsFloat();
    case Kind::kString:
      return a.AsString() < b.AsString();
    default:
      return Wrong("invalid type for comparison");
  }
}

Result<bool> LessOrEqual(const Value& a, const Value& b) {
  SW_TRY_ASSIGN(const bool less, Less(a, b));
  if (less) {
    return true;
  }
  return EqualAny(a, std::span(&b, 1));
}

Result<Value> AsValue(Result<bool> truth, bool negate) {
  if (!truth) {
    return Fail(std::move(truth).error());
  }
  return Value::Bool(*truth != negate);
}

// --- print, escape ---

Result<Value> AsText(Result<std::string> text) {
  if (!text) {
    return Fail(std::move(text).error());
  }
  return Value::String(*std::move(text));
}

template <std::string (*Escape)(std::string_view)>
Result<Value> Escaped(CallContext& context, Args args) {
  SW_TRY_ASSIGN(const std::string text, TextOf(context, args));
  return Value::String(Escape(text));
}

Result<Value> CallValue(CallContext& /*context*/, Args args) {
  if (args[1].absent()) {
    return Wrong("call of nil");
  }
  return Wrong("non-function " + args[0].AsString() + " of type " + NameOf(args[1]));
}

Result<Value> Untouched(CallContext& /*context*/, Args args) {
  return args.empty() ? Value() : args.back();
}

constexpr std::array kBuiltins = {
    Function{.name = "and",
             .params = kValueThenValues,
             .variadic = true,
             .call = &Untouched,
             .summary = "The first argument that is false, else the last.",
             .special = Special::kAnd},
    Function{.name = "call",
             .params = kValueThenValues,
             .variadic = true,
             .call = &CallValue,
             .summary = "Calls a function that is a value; no data given to templates holds one.",
             .special = Special::kCall},
    Function{
        .name = "eq",
        .params = kValueThenValues,
        .variadic = true,
        .call = [](CallContext&, Args a) { return AsValue(EqualAny(a[0], a.subspan(1)), false); },
        .summary = "Whether the first argument equals any of the others."},
    Function{.name = "ge",
             .params = kTwoValues,
             .call = [](CallContext&, Args a) { return AsValue(Less(a[0], a[1]), true); },
             .summary = "Whether the first argument is greater or equal."},
    Function{.name = "gt",
             .params = kTwoValues,
             .call = [](CallContext&, Args a) { return AsValue(LessOrEqual(a[0], a[1]), true); },
             .summary = "Whether the first argument is greater."},
    Function{.name = "html",
             .params = kAnything,
             .variadic = true,
             .call = &Escaped<&EscapeHtml>,
             .summary = "The arguments as one text, escaped for HTML."},
    Function{.name = "index",
             .params = kValueThenValues,
             .variadic = true,
             .call = &Index,
             .summary = "The item of a list or map under an index; more indexes go deeper."},
    Function{.name = "js",
             .params = kAnything,
             .variadic = true,
             .call = &Escaped<&EscapeJs>,
             .summary = "The arguments as one text, escaped for a JavaScript string."},
    Function{.name = "le",
             .params = kTwoValues,
             .call = [](CallContext&, Args a) { return AsValue(LessOrEqual(a[0], a[1]), false); },
             .summary = "Whether the first argument is less or equal."},
    Function{.name = "len",
             .params = kAnyValues,
             .call = &Len,
             .summary = "The number of items, or of bytes of a text."},
    Function{.name = "lt",
             .params = kTwoValues,
             .call = [](CallContext&, Args a) { return AsValue(Less(a[0], a[1]), false); },
             .summary = "Whether the first argument is less."},
    Function{
        .name = "ne",
        .params = kTwoValues,
        .call = [](CallContext&, Args a) { return AsValue(EqualAny(a[0], a.subspan(1)), true); },
        .summary = "Whether the arguments differ."},
    Function{
        .name = "not",
        .params = kAnyValues,
        .call = [](CallContext&, Args a) -> Result<Value> { return Value::Bool(!a[0].Truth()); },
        .summary = "Whether the argument is false, zero or empty."},
    Function{.name = "or",
             .params = kValueThenValues,
             .variadic = true,
             .call = &Untouched,
             .summary = "The first argument that is true, else the last.",
             .special = Special::kOr},
    Function{.name = "print",
             .params = kAnything,
             .variadic = true,
             .call = [](CallContext& context,
                        Args a) { return AsText(Sprint(a, context.text_limit())); },
             .summary = "The arguments as one text, blanks between those that are no texts."},
    Function{.name = "printf",
             .params = kFormatThenAnything,
             .variadic = true,
             .call =
                 [](CallContext& context, Args a) {
                   return AsText(Sprintf(a[0].AsString(), a.subspan(1), context.text_limit()));
                 },
             .summary = "The arguments written by a format."},
    Function{.name = "println",
             .params = kAnything,
             .variadic = true,
             .call = [](CallContext& context,
                        Args a) { return AsText(Sprintln(a, context.text_limit())); },
             .summary = "The arguments with blanks between them and a line feed."},
    Function{.name = "slice",
             .params = kValueThenValues,
             .variadic = true,
             .call = &Slice,
             .summary = "A part of a text or list."},
    Function{.name = "urlquery",
             .params = kAnything,
             .variadic = true,
             .call = &Escaped<&EscapeQuery>,
             .summary = "The arguments as one text, escaped for a URL's query."},
};

}  // namespace

std::span<const Function> BuiltinFunctions() {
  return kBuiltins;
}

}  // namespace sidewatch::alerts::templates
