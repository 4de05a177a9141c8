#include <cstddef>
#include <string>

#include "exporter/base/file.h"
#include "exporter/config/reader.h"

namespace sidewatch::config {

namespace {

constexpr std::size_t kLongestSecret = std::size_t{1} << 20U;

}  // namespace

SecretSource SecretSource::FromFile(std::string path) {
  SecretSource source;
  source.path_ = std::move(path);
  return source;
}

Result<Secret> SecretSource::Load() const {
  if (path_.empty()) {
    return value_;
  }
  Result<std::string> read = ReadFile(path_, kLongestSecret);
  if (!read) {
    return Fail(
        read.error().code, "secret file {} cannot be read: {}", path_, read.error().message);
  }
  std::string text = *std::move(read);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  return Secret(std::move(text));
}

}  // namespace sidewatch::config
