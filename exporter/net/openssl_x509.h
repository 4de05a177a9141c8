#pragma once

#include <string_view>

#include <openssl/x509.h>

#include "exporter/base/unique_handle.h"

namespace sidewatch::net {

using X509Handle = UniqueHandle<X509, X509_free>;

/// Null if the bytes are no certificate; the reason is in OpenSSL's queue. Internal to this folder.
X509Handle X509FromDer(std::string_view der);

}  // namespace sidewatch::net
