#pragma once

#include <string>

#include "collectors/backups/verification.h"

namespace sidewatch::backups {

/// A folder that is one backup: a dump of pg_dump -Fd, whose table of contents says which files
/// must be there, or any other, whose files are verified one by one.
std::unique_ptr<Verification> VerifyFolder(std::string path);

}  // namespace sidewatch::backups
