#include "exporter/app/commands/input_file.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exporter/base/unique_handle.h"

namespace sidewatch::app {
namespace {

tl::unexpected<Error> FailFor(std::string_view what, const std::string& path) {
  const int number = errno;
  const ErrorCode code = number == ENOENT   ? ErrorCode::kNotFound
                         : number == EACCES ? ErrorCode::kPermissionDenied
                                            : ErrorCode::kUnavailable;
  return Fail(code, "{}: cannot {}: {}", path, what, std::system_category().message(number));
}

Status WriteAll(int fd, std::string_view bytes, const std::string& folder) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return FailFor("keep the standard input here while it is read", folder);
    }
    bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return {};
}

/// A parser looks back and ahead, which a pipe cannot.
Result<UniqueFd> SpoolStandardInput(const std::string& folder) {
  std::string name = folder + "/import-XXXXXX";
  UniqueFd spool(mkostemp(name.data(), O_CLOEXEC));
  if (!spool.valid()) {
    return FailFor("make a file for the standard input", folder);
  }
  unlink(name.c_str());
  constexpr std::size_t kPiece = std::size_t{256} << 10U;
  std::string piece(kPiece, '\0');
  while (true) {
    const ssize_t got = read(STDIN_FILENO, piece.data(), piece.size());
    if (got == 0) {
      return spool;
    }
    if (got < 0 && errno != EINTR) {
      return FailFor("read", "standard input");
    }
    const std::size_t bytes = got < 0 ? 0 : static_cast<std::size_t>(got);
    SW_TRY(WriteAll(spool.get(), std::string_view(piece).substr(0, bytes), folder));
  }
}

Result<UniqueFd> OpenForReading(const std::string& path, const std::string& spool_folder) {
  if (path == "-") {
    return SpoolStandardInput(spool_folder);
  }
  UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    return FailFor("open", path);
  }
  return file;
}

}  // namespace

Result<InputFile> InputFile::Open(const std::string& path, const std::string& spool_folder) {
  SW_TRY_ASSIGN(const UniqueFd file, OpenForReading(path, spool_folder));
  struct stat facts = {};
  if (fstat(file.get(), &facts) != 0) {
    return FailFor("look at", path);
  }
  if (!S_ISREG(facts.st_mode)) {
    return Fail(ErrorCode::kInvalidArgument,
                "{}: it is no regular file; give - and pipe it to the standard input",
                path);
  }
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size == 0) {
    return InputFile(nullptr, 0);
  }
  void* const mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapped == MAP_FAILED) {
    return FailFor("read", path);
  }
  // Only a hint: without it the reading is slower.
  static_cast<void>(madvise(mapped, size, MADV_SEQUENTIAL));
  return InputFile(static_cast<char*>(mapped), size);
}

InputFile::InputFile(InputFile&& other) noexcept
    : begin_(std::exchange(other.begin_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      released_(other.released_) {}

InputFile::~InputFile() {
  if (begin_ != nullptr) {
    munmap(begin_, size_);
  }
}

void InputFile::Release(std::size_t end) {
  constexpr std::size_t kPage = 4096;
  const std::size_t until = end / kPage * kPage;
  if (until > released_) {
    static_cast<void>(madvise(begin_ + released_, until - released_, MADV_DONTNEED));
    released_ = until;
  }
}

}  // namespace sidewatch::app
