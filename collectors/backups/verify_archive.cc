#include "collectors/backups/verify_archive.h"

#include <algorithm>
#include <array>
#include <set>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "collectors/backups/pg_toc.h"
#include "collectors/backups/verify_custom.h"

namespace sidewatch::backups {
namespace {

constexpr std::size_t kEdge = 4096;
constexpr std::size_t kTarEnd = 1024;

/// A text whose beginning and end are known.
struct TextFormat {
  std::string_view name;
  std::string_view begins;  ///< Somewhere in the first 4 KiB.
  std::string_view ends;    ///< Somewhere in the last 4 KiB.
};

constexpr std::array kTexts = {
    TextFormat{"PostgreSQL cluster dump in SQL",
               "-- PostgreSQL database cluster dump",
               "-- PostgreSQL database cluster dump complete"},
    TextFormat{"PostgreSQL dump in SQL",
               "-- PostgreSQL database dump",
               "-- PostgreSQL database dump complete"},
    TextFormat{"MySQL dump in SQL", "-- MySQL dump ", "-- Dump completed"},
    TextFormat{"MariaDB dump in SQL", "-- MariaDB dump ", "-- Dump completed"},
};

const TextFormat* FindText(std::string_view head) {
  const auto* found = std::ranges::find_if(kTexts, [head](const TextFormat& format) {
    return head.find(format.begins) != std::string_view::npos;
  });
  return found == kTexts.end() ? nullptr : found;
}

/// Hands the bytes on and keeps the first and the last 4 KiB of them.
class EdgeKeeper final : public ByteSource {
 public:
  explicit EdgeKeeper(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}

  std::span<const char> NextBlock() override {
    const std::span<const char> block = source_->NextBlock();
    if (source_->failure() && !failure()) {
      FailWithVerdict(source_->failure()->finding, source_->failure()->what);
    }
    count_ += block.size();
    if (head_.size() < kEdge) {
      head_.append(block.data(), std::min(block.size(), kEdge - head_.size()));
    }
    const std::span<const char> last = block.last(std::min(block.size(), kEdge));
    tail_.append(last.data(), last.size());
    tail_.erase(0, tail_.size() - std::min(tail_.size(), kEdge));
    return block;
  }

  const std::string& head() const { return head_; }

  const std::string& tail() const { return tail_; }

  std::uint64_t count() const { return count_; }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string head_;
  std::string tail_;
  std::uint64_t count_ = 0;
};

la_ssize_t ReadEdges(archive* reader, void* context, const void** out) {
  auto* source = static_cast<EdgeKeeper*>(context);
  const std::span<const char> block = source->NextBlock();
  if (block.empty() && source->failure()) {
    archive_set_error(reader, EIO, "%s", source->failure()->what.c_str());
    return ARCHIVE_FATAL;
  }
  *out = block.data();
  return static_cast<la_ssize_t>(block.size());
}

/// The data of the entry that an archive stands at.
class EntrySource final : public ByteSource {
 public:
  explicit EntrySource(archive* reader) : reader_(reader) {}

  std::span<const char> NextBlock() override {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    int result = ARCHIVE_OK;
    while (result == ARCHIVE_OK && size == 0) {
      result = archive_read_data_block(reader_, &data, &size, &offset);
    }
    return result == ARCHIVE_OK ? std::span(static_cast<const char*>(data), size)
                                : std::span<const char>();
  }

 private:
  archive* reader_;
};

class ArchiveVerification final : public Verification {
 public:
  ArchiveVerification(std::unique_ptr<ByteSource> bytes, std::string packing)
      : bytes_(std::move(bytes)), packing_(std::move(packing)), reader_(archive_read_new()) {
    archive* reader = reader_.get();
    archive_read_support_format_tar(reader);
    archive_read_support_format_zip_streamable(reader);
    archive_read_support_format_cpio(reader);
    archive_read_support_format_raw(reader);
    archive_read_support_format_empty(reader);
  }

  std::optional<Verdict> Continue(const Slice& slice) override {
    if (!opened_) {
      opened_ = true;
      if (archive_read_open(reader_.get(), &bytes_, nullptr, &ReadEdges, nullptr) != ARCHIVE_OK) {
        return Failed();
      }
    }
    while (!verdict_ && !slice()) {
      drains_ ? Drain() : in_entry_ ? ReadOn() : NextEntry();
    }
    return verdict_;
  }

