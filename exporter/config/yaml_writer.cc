#include "exporter/config/yaml_writer.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <yaml-cpp/yaml.h>

#include "exporter/base/secret.h"

namespace sidewatch::config {
namespace {

constexpr std::string_view kMask = "<secret>";

// Exact keys, besides those that end in one of kSecretEndings. Their `_file` twins hold paths and
// are shown.
constexpr std::array<std::string_view, 7> kSecretKeys = {"dsn",
                                                         "api_url",
                                                         "slack_api_url",
                                                         "webhook_url",
                                                         "credentials",
                                                         "auth_identity",
                                                         "service_key"};
constexpr std::array<std::string_view, 7> kSecretEndings = {
    "password", "secret", "token", "_key", "passphrase", "cookie", "authorization"};

bool HoldsSecret(std::string_view key) {
  return std::ranges::find(kSecretKeys, key) != kSecretKeys.end() ||
         std::ranges::any_of(kSecretEndings,
                             [&](std::string_view ending) { return key.ends_with(ending); });
}

void WriteScalar(YAML::Emitter& out, const Node& node, bool secret) {
  const std::string text = secret ? std::string(kMask) : MaskPasswords(node.text());
  if (node.quoted() && !secret) {
    out << YAML::DoubleQuoted << text;
  } else {
    out << text;
  }
}

void Write(YAML::Emitter& out, const Node& node, bool secret) {
  switch (node.kind()) {
    case Node::Kind::kNull:
      out << YAML::Null;
      return;
    case Node::Kind::kScalar:
      WriteScalar(out, node, secret);
      return;
    case Node::Kind::kList:
      out << YAML::BeginSeq;
      for (const Node& item : node.items()) {
        Write(out, item, secret);
      }
      out << YAML::EndSeq;
      return;
    case Node::Kind::kMap:
      out << YAML::BeginMap;
      for (const auto& [key, value] : node.entries()) {
        out << YAML::Key << key.text() << YAML::Value;
        // `authorization:` is a map whose own keys tell what is secret; its texts are under
        // `credentials`.
        Write(out, value, value.is_map() ? false : secret || HoldsSecret(key.text()));
      }
      out << YAML::EndMap;
      return;
  }
}

}  // namespace

std::string WriteMaskedYaml(const Node& node) {
  YAML::Emitter out;
  out.SetIndent(2);
  Write(out, node, false);
  return std::string(out.c_str(), out.size()) + "\n";
}

}  // namespace sidewatch::config
