// The expressions of a template's text: pipelines, commands, operands.

#include <algorithm>

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

}  // namespace

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

Result<NodePtr> Parser::Pipeline(std::string_view context, TokenKind end) {
  const Nested nested(nesting_);
  if (nesting_ > kMostParserNesting) {
    return Bad("nesting deeper than {}", kMostParserNesting);
  }
  NodePtr pipe = MakeNode(NodeKind::kPipe, PeekNonSpace().position);
  SW_TRY(Declarations(*pipe, context));
  while (PeekNonSpace().kind != end) {
    if (!StartsOperand(PeekNonSpace().kind)) {
      return Unexpected(NextNonSpace(), context);
    }
    SW_TRY_ASSIGN(NodePtr command, Command());
    pipe->children.push_back(std::move(command));
  }
  NextNonSpace();
  SW_TRY(CheckPipeline(*pipe, context));
  return pipe;
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

}  // namespace sidewatch::alerts::templates
