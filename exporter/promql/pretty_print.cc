#include <string>

#include "exporter/promql/function.h"
#include "exporter/promql/print.h"

namespace sidewatch::promql {
namespace {

/// Writes a node in one line where it fits, else its parts on lines of their own, each level two
/// blanks further in. Selectors and literals are never split. A subquery that fits begins its line
/// without blanks, as Prometheus has it.
class PrettyPrinter {
 public:
  PrettyPrinter(std::string& out, std::size_t line_limit) : out_(out), line_limit_(line_limit) {}

  void Print(const Expr& expr) {
    const std::string line = promql::Print(expr);
    const bool is_subquery = std::holds_alternative<Subquery>(expr.node);
    if (!is_subquery || line.size() > line_limit_) {
      Indent();
    }
    PrintLine(line, expr);
  }

 private:
  void PrintUnindented(const Expr& expr) { PrintLine(promql::Print(expr), expr); }

  void PrintLine(const std::string& line, const Expr& expr) {
    if (line.size() <= line_limit_ || !Split(expr)) {
      out_ += line;
    }
  }

  /// False: the node is one that is never split.
  bool Split(const Expr& expr) {
    return std::visit([this](const auto& node) { return this->SplitNode(node); }, expr.node);
  }

  static bool SplitNode(const auto& /*node*/) { return false; }

  bool SplitNode(const Aggregate& node) {
    PrintAggregateHead(out_, node);
    out_ += "(\n";
    if (node.param != nullptr) {
      PrintInner(*node.param);
      out_ += ",\n";
    }
    PrintInner(*node.expr);
    return CloseParen();
  }

  bool SplitNode(const Call& node) {
    out_ += node.function->name;
    out_ += "(\n";
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      out_ += i > 0 ? ",\n" : "";
      PrintInner(*node.args[i]);
    }
    return CloseParen();
  }

  bool SplitNode(const Paren& node) {
    out_ += "(\n";
    PrintInner(*node.expr);
    return CloseParen();
  }

  bool SplitNode(const Binary& node) {
    out_ += "  ";
    ++level_;
    PrintUnindented(*node.left);
    --level_;
    out_ += '\n';
    Indent();
    PrintOperator(out_, node);
    out_ += '\n';
    PrintInner(*node.right);
    return true;
  }

  bool SplitNode(const Unary& node) {
    out_ += node.minus ? '-' : '+';
    PrintUnindented(*node.expr);
    return true;
  }

  bool SplitNode(const Subquery& node) {
    PrintUnindented(*node.expr);
    PrintSubquerySuffix(out_, node);
    return true;
  }

  void PrintInner(const Expr& expr) {
    ++level_;
    Print(expr);
    --level_;
  }

  bool CloseParen() {
    out_ += '\n';
    Indent();
    out_ += ')';
    return true;
  }

  void Indent() { out_.append(2 * level_, ' '); }

  std::string& out_;
  std::size_t line_limit_;
  std::size_t level_ = 0;
};

}  // namespace

std::string PrettyPrint(const Expr& expr, std::size_t line_limit) {
  std::string text;
  PrettyPrinter(text, line_limit).Print(expr);
  return text;
}

}  // namespace sidewatch::promql
