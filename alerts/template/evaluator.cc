// The expressions of a run: pipelines, fields, calls. Which node an error names follows Go: the one
// that was looked at last.

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "alerts/template/executor.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

constexpr int kMostNesting = 1'000;

struct ParamFacts {
  std::string_view go_type;
  /// What a literal of another kind is told; empty: literals are never taken.
  std::string_view expected;
  Kind kind;
};

// In the order of Param.
constexpr std::array kParams = {
    ParamFacts{"interface {}", "", Kind::kAbsent},
    ParamFacts{"reflect.Value", "", Kind::kAbsent},
    ParamFacts{"string", "string", Kind::kString},
    ParamFacts{"[]string", "", Kind::kList},
    ParamFacts{"int", "integer", Kind::kInt},
    ParamFacts{"float64", "float", Kind::kFloat},
    ParamFacts{"bool", "bool", Kind::kBool},
    ParamFacts{"time.Time", "", Kind::kTime},
    ParamFacts{"time.Duration", "integer", Kind::kDuration},
    ParamFacts{"*template.sample", "", Kind::kStruct},
    ParamFacts{"template.queryResult", "", Kind::kList},
};

const ParamFacts& FactsOf(Param param) {
  return kParams[static_cast<std::size_t>(param)];
}

bool Fits(const Value& value, Param param) {
  if (value.kind() != FactsOf(param).kind) {
    return false;
  }
  if (param == Param::kStringList) {
    return value.type()->element != nullptr && value.type()->element->kind == Kind::kString;
  }
  const bool ours = param == Param::kSample || param == Param::kSampleList;
  return !ours || FactsOf(param).go_type.ends_with(value.type()->name);
}

/// A literal's whole number: `1e3` is one, as in Go.
std::optional<std::int64_t> WholeNumber(const Value& constant) {
  if (constant.kind() == Kind::kInt) {
    return constant.AsInt();
  }
  constexpr double kBeyond = 9223372036854775808.0;
  if (constant.kind() != Kind::kFloat || std::trunc(constant.AsFloat()) != constant.AsFloat() ||
      std::abs(constant.AsFloat()) >= kBeyond) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(constant.AsFloat());
}

bool IsLiteral(const Node& node) {
  return node.kind == NodeKind::kBool || node.kind == NodeKind::kNumber ||
         node.kind == NodeKind::kString;
}

std::optional<Value> FieldOf(const Value& receiver, const std::string& name) {
  if (receiver.kind() != Kind::kStruct) {
    return std::nullopt;
  }
  const auto fields = receiver.type()->fields;
  const auto field = std::ranges::find(fields, name, &Field::name);
  if (field == fields.end()) {
    return std::nullopt;
  }
  const Value& value = receiver.AsList()[static_cast<std::size_t>(field - fields.begin())];
  return field->any ? value.Boxed() : value;
}

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(out, text);
  return out;
}

}  // namespace

Result<Value> Executor::EvalPipeline(const Value& dot, const Node* pipe) {
  if (pipe == nullptr) {
    return Value();
  }
  At(*pipe);
  if (nesting_ >= kMostNesting) {
    return Bad(fmt::format("nested deeper than {}", kMostNesting), ErrorCode::kLimitExceeded);
  }
  ++nesting_;
  Value value;
  Final final = nullptr;
  for (const NodePtr& command : pipe->children) {
    Result<Value> next = EvalCommand(dot, *command, final);
    if (!next) {
      --nesting_;
      return next;
    }
    // What stands in an interface is dug out here.
    value = next->Unboxed();
    final = &value;
  }
  --nesting_;
  for (const NodePtr& variable : pipe->declared) {
    if (!pipe->assigns) {
      frame_->variables.emplace_back(variable->names[0], value);
    } else if (Value* const known = FindVariable(variable->names[0])) {
      *known = value;
    } else {
      return Bad("undefined variable: " + variable->names[0]);
    }
  }
  return value;
}

Status Executor::NotAFunction(Nodes words, Final final) {
  if (words.size() > 1 || final != nullptr) {
    return Bad("can't give argument to non-function " + words[0]->ToString());
  }
  return {};
}

Result<Value> Executor::EvalCommand(const Value& dot, const Node& command, Final final) {
  if (const Status charged = Charge(1); !charged) {
    return Bad(charged.error().message, charged.error().code);
  }
  const Node& first = *command.children.front();
  const Nodes words = command.children;
  switch (first.kind) {
    case NodeKind::kField:
      At(first);
      return EvalFields({dot, first, words, final}, dot, first.names);
    case NodeKind::kChain:
      return EvalChain(dot, first, words, final);
    case NodeKind::kIdentifier:
      return EvalFunction(dot, first, command, words, final);
    case NodeKind::kPipe:
      SW_TRY(NotAFunction(words, final));
      return EvalPipeline(dot, &first);
    case NodeKind::kVariable:
      return EvalVariable(dot, first, words, final);
    default:
      return EvalConstant(dot, first, words, final);
  }
}

