#include "collectors/backups/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace sidewatch::backups {
namespace {

constexpr std::size_t kBlock = 65536;
constexpr int kGzipOnly = 15 + 16;  // zlib: the largest window, and gzip's header and trailer.

Finding FindingOfErrno(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return Finding::kPermissionDenied;
    case ENOENT:
    case ENOTDIR:
    case ESTALE:
      return Finding::kVanished;
    default:
      return Finding::kReadError;
  }
}

/// gzip by zlib: libarchive's own reader checks neither CRC nor length.
class GunzipSource final : public ByteSource {
 public:
  explicit GunzipSource(std::unique_ptr<ByteSource> packed)
      : packed_(std::move(packed)), block_(kBlock, '\0') {
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }

  GunzipSource(const GunzipSource&) = delete;
  GunzipSource& operator=(const GunzipSource&) = delete;

  ~GunzipSource() override {
    if (ready_) {
      inflateEnd(&stream_);
    }
  }

  std::span<const char> NextBlock() override {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): zlib's bytes are unsigned.
    stream_.next_out = reinterpret_cast<Bytef*>(block_.data());
    stream_.avail_out = static_cast<uInt>(block_.size());
    while (!failure() && !ended_ && stream_.avail_out > 0 && Step()) {
    }
    return std::span(block_).first(block_.size() - stream_.avail_out);
  }

 private:
  bool Refill() {
    const std::span<const char> more = packed_->NextBlock();
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): zlib's bytes are unsigned.
    stream_.next_in = reinterpret_cast<const Bytef*>(more.data());
    stream_.avail_in = static_cast<uInt>(more.size());
    return !more.empty();
  }

  bool Step() {
    if (stream_.avail_in == 0 && !Refill()) {
      if (packed_->failure()) {
        FailWithVerdict(packed_->failure()->finding, packed_->failure()->what);
      } else if (between_members_) {
        ended_ = true;
      } else {
        FailWithVerdict(Finding::kTruncated,
                        fmt::format("the gzip stream ends in its middle, {} bytes unpacked", out_));
      }
      return false;
    }
    // Behind a member another may follow, or the padding of a tape.
    if (between_members_ && *stream_.next_in != kMagic) {
      ended_ = true;
      return false;
    }
    between_members_ = false;
    const uInt before = stream_.avail_out;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    out_ += before - stream_.avail_out;
    if (result == Z_STREAM_END) {
      inflateReset(&stream_);
      between_members_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      FailWithVerdict(Finding::kCorrupt,
                      fmt::format("gzip: {} after {} bytes unpacked",
                                  stream_.msg == nullptr ? "bad data" : stream_.msg,
                                  out_));
      return false;
    }
    return true;
  }

  static constexpr Bytef kMagic = 0x1f;
  std::unique_ptr<ByteSource> packed_;
  std::string block_;
  z_stream stream_{};
  bool ready_ = false;
  bool between_members_ = false;
  bool ended_ = false;
  std::uint64_t out_ = 0;
};

la_ssize_t ReadPacked(archive* reader, void* context, const void** out) {
  auto* source = static_cast<ByteSource*>(context);
  const std::span<const char> block = source->NextBlock();
  if (source->failure()) {
    archive_set_error(reader, EIO, "%s", source->failure()->what.c_str());
    return ARCHIVE_FATAL;
  }
  *out = block.data();
  return static_cast<la_ssize_t>(block.size());
}

/// xz, zstd, bzip2 and lz4 by libarchive.
class UnpackSource final : public ByteSource {
 public:
  UnpackSource(std::unique_ptr<ByteSource> packed, std::string format)
      : packed_(std::move(packed)), format_(std::move(format)), reader_(archive_read_new()) {
    archive* reader = reader_.get();
    archive_read_support_filter_bzip2(reader);
    archive_read_support_filter_xz(reader);
    archive_read_support_filter_lzma(reader);
    archive_read_support_filter_zstd(reader);
    archive_read_support_filter_lz4(reader);
    archive_read_support_format_raw(reader);
    archive_read_support_format_empty(reader);
    archive_entry* entry = nullptr;
    if (archive_read_open(reader, packed_.get(), nullptr, &ReadPacked, nullptr) != ARCHIVE_OK) {
      TakeError();
      return;
    }
    const int header = archive_read_next_header(reader, &entry);
    ended_ = header != ARCHIVE_OK;
    if (header != ARCHIVE_OK && header != ARCHIVE_EOF) {
      TakeError();
    }
  }

