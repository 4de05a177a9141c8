#include "exporter/state/sample_journal.h"

#include <utility>

#include <fmt/format.h>

#include "exporter/state/checksum.h"

namespace sidewatch::state {
namespace {

void NoteSkipped(ReplayReport& report, std::string problem) {
  ++report.skipped;
  if (report.first_problem.empty()) {
    report.first_problem = std::move(problem);
  }
}

}  // namespace

Status SampleJournal::Insert(Transaction& transaction, std::string_view batch, TimePoint newest) {
  return transaction.Run(
      "INSERT INTO sample_batches (newest, checksum, batch) VALUES (?, ?, ?)",
      {ToUnixMillis(newest), static_cast<std::int64_t>(Checksum(batch)), Blob{batch}});
}

Status SampleJournal::Write(std::string_view batch, TimePoint newest) {
  Transaction transaction(database_, Durability::kProcess);
  SW_TRY(Insert(transaction, batch, newest));
  return transaction.Commit();
}

Status SampleJournal::Import(const std::function<Status(const Writer& write)>& import) {
  Transaction transaction(database_, Durability::kDisk);
  SW_TRY(import([&transaction](std::string_view batch, TimePoint newest) {
    return Insert(transaction, batch, newest);
  }));
  return transaction.Commit();
}

SampleJournal::Page SampleJournal::LoadAfter(std::int64_t id) {
  Page page;
  page.readable = LoadInto(page, id);
  return page;
}

Status SampleJournal::LoadInto(Page& page, std::int64_t id) {
  // Few at a time: the database is not held while they are read, and memory stays bounded.
  constexpr std::int64_t kBatches = 32;
  Transaction transaction(database_, Durability::kProcess);
  SW_TRY_ASSIGN(Rows rows,
                transaction.Query("SELECT id, checksum, batch FROM sample_batches WHERE id > ? "
                                  "ORDER BY id LIMIT ?",
                                  {id, kBatches}));
  while (true) {
    SW_TRY_ASSIGN(const bool found, rows.Next());
    if (!found) {
      return {};
    }
    page.batches.push_back({.id = rows.Integer(0),
                            .checksum = static_cast<std::uint64_t>(rows.Integer(1)),
                            .batch = std::string(rows.Bytes(2))});
  }
}

Status SampleJournal::HandOut(const std::vector<Stored>& batches,
                              const std::function<Status(std::string_view batch)>& read,
                              ReplayReport& report) {
  for (const Stored& stored : batches) {
    if (Checksum(stored.batch) != stored.checksum) {
      NoteSkipped(report, fmt::format("sample batch {} has a wrong checksum", stored.id));
      continue;
    }
    SW_TRY(read(stored.batch));
    ++report.batches;
    report.bytes += stored.batch.size();
  }
  return {};
}

Status SampleJournal::Replay(const std::function<Status(std::string_view batch)>& read) {
  ReplayReport report;
  Status outcome;
  std::int64_t last_id = 0;
  bool more = true;
  while (more) {
    const Page page = LoadAfter(last_id);
    if (!page.readable.has_value()) {
      NoteSkipped(report, page.readable.error().message);
    }
    outcome = HandOut(page.batches, read, report);
    more = outcome.has_value() && page.readable.has_value() && !page.batches.empty();
    last_id = more ? page.batches.back().id : last_id;
  }
  const MutexLock lock(mutex_);
  report_ = std::move(report);
  return outcome;
}

Status SampleJournal::Truncate(TimePoint limit) {
  Transaction transaction(database_, Durability::kProcess);
  SW_TRY(transaction.Run("DELETE FROM sample_batches WHERE newest < ?", {ToUnixMillis(limit)}));
  return transaction.Commit();
}

ReplayReport SampleJournal::last_replay() const {
  const MutexLock lock(mutex_);
  return report_;
}

}  // namespace sidewatch::state
