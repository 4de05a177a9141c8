#pragma once

#include <string>
#include <string_view>

#include "alerts/template/value.h"

namespace sidewatch::alerts::templates {

/// `<>&"'` as entities, as Go's template.HTMLEscapeString.
std::string EscapeHtml(std::string_view text);

/// `text` fit for a JavaScript string, as Go's template.JSEscapeString.
std::string EscapeJs(std::string_view text);

/// Query escaping: blank as `+`, all but letters, digits and `-_.~` as %XX.
std::string EscapeQuery(std::string_view text);

/// html/template's contextual escaping: follows the HTML that a template writes and escapes each
/// value for the place where it lands.
///
/// Go works the context of each action out before the run; following the output finds the same
/// context, as only a template's own text can change it.
class HtmlEscaper {
 public:
  /// Takes note of a piece of the template's own text, and gives it without comments.
  std::string Follow(std::string_view text);

  /// How a pipeline has escaped its value already, if it ends in `html` or `urlquery`.
  enum class Escaped { kNot, kHtml, kQuery };

  /// `printed` (the value as text) escaped for the place reached. As in Go what a pipeline has
  /// escaped takes the place of the same escaping here.
  std::string Escape(const Value& value, const std::string& printed, Escaped escaped);

 private:
  enum class State {
    kText,
    kTag,
    kAttributeName,
    kAfterName,
    kBeforeValue,
    kAttribute,
    kComment,
    kRawText,  ///< Inside <textarea> or <title>: entities, but no tags.
    kScript,
    kScriptString,
    kStyle,
  };
  enum class Attribute { kPlain, kUrl, kCss, kScript };

  void FollowOne(std::string_view rest, std::size_t& used);
  std::size_t FollowText(std::string_view rest);
  std::size_t FollowTag(std::string_view rest);
  std::size_t FollowElementEnd(std::string_view rest);
  std::size_t FollowAttribute(std::string_view rest);
  void EndTag();
  void StartValue(char quote);
  std::string EscapeUrlPart(const Value& value, const std::string& text);
  std::string EscapeAttribute(const Value& value, const std::string& text, Escaped escaped);

  State state_ = State::kText;
  Attribute attribute_ = Attribute::kPlain;
  char quote_ = 0;          ///< Around the attribute's value or the script's string; 0: none.
  std::string element_;     ///< The tag's name, in lower case.
  std::string name_;        ///< The attribute's name, in lower case.
  std::string url_so_far_;  ///< What stands before the action in a URL.
};

}  // namespace sidewatch::alerts::templates
