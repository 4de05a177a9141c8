#pragma once

#include <openssl/ssl.h>

#include "exporter/net/stream.h"

namespace sidewatch::net {

/// What a session agreed on, after its handshake. Internal to this folder.
TlsState TlsStateOf(SSL* session);

}  // namespace sidewatch::net
