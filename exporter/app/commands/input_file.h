#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace sidewatch::app {

/// A file of any size as one text, read from the disk as it is looked at.
class InputFile {
 public:
  /// `-` is the standard input, which goes through a nameless file in `spool_folder` first. Errors:
  /// kNotFound, kPermissionDenied, kUnavailable; they name the file.
  static Result<InputFile> Open(const std::string& path, const std::string& spool_folder);

  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  std::string_view text() const { return {begin_, size_}; }

  /// Lets the memory go that holds the text before `end`; it can be read again all the same.
  void Release(std::size_t end);

 private:
  InputFile(char* begin, std::size_t size) : begin_(begin), size_(size) {}

  char* begin_;
  std::size_t size_;
  std::size_t released_ = 0;
};

}  // namespace sidewatch::app
