#include "alerts/template/executor.h"

#include <algorithm>

#include <fmt/format.h>

#include "alerts/template/format.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

/// Statements and pipelines inside each other, over all templates of a run; each costs stack.
constexpr int kMostNesting = 1'000;

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(out, text);
  return out;
}

/// `NAME:LINE:COLUMN`, the column in bytes from 0, as Go counts it.
std::string Location(const Tree& tree, const Node& node) {
  const std::string_view before = std::string_view(*tree.source).substr(0, node.position);
  const std::size_t newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  return fmt::format("{}:{}:{}", tree.source_name, line, column);
}

/// Whether a pipeline ends in one of the functions that html/template knows as escaping.
HtmlEscaper::Escaped EscapedBy(const Node& pipe) {
  const Node& word = *pipe.children.back()->children.front();
  if (word.kind != NodeKind::kIdentifier) {
    return HtmlEscaper::Escaped::kNot;
  }
  return word.text == "html"       ? HtmlEscaper::Escaped::kHtml
         : word.text == "urlquery" ? HtmlEscaper::Escaped::kQuery
                                   : HtmlEscaper::Escaped::kNot;
}

}  // namespace

tl::unexpected<Error> Executor::Bad(std::string_view message, ErrorCode code) const {
  const Tree& tree = *frame_->tree;
  if (frame_->node == nullptr) {
    return Fail(code, "template: {}: {}", tree.name, message);
  }
  return Fail(code,
              "template: {}: executing {} at <{}>: {}",
              Location(tree, *frame_->node),
              Quoted(tree.name),
              frame_->node->ToString(),
              message);
}

Status Executor::Charge(std::size_t steps) {
  steps_ += steps;
  if (steps_ > program_.options.limits.steps) {
    return Fail(ErrorCode::kLimitExceeded, "more than {} steps", program_.options.limits.steps);
  }
  return {};
}

Status Executor::Run(const Tree& tree, const Value& dot) {
  Frame frame{.tree = &tree, .node = nullptr, .variables = {{"$", dot}}};
  Frame* const outer = std::exchange(frame_, &frame);
  const Result<Flow> done = Walk(dot, *tree.root);
  frame_ = outer;
  if (!done) {
    return Fail(done.error());
  }
  return {};
}

Result<std::string> Executor::ExecuteNamed(const std::string& name, const Value& dot) {
  const auto tree = program_.trees.find(name);
  if (tree == program_.trees.end()) {
    return Fail(
        ErrorCode::kNotFound, "template: no template {} associated with template", Quoted(name));
  }
  if (template_depth_ >= program_.options.limits.depth) {
    return Fail(ErrorCode::kLimitExceeded,
                "exceeded maximum template depth ({})",
                program_.options.limits.depth);
  }
  std::string text;
  std::string* const outer = std::exchange(out_, &text);
  const HtmlEscaper outer_escaper = std::exchange(escaper_, HtmlEscaper());
  ++template_depth_;
  const Status done = Run(*tree->second, dot);
  --template_depth_;
  escaper_ = outer_escaper;
  out_ = outer;
  SW_TRY(done);
  return text;
}

Result<std::string> Executor::ExecuteText(const std::string& label, const std::string& text) {
  if (std::ranges::find(running_texts_, label) != running_texts_.end()) {
    return Fail(ErrorCode::kInvalidArgument, "{} refers to itself", Quoted(label));
  }
  TreeSet trees = program_.trees;
  SW_TRY(ParseInto(trees, label, text, [this](std::string_view function) {
    return program_.functions.Find(function) != nullptr;
  }));
  const std::shared_ptr<const Tree> tree = trees.find(label)->second;
  std::string out;
  std::string* const outer = std::exchange(out_, &out);
  const HtmlEscaper outer_escaper = std::exchange(escaper_, HtmlEscaper());
  running_texts_.push_back(label);
  const Status done = Run(*tree, root_);
  running_texts_.pop_back();
  escaper_ = outer_escaper;
  out_ = outer;
  SW_TRY(done);
  return out;
}

