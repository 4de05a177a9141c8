#pragma once

#include <string>

#include "tests/testkit/postgres_server.h"

namespace sidewatch::postgres {

/// The primary that all tests of this program share, and its replica; started with the program's
/// first test and stopped at its end. Null: it did not start, and the reason is in the test's log.
testkit::PostgresServer* Primary();
testkit::PostgresServer* Replica();

}  // namespace sidewatch::postgres
