// A recursive descent over the tokens, the shape of Go's text/template/parse. The set of variables
// in scope is kept while parsing, so that an unknown one is an error of the text and not of a run.

#include "alerts/template/parser.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "alerts/template/lexer.h"
#include "alerts/template/literal.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

constexpr int kMostNesting = 200;

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(out, text);
  return out;
}

NodePtr MakeNode(NodeKind kind, std::uint32_t position, std::string text = {}) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->position = position;
  node->text = std::move(text);
  return node;
}

bool IsEmptyTree(const Node& node) {
  if (node.kind == NodeKind::kText) {
    return node.text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
  }
  return node.kind == NodeKind::kList &&
         std::ranges::all_of(node.children,
                             [](const NodePtr& child) { return IsEmptyTree(*child); });
}

class Parser {
 public:
  Parser(std::string name,
         std::string_view text,
         const std::function<bool(std::string_view)>& is_function)
      : source_name_(std::move(name)),
        source_(std::make_shared<const std::string>(text)),
        is_function_(is_function) {}

  Result<TreeSet> Run();

 private:
  // Tokens.
  void LexAll();
  const Token& Next();
  const Token& Peek();
  const Token& NextNonSpace();
  const Token& PeekNonSpace();

  void Backup() { --at_; }

  template <typename... Args>
  tl::unexpected<Error> Bad(fmt::format_string<Args...> format, Args&&... args) const {
    return BadText(fmt::format(format, std::forward<Args>(args)...));
  }

  tl::unexpected<Error> BadText(const std::string& message) const;
  tl::unexpected<Error> Unexpected(const Token& token, std::string_view context) const;
  Status Expect(TokenKind kind, std::string_view context);

  // Statements.
  Result<NodePtr> Top();
  Status Definition();
  Status AddTree(const std::string& name, NodePtr root);
  /// Statements up to {{end}} or {{else}}, which is stored in `end`.
  Result<NodePtr> ItemList(NodePtr& end);
  Result<NodePtr> TextOrAction();
  Result<NodePtr> Action();
  Result<NodePtr> LoopControl(NodeKind kind, std::uint32_t position, std::string_view word);
  Result<NodePtr> Control(NodeKind kind, std::string_view word);
  Status ControlBody(Node& node, TokenKind own_token, std::string_view word);
  Result<NodePtr> Else();
  Result<NodePtr> End();
  Result<NodePtr> Block();
  Result<NodePtr> TemplateCall();
  Result<std::string> TemplateName(const Token& token, std::string_view context);

  // Expressions.
  Result<NodePtr> Pipeline(std::string_view context, TokenKind end);
  Status Declarations(Node& pipe, std::string_view context);
  Status CheckPipeline(const Node& pipe, std::string_view context);
  Result<NodePtr> Command();
  Result<NodePtr> Operand();
  Result<NodePtr> Term();
  Result<NodePtr> TermOf(const Token& token);
  Result<NodePtr> Variable(const Token& token);

  std::string source_name_;
  std::shared_ptr<const std::string> source_;
  const std::function<bool(std::string_view)>& is_function_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int line_ = 1;
  int action_line_ = 0;
  int range_depth_ = 0;
  int nesting_ = 0;
  std::vector<std::string> variables_{"$"};
  TreeSet trees_;
};

/// Counts nesting for as long as it lives.
class Nested {
 public:
  explicit Nested(int& depth) : depth_(depth) { ++depth_; }

  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;
  Nested(Nested&&) = delete;
  Nested& operator=(Nested&&) = delete;

  ~Nested() { --depth_; }

 private:
  int& depth_;
};

void Parser::LexAll() {
  Lexer lexer(*source_);
  do {
    tokens_.push_back(lexer.Next());
  } while (tokens_.back().kind != TokenKind::kEof && tokens_.back().kind != TokenKind::kError);
}

const Token& Parser::Peek() {
  // The last token is the end or an error; it repeats.
  const Token& token = tokens_[std::min(at_, tokens_.size() - 1)];
  line_ = token.line;
  return token;
}

const Token& Parser::Next() {
  const Token& token = Peek();
  ++at_;
  return token;
}

const Token& Parser::NextNonSpace() {
  while (Peek().kind == TokenKind::kSpace) {
    ++at_;
  }
  return Next();
}

const Token& Parser::PeekNonSpace() {
  const Token& token = NextNonSpace();
  Backup();
  return token;
}

