#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

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
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the message is copied at once.
    return Fail(reason == EACCES ? ErrorCode::kPermissionDenied : ErrorCode::kNotFound,
                "secret file {} cannot be read: {}",
                path_,
                std::strerror(reason));
  }
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  return Secret(std::move(text));
}

}  // namespace sidewatch::config
