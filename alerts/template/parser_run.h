#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "alerts/template/lexer.h"
#include "alerts/template/node.h"
#include "alerts/template/parser.h"
#include "exporter/base/result.h"

namespace sidewatch::alerts::templates {

/// How deep blocks, pipelines and parentheses may stand inside each other; each costs stack.
inline constexpr int kMostParserNesting = 200;

NodePtr MakeNode(NodeKind kind, std::uint32_t position, std::string text = {});

/// One run of the parser over one text.
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
  Status TopItem(Node& root);
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

}  // namespace sidewatch::alerts::templates