tl::unexpected<Error> Parser::BadText(const std::string& message) const {
  return Fail(ErrorCode::kInvalidArgument, "template: {}:{}: {}", source_name_, line_, message);
}

tl::unexpected<Error> Parser::Unexpected(const Token& token, std::string_view context) const {
  if (token.kind != TokenKind::kError) {
    return Bad("unexpected {} in {}", token.ToString(), context);
  }
  if (action_line_ == 0 || action_line_ == token.line) {
    return BadText(token.text);
  }
  const std::string_view in_action = token.text.ends_with(" action") ? "" : " in action";
  return Bad("{}{} started at {}:{}", token.text, in_action, source_name_, action_line_);
}

Status Parser::Expect(TokenKind kind, std::string_view context) {
  const Token& token = NextNonSpace();
  if (token.kind != kind) {
    return Unexpected(token, context);
  }
  return {};
}

Result<TreeSet> Parser::Run() {
  LexAll();
  SW_TRY_ASSIGN(NodePtr root, Top());
  SW_TRY(AddTree(source_name_, std::move(root)));
  return std::move(trees_);
}

Result<NodePtr> Parser::Top() {
  NodePtr root = MakeNode(NodeKind::kList, 0);
  while (Peek().kind != TokenKind::kEof) {
    if (Peek().kind == TokenKind::kLeftDelim) {
      const std::size_t before = at_;
      Next();
      if (NextNonSpace().kind == TokenKind::kDefine) {
        SW_TRY(Definition());
        continue;
      }
      at_ = before;
    }
    SW_TRY_ASSIGN(NodePtr node, TextOrAction());
    if (node->kind == NodeKind::kEnd || node->kind == NodeKind::kElse) {
      return Bad("unexpected {}", node->ToString());
    }
    root->children.push_back(std::move(node));
  }
  return root;
}

Status Parser::AddTree(const std::string& name, NodePtr root) {
  const auto known = trees_.find(name);
  if (known != trees_.end() && !IsEmptyTree(*known->second->root)) {
    if (!IsEmptyTree(*root)) {
      return Bad("template: multiple definition of template {}", Quoted(name));
    }
    return {};
  }
  trees_[name] = std::make_shared<const Tree>(
      Tree{.name = name, .source_name = source_name_, .source = source_, .root = std::move(root)});
  return {};
}

Status Parser::Definition() {
  constexpr std::string_view kContext = "define clause";
  const Token& token = NextNonSpace();
  SW_TRY_ASSIGN(const std::string name, TemplateName(token, kContext));
  SW_TRY(Expect(TokenKind::kRightDelim, kContext));
  const std::vector<std::string> outer = std::exchange(variables_, {"$"});
  const int outer_range = std::exchange(range_depth_, 0);
  NodePtr end;
  SW_TRY_ASSIGN(NodePtr root, ItemList(end));
  if (end->kind != NodeKind::kEnd) {
    return Bad("unexpected {} in {}", end->ToString(), kContext);
  }
  variables_ = outer;
  range_depth_ = outer_range;
  return AddTree(name, std::move(root));
}

Result<NodePtr> Parser::ItemList(NodePtr& end) {
  NodePtr list = MakeNode(NodeKind::kList, PeekNonSpace().position);
  while (PeekNonSpace().kind != TokenKind::kEof) {
    SW_TRY_ASSIGN(NodePtr node, TextOrAction());
    if (node->kind == NodeKind::kEnd || node->kind == NodeKind::kElse) {
      end = std::move(node);
      return list;
    }
    list->children.push_back(std::move(node));
  }
  return Bad("unexpected EOF");
}

Result<NodePtr> Parser::TextOrAction() {
  const Token& token = NextNonSpace();
  if (token.kind == TokenKind::kText) {
    return MakeNode(NodeKind::kText, token.position, token.text);
  }
  if (token.kind != TokenKind::kLeftDelim) {
    return Unexpected(token, "input");
  }
  const Nested nested(nesting_);
  if (nesting_ > kMostNesting) {
    return Bad("nesting deeper than {}", kMostNesting);
  }
  action_line_ = token.line;
  Result<NodePtr> action = Action();
  action_line_ = 0;
  return action;
}