Status Executor::Write(std::string_view text) {
  if (out_->size() + text.size() > program_.options.limits.bytes) {
    return Bad(fmt::format("output longer than {} bytes", program_.options.limits.bytes),
               ErrorCode::kLimitExceeded);
  }
  *out_ += text;
  return {};
}

Result<Executor::Flow> Executor::Walk(const Value& dot, const Node& node) {
  At(node);
  if (const Status charged = Charge(1); !charged) {
    return Bad(charged.error().message, charged.error().code);
  }
  if (nesting_ >= kMostNesting) {
    return Bad(fmt::format("nested deeper than {}", kMostNesting), ErrorCode::kLimitExceeded);
  }
  ++nesting_;
  Result<Flow> flow = WalkNode(dot, node);
  --nesting_;
  return flow;
}

Result<Executor::Flow> Executor::WalkNode(const Value& dot, const Node& node) {
  switch (node.kind) {
    case NodeKind::kList:
      return WalkList(dot, node);
    case NodeKind::kText:
      SW_TRY(WalkText(node));
      return Flow::kOn;
    case NodeKind::kAction:
      SW_TRY(WalkAction(dot, node));
      return Flow::kOn;
    case NodeKind::kIf:
    case NodeKind::kWith:
      return WalkCondition(dot, node);
    case NodeKind::kRange:
      return WalkRange(dot, node);
    case NodeKind::kTemplate:
      SW_TRY(WalkTemplate(dot, node));
      return Flow::kOn;
    case NodeKind::kBreak:
      return Flow::kBreak;
    case NodeKind::kContinue:
      return Flow::kContinue;
    default:
      return Bad("unknown node");
  }
}

Status Executor::WalkText(const Node& node) {
  if (program_.options.escaping == Escaping::kHtml) {
    return Write(escaper_.Follow(node.text));
  }
  return Write(node.text);
}

Status Executor::WalkAction(const Value& dot, const Node& node) {
  SW_TRY_ASSIGN(const Value value, EvalPipeline(dot, node.pipe.get()));
  return node.pipe->declared.empty() ? PrintValue(node, value) : Status();
}

Result<Executor::Flow> Executor::WalkList(const Value& dot, const Node& list) {
  for (const NodePtr& child : list.children) {
    SW_TRY_ASSIGN(const Flow flow, Walk(dot, *child));
    if (flow != Flow::kOn) {
      return flow;
    }
  }
  return Flow::kOn;
}

Result<Executor::Flow> Executor::WalkCondition(const Value& dot, const Node& node) {
  const std::size_t mark = frame_->variables.size();
  SW_TRY_ASSIGN(const Value value, EvalPipeline(dot, node.pipe.get()));
  Result<Flow> flow = Flow::kOn;
  if (value.Truth()) {
    flow = Walk(node.kind == NodeKind::kWith ? value : dot, *node.list);
  } else if (node.else_list) {
    flow = Walk(dot, *node.else_list);
  }
  frame_->variables.resize(mark);
  return flow;
}

Result<Executor::Flow> Executor::WalkRange(const Value& dot, const Node& node) {
  const std::size_t mark = frame_->variables.size();
  SW_TRY_ASSIGN(const Value value, EvalPipeline(dot, node.pipe.get()));
  Flow flow = Flow::kOn;
  bool any = false;
  switch (value.kind()) {
    case Kind::kList:
    case Kind::kMap: {
      SW_TRY_ASSIGN(any, RangeItems(value, node, flow));
      break;
    }
    case Kind::kInt:
    case Kind::kUint: {
      SW_TRY_ASSIGN(any, RangeCount(value, node, flow));
      break;
    }
    case Kind::kAbsent:
      break;
    default: {
      SW_TRY_ASSIGN(const std::string text, Sprint(std::span(&value, 1), text_limit()));
      return Bad("range can't iterate over " + text);
    }
  }
  if (!any && node.else_list) {
    SW_TRY_ASSIGN(flow, Walk(dot, *node.else_list));
  } else {
    flow = Flow::kOn;
  }
  frame_->variables.resize(mark);
  return flow;
}

