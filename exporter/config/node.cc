#include "exporter/config/node.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "exporter/base/file.h"
#include "exporter/config/environment.h"
#include "exporter/config/yaml_text.h"

namespace sidewatch::config {
namespace {

constexpr int kMaxDepth = 64;
// Aliases are written out, so a few lines could stand for billions of nodes.
constexpr int kMaxNodes = 300'000;
constexpr std::string_view kMergeKey = "<<";

/// Turns yaml-cpp's tree into ours: adds 1 to its lines and columns, finds duplicate keys, expands
/// `${ENV}`.
class Converter {
 public:
  Converter(std::shared_ptr<const std::string> file, ExpandEnv expand, Diagnostics& diagnostics)
      : file_(std::move(file)), expand_(expand), diagnostics_(diagnostics) {}

  Node Convert(const YAML::Node& yaml, int depth) {
    auto data = std::make_shared<Node::Data>();
    data->position = PositionOf(yaml.Mark());
    if (overflowed_ || depth > kMaxDepth || ++nodes_ > kMaxNodes) {
      if (!overflowed_) {
        diagnostics_.Error(
            data->position,
            fmt::format("the document is nested deeper than {} or has more than {} values",
                        kMaxDepth,
                        kMaxNodes));
      }
      overflowed_ = true;
      return Node(std::move(data));
    }
    switch (yaml.Type()) {
      case YAML::NodeType::Scalar:
        ConvertScalar(yaml, *data);
        break;
      case YAML::NodeType::Sequence:
        data->kind = Node::Kind::kList;
        for (const YAML::Node& item : yaml) {
          data->items.push_back(Convert(item, depth + 1));
        }
        break;
      case YAML::NodeType::Map:
        ConvertMap(yaml, depth, *data);
        break;
      case YAML::NodeType::Null:
      case YAML::NodeType::Undefined:
        break;
    }
    return Node(std::move(data));
  }

 private:
  Position PositionOf(const YAML::Mark& mark) const {
    return mark.is_null() ? Position{file_, 0, 0} : Position{file_, mark.line + 1, mark.column + 1};
  }

  void ConvertScalar(const YAML::Node& yaml, Node::Data& data) {
    data.kind = Node::Kind::kScalar;
    data.text = yaml.Scalar();
    data.quoted = yaml.Tag() == "!";
    if (expand_ == ExpandEnv::kNo || data.text.find("${") == std::string::npos) {
      return;
    }
    Result<std::string> expanded = ExpandEnvironment(data.text);
    if (expanded) {
      data.text = std::move(*expanded);
    } else {
      diagnostics_.Error(data.position, expanded.error().message);
    }
  }

  void ConvertMap(const YAML::Node& yaml, int depth, Node::Data& data) {
    data.kind = Node::Kind::kMap;
    std::vector<Node> merged;
    for (const auto& entry : yaml) {
      Node key = Convert(entry.first, depth + 1);
      Node value = ConvertValue(key, entry.second, depth);
      if (overflowed_) {
        return;
      }
      if (key.is_scalar() && key.text() == kMergeKey && !key.quoted()) {
        merged.push_back(std::move(value));
        continue;
      }
      if (!key.is_scalar()) {
        diagnostics_.Error(key.position(), "a key must be a text, not " + key.Describe());
        continue;
      }
      if (const Node* first = FindKey(data, key.text()); first != nullptr) {
        diagnostics_.Error(
            key.position(),
            fmt::format(
                "key \"{}\" is already set in line {}", key.text(), first->position().line));
        continue;
      }
      data.entries.emplace_back(std::move(key), std::move(value));
    }
    for (const Node& from : merged) {
      Merge(from, data, from.is_list());
    }
  }

  /// `replacement: '${host}'` of relabelling names a group of its expression.
  Node ConvertValue(const Node& key, const YAML::Node& yaml, int depth) {
    const bool names_groups = key.is_scalar() && key.text() == "replacement";
    const ExpandEnv before = std::exchange(expand_, names_groups ? ExpandEnv::kNo : expand_);
    Node value = Convert(yaml, depth + 1);
    expand_ = before;
    return value;
  }

