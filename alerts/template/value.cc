#include "alerts/template/value.h"

#include "alerts/template/time_methods.h"

namespace sidewatch::alerts::templates {

const Type kBoolType{.name = "bool", .kind = Kind::kBool};
const Type kIntType{.name = "int", .kind = Kind::kInt};
const Type kUintType{.name = "uint", .kind = Kind::kUint};
const Type kFloatType{.name = "float64", .kind = Kind::kFloat};
const Type kComplexType{.name = "complex128", .kind = Kind::kComplex};
const Type kStringType{.name = "string", .kind = Kind::kString};
const Type kTimeType{.name = "time.Time",
                     .kind = Kind::kTime,
                     .methods = TimeMethods(),
                     .print = [](const Value& value) {
                       return PrintTime(value.AsTime());
                     }};
const Type kDurationType{.name = "time.Duration",
                         .kind = Kind::kDuration,
                         .methods = DurationMethods(),
                         .print = [](const Value& value) {
                           return PrintDuration(value.AsDuration());
                         }};
const Type kAnyListType{.name = "[]interface {}", .kind = Kind::kList};
const Type kStringListType{.name = "[]string", .kind = Kind::kList, .element = &kStringType};
const Type kAnyMapType{.name = "map[string]interface {}", .kind = Kind::kMap};
const Type kStringMapType{.name = "map[string]string", .kind = Kind::kMap, .element = &kStringType};
const Type kHtmlType{.name = "template.HTML", .kind = Kind::kString};
const Type kUrlType{.name = "template.URL", .kind = Kind::kString};

Value Value::MakeList(List items, const Type& type) {
  return {&type, std::make_shared<const List>(std::move(items))};
}

Value Value::MakeMap(Map entries, const Type& type) {
  return {&type, std::make_shared<const Map>(std::move(entries))};
}

Value Value::MakeStruct(List fields, const Type& type) {
  return {&type, std::make_shared<const List>(std::move(fields))};
}

Value Value::NilMap(const Type& type) {
  return {&type, std::shared_ptr<const Map>()};
}

Value Value::NilInterface() {
  Value value;
  value.boxed_ = true;
  return value;
}

Value Value::Boxed() const {
  Value value = *this;
  value.boxed_ = true;
  return value;
}

Value Value::Unboxed() const {
  Value value = *this;
  value.boxed_ = false;
  return value;
}

std::string_view Value::TypeName() const {
  if (boxed_) {
    return "interface {}";
  }
  return type_ == nullptr ? "<nil>" : type_->name;
}

const Value::List& Value::AsList() const {
  static const List kEmpty;
  const auto& list = std::get<std::shared_ptr<const List>>(data_);
  return list ? *list : kEmpty;
}

const Value::Map& Value::AsMap() const {
  static const Map kEmpty;
  const auto& map = std::get<std::shared_ptr<const Map>>(data_);
  return map ? *map : kEmpty;
}

bool Value::nil_container() const {
  const auto* map = std::get_if<std::shared_ptr<const Map>>(&data_);
  return map != nullptr && *map == nullptr;
}

Value Value::Wrap(const Value& element) const {
  return type_->element == nullptr ? element.Boxed() : element;
}

Value Value::ElementAt(std::size_t index) const {
  return Wrap(AsList()[index]);
}

Value Value::ZeroElement() const {
  if (type_->element != nullptr && type_->element->kind == Kind::kString) {
    return String("", *type_->element);
  }
  return NilInterface();
}

Value Value::EntryAt(std::string_view key) const {
  const Map& map = AsMap();
  const auto found = map.find(key);
  return found == map.end() ? Value() : Wrap(found->second);
}

bool Value::Truth() const {
  switch (kind()) {
    case Kind::kAbsent:
      return false;
    case Kind::kBool:
      return AsBool();
    case Kind::kInt:
      return AsInt() != 0;
    case Kind::kUint:
      return AsUint() != 0;
    case Kind::kFloat:
      return AsFloat() != 0;
    case Kind::kComplex:
      return AsComplex() != std::complex<double>(0);
    case Kind::kDuration:
      return AsDuration().nanos != 0;
    case Kind::kStruct:
    case Kind::kTime:
      return true;
    case Kind::kString:
    case Kind::kList:
    case Kind::kMap:
      return Length() > 0;
  }
  return false;
}

std::size_t Value::Length() const {
  switch (kind()) {
    case Kind::kString:
      return AsString().size();
    case Kind::kList:
      return AsList().size();
    case Kind::kMap:
      return AsMap().size();
    default:
      return 0;
  }
}

}  // namespace sidewatch::alerts::templates
