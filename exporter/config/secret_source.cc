#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "exporter/config/reader.h"

namespace sidewatch::config {

SecretSource SecretSource::FromFile(std::string path) {
  SecretSource source;
  source.path_ = std::move(path);
  return source;
}

Result<Secret> SecretSource::Load() const {
  if (path_.empty()) {
    return value_;
  }
  std::ifstream file(path_, std::ios::binary);
  if (!file) {
    const int reason = errno;
    return Fail(reason == EACCES ? ErrorCode::kPermissionDenied : ErrorCode::kNotFound,
                "secret file {} cannot be read: {}",
                path_,
                std::generic_category().message(reason));
  }
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  return Secret(std::move(text));
}

}  // namespace sidewatch::config
