#pragma once

namespace sidewatch::net {

/// Prepares libcurl and CivetWeb and ignores SIGPIPE, once per process; every entry point of this
/// folder calls it. OpenSSL writes to sockets without MSG_NOSIGNAL, so a peer that hangs up would
/// end the program.
void EnsureStarted();

}  // namespace sidewatch::net
