#include "collectors/host/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "exporter/base/number.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

tl::unexpected<Error> ReadFailure(const std::string& path, int number) {
  ErrorCode code = ErrorCode::kUnavailable;
  if (number == ENOENT || number == ENOTDIR) {
    code = ErrorCode::kNotFound;
  } else if (number == EACCES || number == EPERM) {
    code = ErrorCode::kPermissionDenied;
  }
  return Fail(code, "cannot read {}: {}", path, std::generic_category().message(number));
}

}  // namespace

Result<std::string> ReadText(const std::string& path) {
  constexpr std::size_t kMostBytes = std::size_t{4} << 20;
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) {
    return ReadFailure(path, errno);
  }
  std::string text;
  std::array<char, 16384> buffer{};
  while (text.size() < kMostBytes) {
    const ssize_t size = read(fd.get(), buffer.data(), buffer.size());
    if (size < 0) {
      return ReadFailure(path, errno);
    }
    if (size == 0) {
      return text;
    }
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return Fail(ErrorCode::kLimitExceeded, "{} is bigger than 4 MiB", path);
}

std::optional<std::string> ReadWord(const std::string& path) {
  const Result<std::string> text = ReadText(path);
  if (!text) {
    return std::nullopt;
  }
  const std::string_view word = Trim(*text);
  return word.empty() ? std::nullopt : std::optional<std::string>(word);
}

std::string_view TakeLine(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    line.remove_prefix(std::min(line.find_first_not_of(kSpace), line.size()));
    if (line.empty()) {
      return words;
    }
    const std::size_t end = std::min(line.find_first_of(kSpace), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<double> ReadHex(std::string_view text) {
  constexpr int kBase = 16;
  std::uint64_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number, kBase);
  if (text.empty() || status != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return static_cast<double>(number);
}

std::optional<double> ReadCount(std::string_view text) {
  constexpr std::string_view kHexPrefix = "0x";
  if (text.starts_with(kHexPrefix)) {
    return ReadHex(text.substr(kHexPrefix.size()));
  }
  return ParseNumber(text);
}

std::vector<std::string> ListFolder(const std::string& path) {
  std::vector<std::string> names;
  std::error_code failure;
  std::filesystem::directory_iterator entry(path, failure);
  while (!failure && entry != std::filesystem::directory_iterator()) {
    names.push_back(entry->path().filename().string());
    entry.increment(failure);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace sidewatch::host
