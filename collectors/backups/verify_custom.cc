// Behind the table of contents of a custom dump stand its blocks, one behind the other: a type, the
// dump id of an entry, then chunks `length, bytes` until a length of 0. A block of large objects
// repeats `oid, chunks` until an oid of 0. With gzip the chunks of one block are one zlib stream,
// whose check sum covers all of its bytes.

#include "collectors/backups/verify_custom.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <zlib.h>

namespace sidewatch::backups {
namespace {

constexpr char kDataBlock = 1;
constexpr char kLargeObjectsBlock = 3;
constexpr std::int64_t kMaxChunk = std::int64_t{1} << 30;
constexpr std::size_t kPiece = 65536;

/// Follows one zlib stream over many chunks; what it unpacks is thrown away.
class Inflater {
 public:
  Inflater() : out_(kPiece, '\0') { ready_ = inflateInit(&stream_) == Z_OK; }

  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  ~Inflater() {
    if (ready_) {
      inflateEnd(&stream_);
    }
  }

  /// False: not zlib's bytes, or a wrong check sum.
  bool Feed(std::span<const char> bytes) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): zlib's bytes are unsigned.
    stream_.next_in = reinterpret_cast<const Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    fed_ = fed_ || !bytes.empty();
    while (stream_.avail_in > 0) {
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as above.
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      const int result = ended_ ? Z_DATA_ERROR : inflate(&stream_, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END) {
        return false;
      }
      ended_ = result == Z_STREAM_END;
    }
    return true;
  }

  /// Ends one stream. False: it was not over.
  bool Finish() {
    const bool whole = ended_ || !fed_;
    inflateReset(&stream_);
    ended_ = false;
    fed_ = false;
    return whole;
  }

 private:
  z_stream stream_{};
  std::string out_;
  bool ready_ = false;
  bool ended_ = false;
  bool fed_ = false;
};

class CustomVerification final : public Verification {
 public:
  explicit CustomVerification(std::unique_ptr<ByteSource> file)
      : file_(std::move(file)), cursor_(*file_) {}

  std::optional<Verdict> Continue(const Slice& slice) override {
    if (!toc_) {
      Result<PgToc> toc = ReadPgToc(cursor_);
      if (!toc) {
        return TocVerdict(toc.error(), *file_);
      }
      toc_ = std::move(*toc);
    }
    while (!verdict_ && !slice()) {
      // Asking the clock for each chunk would cost more than reading it.
      constexpr int kStepsBetween = 16;
      for (int i = 0; i < kStepsBetween && !verdict_; ++i) {
        Step();
      }
    }
    return verdict_;
  }

 private:
  enum class State { kBlock, kObject, kLength, kBody };

  void Step() {
    switch (state_) {
      case State::kBlock:
        return BeginBlock();
      case State::kObject:
        return BeginObject();
      case State::kLength:
        return BeginChunk();
      case State::kBody:
        return ReadBody();
    }
  }

  void Cut() {
    if (file_->failure()) {
      verdict_ = file_->failure();
      return;
    }
    verdict_ =
        Verdict{Finding::kTruncated,
                fmt::format("ends at byte {}, in the data of {}", cursor_.position(), name_)};
  }

  void Impossible(std::string_view what) {
    verdict_ =
        Verdict{Finding::kCorrupt,
                fmt::format("byte {}: {} cannot be (in {})", cursor_.position(), what, name_)};
  }

  std::optional<std::int64_t> Int() {
    const auto value = ReadPgInt(cursor_, toc_->int_size);
    if (!value) {
      Cut();
    }
    return value;
  }

  void BeginBlock() {
    if (cursor_.AtEnd()) {
      return AtEnd();
    }
    char type = 0;
    cursor_.Read(&type, 1);
    const auto id = Int();
    if (!id) {
      return;
    }
    const auto entry = toc_->data.find(*id);
    if (entry == toc_->data.end() || (type != kDataBlock && type != kLargeObjectsBlock)) {
      return Impossible("the beginning of a block of data");
    }
    name_ = entry->second.name;
    seen_.insert(*id);
    objects_ = type == kLargeObjectsBlock;
    state_ = objects_ ? State::kObject : State::kLength;
  }

  void AtEnd() {
    if (file_->failure()) {
      verdict_ = file_->failure();
      return;
    }
    for (const auto& [id, data] : toc_->data) {
      if (!seen_.contains(id)) {
        verdict_ = Verdict{
            Finding::kTruncated,
            fmt::format("ends at byte {}, before the data of {}", cursor_.position(), data.name)};
        return;
      }
    }
    verdict_ = Verdict{Finding::kGood, toc_->Describe()};
  }

  void BeginObject() {
    const auto oid = Int();
    if (oid) {
      state_ = *oid == 0 ? State::kBlock : State::kLength;
    }
  }

  void BeginChunk() {
    const auto length = Int();
    if (!length) {
      return;
    }
    if (*length < 0 || *length > kMaxChunk) {
      return Impossible("the length of a chunk");
    }
    left_ = static_cast<std::size_t>(*length);
    state_ = State::kBody;
    if (left_ == 0) {
      state_ = objects_ ? State::kObject : State::kBlock;
      if (!inflater_.Finish()) {
        Impossible("the end of packed data");
      }
    }
  }

  void ReadBody() {
    const std::span<const char> piece = cursor_.Take(std::min(left_, kPiece));
    if (piece.empty()) {
      return Cut();
    }
    if (toc_->compression == PgCompression::kGzip && !inflater_.Feed(piece)) {
      return Impossible("packed data");
    }
    left_ -= piece.size();
    state_ = left_ == 0 ? State::kLength : State::kBody;
  }

  std::unique_ptr<ByteSource> file_;
  Cursor cursor_;
  std::optional<PgToc> toc_;
  std::optional<Verdict> verdict_;
  State state_ = State::kBlock;
  bool objects_ = false;
  std::size_t left_ = 0;
  std::string name_ = "no entry yet";
  std::set<std::int64_t> seen_;
  Inflater inflater_;
};

}  // namespace

Verdict TocVerdict(const Error& error, const ByteSource& source) {
  if (source.failure()) {
    return *source.failure();
  }
  const Finding finding = error.code == ErrorCode::kUnavailable ? Finding::kTruncated
                          : error.code == ErrorCode::kNotFound  ? Finding::kUnknownFormat
                                                                : Finding::kCorrupt;
  return {finding, error.message};
}

std::unique_ptr<Verification> VerifyPgCustom(std::unique_ptr<ByteSource> file) {
  return std::make_unique<CustomVerification>(std::move(file));
}

}  // namespace sidewatch::backups
