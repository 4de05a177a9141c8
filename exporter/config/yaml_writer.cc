#include "exporter/config/yaml_writer.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "exporter/base/secret.h"

namespace sidewatch::config {
namespace {

constexpr std::string_view kMask = "<secret>";

// Besides those that NamesSecret() knows. Their `_file` twins hold paths and are shown.
constexpr std::array<std::string_view, 7> kSecretKeys = {
    "dsn", "api_url", "slack_api_url", "webhook_url", "auth_identity", "secrets", "send"};
// All of what stands in them.
constexpr std::array<std::string_view, 2> kSecretSections = {"environment", "proxy_connect_header"};

enum class Showing {
  kPlain,
  kMasked,
  kMaskedUrl,  ///< With its scheme: what reads this as a configuration wants a URL there.
};

/// Keys that hold something else than elsewhere in the map or list that belongs to `section`.
struct Exception {
  std::string_view section;
  std::string_view key;
  Showing showing;
};

constexpr Exception kExceptions[] = {
    {"webhook_configs", "url", Showing::kMaskedUrl},
    {"telegram_configs", "api_url", Showing::kPlain},
};

/// Where in a document something is.
struct Place {
  std::string_view section;  ///< The nearest key above.
  Showing showing = Showing::kPlain;
};

bool HoldsSecret(std::string_view key) {
  std::string lower(key);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::ranges::find(kSecretKeys, lower) != kSecretKeys.end() || NamesSecret(lower);
}

Showing ShowingOf(const Place& place, std::string_view key, const Node& value) {
  const Showing by_name = HoldsSecret(key) ? Showing::kMasked : Showing::kPlain;
  if (value.is_map()) {
    // `authorization:` is a map whose own keys tell what is secret; a header's map has `values`.
    return place.section == "http_headers" ? by_name : Showing::kPlain;
  }
  const auto* const exception = std::ranges::find_if(kExceptions, [&](const Exception& row) {
    return row.section == place.section && row.key == key;
  });
  if (exception != std::end(kExceptions)) {
    return exception->showing;
  }
  if (std::ranges::find(kSecretSections, place.section) != kSecretSections.end()) {
    return Showing::kMasked;
  }
  return place.showing != Showing::kPlain && key != "files" ? place.showing : by_name;
}

std::string Shown(const std::string& text, Showing showing) {
  switch (showing) {
    case Showing::kPlain:
      return MaskPasswords(text);
    case Showing::kMasked:
      return std::string(kMask);
    case Showing::kMaskedUrl:
      return std::string(text.starts_with("https:") ? "https://" : "http://").append(kMask);
  }
  return {};
}

void WriteScalar(YAML::Emitter& out, const Node& node, Showing showing) {
  const std::string text = Shown(node.text(), showing);
  if (node.quoted() && showing == Showing::kPlain) {
    out << YAML::DoubleQuoted << text;
  } else {
    out << text;
  }
}

/// The name under which `key` is written; empty: not at all.
std::string_view NameOf(const Place& place,
                        std::string_view key,
                        std::span<const KeyChange> changes) {
  constexpr std::string_view kLists = "_configs";
  const auto row = std::ranges::find_if(changes, [&](const KeyChange& change) {
    return change.key == key && (change.section.empty() ? place.section.ends_with(kLists)
                                                        : change.section == place.section);
  });
  return row == changes.end() ? key : row->as;
}

class Writer {
 public:
  explicit Writer(std::span<const KeyChange> changes) : changes_(changes) { out_.SetIndent(2); }

  std::string Text() const { return {out_.c_str(), out_.size()}; }

  void Write(const Node& node, const Place& place) {
    switch (node.kind()) {
      case Node::Kind::kNull:
        out_ << YAML::Null;
        return;
      case Node::Kind::kScalar:
        WriteScalar(out_, node, place.showing);
        return;
      case Node::Kind::kList:
        out_ << YAML::BeginSeq;
        WriteItems(node.items(), place);
        out_ << YAML::EndSeq;
        return;
      case Node::Kind::kMap:
        out_ << YAML::BeginMap;
        for (const auto& [key, value] : node.entries()) {
          WriteEntry(key.text(), value, place);
        }
        out_ << YAML::EndMap;
        return;
    }
  }

 private:
  /// `--token`, `x` and `--token=x` in the words of a command.
  void WriteItems(const std::vector<Node>& items, Place place) {
    const bool command = place.section == "command";
    const Showing plain = place.showing;
    for (const Node& item : items) {
      const std::string_view word = command && item.is_scalar() ? item.text() : std::string_view();
      const std::size_t equals = word.find('=');
      const bool option = word.starts_with('-') && NamesSecret(word.substr(0, equals));
      if (option && equals != std::string_view::npos) {
        out_ << std::string(word.substr(0, equals + 1)).append(kMask);
      } else {
        Write(item, place);
      }
      place.showing = option && equals == std::string_view::npos ? Showing::kMasked : plain;
    }
  }

  void WriteEntry(const std::string& key, const Node& value, const Place& place) {
    const std::string_view name = NameOf(place, key, changes_);
    if (name.empty() && !key.empty()) {
      return;
    }
    out_ << YAML::Key << std::string(name) << YAML::Value;
    Write(value, {key, ShowingOf(place, key, value)});
  }

  std::span<const KeyChange> changes_;
  YAML::Emitter out_;
};

}  // namespace

std::string WriteMaskedYaml(const Node& node, std::span<const KeyChange> changes) {
  Writer writer(changes);
  writer.Write(node, {});
  return writer.Text() + "\n";
}

}  // namespace sidewatch::config