  std::span<const char> NextBlock() override {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    while (!ended_ && !failure()) {
      const int result = archive_read_data_block(reader_.get(), &data, &size, &offset);
      if (result == ARCHIVE_EOF) {
        ended_ = true;
      } else if (result != ARCHIVE_OK) {
        TakeError();
      } else if (size > 0) {
        out_ += size;
        return {static_cast<const char*>(data), size};
      }
    }
    return {};
  }

 private:
  void TakeError() {
    if (packed_->failure()) {
      FailWithVerdict(packed_->failure()->finding, packed_->failure()->what);
      return;
    }
    const char* given = archive_error_string(reader_.get());
    const std::string_view text = given == nullptr ? "bad data" : given;
    const bool cut = text.find("runcated") != std::string_view::npos ||
                     text.find("nexpected end") != std::string_view::npos ||
                     text.find("remature end") != std::string_view::npos ||
                     text.find("No progress is possible") != std::string_view::npos;  // liblzma
    FailWithVerdict(cut ? Finding::kTruncated : Finding::kCorrupt,
                    fmt::format("{}: {} after {} bytes unpacked", format_, text, out_));
  }

  std::unique_ptr<ByteSource> packed_;
  std::string format_;
  UniqueHandle<archive, archive_read_free> reader_;
  bool ended_ = false;
  std::uint64_t out_ = 0;
};

}  // namespace

FileSource::FileSource(const std::string& path) : path_(path) {
  // Not blocking: what was a file may have become a pipe.
  fd_ = UniqueFd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));

  struct stat info {};

  if (!fd_.valid() || fstat(fd_.get(), &info) != 0) {
    const int error = errno;
    FailWithVerdict(FindingOfErrno(error), std::generic_category().message(error));
    return;
  }
  if (!S_ISREG(info.st_mode)) {
    FailWithVerdict(Finding::kUnknownFormat, "not a file");
    return;
  }
  size_ = static_cast<std::uint64_t>(info.st_size);
  block_ = std::make_unique<char[]>(kBlock);  // NOLINT(modernize-avoid-c-arrays)
}

std::span<const char> FileSource::NextBlock() {
  if (failure()) {
    return {};
  }
  const ssize_t got = pread(fd_.get(), block_.get(), kBlock, static_cast<off_t>(offset_));
  if (got < 0) {
    const int error = errno;
    FailWithVerdict(FindingOfErrno(error),
                    fmt::format("at byte {}: {}", offset_, std::generic_category().message(error)));
    return {};
  }
  offset_ += static_cast<std::uint64_t>(got);
  return {block_.get(), static_cast<std::size_t>(got)};
}

std::unique_ptr<ByteSource> Gunzip(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<GunzipSource>(std::move(packed));
}

std::unique_ptr<ByteSource> Unpack(std::unique_ptr<ByteSource> packed, std::string format) {
  return std::make_unique<UnpackSource>(std::move(packed), std::move(format));
}

bool Cursor::Fill() {
  if (rest_.empty()) {
    rest_ = source_.NextBlock();
  }
  return !rest_.empty();
}

std::span<const char> Cursor::Take(std::size_t most) {
  Fill();
  const std::span<const char> taken = rest_.first(std::min(most, rest_.size()));
  rest_ = rest_.subspan(taken.size());
  position_ += taken.size();
  return taken;
}

bool Cursor::Read(char* out, std::size_t count) {
  while (count > 0) {
    const std::span<const char> taken = Take(count);
    if (taken.empty()) {
      return false;
    }
    std::memcpy(out, taken.data(), taken.size());
    out += taken.size();
    count -= taken.size();
  }
  return true;
}

bool Cursor::Skip(std::uint64_t count) {
  while (count > 0) {
    const std::size_t taken =
        Take(static_cast<std::size_t>(std::min<std::uint64_t>(count, kBlock))).size();
    if (taken == 0) {
      return false;
    }
    count -= taken;
  }
  return true;
}

bool Cursor::AtEnd() {
  return !Fill();
}

}  // namespace sidewatch::backups
