#pragma once

#include <string>

namespace sidewatch::net {

/// The reason on top of this thread's OpenSSL error queue, which is emptied.
std::string TakeOpensslError();

}  // namespace sidewatch::net
