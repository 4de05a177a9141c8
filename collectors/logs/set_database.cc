#include "collectors/logs/sets.h"

namespace sidewatch::logs {
namespace {

constexpr std::string_view kLabels[] = {"log", "file", "kind"};

constexpr MetricDescriptor kMetrics[] = {
    SetCounter("log_database_errors_total",
               kLabels,
               "the words of PostgreSQL, MySQL, SQLite, psycopg and Django",
               "Lines that tell of a database's error."),
};
static_assert(DescriptorsAreSound(kMetrics));

struct Needle {
  std::string_view text;
  std::string_view kind;
};

// The first that fits counts: what is special stands before what is general.
constexpr Needle kNeedles[] = {
    {"deadlock detected", "deadlock"},
    {"Deadlock found", "deadlock"},
    {"DeadlockDetected", "deadlock"},
    {"too many connections", "too_many_connections"},
    {"Too many connections", "too_many_connections"},
    {"too many clients", "too_many_connections"},
    {"remaining connection slots", "too_many_connections"},
    {"QueuePool limit", "too_many_connections"},
    {"statement timeout", "timeout"},
    {"lock timeout", "timeout"},
    {"Lock wait timeout", "timeout"},
    {"database is locked", "timeout"},
    {"QueryCanceled", "timeout"},
    {"could not serialize access", "serialization"},
    {"SerializationFailure", "serialization"},
    {"password authentication failed", "authentication"},
    {"no pg_hba.conf entry", "authentication"},
    {"Access denied for user", "authentication"},
    {"could not connect to server", "connection"},
    {"connection to server at", "connection"},
    {"Connection refused", "connection"},
    {"server closed the connection", "connection"},
    {"terminating connection", "connection"},
    {"connection already closed", "connection"},
    {"connection is closed", "connection"},
    {"server has gone away", "connection"},
    {"Lost connection to MySQL", "connection"},
    {"SSL connection has been closed", "connection"},
    {"the database system is", "connection"},
    {"duplicate key value", "integrity"},
    {"Duplicate entry", "integrity"},
    {"violates foreign key", "integrity"},
    {"violates not-null", "integrity"},
    {"violates check", "integrity"},
    {"violates unique", "integrity"},
    {"UNIQUE constraint failed", "integrity"},
    {"IntegrityError", "integrity"},
    {"No space left on device", "disk_full"},
    {"could not extend file", "disk_full"},
    {"read-only transaction", "read_only"},
    {"syntax error at or near", "syntax"},
    {"ProgrammingError", "syntax"},
    {"OperationalError", "operational"},
    {"DataError", "data"},
    {"InterfaceError", "other"},
    {"DatabaseError", "other"},
    {"InternalError", "other"},
};

// Lines of everyday levels are not looked at: they tell of errors that were met and mastered.
bool MayTell(const Record& record) {
  return !record.access && (record.level == Level::kUnknown || record.level >= Level::kWarning);
}

void Count(const Line& line, std::span<SeriesTable> tables) {
  if (!MayTell(line.record)) {
    return;
  }
  for (const Needle& needle : kNeedles) {
    if (line.text.find(needle.text) != std::string_view::npos) {
      tables[0].Add({needle.kind}, 1);
      return;
    }
  }
}

}  // namespace

constinit const LogSet kDatabaseErrorsSet = {.name = "database_errors",
                                             .summary = "Errors of databases by kind.",
                                             .by_default = true,
                                             .metrics = kMetrics,
                                             .count = &Count};

}  // namespace sidewatch::logs