Result<Value> Executor::EvalConstant(const Value& dot, const Node& word, Nodes words, Final final) {
  At(word);
  SW_TRY(NotAFunction(words, final));
  if (word.kind == NodeKind::kDot) {
    return dot;
  }
  if (word.kind == NodeKind::kNil) {
    return Bad("nil is not a command");
  }
  return word.constant;
}

Result<Value> Executor::EvalChain(const Value& dot, const Node& node, Nodes words, Final final) {
  At(node);
  SW_TRY_ASSIGN(Value receiver, EvalArg(dot, Param::kValue, *node.pipe));
  return EvalFields({dot, node, words, final}, std::move(receiver), node.names);
}

Result<Value> Executor::EvalVariable(const Value& dot, const Node& node, Nodes words, Final final) {
  At(node);
  const Value* const value = FindVariable(node.names[0]);
  if (value == nullptr) {
    return Bad("undefined variable: " + node.names[0]);
  }
  if (node.names.size() == 1) {
    SW_TRY(NotAFunction(words, final));
    return *value;
  }
  return EvalFields(
      {dot, node, words, final}, *value, std::span<const std::string>(node.names).subspan(1));
}

Result<Value> Executor::EvalFunction(
    const Value& dot, const Node& name, const Node& command, Nodes words, Final final) {
  At(name);
  const Function* const function = program_.functions.Find(name.text);
  if (function == nullptr) {
    return Bad(Quoted(name.text) + " is not a defined function");
  }
  return Call({dot, command, words, final}, *function, nullptr);
}

Result<Value> Executor::EvalFields(const Site& site,
                                   Value receiver,
                                   std::span<const std::string> names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    const Site inner{site.dot, site.node, last ? site.words : Nodes(), last ? site.final : nullptr};
    SW_TRY_ASSIGN(receiver, EvalField(inner, names[i], receiver));
  }
  return receiver;
}

Result<Value> Executor::EvalMapEntry(const Value& map, const std::string& name) {
  Value entry = map.EntryAt(name);
  if (!entry.invalid()) {
    return entry;
  }
  switch (program_.options.missing_key) {
    case MissingKey::kDefault:
      return entry;
    case MissingKey::kZero:
      return map.ZeroElement();
    case MissingKey::kError:
      break;
  }
  return Bad("map has no entry for key " + Quoted(name));
}

Result<Value> Executor::EvalField(const Site& site,
                                  const std::string& name,
                                  const Value& receiver) {
  if (receiver.invalid()) {
    if (program_.options.missing_key == MissingKey::kError) {
      return Bad("nil data; no entry for key " + Quoted(name));
    }
    return Value();
  }
  const std::string type(receiver.TypeName());
  if (receiver.absent()) {
    return Bad("nil pointer evaluating " + type + "." + name);
  }
  const auto methods = receiver.type()->methods;
  const auto method = std::ranges::find(methods, name, &Function::name);
  if (method != methods.end()) {
    const Value self = receiver.Unboxed();
    return Call(site, *method, &self);
  }
  const bool has_args = site.words.size() > 1 || site.final != nullptr;
  if (std::optional<Value> field = FieldOf(receiver, name)) {
    if (has_args) {
      return Bad(name + " has arguments but cannot be invoked as function");
    }
    return *std::move(field);
  }
  if (receiver.kind() == Kind::kMap) {
    if (has_args) {
      return Bad(name + " is not a method but has arguments");
    }
    return EvalMapEntry(receiver, name);
  }
  return Bad("can't evaluate field " + name + " in type " + type);
}

Status Executor::CheckCount(const Site& site, const Function& function, std::size_t given) {
  const std::size_t count = given + (site.final == nullptr ? 0 : 1);
  const std::size_t wanted = function.params.size();
  if (function.variadic && count < wanted - 1) {
    return Bad(fmt::format(
        "wrong number of args for {}: want at least {} got {}", function.name, wanted - 1, given));
  }
  if (!function.variadic && count != wanted) {
    return Bad(
        fmt::format("wrong number of args for {}: want {} got {}", function.name, wanted, count));
  }
  return {};
}

Result<Value> Executor::CallShortCircuit(const Site& site, const Function& function, Nodes args) {
  Value value;
  for (const NodePtr& arg : args) {
    SW_TRY_ASSIGN(value, EvalArg(site.dot, Param::kValue, *arg));
    if (value.Truth() == (function.special == Special::kOr)) {
      return value;
    }
  }
  return site.final != nullptr ? *site.final : value;
}