Result<NodePtr> Parser::Action() {
  const Token& token = NextNonSpace();
  switch (token.kind) {
    case TokenKind::kBlock:
      return Block();
    case TokenKind::kBreak:
      return LoopControl(NodeKind::kBreak, token.position, "{{break}}");
    case TokenKind::kContinue:
      return LoopControl(NodeKind::kContinue, token.position, "{{continue}}");
    case TokenKind::kElse:
      return Else();
    case TokenKind::kEnd:
      return End();
    case TokenKind::kIf:
      return Control(NodeKind::kIf, "if");
    case TokenKind::kRange:
      return Control(NodeKind::kRange, "range");
    case TokenKind::kTemplate:
      return TemplateCall();
    case TokenKind::kWith:
      return Control(NodeKind::kWith, "with");
    default:
      break;
  }
  Backup();
  NodePtr action = MakeNode(NodeKind::kAction, Peek().position);
  SW_TRY_ASSIGN(action->pipe, Pipeline("command", TokenKind::kRightDelim));
  return action;
}

Result<NodePtr> Parser::LoopControl(NodeKind kind, std::uint32_t position, std::string_view word) {
  SW_TRY(Expect(TokenKind::kRightDelim, word));
  if (range_depth_ == 0) {
    return Bad("{} outside {{{{range}}}}", word);
  }
  return MakeNode(kind, position);
}

Result<NodePtr> Parser::Control(NodeKind kind, std::string_view word) {
  const Nested nested(nesting_);
  if (nesting_ > kMostNesting) {
    return Bad("nesting deeper than {}", kMostNesting);
  }
  const std::size_t variables = variables_.size();
  NodePtr node = MakeNode(kind, 0);
  SW_TRY_ASSIGN(node->pipe, Pipeline(word, TokenKind::kRightDelim));
  node->position = node->pipe->position;
  const TokenKind own = kind == NodeKind::kIf     ? TokenKind::kIf
                        : kind == NodeKind::kWith ? TokenKind::kWith
                                                  : TokenKind::kEof;
  SW_TRY(ControlBody(*node, own, word));
  variables_.resize(variables);
  return node;
}

/// The lists of a control. `{{else if x}}` stands for `{{else}}{{if x}}` with one {{end}} for both.
Status Parser::ControlBody(Node& node, TokenKind own_token, std::string_view word) {
  const bool loop = node.kind == NodeKind::kRange;
  range_depth_ += loop ? 1 : 0;
  NodePtr end;
  SW_TRY_ASSIGN(node.list, ItemList(end));
  range_depth_ -= loop ? 1 : 0;
  if (end->kind == NodeKind::kEnd) {
    return {};
  }
  if (PeekNonSpace().kind == own_token) {
    NextNonSpace();
    node.else_list = MakeNode(NodeKind::kList, end->position);
    SW_TRY_ASSIGN(NodePtr chained, Control(node.kind, word));
    node.else_list->children.push_back(std::move(chained));
    return {};
  }
  SW_TRY_ASSIGN(node.else_list, ItemList(end));
  if (end->kind != NodeKind::kEnd) {
    return Bad("expected end; found {}", end->ToString());
  }
  return {};
}

Result<NodePtr> Parser::Else() {
  const Token& token = PeekNonSpace();
  if (token.kind != TokenKind::kIf && token.kind != TokenKind::kWith) {
    SW_TRY(Expect(TokenKind::kRightDelim, "else"));
  }
  return MakeNode(NodeKind::kElse, token.position);
}

Result<NodePtr> Parser::End() {
  const std::uint32_t position = PeekNonSpace().position;
  SW_TRY(Expect(TokenKind::kRightDelim, "end"));
  return MakeNode(NodeKind::kEnd, position);
}

Result<std::string> Parser::TemplateName(const Token& token, std::string_view context) {
  if (token.kind != TokenKind::kString && token.kind != TokenKind::kRawString) {
    return Unexpected(token, context);
  }
  Result<std::string> name = Unquote(token.text);
  if (!name) {
    return BadText(name.error().message);
  }
  return name;
}