Result<bool> Executor::RangeItems(const Value& items, const Node& node, Flow& flow) {
  if (items.kind() == Kind::kList) {
    for (std::size_t i = 0; i < items.AsList().size() && flow != Flow::kBreak; ++i) {
      SW_TRY_ASSIGN(flow,
                    RangeOnce(node, Value::Int(static_cast<std::int64_t>(i)), items.ElementAt(i)));
    }
    return items.Length() > 0;
  }
  for (const auto& [key, unused] : items.AsMap()) {
    SW_TRY_ASSIGN(flow, RangeOnce(node, Value::String(key), items.EntryAt(key)));
    if (flow == Flow::kBreak) {
      break;
    }
  }
  return items.Length() > 0;
}

Result<bool> Executor::RangeCount(const Value& count, const Node& node, Flow& flow) {
  if (node.pipe->declared.size() > 1) {
    SW_TRY_ASSIGN(const std::string text, Sprint(std::span(&count, 1), text_limit()));
    return Bad("can't use " + text + " to iterate over more than one variable");
  }
  const bool is_signed = count.kind() == Kind::kInt;
  if (is_signed && count.AsInt() <= 0) {
    return false;
  }
  const std::uint64_t end = is_signed ? static_cast<std::uint64_t>(count.AsInt()) : count.AsUint();
  for (std::uint64_t i = 0; i < end && flow != Flow::kBreak; ++i) {
    const Value element = is_signed ? Value::Int(static_cast<std::int64_t>(i), *count.type())
                                    : Value::Uint(i, *count.type());
    SW_TRY_ASSIGN(flow, RangeOnce(node, Value(), element));
  }
  return end > 0;
}

/// Where a range puts its index or element. The pipeline pushed its variables already, each holding
/// the whole; they are the topmost. Null: an assignment to a variable that is gone.
Value* Executor::RangeVariable(const Node& pipe, std::size_t index) {
  if (pipe.assigns) {
    return FindVariable(pipe.declared[index]->names[0]);
  }
  auto& variables = frame_->variables;
  return &variables[variables.size() - pipe.declared.size() + index].second;
}

/// One turn.
Result<Executor::Flow> Executor::RangeOnce(const Node& node,
                                           const Value& index,
                                           const Value& element) {
  const std::size_t mark = frame_->variables.size();
  const std::size_t count = node.pipe->declared.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (Value* const variable = RangeVariable(*node.pipe, i)) {
      *variable = count > 1 && i == 0 ? index : element;
    }
  }
  Result<Flow> flow = Walk(element, *node.list);
  frame_->variables.resize(mark);
  return flow;
}

Status Executor::WalkTemplate(const Value& dot, const Node& node) {
  const auto tree = program_.trees.find(node.text);
  if (tree == program_.trees.end()) {
    return Bad("template " + Quoted(node.text) + " not defined");
  }
  if (template_depth_ >= program_.options.limits.depth) {
    return Bad(fmt::format("exceeded maximum template depth ({})", program_.options.limits.depth),
               ErrorCode::kLimitExceeded);
  }
  SW_TRY_ASSIGN(const Value inner, EvalPipeline(dot, node.pipe.get()));
  ++template_depth_;
  Status done = Run(*tree->second, inner);
  --template_depth_;
  return done;
}

Status Executor::PrintValue(const Node& node, const Value& value) {
  At(node);
  const bool html = program_.options.escaping == Escaping::kHtml;
  if (value.absent()) {
    return html ? Write(escaper_.Escape(value, "", HtmlEscaper::Escaped::kNot))
                : Write("<no value>");
  }
  const Result<std::string> text = Sprint(std::span(&value, 1), text_limit());
  if (!text) {
    return Bad(text.error().message, text.error().code);
  }
  return Write(html ? escaper_.Escape(value, *text, EscapedBy(*node.pipe)) : *text);
}

Value* Executor::FindVariable(std::string_view name) {
  for (auto variable = frame_->variables.rbegin(); variable != frame_->variables.rend();
       ++variable) {
    if (variable->first == name) {
      return &variable->second;
    }
  }
  return nullptr;
}

}  // namespace sidewatch::alerts::templates
