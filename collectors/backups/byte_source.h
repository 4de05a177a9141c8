#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "collectors/backups/verification.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::backups {

/// Bytes in their order, in blocks. After a failure or the end it gives empty blocks.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  /// Valid until the next call. Empty: the end, or a failure.
  virtual std::span<const char> NextBlock() = 0;

  const std::optional<Verdict>& failure() const { return failure_; }

 protected:
  void FailWithVerdict(Finding finding, std::string what) {
    failure_ = Verdict{finding, std::move(what)};
  }

 private:
  std::optional<Verdict> failure_;
};

/// A file from its beginning.
class FileSource final : public ByteSource {
 public:
  explicit FileSource(const std::string& path);

  std::span<const char> NextBlock() override;

  /// Goes on at `offset`.
  void Seek(std::uint64_t offset) { offset_ = offset; }

  std::uint64_t size() const { return size_; }

 private:
  std::string path_;
  UniqueFd fd_;
  std::uint64_t size_ = 0;
  std::uint64_t offset_ = 0;
  std::unique_ptr<char[]> block_;  // NOLINT(modernize-avoid-c-arrays): never grows.
};

/// A compressed stream unpacked. Checks the check sums that the format has.
std::unique_ptr<ByteSource> Gunzip(std::unique_ptr<ByteSource> packed);
std::unique_ptr<ByteSource> Unpack(std::unique_ptr<ByteSource> packed, std::string format);

/// Reads numbers and strings of a source; past a failure everything is 0 and empty.
class Cursor {
 public:
  explicit Cursor(ByteSource& source) : source_(source) {}

  /// False: the source ended or failed before `count` bytes.
  bool Read(char* out, std::size_t count);
  bool Skip(std::uint64_t count);

  /// The next bytes as they lie in the source, at most `most`. Empty: the end or a failure.
  std::span<const char> Take(std::size_t most);

  bool AtEnd();

  std::uint64_t position() const { return position_; }

 private:
  bool Fill();

  ByteSource& source_;
  std::span<const char> rest_;
  std::uint64_t position_ = 0;
};

}  // namespace sidewatch::backups