  static const Node* FindKey(const Node::Data& data, const std::string& key) {
    const auto found = std::ranges::find_if(
        data.entries, [&](const auto& entry) { return entry.first.text() == key; });
    return found == data.entries.end() ? nullptr : &found->first;
  }

  void Merge(const Node& from, Node::Data& into, bool may_be_list) {
    if (from.is_list() && may_be_list) {
      for (const Node& item : from.items()) {
        Merge(item, into, false);
      }
      return;
    }
    if (!from.is_map()) {
      diagnostics_.Error(from.position(),
                         fmt::format("<< takes a map or a list of maps, got {}", from.Describe()));
      return;
    }
    for (const auto& [key, value] : from.entries()) {
      if (FindKey(into, key.text()) == nullptr) {
        into.entries.emplace_back(key, value);
      }
    }
  }

  std::shared_ptr<const std::string> file_;
  ExpandEnv expand_;
  Diagnostics& diagnostics_;
  int nodes_ = 0;
  bool overflowed_ = false;
};

/// yaml-cpp's words, but for what it says about the document that Delimited appends.
std::string_view Explained(std::string_view message) {
  return message == YAML::ErrorMsg::DOC_IN_SCALAR || message == YAML::ErrorMsg::EOF_IN_SCALAR
             ? "a quoted text is not closed, or has --- at the start of a line"
             : message;
}

const std::shared_ptr<const Node::Data>& NullData() {
  static const auto kNull = std::make_shared<const Node::Data>();
  return kNull;
}

}  // namespace

Node::Node() : data_(NullData()) {}

Node::Kind Node::kind() const {
  return data_->kind;
}

const std::string& Node::text() const {
  return data_->text;
}

bool Node::quoted() const {
  return data_->quoted;
}

const std::vector<Node>& Node::items() const {
  return data_->items;
}

const std::vector<std::pair<Node, Node>>& Node::entries() const {
  return data_->entries;
}

const Position& Node::position() const {
  return data_->position;
}

std::optional<Node> Node::Find(std::string_view key) const {
  for (const auto& [name, value] : data_->entries) {
    if (name.text() == key) {
      return value;
    }
  }
  return std::nullopt;
}

std::string Node::Describe() const {
  switch (data_->kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kScalar:
      return fmt::format("\"{}\"", data_->text);
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return "nothing";
}

std::uint64_t Fingerprint(const Node& node) {
  constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15ULL;
  std::uint64_t hash = static_cast<std::uint64_t>(node.kind()) + 1;
  const auto mix = [&](std::uint64_t value) {
    hash = (hash ^ value) * kMix + (hash >> 29U);
  };
  mix(std::hash<std::string>{}(node.text()));
  for (const Node& item : node.items()) {
    mix(Fingerprint(item));
  }
  for (const auto& [key, value] : node.entries()) {
    mix(Fingerprint(key));
    mix(Fingerprint(value));
  }
  return hash;
}

std::optional<Node> ParseYaml(std::string_view text,
                              std::string_view name,
                              ExpandEnv expand,
                              Diagnostics& diagnostics) {
  auto file = std::make_shared<const std::string>(name);
  if (const auto unreadable = FindUnreadable(text)) {
    diagnostics.Error(Position{file, unreadable->line, unreadable->column},
                      fmt::format("not valid YAML: {}", unreadable->what));
    return std::nullopt;
  }
  try {
    const YAML::Node yaml = YAML::Load(Delimited(text));
    return Converter(file, expand, diagnostics).Convert(yaml, 0);
  } catch (const YAML::Exception& error) {
    const Position at = error.mark.is_null()
                            ? Position{file, 0, 0}
                            : Position{file, error.mark.line + 1, error.mark.column + 1};
    diagnostics.Error(at, fmt::format("not valid YAML: {}", Explained(error.msg)));
    return std::nullopt;
  }
}

std::optional<Node> LoadYaml(const std::string& path, ExpandEnv expand, Diagnostics& diagnostics) {
  const Result<std::string> text = ReadFile(path);
  if (!text) {
    diagnostics.Error(fmt::format("{}: cannot be read: {}", path, text.error().message));
    return std::nullopt;
  }
  return ParseYaml(*text, path, expand, diagnostics);
}

}  // namespace sidewatch::config
