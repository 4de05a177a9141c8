#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "alerts/template/value.h"

namespace sidewatch::alerts::templates {

enum class NodeKind {
  // Statements.
  kList,
  kText,
  kAction,
  kIf,
  kWith,
  kRange,
  kTemplate,
  kBreak,
  kContinue,
  kElse,  ///< Only while parsing.
  kEnd,   ///< Only while parsing.
  // Expressions.
  kPipe,
  kCommand,
  kField,
  kVariable,
  kChain,
  kIdentifier,
  kDot,
  kNil,
  kBool,
  kNumber,
  kString,
};

struct Node;
using NodePtr = std::unique_ptr<Node>;

/// What a text defines: one template, with what error messages need to point into it.
struct Tree {
  std::string name;
  std::string source_name;  ///< The name of the text in which it was defined.
  std::shared_ptr<const std::string> source;
  NodePtr root;  ///< A kList.
};

struct Node {
  NodeKind kind = NodeKind::kList;
  std::uint32_t position = 0;
  /// Text, the name of a function or template, or a constant as it was written.
  std::string text;
  /// The names of a field, variable (the first with its `$`) or chain.
  std::vector<std::string> names;
  Value constant;
  /// The statements of a list, the commands of a pipe, the words of a command.
  std::vector<NodePtr> children;
  /// The variables that a pipe sets.
  std::vector<NodePtr> declared;
  bool assigns = false;  ///< `=` and not `:=`.
  NodePtr pipe;          ///< Of actions and controls; the operand of a chain.
  NodePtr list;
  NodePtr else_list;

  /// As Go's templates print the node: error messages quote it.
  std::string ToString() const;
};

}  // namespace sidewatch::alerts::templates
