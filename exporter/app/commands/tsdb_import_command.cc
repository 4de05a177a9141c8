#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "exporter/app/commands/command.h"
#include "exporter/app/commands/input_file.h"
#include "exporter/app/commands/openmetrics_reader.h"
#include "exporter/base/clock.h"
#include "exporter/base/rfc3339.h"
#include "exporter/state/database.h"
#include "exporter/state/sample_journal.h"
#include "exporter/tsdb/bulk_writer.h"

namespace sidewatch::app {
namespace {

struct ImportOptions {
  std::vector<std::string> files;
  std::string storage_path = "data";
  bool quiet = false;
};

double Seconds(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double>(to - from).count();
}

double Mega(double number) {
  return number / 1e6;
}

/// Tells on stderr how far it is, once a second.
class Progress {
 public:
  Progress(const Clock& clock, bool quiet)
      : clock_(clock), quiet_(quiet), begun_(clock.Steady()), told_(begun_) {}

  double seconds() const { return Seconds(begun_, clock_.Steady()); }

  void Tell(const std::string& file, std::size_t read, std::size_t size, std::int64_t samples) {
    const SteadyTime now = clock_.Steady();
    if (quiet_ || now - told_ < std::chrono::seconds(1)) {
      return;
    }
    told_ = now;
    fmt::print(stderr,
               "sidewatch: {}: {:.0f} of {:.0f} MB, {:.1f} million samples, {:.1f} million/s\n",
               file,
               Mega(static_cast<double>(read)),
               Mega(static_cast<double>(size)),
               Mega(static_cast<double>(samples)),
               Mega(static_cast<double>(samples)) / Seconds(begun_, now));
  }

 private:
  const Clock& clock_;
  bool quiet_;
  SteadyTime begun_;
  SteadyTime told_;
};

Status ReadFile(const std::string& path,
                const ImportOptions& options,
                tsdb::BulkWriter& writer,
                Progress& progress) {
  SW_TRY_ASSIGN(InputFile file, InputFile::Open(path, options.storage_path));
  const std::string name = path == "-" ? "standard input" : path;
  OpenMetricsReader reader(writer);
  return reader.Read(file.text(), name, [&](std::size_t bytes) {
    file.Release(bytes);
    progress.Tell(name, bytes, file.text().size(), writer.totals().samples);
  });
}

Status ReadFiles(const ImportOptions& options, tsdb::BulkWriter& writer, Progress& progress) {
  for (const std::string& file : options.files) {
    SW_TRY(ReadFile(file, options, writer, progress));
  }
  return {};
}

void PrintTotals(const ImportOptions& options,
                 const tsdb::BulkWriter::Totals& totals,
                 const Progress& progress) {
  if (totals.samples == 0) {
    fmt::print("imported nothing: there are no samples in it\n");
    return;
  }
  const double seconds = progress.seconds();
  fmt::print(
      "imported {} samples of {} series, {} to {}, as {} bytes ({:.2f} a sample) into {}/state.db, "
      "in {:.1f} s ({:.1f} million samples/s)\n",
      totals.samples,
      totals.series,
      FormatRfc3339Nano(FromUnixMillis(totals.first)),
      FormatRfc3339Nano(FromUnixMillis(totals.last)),
      totals.bytes,
      static_cast<double>(totals.bytes) / static_cast<double>(totals.samples),
      options.storage_path,
      seconds,
      Mega(static_cast<double>(totals.samples)) / seconds);
}

/// `run` would forget what was imported with the work of hours.
void WarnOfRetention(const tsdb::BulkWriter::Totals& totals, const Clock& clock) {
  constexpr Duration kDefaultRetention = std::chrono::hours(24);
  if (totals.samples > 0 && FromUnixMillis(totals.first) < clock.Now() - kDefaultRetention) {
    fmt::print(stderr,
               "sidewatch: samples older than the retention (24 h by default) are deleted by the "
               "next `sidewatch run`, unless it is told --storage.retention=0 or a long one\n");
  }
}

Status Import(const ImportOptions& options) {
  const SystemClock clock;
  const std::string path = (std::filesystem::path(options.storage_path) / "state.db").string();
  SW_TRY_ASSIGN(const std::unique_ptr<state::Database> database, state::Database::Open(path));
  state::SampleJournal journal(*database);
  Progress progress(clock, options.quiet);
  tsdb::BulkWriter::Totals totals;
  const auto import = [&](const state::SampleJournal::Writer& write) -> Status {
    tsdb::BulkWriter writer(write);
    SW_TRY(ReadFiles(options, writer, progress));
    SW_TRY(writer.Finish());
    totals = writer.totals();
    return {};
  };
  SW_TRY(journal.Import(import));
  PrintTotals(options, totals, progress);
  WarnOfRetention(totals, clock);
  return {};
}

}  // namespace

void AddTsdbImportCommand(CLI::App& program, Action& action) {
  CLI::App* import =
      CommandGroup(program, "tsdb", "Look into the stored samples, and add to them")
          .add_subcommand("import", "Load OpenMetrics files with timestamps: all of it or nothing");
  const auto options = std::make_shared<ImportOptions>();
  import->add_option("FILE", options->files, "OpenMetrics files; - is the standard input")
      ->required();
  import->add_option("--storage.path", options->storage_path, "Folder of state.db")
      ->capture_default_str();
  import->add_flag("--quiet", options->quiet, "No progress on the standard error");
  import->callback([options, &action] {
    action = [options] {
      const Status imported = Import(*options);
  if (!imported) {
    fmt::print(stderr, "sidewatch: {}; nothing was imported\n", imported.error().message);
  }
  return imported ? 0 : kUsageExit;
};
}  // namespace sidewatch::app
);
}

}  // namespace sidewatch::app