Result<Value> Executor::Call(const Site& site, const Function& function, const Value* receiver) {
  const Nodes given = site.words.empty() ? site.words : site.words.subspan(1);
  SW_TRY(CheckCount(site, function, given.size()));
  if (function.special == Special::kAnd || function.special == Special::kOr) {
    return CallShortCircuit(site, function, given);
  }
  std::vector<Value> args;
  if (receiver != nullptr) {
    args.push_back(*receiver);
  }
  if (function.special == Special::kCall) {
    args.push_back(Value::String(given.empty() ? "" : given[0]->ToString()));
  }
  const auto param_at = [&](std::size_t i) {
    return function.params[std::min(i, function.params.size() - 1)];
  };
  for (std::size_t i = 0; i < given.size(); ++i) {
    SW_TRY_ASSIGN(Value arg, EvalArg(site.dot, param_at(i), *given[i]));
    args.push_back(std::move(arg));
  }
  if (site.final != nullptr) {
    SW_TRY_ASSIGN(Value arg, CheckType(*site.final, param_at(given.size())));
    args.push_back(std::move(arg));
  }
  Result<Value> result = function.call(*this, args);
  if (!result) {
    At(site.node);
    return Bad(fmt::format("error calling {}: {}", function.name, result.error().message),
               result.error().code);
  }
  if (result->kind() == Kind::kString && result->AsString().size() > text_limit()) {
    At(site.node);
    return Bad(fmt::format("text longer than {} bytes", text_limit()), ErrorCode::kLimitExceeded);
  }
  return result;
}

Result<Value> Executor::EvalArg(const Value& dot, Param param, const Node& node) {
  At(node);
  const Nodes none;
  Value value;
  switch (node.kind) {
    case NodeKind::kDot:
      return CheckType(dot, param);
    case NodeKind::kNil:
      if (param != Param::kAny && param != Param::kValue && param != Param::kStringList &&
          param != Param::kSample && param != Param::kSampleList) {
        return Bad(fmt::format("cannot assign nil to {}", FactsOf(param).go_type));
      }
      return Value();
    case NodeKind::kField: {
      SW_TRY_ASSIGN(value, EvalFields({dot, node, none, nullptr}, dot, node.names));
      return CheckType(value, param);
    }
    case NodeKind::kVariable: {
      SW_TRY_ASSIGN(value, EvalVariable(dot, node, none, nullptr));
      return CheckType(value, param);
    }
    case NodeKind::kPipe: {
      SW_TRY_ASSIGN(value, EvalPipeline(dot, &node));
      return CheckType(value, param);
    }
    case NodeKind::kIdentifier: {
      SW_TRY_ASSIGN(value, EvalFunction(dot, node, node, none, nullptr));
      return CheckType(value, param);
    }
    case NodeKind::kChain: {
      SW_TRY_ASSIGN(value, EvalChain(dot, node, none, nullptr));
      return CheckType(value, param);
    }
    default:
      return EvalLiteral(param, node);
  }
}

Result<Value> Executor::EvalLiteral(Param param, const Node& node) {
  if (param == Param::kAny || param == Param::kValue || Fits(node.constant, param)) {
    return node.constant;
  }
  const ParamFacts& facts = FactsOf(param);
  if (param == Param::kFloat && node.constant.kind() == Kind::kInt) {
    return Value::Float(static_cast<double>(node.constant.AsInt()));
  }
  const auto whole = WholeNumber(node.constant);
  if (whole && param == Param::kInt) {
    return Value::Int(*whole);
  }
  if (whole && param == Param::kDuration) {
    return Value::Duration({*whole});
  }
  if (facts.expected.empty() || !IsLiteral(node)) {
    return Bad(fmt::format("can't handle {} for arg of type {}", node.ToString(), facts.go_type));
  }
  return Bad(fmt::format("expected {}; found {}", facts.expected, node.ToString()));
}

Result<Value> Executor::CheckType(const Value& value, Param param) {
  if (param == Param::kValue) {
    return value;
  }
  if (param == Param::kAny) {
    return value.Unboxed();
  }
  const ParamFacts& facts = FactsOf(param);
  if (value.absent()) {
    const bool may_be_nil = param == Param::kStringList || param == Param::kSampleList;
    if (may_be_nil) {
      return Value::MakeList({}, kStringListType);
    }
    return Bad(fmt::format("invalid value; expected {}", facts.go_type));
  }
  if (!Fits(value, param)) {
    return Bad(fmt::format(
        "wrong type for value; expected {}; found {}", facts.go_type, value.type()->name));
  }
  return value.Unboxed();
}

}  // namespace sidewatch::alerts::templates
