#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/backups/slice.h"

namespace sidewatch::backups {

enum class Finding {
  kGood,
  kEmpty,             ///< No byte, or an archive that holds nothing.
  kTruncated,         ///< Ends before its end.
  kCorrupt,           ///< Bytes that cannot be.
  kUnknownFormat,     ///< Nothing that can be verified.
  kPermissionDenied,  ///< Not readable for us.
  kVanished,          ///< Gone before it was read.
  kReadError,         ///< The disk or the network failed.
};

/// The name that `backup_errors_total{reason}`, state.db and the command line use: `truncated`.
std::string_view FindingName(Finding finding);

std::optional<Finding> FindingFromName(std::string_view name);

/// True for what the file itself is, so that it need not be read again.
bool IsFinal(Finding finding);

struct Verdict {
  Finding finding = Finding::kGood;
  std::string what;  ///< What was read, or what is wrong and where.
};

/// One reading of one backup, piece by piece. Threads: one at a time. Holds a few hundred KiB.
class Verification {
 public:
  Verification() = default;
  Verification(const Verification&) = delete;
  Verification& operator=(const Verification&) = delete;
  virtual ~Verification() = default;

  /// Reads on. Nothing: `slice` was over before the end; call again.
  virtual std::optional<Verdict> Continue(const Slice& slice) = 0;
};

/// Chooses by the first bytes: PostgreSQL custom dumps; PostgreSQL directory dumps and other
/// folders; tar (with PostgreSQL's among them), zip, cpio, and SQL text, plain or compressed with
/// gzip, zstd, xz, bzip2 or lz4.
std::unique_ptr<Verification> StartVerification(const std::string& path);

}  // namespace sidewatch::backups
