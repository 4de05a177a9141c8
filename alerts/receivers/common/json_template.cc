#include "alerts/receivers/common/json_template.h"

#include <algorithm>
#include <array>
#include <utility>

#include "alerts/receivers/common/template_text.h"
#include "exporter/base/number.h"

namespace sidewatch::alerts {
namespace {

using config::Node;

struct Word {
  std::string_view text;
  Json::value_t kind;
  bool value = false;
};

/// The plain words that YAML does not take as texts.
constexpr std::array kWords = {
    Word{"", Json::value_t::null},
    Word{"~", Json::value_t::null},
    Word{"null", Json::value_t::null},
    Word{"Null", Json::value_t::null},
    Word{"NULL", Json::value_t::null},
    Word{"true", Json::value_t::boolean, true},
    Word{"True", Json::value_t::boolean, true},
    Word{"TRUE", Json::value_t::boolean, true},
    Word{"false", Json::value_t::boolean, false},
    Word{"False", Json::value_t::boolean, false},
    Word{"FALSE", Json::value_t::boolean, false},
};

bool LooksLikeNumber(std::string_view text) {
  constexpr std::string_view kNumeric = "0123456789+-.eE";
  return text.find_first_of("0123456789") != std::string_view::npos &&
         std::ranges::all_of(text, [&](char c) { return kNumeric.find(c) != kNumeric.npos; });
}

Json PlainScalar(const std::string& text) {
  const auto* const word = std::ranges::find(kWords, text, &Word::text);
  if (word != kWords.end()) {
    return word->kind == Json::value_t::null ? Json() : Json(word->value);
  }
  if (const auto integer = ParseInteger(text)) {
    return *integer;
  }
  if (LooksLikeNumber(text)) {
    const Json number = Json::parse(text, nullptr, false);
    return number.is_number() ? number : Json(text);
  }
  return text;
}

// NOLINTNEXTLINE(misc-no-recursion): the reader of YAML bounds the depth.
Json ToJson(const Node& node) {
  switch (node.kind()) {
    case Node::Kind::kNull:
      return nullptr;
    case Node::Kind::kScalar:
      return node.quoted() ? Json(node.text()) : PlainScalar(node.text());
    case Node::Kind::kList: {
      Json list = Json::array();
      for (const Node& item : node.items()) {
        list.push_back(ToJson(item));
      }
      return list;
    }
    case Node::Kind::kMap: {
      Json map = Json::object();
      for (const auto& [key, value] : node.entries()) {
        map[key.text()] = ToJson(value);
      }
      return map;
    }
  }
  return nullptr;
}

/// What a rendered text stands for.
Json FromYaml(const std::string& text) {
  // What toJson has written is YAML too, but long, and read much faster as what it is.
  if (text.starts_with('{') || text.starts_with('[')) {
    if (Json value = Json::parse(text, nullptr, false); !value.is_discarded()) {
      return value;
    }
  }
  config::Diagnostics not_yaml;
  const auto node = config::ParseYaml(text, "", config::ExpandEnv::kNo, not_yaml);
  if (!node || !not_yaml.ok()) {
    return text;
  }
  Json value = ToJson(*node);
  // A text stays as it was written, with its line feeds and quotes.
  return value.is_string() ? Json(text) : value;
}

// NOLINTNEXTLINE(misc-no-recursion): the reader of YAML bounds the depth.
void CheckTexts(const Node& node, const ReceiverDeps& deps, config::Diagnostics& diagnostics) {
  if (node.is_scalar() && node.text().find("{{") != std::string::npos && deps.renderer != nullptr) {
    if (const Status checked = deps.renderer->Check(node.text()); !checked) {
      diagnostics.Error(node.position(), checked.error().message);
    }
  }
  if (node.is_list()) {
    for (const Node& item : node.items()) {
      CheckTexts(item, deps, diagnostics);
    }
  }
  if (node.is_map()) {
    for (const auto& [key, value] : node.entries()) {
      CheckTexts(key, deps, diagnostics);
      CheckTexts(value, deps, diagnostics);
    }
  }
}

// NOLINTNEXTLINE(misc-no-recursion): the reader of YAML bounds the depth.
Result<Json> RenderValue(const Json& shape,
                         const ReceiverDeps& deps,
                         const Notification& notification) {
  if (shape.is_string()) {
    SW_TRY_ASSIGN(const std::string text,
                  TemplateText(shape.get<std::string>()).Render(deps, notification));
    return FromYaml(text);
  }
  if (shape.is_array()) {
    Json list = Json::array();
    for (const Json& item : shape) {
      SW_TRY_ASSIGN(Json value, RenderValue(item, deps, notification));
      list.push_back(std::move(value));
    }
    return list;
  }
  if (shape.is_object()) {
    Json map = Json::object();
    for (const auto& [key, item] : shape.items()) {
      SW_TRY_ASSIGN(const std::string name, TemplateText(key).Render(deps, notification));
      SW_TRY_ASSIGN(Json value, RenderValue(item, deps, notification));
      map[name] = std::move(value);
    }
    return map;
  }
  return shape;
}

}  // namespace

std::string ToWire(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

JsonTemplate JsonTemplate::Read(const Node& node,
                                const ReceiverDeps& deps,
                                config::Diagnostics& diagnostics) {
  CheckTexts(node, deps, diagnostics);
  return JsonTemplate(ToJson(node));
}

Result<Json> JsonTemplate::Render(const ReceiverDeps& deps,
                                  const Notification& notification) const {
  return RenderValue(shape_, deps, notification);
}

}  // namespace sidewatch::alerts