Result<NodePtr> Parser::Block() {
  constexpr std::string_view kContext = "block clause";
  const Token& token = NextNonSpace();
  NodePtr call = MakeNode(NodeKind::kTemplate, token.position);
  SW_TRY_ASSIGN(call->text, TemplateName(token, kContext));
  SW_TRY_ASSIGN(call->pipe, Pipeline(kContext, TokenKind::kRightDelim));
  const std::vector<std::string> outer = std::exchange(variables_, {"$"});
  const int outer_range = std::exchange(range_depth_, 0);
  NodePtr end;
  SW_TRY_ASSIGN(NodePtr root, ItemList(end));
  if (end->kind != NodeKind::kEnd) {
    return Bad("unexpected {} in {}", end->ToString(), kContext);
  }
  variables_ = outer;
  range_depth_ = outer_range;
  SW_TRY(AddTree(call->text, std::move(root)));
  return call;
}

Result<NodePtr> Parser::TemplateCall() {
  constexpr std::string_view kContext = "template clause";
  const Token& token = NextNonSpace();
  NodePtr call = MakeNode(NodeKind::kTemplate, token.position);
  SW_TRY_ASSIGN(call->text, TemplateName(token, kContext));
  if (NextNonSpace().kind != TokenKind::kRightDelim) {
    Backup();
    SW_TRY_ASSIGN(call->pipe, Pipeline(kContext, TokenKind::kRightDelim));
  }
  return call;
}

/// Reads `$a :=`, `$a =` or, in a range, `$a, $b :=` at the front of a pipeline, if one is there.
Status Parser::Declarations(Node& pipe, std::string_view context) {
  while (PeekNonSpace().kind == TokenKind::kVariable) {
    const Token& variable = NextNonSpace();
    const std::size_t after = at_;
    const Token& next = NextNonSpace();
    const bool comma = next.kind == TokenKind::kChar && next.text == ",";
    if (next.kind != TokenKind::kAssign && next.kind != TokenKind::kDeclare && !comma) {
      at_ = after - 1;
      return {};
    }
    NodePtr node = MakeNode(NodeKind::kVariable, variable.position);
    node->names = {variable.text};
    pipe.declared.push_back(std::move(node));
    variables_.push_back(variable.text);
    if (!comma) {
      pipe.assigns = next.kind == TokenKind::kAssign;
      return {};
    }
    if (context != "range" || pipe.declared.size() >= 2) {
      return Bad("too many declarations in {}", context);
    }
    const TokenKind second = PeekNonSpace().kind;
    if (second != TokenKind::kVariable && second != TokenKind::kRightDelim &&
        second != TokenKind::kRightParen) {
      return Bad("range can only initialize variables");
    }
  }
  return {};
}

bool StartsOperand(TokenKind kind) {
  switch (kind) {
    case TokenKind::kBool:
    case TokenKind::kCharConstant:
    case TokenKind::kComplex:
    case TokenKind::kDot:
    case TokenKind::kField:
    case TokenKind::kIdentifier:
    case TokenKind::kNumber:
    case TokenKind::kNil:
    case TokenKind::kRawString:
    case TokenKind::kString:
    case TokenKind::kVariable:
    case TokenKind::kLeftParen:
      return true;
    default:
      return false;
  }
}

Result<NodePtr> Parser::Pipeline(std::string_view context, TokenKind end) {
  const Nested nested(nesting_);
  if (nesting_ > kMostNesting) {
    return Bad("nesting deeper than {}", kMostNesting);
  }
  NodePtr pipe = MakeNode(NodeKind::kPipe, PeekNonSpace().position);
  SW_TRY(Declarations(*pipe, context));
  while (true) {
    const Token& token = NextNonSpace();
    if (token.kind == end) {
      SW_TRY(CheckPipeline(*pipe, context));
      return pipe;
    }
    if (!StartsOperand(token.kind)) {
      return Unexpected(token, context);
    }
    Backup();
    SW_TRY_ASSIGN(NodePtr command, Command());
    pipe->children.push_back(std::move(command));
  }
}

Status Parser::CheckPipeline(const Node& pipe, std::string_view context) {
  if (pipe.children.empty()) {
    return Bad("missing value for {}", context);
  }
  for (std::size_t i = 1; i < pipe.children.size(); ++i) {
    switch (pipe.children[i]->children.front()->kind) {
      case NodeKind::kBool:
      case NodeKind::kDot:
      case NodeKind::kNil:
      case NodeKind::kNumber:
      case NodeKind::kString:
        return Bad("non executable command in pipeline stage {}", i + 1);
      default:
        break;
    }
  }
  return {};
}

