#include "collectors/backups/verification.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "collectors/backups/byte_source.h"
#include "collectors/backups/pg_toc.h"
#include "collectors/backups/verify_archive.h"
#include "collectors/backups/verify_custom.h"
#include "collectors/backups/verify_folder.h"

namespace sidewatch::backups {
namespace {

struct FindingRow {
  Finding finding;
  std::string_view name;
  bool final;
};

constexpr std::array kFindings = {
    FindingRow{Finding::kGood, "good", true},
    FindingRow{Finding::kEmpty, "empty", true},
    FindingRow{Finding::kTruncated, "truncated", true},
    FindingRow{Finding::kCorrupt, "corrupt", true},
    FindingRow{Finding::kUnknownFormat, "unknown_format", true},
    FindingRow{Finding::kPermissionDenied, "permission_denied", false},
    FindingRow{Finding::kVanished, "vanished", false},
    FindingRow{Finding::kReadError, "read_error", false},
};

const FindingRow& RowOf(Finding finding) {
  return *std::ranges::find(kFindings, finding, &FindingRow::finding);
}

struct Packing {
  std::string_view magic;
  std::string_view name;
};

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::array kPackings = {
    Packing{"\xFD"
            "7zXZ",
            "xz"},
    Packing{"\x28\xB5\x2F\xFD", "zstd"},
    Packing{"BZh", "bzip2"},
    Packing{"\x04\x22\x4D\x18", "lz4"},
    Packing{std::string_view("\x5D\x00\x00", 3), "lzma"},
};

class KnownVerdict final : public Verification {
 public:
  explicit KnownVerdict(Verdict verdict) : verdict_(std::move(verdict)) {}

  std::optional<Verdict> Continue(const Slice& /*slice*/) override { return verdict_; }

 private:
  Verdict verdict_;
};

}  // namespace

std::string_view FindingName(Finding finding) {
  return RowOf(finding).name;
}

std::optional<Finding> FindingFromName(std::string_view name) {
  const auto* found = std::ranges::find(kFindings, name, &FindingRow::name);
  return found == kFindings.end() ? std::nullopt : std::optional(found->finding);
}

bool IsFinal(Finding finding) {
  return RowOf(finding).final;
}

std::unique_ptr<Verification> StartVerification(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return VerifyFolder(path);
  }
  auto file = std::make_unique<FileSource>(path);
  const std::span<const char> block = file->NextBlock();
  if (file->failure()) {
    return std::make_unique<KnownVerdict>(*file->failure());
  }
  if (block.empty()) {
    return std::make_unique<KnownVerdict>(Verdict{Finding::kEmpty, "no byte in it"});
  }
  const std::string_view head(block.data(), block.size());
  const auto* packing = std::ranges::find_if(
      kPackings, [head](const Packing& row) { return head.starts_with(row.magic); });
  file->Seek(0);
  if (head.starts_with(kPgMagic)) {
    return VerifyPgCustom(std::move(file));
  }
  if (head.starts_with(kGzipMagic)) {
    return VerifyArchive(Gunzip(std::move(file)), "gzip");
  }
  if (packing != kPackings.end()) {
    const std::string name(packing->name);
    return VerifyArchive(Unpack(std::move(file), name), name);
  }
  return VerifyArchive(std::move(file), "");
}

}  // namespace sidewatch::backups
