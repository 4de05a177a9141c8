#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "collectors/logs/tracked_file.h"

namespace sidewatch::logs {

/// Takes lines as they are read.
class LineSink {
 public:
  LineSink() = default;
  LineSink(const LineSink&) = delete;
  LineSink& operator=(const LineSink&) = delete;
  virtual ~LineSink() = default;

  /// `line` without its end. `cut`: it is longer, and what follows is left out.
  virtual void OnLine(std::string_view line, bool cut) = 0;
};

/// Reads files line by line through one buffer, which bounds what a line of any length costs.
class LineReader {
 public:
  explicit LineReader(std::size_t max_line_bytes);

  struct Progress {
    std::uint64_t bytes = 0;  ///< Of whole lines.
    bool at_end = false;
    int error = 0;  ///< An errno, or 0.
  };

  /// Reads lines from `position` on, about `most` bytes. A line without an end stays unread.
  Progress Read(int fd, std::uint64_t most, ReadPosition& position, LineSink& sink);

  /// Gives out the line without an end at the end of a file that nobody writes to any more.
  void Finish(int fd, ReadPosition& position, LineSink& sink);

 private:
  std::size_t Consume(std::string_view bytes, ReadPosition& position, LineSink& sink) const;
  void Tell(std::string_view line, LineSink& sink) const;

  std::size_t max_line_;
  std::size_t capacity_;
  std::unique_ptr<char[]> buffer_;
};

}  // namespace sidewatch::logs
