// The tables of state.db. `PRAGMA user_version` counts the steps below that a file has seen; a
// change of the tables is a new step at the end, never an edit of an old one.

#include "exporter/state/schema.h"

#include <array>
#include <cstddef>
#include <string>

#include <fmt/format.h>

namespace sidewatch::state {
namespace {

constexpr const char* kVersion1 = R"sql(
CREATE TABLE sample_batches (
  id       INTEGER PRIMARY KEY,
  newest   INTEGER NOT NULL,  -- Unix milliseconds of the newest sample
  checksum INTEGER NOT NULL,
  batch    BLOB NOT NULL
);
CREATE INDEX sample_batches_newest ON sample_batches (newest);

CREATE TABLE alert_states (
  group_key TEXT PRIMARY KEY,
  states    BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  integration     TEXT NOT NULL,
  group_key       TEXT NOT NULL,
  payload         BLOB NOT NULL,
  created_at      INTEGER NOT NULL,
  attempts        INTEGER NOT NULL,
  next_attempt_at INTEGER NOT NULL,
  UNIQUE (integration, group_key)
);

CREATE TABLE notification_log (
  group_key   TEXT NOT NULL,
  integration TEXT NOT NULL,
  sent_at     INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  firing      BLOB NOT NULL,  -- fingerprints, 8 bytes each, little-endian
  resolved    BLOB NOT NULL,
  PRIMARY KEY (group_key, integration)
) WITHOUT ROWID;

CREATE TABLE group_timers (
  group_key TEXT PRIMARY KEY,
  timer     BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE key_values (
  namespace TEXT NOT NULL,
  key       TEXT NOT NULL,
  value     BLOB NOT NULL,
  PRIMARY KEY (namespace, key)
) WITHOUT ROWID;
)sql";

constexpr const char* kVersion2 = R"sql(
ALTER TABLE notification_log ADD COLUMN receiver_data BLOB NOT NULL DEFAULT x'';
)sql";

constexpr const char* kVersion3 = R"sql(
CREATE TABLE alert_history (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  at          INTEGER NOT NULL,  -- Unix milliseconds
  kind        TEXT NOT NULL,
  fingerprint INTEGER NOT NULL,  -- of the alert; 0: of several
  entry       BLOB NOT NULL      -- JSON
);
)sql";

constexpr std::array kSteps = {kVersion1, kVersion2, kVersion3};

}  // namespace

Status MigrateSchema(Connection& connection, std::string_view path) {
  SW_TRY_ASSIGN(const std::int64_t version, connection.QueryInteger("PRAGMA user_version"));
  const auto seen = static_cast<std::size_t>(version);
  if (version < 0 || seen > kSteps.size()) {
    return Fail(ErrorCode::kProtocol,
                "state file {}: its version is {}, this program knows up to {}; start the newer "
                "program, or move the file away",
                path,
                version,
                kSteps.size());
  }
  if (seen == kSteps.size()) {
    return {};
  }
  std::string script = "BEGIN IMMEDIATE;";
  for (std::size_t step = seen; step < kSteps.size(); ++step) {
    script += kSteps[step];
  }
  script += fmt::format("PRAGMA user_version = {}; COMMIT;", kSteps.size());
  return connection.RunScript(script.c_str());
}

}  // namespace sidewatch::state
