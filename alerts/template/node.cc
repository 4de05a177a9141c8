#include "alerts/template/node.h"

#include "exporter/model/label_set.h"

namespace sidewatch::alerts::templates {
namespace {

std::string Joined(const std::vector<NodePtr>& nodes, std::string_view separator) {
  std::string out;
  for (const NodePtr& node : nodes) {
    if (!out.empty()) {
      out += separator;
    }
    const bool parens = separator == " " && node->kind == NodeKind::kPipe;
    out += parens ? "(" + node->ToString() + ")" : node->ToString();
  }
  return out;
}

std::string PipeText(const Node& pipe) {
  std::string out = Joined(pipe.declared, ", ");
  if (!out.empty()) {
    out += pipe.assigns ? " = " : " := ";
  }
  return out + Joined(pipe.children, " | ");
}

std::string Dotted(const std::vector<std::string>& names, bool leading_dot) {
  std::string out;
  for (const std::string& name : names) {
    if (leading_dot || !out.empty()) {
      out += '.';
    }
    out += name;
  }
  return out;
}

std::string ControlText(std::string_view word, const Node& node) {
  std::string out = "{{" + std::string(word) + " " + node.pipe->ToString() + "}}";
  out += node.list->ToString();
  if (node.else_list) {
    out += "{{else}}" + node.else_list->ToString();
  }
  return out + "{{end}}";
}

std::string TemplateText(const Node& node) {
  std::string out = "{{template ";
  AppendQuoted(out, node.text);
  if (node.pipe) {
    out += " " + node.pipe->ToString();
  }
  return out + "}}";
}

std::string ChainText(const Node& node) {
  const bool parens = node.pipe->kind == NodeKind::kPipe;
  const std::string operand = node.pipe->ToString();
  return (parens ? "(" + operand + ")" : operand) + Dotted(node.names, true);
}

}  // namespace

std::string Node::ToString() const {
  switch (kind) {
    case NodeKind::kList:
      return Joined(children, "");
    case NodeKind::kAction:
      return "{{" + pipe->ToString() + "}}";
    case NodeKind::kIf:
      return ControlText("if", *this);
    case NodeKind::kWith:
      return ControlText("with", *this);
    case NodeKind::kRange:
      return ControlText("range", *this);
    case NodeKind::kTemplate:
      return TemplateText(*this);
    case NodeKind::kBreak:
      return "{{break}}";
    case NodeKind::kContinue:
      return "{{continue}}";
    case NodeKind::kElse:
      return "{{else}}";
    case NodeKind::kEnd:
      return "{{end}}";
    case NodeKind::kPipe:
      return PipeText(*this);
    case NodeKind::kCommand:
      return Joined(children, " ");
    case NodeKind::kField:
      return Dotted(names, true);
    case NodeKind::kVariable:
      return Dotted(names, false);
    case NodeKind::kChain:
      return ChainText(*this);
    case NodeKind::kDot:
      return ".";
    case NodeKind::kNil:
      return "nil";
    case NodeKind::kText:
    case NodeKind::kIdentifier:
    case NodeKind::kBool:
    case NodeKind::kNumber:
    case NodeKind::kString:
      return text;
  }
  return {};
}

}  // namespace sidewatch::alerts::templates
