#include "collectors/logs/line_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace sidewatch::logs {
namespace {

constexpr std::size_t kSlice = 64 * 1024;
constexpr auto kNone = std::string_view::npos;

ssize_t ReadAt(int fd, char* to, std::size_t size, std::uint64_t offset) {
  while (true) {
    const ssize_t got = ::pread(fd, to, size, static_cast<off_t>(offset));
    if (got >= 0 || errno != EINTR) {
      return got;
    }
  }
}

}  // namespace

LineReader::LineReader(std::size_t max_line_bytes)
    // Behind the longest line that is not cut there is always room for a slice.
    : max_line_(max_line_bytes), capacity_(max_line_bytes + kSlice) {}

void LineReader::Tell(std::string_view line, LineSink& sink) const {
  const bool cut = line.size() > max_line_;
  if (cut) {
    line = line.substr(0, max_line_);
  } else if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  sink.OnLine(line, cut);
}

/// Gives out the lines in `bytes`, which begin at the position, and returns how much is done with.
std::size_t LineReader::Consume(std::string_view bytes,
                                ReadPosition& position,
                                LineSink& sink) const {
  std::size_t used = 0;
  while (used < bytes.size()) {
    const std::string_view rest = bytes.substr(used);
    const std::size_t end = rest.find('\n');
    if (end == kNone && position.skipping) {
      return bytes.size();
    }
    if (end == kNone && rest.size() > max_line_) {
      Tell(rest, sink);
      position.skipping = true;
      return bytes.size();
    }
    if (end == kNone) {
      return used;
    }
    if (!position.skipping) {
      Tell(rest.substr(0, end), sink);
    }
    position.skipping = false;
    used += end + 1;
  }
  return used;
}

LineReader::Progress LineReader::Read(int fd,
                                      std::uint64_t most,
                                      ReadPosition& position,
                                      LineSink& sink) {
  if (!buffer_) {
    buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
  }
  Progress progress;
  std::size_t have = 0;
  while (progress.bytes < most) {
    const ssize_t got = ReadAt(fd, buffer_.get() + have, capacity_ - have, position.offset + have);
    if (got <= 0) {
      progress.at_end = got == 0;
      progress.error = got < 0 ? errno : 0;
      break;
    }
    have += static_cast<std::size_t>(got);
    const std::size_t used = Consume({buffer_.get(), have}, position, sink);
    position.offset += used;
    progress.bytes += used;
    have -= used;
    std::memmove(buffer_.get(), buffer_.get() + used, have);
  }
  position.partial = have;
  return progress;
}

void LineReader::Finish(int fd, ReadPosition& position, LineSink& sink) {
  Read(fd, max_line_ + 1, position, sink);
  if (position.partial > 0) {
    Tell({buffer_.get(), position.partial}, sink);
    position.offset += position.partial;
    position.partial = 0;
  }
}

}  // namespace sidewatch::logs
