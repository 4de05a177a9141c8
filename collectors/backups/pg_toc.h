#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "collectors/backups/byte_source.h"
#include "exporter/base/result.h"

namespace sidewatch::backups {

inline constexpr std::string_view kPgMagic = "PGDMP";

enum class PgFormat { kCustom = 1, kTar = 3, kDirectory = 5 };

/// pg_dump's name of how data is packed, as its version 1.15 counts them.
enum class PgCompression { kNone = 0, kGzip = 1, kLz4 = 2, kZstd = 3 };

/// One entry of the table of contents that has data.
struct PgData {
  std::string name;     ///< `TABLE DATA orders`.
  std::string file;     ///< In directory and tar dumps.
  bool copied = false;  ///< By COPY, so that its text ends in `\.`.
};

/// What stands in front of a dump.
struct PgToc {
  PgFormat format = PgFormat::kCustom;
  PgCompression compression = PgCompression::kNone;
  int minor = 0;
  int int_size = 0;
  int offset_size = 0;
  std::string database;
  std::string server_version;
  std::uint64_t entries = 0;
  std::map<std::int64_t, PgData> data;  ///< By dump id.

  /// `PostgreSQL custom dump of shop from 15.6, 120 entries, 34 with data`.
  std::string Describe() const;
};

/// Reads a header and the table of contents behind it, as pg_backup_archiver.c writes them in the
/// versions 1.10 (PostgreSQL 8.1) to 1.16 (17).
///
/// Errors: kUnavailable  the bytes end before the table does, or the source failed;
///         kProtocol     bytes that cannot be;
///         kNotFound     a version or format that is not known here.
/// Bounds: a string 256 MiB (skipped, not kept), ten million entries, one million with data.
Result<PgToc> ReadPgToc(Cursor& cursor);

/// A signed number as pg_dump writes it: a byte for the sign, then `size` bytes, the lowest first.
/// Nothing: the source ended.
std::optional<std::int64_t> ReadPgInt(Cursor& cursor, int size);

}  // namespace sidewatch::backups
