#include "collectors/certificates/pem_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exporter/base/glob.h"

namespace sidewatch::certificates {

namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20;
constexpr int kMostBlocks = 500;

struct ErrnoReason {
  int code;
  std::string_view reason;
};

constexpr ErrnoReason kErrnoReasons[] = {
    {ENOENT, "not_found"},
    {ENOTDIR, "not_found"},
    {EACCES, "permission_denied"},
    {EPERM, "permission_denied"},
};

Problem SystemProblem(const std::string& path, int code) {
  const auto* const row = std::find_if(std::begin(kErrnoReasons),
                                       std::end(kErrnoReasons),
                                       [code](const ErrnoReason& r) { return r.code == code; });
  std::string_view reason = row == std::end(kErrnoReasons) ? "read_failed" : row->reason;

  struct stat link {};

  if (code == ENOENT && lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode)) {
    reason = "broken_symlink";
  }
  return {reason, fmt::format("cannot read: {}", std::generic_category().message(code))};
}

/// Wipes what may hold a private key.
class WipedText {
 public:
  WipedText() = default;
  WipedText(const WipedText&) = delete;
  WipedText& operator=(const WipedText&) = delete;

  ~WipedText() { OPENSSL_cleanse(text.data(), text.size()); }

  std::string text;
};

bool ReadAll(int fd, const std::string& path, std::string& out, std::vector<Problem>& problems) {
  out.reserve(kMostBytes + 1);  // In one piece, so that no copy of a key is left behind.
  std::array<char, 4096> buffer{};
  while (out.size() <= kMostBytes) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno != EINTR) {
      problems.push_back(SystemProblem(path, errno));
      return false;
    }
    if (got == 0) {
      OPENSSL_cleanse(buffer.data(), buffer.size());
      return true;
    }
    const auto room = kMostBytes + 1 - out.size();
    out.append(buffer.data(), std::min(room, static_cast<std::size_t>(std::max(got, ssize_t{0}))));
  }
  problems.push_back({"too_large", "the file is larger than 1 MiB"});
  return false;
}

bool Load(const std::string& path, std::string& out, std::vector<Problem>& problems) {
  // Opening a pipe would wait for its other end.
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));

  struct stat status {};

  if (!fd.valid() || fstat(fd.get(), &status) != 0) {
    problems.push_back(SystemProblem(path, errno));
    return false;
  }
  if (!S_ISREG(status.st_mode)) {
    problems.push_back({"not_a_file", "is no regular file"});
    return false;
  }
  if (status.st_size > static_cast<off_t>(kMostBytes)) {
    problems.push_back({"too_large", "the file is larger than 1 MiB"});
    return false;
  }
  return ReadAll(fd.get(), path, out, problems);
}

/// One `-----BEGIN …-----` block.
struct Block {
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  ~Block() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }

  std::string_view der() const {
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
  }

  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
};

void AddCertificate(const Block& block, PemFile& file) {
  // What follows the certificate in a TRUSTED CERTIFICATE block is OpenSSL's own and not read.
  Result<net::Certificate> certificate = net::ParseCertificate(block.der());
  if (certificate) {
    file.certificates.push_back(std::move(*certificate));
  } else {
    file.problems.push_back({"bad_pem", "a PEM block is " + certificate.error().message});
  }
}

void AddKey(const Block& block, PemFile& file) {
  const bool encrypted = std::string_view(block.name).starts_with("ENCRYPTED") ||
                         std::string_view(block.header).find("ENCRYPTED") != std::string_view::npos;
  if (encrypted) {
    file.problems.push_back({"encrypted_key", "the private key is encrypted"});
    return;
  }
  const unsigned char* bytes = block.data;
  KeyHandle key(d2i_AutoPrivateKey(nullptr, &bytes, block.size));
  ERR_clear_error();
  if (key == nullptr) {
    file.problems.push_back({"bad_pem", "the private key cannot be read"});
  } else if (file.key == nullptr) {
    file.key = std::move(key);
  }
}

void AddBlock(const Block& block, PemFile& file) {
  const std::string_view name = block.name;
  if (name.ends_with("PRIVATE KEY")) {
    AddKey(block, file);
  } else if (name.ends_with("CERTIFICATE")) {
    AddCertificate(block, file);
  }
}

void ReadBlocks(const std::string& text, PemFile& file) {
  const UniqueHandle<BIO, BIO_free_all> source(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  for (int count = 0; count < kMostBlocks; ++count) {
    Block block;
    const auto left = BIO_pending(source.get());
    if (PEM_read_bio(source.get(), &block.name, &block.header, &block.data, &block.size) == 1) {
      AddBlock(block, file);
      continue;
    }
    const int reason = ERR_GET_REASON(ERR_peek_last_error());
    ERR_clear_error();
    if (reason == PEM_R_NO_START_LINE) {
      return;
    }
    file.problems.push_back({"bad_pem", "a PEM block is broken"});
    if (BIO_pending(source.get()) >= left) {
      return;
    }
  }
  file.problems.push_back({"too_large", fmt::format("more than {} PEM blocks", kMostBlocks)});
}

constexpr unsigned char kDerSequence = 0x30;
constexpr std::string_view kPemStart = "-----BEGIN ";

constexpr std::string_view kExtensions[] = {".pem", ".crt", ".cer", ".cert"};

bool HasExtension(std::string_view path) {
  return std::any_of(std::begin(kExtensions), std::end(kExtensions), [path](std::string_view end) {
    return path.ends_with(end);
  });
}

}  // namespace

PemFile ReadPemFile(const std::string& path) {
  PemFile file;
  WipedText content;
  if (!Load(path, content.text, file.problems)) {
    return file;
  }
  const bool is_der = !content.text.empty() &&
                      static_cast<unsigned char>(content.text.front()) == kDerSequence &&
                      content.text.find(kPemStart) == std::string::npos;
  if (!is_der) {
    ReadBlocks(content.text, file);
    return file;
  }
  Result<net::Certificate> certificate = net::ParseCertificate(content.text);
  if (certificate) {
    file.certificates.push_back(std::move(*certificate));
  } else {
    file.problems.push_back({"bad_der", certificate.error().message});
  }
  return file;
}

bool KeyBelongsTo(const EVP_PKEY& key, const net::Certificate& certificate) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(certificate.der.data());
  const UniqueHandle<X509, X509_free> raw(
      d2i_X509(nullptr, &bytes, static_cast<long>(certificate.der.size())));
  const bool belongs = raw != nullptr && EVP_PKEY_eq(X509_get0_pubkey(raw.get()), &key) == 1;
  ERR_clear_error();
  return belongs;
}

std::vector<std::string> ExpandPattern(const std::string& pattern) {
  struct stat status {};

  if (stat(pattern.c_str(), &status) != 0) {
    std::vector<std::string> paths = Glob(pattern, GlobBraces::kYes);
    return paths.empty() ? std::vector{pattern} : paths;
  }
  if (!S_ISDIR(status.st_mode)) {
    return {pattern};
  }
  std::vector<std::string> paths =
      Glob(pattern + (pattern.ends_with('/') ? "*" : "/*"), GlobBraces::kYes);
  paths.erase(
      std::remove_if(
          paths.begin(), paths.end(), [](const std::string& path) { return !HasExtension(path); }),
      paths.end());
  return paths.empty() ? std::vector{pattern} : paths;
}

}  // namespace sidewatch::certificates
