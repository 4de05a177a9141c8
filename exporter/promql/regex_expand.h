#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <re2/re2.h>

namespace sidewatch::promql {

/// Matches whole texts against an expression and expands a template as Go's regexp.Expand does:
/// `$1`, `$name`, `${name}`, `$$`; a group that does not exist is empty.
class RegexExpander {
 public:
  /// Both must outlive this.
  RegexExpander(const RE2& regex, std::string_view pattern);

  /// The length of what `text` expands to. Nothing if it does not match.
  std::optional<std::size_t> Match(std::string_view text);

  /// What the text matched last expands to; it must still be there.
  std::string Expand() const;

 private:
  struct Piece {
    std::string_view literal;
    int group = -1;  ///< -1: only the literal.
  };

  void AddReference(std::string_view name);
  std::string_view Group(const Piece& piece) const;

  const RE2& regex_;
  std::vector<Piece> pieces_;
  std::vector<re2::StringPiece> groups_;
  std::size_t length_ = 0;
};

}  // namespace sidewatch::promql
