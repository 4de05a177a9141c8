#include "collectors/logs/tracked_file.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sidewatch::logs {

std::optional<Fingerprint> ReadFingerprint(int fd, std::uint32_t size) {
  std::array<char, Fingerprint::kMost> head{};
  if (size > head.size()) {
    return std::nullopt;
  }
  std::uint32_t have = 0;
  while (have < size) {
    const ssize_t got = ::pread(fd, head.data() + have, size - have, have);
    if (got <= 0) {
      return std::nullopt;
    }
    have += static_cast<std::uint32_t>(got);
  }
  // FNV-1a: it has to be the same after an upgrade, and nobody chooses it to collide.
  std::uint64_t hash = 14695981039346656037ULL;
  for (std::uint32_t i = 0; i < size; ++i) {
    hash = (hash ^ static_cast<unsigned char>(head[i])) * 1099511628211ULL;
  }
  return Fingerprint{.size = size, .hash = hash};
}

UniqueFd OpenFile(const std::string& path, const FileId& id, int& error) {
  error = 0;
  // A FIFO that took the file's place must not hold us up.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) {
    error = errno;
    return fd;
  }
  struct stat info = {};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_dev != id.device ||
      info.st_ino != id.inode) {
    return {};
  }
  return fd;
}

void AppendFile(std::string& out, const TrackedFile& file) {
  AppendText(out, file.label);
  AppendText(out, file.path);
  AppendRaw(out, file.id.device);
  AppendRaw(out, file.id.inode);
  AppendRaw(out, file.head.size);
  AppendRaw(out, file.head.hash);
  AppendRaw(out, file.position.offset);
  AppendRaw(out, file.position.skipping);
  AppendRaw(out, file.modified_ns);
  AppendRaw(out, file.current);
  AppendRaw(out, file.copy);
  AppendRaw(out, file.done);
}

TrackedFile TakeFile(RawReader& reader) {
  TrackedFile file;
  file.label = reader.TakeText();
  file.path = reader.TakeText();
  file.id.device = reader.Take<std::uint64_t>();
  file.id.inode = reader.Take<std::uint64_t>();
  file.head.size = reader.Take<std::uint32_t>();
  file.head.hash = reader.Take<std::uint64_t>();
  file.position.offset = reader.Take<std::uint64_t>();
  file.position.skipping = reader.Take<bool>();
  file.modified_ns = reader.Take<std::int64_t>();
  file.current = reader.Take<bool>();
  file.copy = reader.Take<bool>();
  file.done = reader.Take<bool>();
  return file;
}

}  // namespace sidewatch::logs
