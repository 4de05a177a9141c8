// A recursive descent over the tokens, the shape of Go's text/template/parse. The set of variables
// in scope is kept while parsing, so that an unknown one is an error of the text and not of a run.

#include "alerts/template/parser.h"

#include <algorithm>
#include <utility>

#include "alerts/template/literal.h"
#include "alerts/template/parser_run.h"
#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(out, text);
  return out;
}

bool IsEmptyTree(const Node& node) {
  if (node.kind == NodeKind::kText) {
    return node.text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
  }
  return node.kind == NodeKind::kList &&
         std::ranges::all_of(node.children,
                             [](const NodePtr& child) { return IsEmptyTree(*child); });
}

}  // namespace

NodePtr MakeNode(NodeKind kind, std::uint32_t position, std::string text) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->position = position;
  node->text = std::move(text);
  return node;
}

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
    SW_TRY(TopItem(*root));
  }
  return root;
}

Status Parser::TopItem(Node& root) {
  const std::size_t before = at_;
  if (Next().kind == TokenKind::kLeftDelim && NextNonSpace().kind == TokenKind::kDefine) {
    return Definition();
  }
  at_ = before;
  SW_TRY_ASSIGN(NodePtr node, TextOrAction());
  if (node->kind == NodeKind::kEnd || node->kind == NodeKind::kElse) {
    return Bad("unexpected {}", node->ToString());
  }
  root.children.push_back(std::move(node));
  return {};
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
  if (nesting_ > kMostParserNesting) {
    return Bad("nesting deeper than {}", kMostParserNesting);
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
  if (nesting_ > kMostParserNesting) {
    return Bad("nesting deeper than {}", kMostParserNesting);
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