 private:
  void NextEntry() {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(reader_.get(), &entry);
    if (result == ARCHIVE_EOF) {
      drains_ = true;
      return;
    }
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
      verdict_ = Failed();
      return;
    }
    in_entry_ = true;
    ++entries_;
    raw_ = archive_format(reader_.get()) == ARCHIVE_FORMAT_RAW;
    const char* name = archive_entry_pathname(entry);
    if (raw_) {
      // Without a compression's check sum or a known text nothing could be verified.
      if (packing_.empty() && FindText(bytes_.head()) == nullptr) {
        verdict_ = Verdict{Finding::kUnknownFormat, "not a format that can be verified"};
      }
    } else if (name != nullptr) {
      Entry(name);
    }
  }

  void Entry(std::string_view name) {
    missing_.erase(std::string(name));
    if (entries_ != 1 || name != "toc.dat") {
      return;
    }
    EntrySource source(reader_.get());
    Cursor cursor(source);
    const Result<PgToc> toc = ReadPgToc(cursor);
    if (!toc) {
      verdict_ = bytes_.failure() ? *bytes_.failure() : TocVerdict(toc.error(), source);
      return;
    }
    what_ = toc->Describe();
    for (const auto& [id, data] : toc->data) {
      // The entry of the large objects names a file that pg_dump does not write.
      if (!data.name.starts_with("BLOBS")) {
        missing_.insert(data.file);
      }
    }
  }

  void ReadOn() {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int result = archive_read_data_block(reader_.get(), &data, &size, &offset);
    if (result == ARCHIVE_EOF) {
      in_entry_ = false;
    } else if (result != ARCHIVE_OK && result != ARCHIVE_WARN) {
      verdict_ = Failed();
    }
  }

  /// Behind the last entry there may be padding, and a compression's check sums.
  void Drain() {
    if (!bytes_.NextBlock().empty()) {
      return;
    }
    verdict_ = bytes_.failure() ? *bytes_.failure() : Whole();
  }

  Verdict Whole() const {
    const std::string inside = packing_.empty() ? "" : " in " + packing_;
    if (bytes_.count() == 0 || entries_ == 0) {
      return {Finding::kEmpty, fmt::format("nothing{}", inside.empty() ? " in it" : inside)};
    }
    if (raw_) {
      const TextFormat* text = FindText(bytes_.head());
      if (text != nullptr && bytes_.tail().find(text->ends) == std::string::npos) {
        return {
            Finding::kTruncated,
            fmt::format("{}{}: its last line \"{}\" is missing", text->name, inside, text->ends)};
      }
      return {Finding::kGood,
              fmt::format("{}{}, {} bytes unpacked",
                          text == nullptr ? "data" : text->name,
                          inside,
                          bytes_.count())};
    }
    if (!HasEndMark()) {
      return {Finding::kTruncated,
              fmt::format("ends at byte {} without the mark of its end", bytes_.count())};
    }
    if (!missing_.empty()) {
      return {Finding::kTruncated, fmt::format("{}: {} is missing", what_, *missing_.begin())};
    }
    const std::string name = archive_format_name(reader_.get());
    return {Finding::kGood,
            fmt::format("{}{}, {} files, {} bytes",
                        what_.empty() ? name : what_,
                        inside,
                        entries_,
                        bytes_.count())};
  }

  /// A file that was cut between two entries reads well; only its end tells.
  bool HasEndMark() const {
    const int family = archive_format(reader_.get()) & ARCHIVE_FORMAT_BASE_MASK;
    const std::string& tail = bytes_.tail();
    if (family == ARCHIVE_FORMAT_TAR) {
      return tail.size() >= kTarEnd &&
             tail.find_first_not_of('\0', tail.size() - kTarEnd) == std::string::npos;
    }
    constexpr std::string_view kZipEnd = "PK\x05\x06";
    return family != ARCHIVE_FORMAT_ZIP || tail.find(kZipEnd) != std::string::npos;
  }

  Verdict Failed() const {
    if (bytes_.failure()) {
      return *bytes_.failure();
    }
    const char* given = archive_error_string(reader_.get());
    const std::string_view text = given == nullptr ? "bad data" : given;
    const bool cut = text.find("runcated") != std::string_view::npos ||
                     text.find("nexpected end") != std::string_view::npos;
    return {cut ? Finding::kTruncated : Finding::kCorrupt,
            fmt::format("{} near byte {}", text, bytes_.count())};
  }

  EdgeKeeper bytes_;
  std::string packing_;
  UniqueHandle<archive, archive_read_free> reader_;
  std::optional<Verdict> verdict_;
  std::string what_;
  std::set<std::string> missing_;
  std::uint64_t entries_ = 0;
  bool opened_ = false;
  bool in_entry_ = false;
  bool drains_ = false;
  bool raw_ = false;
};

}  // namespace

std::unique_ptr<Verification> VerifyArchive(std::unique_ptr<ByteSource> bytes,
                                            std::string packing) {
  return std::make_unique<ArchiveVerification>(std::move(bytes), std::move(packing));
}

}  // namespace sidewatch::backups
