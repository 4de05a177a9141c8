#pragma once

#include "collectors/backups/byte_source.h"
#include "collectors/backups/pg_toc.h"

namespace sidewatch::backups {

/// pg_dump -Fc: the table of contents, then every block of data to the file's end.
std::unique_ptr<Verification> VerifyPgCustom(std::unique_ptr<ByteSource> file);

/// What a table of contents that could not be read says about its dump.
Verdict TocVerdict(const Error& error, const ByteSource& source);

}  // namespace sidewatch::backups
