#include "collectors/backups/pg_toc.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sidewatch::backups {
namespace {

constexpr int kOldestMinor = 10;
constexpr int kNewestMinor = 16;
constexpr int kWithSection = 11;
constexpr int kWithAccessMethod = 14;
constexpr int kWithAlgorithm = 15;
constexpr int kWithRelkind = 16;
constexpr std::int64_t kMaxString = std::int64_t{256} << 20;
constexpr std::size_t kKeptString = 1024;
constexpr std::int64_t kMaxEntries = 10'000'000;
constexpr std::size_t kMaxData = 1'000'000;
constexpr std::int64_t kMaxDependencies = 10'000'000;
constexpr char kNoData = 3;

std::string_view FormatName(PgFormat format) {
  switch (format) {
    case PgFormat::kCustom:
      return "custom";
    case PgFormat::kTar:
      return "tar";
    case PgFormat::kDirectory:
      return "directory";
  }
  return "";
}

/// Reads on until the first failure, which stays.
class TocReader {
 public:
  explicit TocReader(Cursor& cursor) : cursor_(cursor) {}

  Result<PgToc> Read() {
    Header();
    const std::int64_t count = good() ? Int() : 0;
    if (good() && (count < 0 || count > kMaxEntries)) {
      Impossible("the number of entries");
    }
    for (std::int64_t i = 0; good() && i < count; ++i) {
      Entry();
    }
    toc_.entries = static_cast<std::uint64_t>(count);
    if (!good()) {
      return Fail(*error_);
    }
    return std::move(toc_);
  }

 private:
  bool good() const { return !error_; }

  void Impossible(std::string_view what) {
    if (good()) {
      error_ = Error{ErrorCode::kProtocol,
                     fmt::format("byte {}: {} cannot be", cursor_.position(), what)};
    }
  }

  void Ended() {
    if (good()) {
      error_ = Error{ErrorCode::kUnavailable,
                     fmt::format("ends at byte {}, in the table of contents", cursor_.position())};
    }
  }

  char Byte() {
    char byte = 0;
    if (good() && !cursor_.Read(&byte, 1)) {
      Ended();
    }
    return byte;
  }

  std::int64_t Int() {
    const auto value = good() ? ReadPgInt(cursor_, toc_.int_size) : 0;
    if (!value) {
      Ended();
    }
    return value.value_or(0);
  }

  /// Nothing: the dump says that there is no string.
  std::optional<std::string> String() {
    const std::int64_t length = Int();
    if (!good() || length < 0) {
      return std::nullopt;
    }
    if (length > kMaxString) {
      Impossible("the length of a string");
      return std::nullopt;
    }
    std::string text(std::min<std::size_t>(static_cast<std::size_t>(length), kKeptString), '\0');
    if (!cursor_.Read(text.data(), text.size()) ||
        !cursor_.Skip(static_cast<std::uint64_t>(length) - text.size())) {
      Ended();
    }
    return text;
  }

  void SkipStrings(int count) {
    for (int i = 0; i < count; ++i) {
      (void)String();
    }
  }

  void Unknown(std::string what) {
    if (good()) {
      error_ = Error{ErrorCode::kNotFound, std::move(what)};
    }
  }

  void Header() {
    std::array<char, kPgMagic.size()> magic{};
    if (!cursor_.Read(magic.data(), magic.size())) {
      Ended();
    } else if (std::string_view(magic.data(), magic.size()) != kPgMagic) {
      Impossible("the beginning, which should be PGDMP,");
    }
    const int major = Byte();
    toc_.minor = Byte();
    (void)Byte();
    if (good() && (major != 1 || toc_.minor < kOldestMinor || toc_.minor > kNewestMinor)) {
      Unknown(
          fmt::format("PostgreSQL dump of version {}.{}, which is not known here (1.{} to 1.{})",
                      major,
                      toc_.minor,
                      kOldestMinor,
                      kNewestMinor));
    }
    toc_.int_size = Byte();
    toc_.offset_size = Byte();
    const int format = Byte();
    if (good() && (toc_.int_size < 1 || toc_.int_size > 8 || toc_.offset_size < 1 ||
                   toc_.offset_size > 8 || (format != 1 && format != 3 && format != 5))) {
      Impossible("the header");
    }
    toc_.format = static_cast<PgFormat>(format);
    Compression();
    constexpr int kDateFields = 7;
    for (int i = 0; i < kDateFields; ++i) {
      (void)Int();
    }
    toc_.database = String().value_or("");
    toc_.server_version = String().value_or("");
    SkipStrings(1);
  }

  void Compression() {
    if (toc_.minor >= kWithAlgorithm) {
      const int algorithm = Byte();
      if (good() && (algorithm < 0 || algorithm > static_cast<int>(PgCompression::kZstd))) {
        Impossible("the compression");
      }
      toc_.compression = static_cast<PgCompression>(algorithm);
    } else {
      // Before, a level: 0 for none, -1 for zlib's usual one.
      toc_.compression = Int() == 0 ? PgCompression::kNone : PgCompression::kGzip;
    }
  }

  void Entry() {
    const std::int64_t id = Int();
    (void)Int();  // Whether it has a dumper; the offset below says more.
    SkipStrings(2);
    const std::string tag = String().value_or("");
    PgData data{.name = String().value_or("") + " " + tag, .file = {}, .copied = false};
    if (toc_.minor >= kWithSection) {
      (void)Int();
    }
    SkipStrings(2);
    data.copied = !String().value_or("").empty();
    SkipStrings(toc_.minor >= kWithAccessMethod ? 3 : 2);
    if (toc_.minor >= kWithRelkind) {
      (void)Int();
    }
    SkipStrings(2);
    std::int64_t dependencies = 0;
    while (String()) {
      if (++dependencies > kMaxDependencies) {
        Impossible("the number of dependencies");
      }
    }
    if (HasData(data)) {
      if (toc_.data.size() >= kMaxData || !toc_.data.emplace(id, std::move(data)).second) {
        Impossible("an entry's number");
      }
    }
  }

  bool HasData(PgData& data) {
    if (toc_.format != PgFormat::kCustom) {
      data.file = String().value_or("");
      return good() && !data.file.empty();
    }
    // The offset itself is not needed: the blocks stand one behind the other.
    const char state = Byte();
    if (good() && !cursor_.Skip(static_cast<std::uint64_t>(toc_.offset_size))) {
      Ended();
    }
    if (good() && (state < 1 || state > kNoData)) {
      Impossible("the state of an entry's data");
    }
    return good() && state != kNoData;
  }

  Cursor& cursor_;
  PgToc toc_;
  std::optional<Error> error_;
};

}  // namespace

std::optional<std::int64_t> ReadPgInt(Cursor& cursor, int size) {
  std::array<char, 9> bytes{};
  if (!cursor.Read(bytes.data(), static_cast<std::size_t>(size) + 1)) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (int i = size; i > 0; --i) {
    value = value << 8U | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  }
  // Wraps instead of overflowing: the bytes may be anything.
  return static_cast<std::int64_t>(bytes[0] == 0 ? value : 0 - value);
}

std::string PgToc::Describe() const {
  return fmt::format("PostgreSQL {} dump of {} from {}, {} entries, {} with data",
                     FormatName(format),
                     database,
                     server_version,
                     entries,
                     data.size());
}

Result<PgToc> ReadPgToc(Cursor& cursor) {
  return TocReader(cursor).Read();
}

}  // namespace sidewatch::backups