Result<NodePtr> Parser::Command() {
  NodePtr command = MakeNode(NodeKind::kCommand, PeekNonSpace().position);
  while (true) {
    PeekNonSpace();
    SW_TRY_ASSIGN(NodePtr operand, Operand());
    if (operand) {
      command->children.push_back(std::move(operand));
    }
    const Token& token = Next();
    if (token.kind == TokenKind::kSpace) {
      continue;
    }
    if (token.kind == TokenKind::kRightDelim || token.kind == TokenKind::kRightParen) {
      Backup();
    } else if (token.kind != TokenKind::kPipe) {
      return Unexpected(token, "operand");
    }
    break;
  }
  if (command->children.empty()) {
    return Bad("empty command");
  }
  return command;
}

/// A term and the fields that follow it. Null: no term stands here.
Result<NodePtr> Parser::Operand() {
  SW_TRY_ASSIGN(NodePtr node, Term());
  if (!node || Peek().kind != TokenKind::kField) {
    return node;
  }
  const std::uint32_t position = Peek().position;
  std::vector<std::string> fields;
  while (Peek().kind == TokenKind::kField) {
    fields.push_back(Next().text.substr(1));
  }
  switch (node->kind) {
    case NodeKind::kField:
    case NodeKind::kVariable:
      node->names.insert(node->names.end(), fields.begin(), fields.end());
      node->position = position;
      return node;
    case NodeKind::kBool:
    case NodeKind::kString:
    case NodeKind::kNumber:
    case NodeKind::kNil:
    case NodeKind::kDot:
      return Bad("unexpected . after term {}", Quoted(node->ToString()));
    default:
      break;
  }
  NodePtr chain = MakeNode(NodeKind::kChain, position);
  chain->names = std::move(fields);
  chain->pipe = std::move(node);
  return chain;
}

Result<NodePtr> Parser::Term() {
  const Token& token = NextNonSpace();
  if (!StartsOperand(token.kind)) {
    Backup();
    return NodePtr();
  }
  return TermOf(token);
}

Result<NodePtr> Parser::Variable(const Token& token) {
  if (std::ranges::find(variables_, token.text) == variables_.end()) {
    return Bad("undefined variable {}", Quoted(token.text));
  }
  NodePtr node = MakeNode(NodeKind::kVariable, token.position);
  node->names = {token.text};
  return node;
}

Result<NodePtr> Parser::TermOf(const Token& token) {
  switch (token.kind) {
    case TokenKind::kIdentifier:
      if (!is_function_(token.text)) {
        return Bad("function {} not defined", Quoted(token.text));
      }
      return MakeNode(NodeKind::kIdentifier, token.position, token.text);
    case TokenKind::kDot:
      return MakeNode(NodeKind::kDot, token.position);
    case TokenKind::kNil:
      return MakeNode(NodeKind::kNil, token.position);
    case TokenKind::kVariable:
      return Variable(token);
    case TokenKind::kField: {
      NodePtr node = MakeNode(NodeKind::kField, token.position);
      node->names = {token.text.substr(1)};
      return node;
    }
    case TokenKind::kBool: {
      NodePtr node = MakeNode(NodeKind::kBool, token.position, token.text);
      node->constant = Value::Bool(token.text == "true");
      return node;
    }
    case TokenKind::kLeftParen:
      return Pipeline("parenthesized pipeline", TokenKind::kRightParen);
    case TokenKind::kString:
    case TokenKind::kRawString: {
      NodePtr node = MakeNode(NodeKind::kString, token.position, token.text);
      Result<std::string> text = Unquote(token.text);
      if (!text) {
        return BadText(text.error().message);
      }
      node->constant = Value::String(*std::move(text));
      return node;
    }
    default:
      break;
  }
  NodePtr node = MakeNode(NodeKind::kNumber, token.position, token.text);
  Result<Value> number = ParseNumberLiteral(token.text, token.kind);
  if (!number) {
    return BadText(number.error().message);
  }
  node->constant = *std::move(number);
  return node;
}

}  // namespace

Status ParseInto(TreeSet& trees,
                 const std::string& name,
                 std::string_view text,
                 const std::function<bool(std::string_view)>& is_function) {
  SW_TRY_ASSIGN(const TreeSet parsed, Parser(name, text, is_function).Run());
  for (const auto& [key, tree] : parsed) {
    std::shared_ptr<const Tree>& slot = trees[key];
    if (!slot || !IsEmptyTree(*tree->root)) {
      slot = tree;
    }
  }
  return {};
}

}  // namespace sidewatch::alerts::templates
