#pragma once

#include <string>

#include "collectors/backups/byte_source.h"

namespace sidewatch::backups {

/// Reads an archive or a text to its end. `packing` is what `bytes` were unpacked from, for the
/// words of the verdict; empty: nothing.
std::unique_ptr<Verification> VerifyArchive(std::unique_ptr<ByteSource> bytes, std::string packing);

}  // namespace sidewatch::backups
