#include "exporter/base/file.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "exporter/base/unique_handle.h"

namespace sidewatch {
namespace {

Error LastError() {
  const int reason = errno;
  const ErrorCode code = reason == EACCES   ? ErrorCode::kPermissionDenied
                         : reason == ENOENT ? ErrorCode::kNotFound
                                            : ErrorCode::kUnavailable;
  return {code, std::generic_category().message(reason)};
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, std::size_t most) {
  const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));  // NOLINT(*-vararg)
  if (!file.valid()) {
    return Fail(LastError());
  }
  std::string text;
  std::array<char, 16384> piece{};
  while (true) {
    const ssize_t got = read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return Fail(LastError());  // EISDIR for a folder.
    }
    if (got == 0) {
      return text;
    }
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > most) {
      return Fail(ErrorCode::kLimitExceeded, "more than {} bytes", most);
    }
  }
}

}  // namespace sidewatch
