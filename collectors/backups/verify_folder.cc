#include "collectors/backups/verify_folder.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "collectors/backups/pg_toc.h"
#include "collectors/backups/scan.h"
#include "collectors/backups/verify_custom.h"

namespace sidewatch::backups {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 10'000;
constexpr int kMaxDepth = 8;
constexpr std::array<std::string_view, 4> kEndings = {"", ".gz", ".lz4", ".zst"};
constexpr std::size_t kMaxObjectsList = std::size_t{16} << 20;

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

class FolderVerification final : public Verification {
 public:
  explicit FolderVerification(std::string path) : path_(std::move(path)) {}

  std::optional<Verdict> Continue(const Slice& slice) override {
    if (!listed_) {
      listed_ = true;
      const auto wrong = Exists(path_ + "/toc.dat") ? ListDump() : ListFolder();
      if (wrong) {
        return wrong;
      }
    }
    while (!slice()) {
      if (!current_ && next_ == files_.size()) {
        return Whole();
      }
      if (!current_) {
        current_ = StartVerification(fmt::format("{}/{}", path_, files_[next_]));
      }
      const auto verdict = current_->Continue(slice);
      if (!verdict) {
        return std::nullopt;
      }
      current_.reset();
      if (const auto wrong = Judge(*verdict)) {
        return wrong;
      }
      ++next_;
    }
    return std::nullopt;
  }

 private:
  std::optional<Verdict> Judge(const Verdict& verdict) {
    verified_ += verdict.finding == Finding::kGood ? 1 : 0;
    // Beside dumps lie notes and logs, which may be empty; data of a dump has at least its end.
    const bool harmless = verdict.finding == Finding::kUnknownFormat ||
                          (verdict.finding == Finding::kEmpty && what_.empty());
    if (verdict.finding == Finding::kGood || harmless) {
      return std::nullopt;
    }
    return Verdict{verdict.finding, fmt::format("{}: {}", files_[next_], verdict.what)};
  }

  Verdict Whole() const {
    if (!what_.empty()) {
      return {Finding::kGood, what_};
    }
    if (verified_ == 0) {
      return {Finding::kUnknownFormat, "no file in it can be verified"};
    }
    return {Finding::kGood, fmt::format("a folder, {} files verified", verified_)};
  }

  std::optional<Verdict> ListDump() {
    FileSource source(path_ + "/toc.dat");
    Cursor cursor(source);
    const Result<PgToc> toc = ReadPgToc(cursor);
    if (!toc) {
      Verdict verdict = TocVerdict(toc.error(), source);
      verdict.what = "toc.dat: " + verdict.what;
      return verdict;
    }
    what_ = toc->Describe();
    for (const auto& [id, data] : toc->data) {
      if (const auto wrong = AddDumpFile(data.file, data.name)) {
        return wrong;
      }
    }
    return std::nullopt;
  }

  std::optional<Verdict> AddDumpFile(const std::string& name, const std::string& entry) {
    for (const std::string_view ending : kEndings) {
      if (name.find('/') == std::string::npos &&
          Exists(fmt::format("{}/{}{}", path_, name, ending))) {
        files_.push_back(fmt::format("{}{}", name, ending));
        const bool objects = name.starts_with("blobs") && name.ends_with(".toc");
        return objects ? AddObjects(name) : std::nullopt;
      }
    }
    return Verdict{Finding::kTruncated, fmt::format("{} with {} is missing", name, entry)};
  }

  /// `OID FILE`, a line each.
  std::optional<Verdict> AddObjects(const std::string& list) {
    files_.pop_back();
    FileSource source(fmt::format("{}/{}", path_, list));
    Cursor cursor(source);
    std::string text;
    while (text.size() < kMaxObjectsList && !cursor.AtEnd()) {
      const std::span<const char> piece = cursor.Take(kMaxObjectsList - text.size());
      text.append(piece.data(), piece.size());
    }
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::size_t space = rest.substr(0, end).find(' ');
      if (space == std::string_view::npos) {
        return Verdict{Finding::kCorrupt, list + ": a line that names no file"};
      }
      const std::string name(rest.substr(space + 1, end - space - 1));
      if (const auto wrong = AddDumpFile(name, "a large object")) {
        return wrong;
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
  }

  std::optional<Verdict> ListFolder() {
    std::error_code error;
    fs::recursive_directory_iterator it(path_, error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      std::error_code ignored;
      if (it.depth() >= kMaxDepth) {
        it.disable_recursion_pending();
      }
      if (it->is_regular_file(ignored) && !it->is_symlink(ignored)) {
        files_.push_back(it->path().lexically_relative(path_).string());
      }
      if (files_.size() == kMaxFiles) {
        break;
      }
    }
    if (!error && !files_.empty()) {
      return std::nullopt;
    }
    if (!error) {
      return Verdict{Finding::kEmpty, "a folder without files"};
    }
    const std::string_view reason = ReasonOfErrno(error.value());
    return Verdict{reason == "permission_denied" ? Finding::kPermissionDenied
                   : reason == "not_found"       ? Finding::kVanished
                                                 : Finding::kReadError,
                   error.message()};
  }

  std::string path_;
  bool listed_ = false;
  std::vector<std::string> files_;
  std::size_t next_ = 0;
  std::size_t verified_ = 0;
  std::string what_;
  std::unique_ptr<Verification> current_;
};

}  // namespace

std::unique_ptr<Verification> VerifyFolder(std::string path) {
  return std::make_unique<FolderVerification>(std::move(path));
}

}  // namespace sidewatch::backups
