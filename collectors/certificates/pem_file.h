#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <openssl/evp.h>

#include "exporter/base/clock.h"
#include "exporter/base/unique_handle.h"
#include "exporter/net/certificate.h"

namespace sidewatch::certificates {

using KeyHandle = UniqueHandle<EVP_PKEY, EVP_PKEY_free>;

/// A state with a name for the label `reason`, and a sentence for a person.
struct Problem {
  std::string_view reason;
  std::string text;
};

/// What a file holds. What cannot be read of it is among the problems, and the rest is there.
///
/// Reasons: `not_found`, `broken_symlink`, `permission_denied`, `read_failed`, `not_a_file`,
/// `too_large`, `bad_pem`, `bad_der`, `encrypted_key`.
struct PemFile {
  std::vector<net::Certificate> certificates = {};
  KeyHandle key = {};  ///< The first private key in it; null if there is none.
  std::vector<Problem> problems = {};
};

/// Reads certificates and a key in PEM form, or one certificate in DER form. Never waits for what
/// is no regular file. Bounds: 1 MiB, 500 blocks.
PemFile ReadPemFile(const std::string& path);

/// Whether `key` is the private half of the certificate's key.
bool KeyBelongsTo(const EVP_PKEY& key, const net::Certificate& certificate);

/// The files that a path, a folder or a glob pattern names, in the order of the alphabet. A folder
/// gives its *.pem, *.crt, *.cer and *.cert. What names nothing is given back as it is.
std::vector<std::string> ExpandPattern(const std::string& pattern);

}  // namespace sidewatch::certificates
