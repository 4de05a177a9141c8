#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/template/call_context.h"
#include "alerts/template/html_escaper.h"
#include "alerts/template/node.h"
#include "alerts/template/parser.h"
#include "alerts/template/template.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

/// What a run needs of a Template; all of it must outlive the run.
struct Program {
  const TreeSet& trees;
  const FunctionSet& functions;
  const Options& options;
  const Environment& environment;
};

/// One run of a template over its tree. The steps, and the node that an error names, are those of
/// Go's text/template/exec.go.
class Executor final : public CallContext {
 public:
  Executor(const Program& program, Value root, std::string& out)
      : program_(program), root_(std::move(root)), out_(&out) {}

  Status Run(const Tree& tree, const Value& dot);

  const Environment& environment() const override { return program_.environment; }

  const Value& root() const override { return root_; }

  std::size_t text_limit() const override { return program_.options.limits.bytes; }

  Status Charge(std::size_t steps) override;
  Result<std::string> ExecuteNamed(const std::string& name, const Value& dot) override;
  Result<std::string> ExecuteText(const std::string& label, const std::string& text) override;

 private:
  enum class Flow { kOn, kBreak, kContinue };

  using Nodes = std::span<const NodePtr>;

  /// The value that a pipe hands to the next command; null: none.
  using Final = const Value*;

  /// The state of one template: its variables and the node that errors name.
  struct Frame {
    const Tree* tree = nullptr;
    const Node* node = nullptr;
    std::vector<std::pair<std::string, Value>> variables;
  };

  void At(const Node& node) { frame_->node = &node; }

  tl::unexpected<Error> Bad(std::string_view message,
                            ErrorCode code = ErrorCode::kInvalidArgument) const;

  // Statements.
  Result<Flow> Walk(const Value& dot, const Node& node);
  Result<Flow> WalkNode(const Value& dot, const Node& node);
  Result<Flow> WalkList(const Value& dot, const Node& list);
  Status WalkText(const Node& node);
  Status WalkAction(const Value& dot, const Node& node);
  Result<Flow> WalkCondition(const Value& dot, const Node& node);
  Result<Flow> WalkRange(const Value& dot, const Node& node);
  Result<bool> RangeItems(const Value& items, const Node& node, Flow& flow);
  Result<bool> RangeCount(const Value& count, const Node& node, Flow& flow);
  Result<Flow> RangeOnce(const Node& node, const Value& index, const Value& element);
  Status WalkTemplate(const Value& dot, const Node& node);
  Status PrintValue(const Node& node, const Value& value);
  Status Write(std::string_view text);

  // Expressions.
  Result<Value> EvalPipeline(const Value& dot, const Node* pipe);
  Result<Value> EvalCommand(const Value& dot, const Node& command, Final final);
  Result<Value> EvalConstant(const Value& dot, const Node& word, Nodes words, Final final);
  Result<Value> EvalChain(const Value& dot, const Node& node, Nodes words, Final final);
  Result<Value> EvalVariable(const Value& dot, const Node& node, Nodes words, Final final);
  Result<Value> EvalFunction(
      const Value& dot, const Node& name, const Node& command, Nodes words, Final final);

  /// Where a field or function stands and what it was given.
  struct Site {
    const Value& dot;
    const Node& node;
    Nodes words;  ///< With the field or function itself in front, or empty.
    Final final;
  };

  Result<Value> EvalFields(const Site& site, Value receiver, std::span<const std::string> names);
  Result<Value> EvalField(const Site& site, const std::string& name, const Value& receiver);
  Result<Value> EvalMapEntry(const Value& map, const std::string& name);
  Result<Value> Call(const Site& site, const Function& function, const Value* receiver);
  Status CheckCount(const Site& site, const Function& function, std::size_t given);
  Result<Value> CallShortCircuit(const Site& site, const Function& function, Nodes args);
  Result<Value> EvalArg(const Value& dot, Param param, const Node& node);
  Result<Value> EvalLiteral(Param param, const Node& node);
  Result<Value> CheckType(const Value& value, Param param);
  Status NotAFunction(Nodes words, Final final);

  Value* FindVariable(std::string_view name);
  Value* RangeVariable(const Node& pipe, std::size_t index);

  const Program& program() const { return program_; }

  Program program_;
  Value root_;
  std::string* out_;
  HtmlEscaper escaper_;
  Frame* frame_ = nullptr;
  std::size_t steps_ = 0;
  int template_depth_ = 0;
  int nesting_ = 0;
  std::vector<std::string> running_texts_;
};

}  // namespace sidewatch::alerts::templates
