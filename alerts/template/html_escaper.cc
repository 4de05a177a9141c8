#include "alerts/template/html_escaper.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "alerts/template/format.h"
#include "alerts/template/json.h"

namespace sidewatch::alerts::templates {
namespace {

constexpr std::string_view kSpaces = " \t\n\r\f";
/// What html/template writes in place of a value that would be dangerous where it stands.
constexpr std::string_view kRefused = "ZgotmplZ";

bool IsSpace(char c) {
  return kSpaces.find(c) != std::string_view::npos;
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool IsNameByte(char c) {
  return !IsSpace(c) && c != '/' && c != '>' && c != '=' && c != '"' && c != '\'' && c != '<';
}

std::string LowerName(std::string_view rest) {
  std::string name;
  for (const char c : rest) {
    if (!IsNameByte(c)) {
      break;
    }
    name += Lower(c);
  }
  return name;
}

constexpr std::array<std::string_view, 15> kUrlAttributes = {"action",
                                                             "archive",
                                                             "background",
                                                             "cite",
                                                             "classid",
                                                             "codebase",
                                                             "data",
                                                             "formaction",
                                                             "href",
                                                             "icon",
                                                             "longdesc",
                                                             "manifest",
                                                             "poster",
                                                             "profile",
                                                             "src"};

bool IsUnreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

/// Escapes for a URL; with `keep_reserved` only what may not stand in any URL.
std::string UrlEscape(std::string_view text, bool keep_reserved) {
  constexpr std::string_view kReserved = "!#$&*+,/:;=?@[]";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escaped_already = c == '%' && i + 2 < text.size() &&
                                 std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
                                 std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0;
    const bool kept =
        keep_reserved && (escaped_already || kReserved.find(c) != std::string_view::npos);
    if (IsUnreserved(c) || kept) {
      out += c;
    } else {
      out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

/// True if a URL has no scheme, or one that cannot run code.
bool HasSafeScheme(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos || url.substr(0, colon).find('/') != std::string_view::npos) {
    return true;
  }
  std::string scheme;
  std::ranges::transform(url.substr(0, colon), std::back_inserter(scheme), &Lower);
  return scheme == "http" || scheme == "https" || scheme == "mailto";
}

std::string FilterCss(const std::string& text) {
  constexpr std::string_view kUnsafe = "\"'()/;@[\\]`{}<>\0";
  std::string letters;
  for (const char c : text) {
    if (kUnsafe.find(c) != std::string_view::npos || c == '\0') {
      return std::string(kRefused);
    }
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      letters += Lower(c);
    }
  }
  const bool script = letters.find("expression") != std::string::npos ||
                      letters.find("mozbinding") != std::string::npos;
  return script ? std::string(kRefused) : text;
}

/// As EscapeHtml, and `+`, which the escaping of html/template takes along.
std::string EscapeInContext(std::string_view text) {
  std::string out;
  for (const char c : EscapeHtml(text)) {
    if (c == '+') {
      out += "&#43;";
    } else {
      out += c;
    }
  }
  return out;
}

/// Without quotes a blank or a sign would end an attribute's value.
std::string EscapeUnquoted(std::string_view text) {
  std::string out;
  for (const char c : EscapeHtml(text)) {
    if (IsSpace(c) || c == '=' || c == '`' || c == '+') {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out.empty() ? std::string(kRefused) : out;
}

/// Takes EscapeHtml back.
std::string UnescapeHtml(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&#34;", '"'}, {"&#39;", '\''}}};
  std::string out;
  while (!text.empty()) {
    const auto* const entity = std::ranges::find_if(
        kEntities, [text](const auto& one) { return text.starts_with(one.first); });
    const bool found = entity != kEntities.end();
    out += found ? entity->second : text.front();
    text.remove_prefix(found ? entity->first.size() : 1);
  }
  return out;
}

std::string ScriptValue(const Value& value) {
  return value.absent() ? "null" : ToJson(value, JsonLimit{}).value_or("null");
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\0':
        out += "\xef\xbf\xbd";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string EscapeJs(std::string_view text) {
  constexpr std::string_view kBackslashed = "\\'\"";
  constexpr std::string_view kAsCode = "<>&=";
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const CodePoint point = DecodeUtf8(text.substr(i));
    const char c = text[i];
    if (kBackslashed.find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else if (kAsCode.find(c) != std::string_view::npos || point.value < 0x20) {
      out += fmt::format("\\u{:04X}", point.value);
    } else {
      out += text.substr(i, point.bytes);
    }
    i += point.bytes;
  }
  return out;
}

std::string EscapeQuery(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string HtmlEscaper::Follow(std::string_view text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const bool in_comment = state_ == State::kComment;
    std::size_t used = 1;
    FollowOne(text.substr(at), used);
    if (!in_comment && state_ != State::kComment) {
      kept += text.substr(at, used);
    }
    at += used;
  }
  return kept;
}

/// Steps over the front of `rest`; `used` says how far.
void HtmlEscaper::FollowOne(std::string_view rest, std::size_t& used) {
  const char c = rest.front();
  switch (state_) {
    case State::kText:
      used = FollowText(rest);
      return;
    case State::kTag:
    case State::kAttributeName:
    case State::kAfterName:
    case State::kBeforeValue:
      used = FollowTag(rest);
      return;
    case State::kAttribute:
      used = FollowAttribute(rest);
      return;
    case State::kComment:
      if (rest.starts_with("-->")) {
        state_ = State::kText;
        used = 3;
      }
      return;
    case State::kScriptString:
      if (c == '\\') {
        used = std::min<std::size_t>(2, rest.size());
      } else if (c == quote_) {
        state_ = State::kScript;
      }
      return;
    case State::kScript:
      if (c == '"' || c == '\'' || c == '`') {
        quote_ = c;
        state_ = State::kScriptString;
        return;
      }
      [[fallthrough]];
    case State::kStyle:
    case State::kRawText:
      used = FollowElementEnd(rest);
      return;
  }
}

std::size_t HtmlEscaper::FollowText(std::string_view rest) {
  if (rest.front() != '<') {
    return 1;
  }
  if (rest.starts_with("<!--")) {
    state_ = State::kComment;
    return 4;
  }
  const bool closing = rest.starts_with("</");
  const std::string name = LowerName(rest.substr(closing ? 2 : 1));
  if (name.empty() || std::isalpha(static_cast<unsigned char>(name.front())) == 0) {
    return 1;
  }
  element_ = closing ? "" : name;
  state_ = State::kTag;
  return name.size() + (closing ? 2 : 1);
}

std::size_t HtmlEscaper::FollowElementEnd(std::string_view rest) {
  if (rest.starts_with("</") && LowerName(rest.substr(2)) == element_) {
    state_ = State::kText;
    return 0;  // The text state reads the closing tag.
  }
  return 1;
}

void HtmlEscaper::EndTag() {
  if (element_ == "script") {
    state_ = State::kScript;
  } else if (element_ == "style") {
    state_ = State::kStyle;
  } else if (element_ == "textarea" || element_ == "title") {
    state_ = State::kRawText;
  } else {
    state_ = State::kText;
  }
}

std::size_t HtmlEscaper::FollowTag(std::string_view rest) {
  const char c = rest.front();
  if (c == '>') {
    // An unquoted value that is still to come ends with the tag, too.
    EndTag();
    return 1;
  }
  if (IsSpace(c) || c == '/') {
    state_ = state_ == State::kAttributeName ? State::kAfterName : state_;
    return 1;
  }
  if (state_ == State::kBeforeValue) {
    StartValue(c == '"' || c == '\'' ? c : '\0');
    return quote_ == '\0' ? 0 : 1;
  }
  if (c == '=' && state_ != State::kTag) {
    state_ = State::kBeforeValue;
    return 1;
  }
  name_ = LowerName(rest);
  state_ = State::kAttributeName;
  return std::max<std::size_t>(1, name_.size());
}

void HtmlEscaper::StartValue(char quote) {
  state_ = State::kAttribute;
  quote_ = quote;
  url_so_far_.clear();
  if (name_ == "style") {
    attribute_ = Attribute::kCss;
  } else if (name_.starts_with("on")) {
    attribute_ = Attribute::kScript;
  } else if (std::ranges::find(kUrlAttributes, name_) != kUrlAttributes.end()) {
    attribute_ = Attribute::kUrl;
  } else {
    attribute_ = Attribute::kPlain;
  }
}

std::size_t HtmlEscaper::FollowAttribute(std::string_view rest) {
  const char c = rest.front();
  if (quote_ == '\0' && (IsSpace(c) || c == '>')) {
    state_ = State::kTag;
    return 0;
  }
  if (quote_ != '\0' && c == quote_) {
    state_ = State::kTag;
    return 1;
  }
  url_so_far_ += c;
  return 1;
}

std::string HtmlEscaper::EscapeUrlPart(const Value& value, const std::string& text) {
  const bool known_good = value.type() == &kUrlType;
  const bool in_query = url_so_far_.find_first_of("?#") != std::string::npos;
  const bool at_start = url_so_far_.find_first_not_of(kSpaces) == std::string::npos;
  if (at_start && !known_good && !HasSafeScheme(text)) {
    return "#" + std::string(kRefused);
  }
  std::string escaped = UrlEscape(text, known_good || !in_query);
  url_so_far_ += escaped;
  return escaped;
}

std::string HtmlEscaper::EscapeAttribute(const Value& value,
                                         const std::string& text,
                                         Escaped escaped) {
  const bool is_html = escaped == Escaped::kHtml && quote_ != '\0';
  std::string inner = text;
  switch (attribute_) {
    case Attribute::kPlain:
      if (is_html) {
        return text;
      }
      break;
    case Attribute::kUrl:
      if (escaped == Escaped::kQuery) {
        url_so_far_ += text;
      } else {
        inner = EscapeUrlPart(value, is_html ? UnescapeHtml(text) : text);
      }
      break;
    case Attribute::kCss:
      inner = FilterCss(text);
      break;
    case Attribute::kScript:
      inner = ScriptValue(value);
      break;
  }
  if (quote_ != '\0') {
    return is_html ? EscapeHtml(inner) : EscapeInContext(inner);
  }
  return EscapeUnquoted(inner);
}

std::string HtmlEscaper::Escape(const Value& value, const std::string& printed, Escaped escaped) {
  switch (state_) {
    case State::kText:
      return value.type() == &kHtmlType || escaped == Escaped::kHtml ? printed
                                                                     : EscapeInContext(printed);
    case State::kRawText:
      return escaped == Escaped::kHtml ? printed : EscapeInContext(printed);
    case State::kBeforeValue:
      StartValue('\0');
      return EscapeAttribute(value, printed, escaped);
    case State::kAttribute:
      return EscapeAttribute(value, printed, escaped);
    case State::kTag:
    case State::kAttributeName:
    case State::kAfterName: {
      const bool plain = std::ranges::all_of(printed, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
      });
      return plain ? printed : std::string(kRefused);
    }
    case State::kComment:
      return "";
    case State::kScript:
      return ScriptValue(value);
    case State::kScriptString:
      return EscapeJs(printed);
    case State::kStyle:
      return FilterCss(printed);
  }
  return EscapeHtml(printed);
}

}  // namespace sidewatch::alerts::templates
