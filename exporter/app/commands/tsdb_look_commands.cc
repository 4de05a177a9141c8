#include <algorithm>
#include <cstdio>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "exporter/app/commands/command.h"
#include "exporter/app/commands/stored_samples.h"
#include "exporter/base/rfc3339.h"
#include "exporter/promql/go_format.h"
#include "exporter/promql/parser.h"
#include "exporter/promql/text.h"

namespace sidewatch::app {
namespace {

constexpr std::int64_t kFarthest = std::int64_t{1} << 60;

struct LookOptions {
  std::string storage_path = "data";
  std::string match = R"~({__name__=~"(?s:.*)"})~";
  std::int64_t min_time = -kFarthest;

  std::int64_t max_time = kFarthest;
  std::size_t limit = 20;
};

using Look = Status (*)(const LookOptions& options, const tsdb::Head& head);

constexpr storage::TimeRange kAlways = {FromUnixMillis(-kFarthest), FromUnixMillis(kFarthest)};

Result<storage::SeriesSet> SortedSeries(const tsdb::Head& head,
                                        std::span<const Matcher> matchers,
                                        const storage::TimeRange& range) {
  SW_TRY_ASSIGN(storage::SeriesSet series, head.Select(matchers, range));
  std::ranges::sort(series, {}, [](const auto& one) { return one->labels(); });
  return series;
}

Status Dump(const LookOptions& options, const tsdb::Head& head) {
  SW_TRY_ASSIGN(const std::vector<Matcher> matchers, promql::ParseSelector(options.match));
  const storage::TimeRange range = {FromUnixMillis(options.min_time),
                                    FromUnixMillis(options.max_time)};
  SW_TRY_ASSIGN(const storage::SeriesSet all, SortedSeries(head, matchers, range));
  storage::SampleColumns columns;
  std::string page;
  for (const auto& series : all) {
    const std::string labels = promql::PrintLabelSet(series->labels());
    columns.clear();
    series->Read(range, columns);
    page.clear();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      fmt::format_to(std::back_inserter(page),
                     "{} {} {}\n",
                     labels,
                     promql::FormatGoG(columns.values[i]),
                     columns.times[i]);
    }
    if (std::fwrite(page.data(), 1, page.size(), stdout) != page.size()) {
      return Fail(ErrorCode::kUnavailable, "the standard output takes no more");
    }
  }
  return {};
}

/// What lies in one piece of time.
struct Piece {
  std::int64_t series = 0;
  std::int64_t samples = 0;
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
};

/// Two hours, as blocks of Prometheus are, unless that would be too many lines: then days, then
/// thirty of them.
std::int64_t PieceLength(std::int64_t span) {
  constexpr std::int64_t kMostPieces = 100;
  using std::chrono_literals::operator""h;
  for (const Duration length : {Duration(2h), Duration(24h)}) {
    if (span / length.count() < kMostPieces) {
      return length.count();
    }
  }
  return Duration(30 * 24h).count();
}

void AddTo(std::map<std::int64_t, Piece>& pieces,
           const storage::SampleColumns& columns,
           std::int64_t length) {
  std::int64_t before = std::numeric_limits<std::int64_t>::min();
  for (const std::int64_t at : columns.times) {
    const std::int64_t number = at / length - (at % length < 0 ? 1 : 0);
    Piece& piece = pieces[number];
    piece.series += number != before ? 1 : 0;
    before = number;
    ++piece.samples;
    piece.first = std::min(piece.first, at);
    piece.last = std::max(piece.last, at);
  }
}

Status List(const LookOptions& /*options*/, const tsdb::Head& head) {
  const tsdb::HeadStats stats = head.Stats();
  const std::int64_t length = PieceLength(stats.last_at - stats.first_at);
  SW_TRY_ASSIGN(const storage::SeriesSet all, head.Select({}, kAlways));
  std::map<std::int64_t, Piece> pieces;
  storage::SampleColumns columns;
  for (const auto& series : all) {
    columns.clear();
    series->Read(kAlways, columns);
    AddTo(pieces, columns, length);
  }
  // Chunks may reach over the ends of pieces, so their bytes are shared out by samples.
  const double bytes = stats.samples_stored == 0 ? 0
                                                 : static_cast<double>(stats.chunk_bytes) /
                                                       static_cast<double>(stats.samples_stored);
  fmt::print(
      "{:<26}{:<26}{:>10}{:>14}{:>14}\n", "MIN TIME", "MAX TIME", "SERIES", "SAMPLES", "BYTES");
  for (const auto& [number, piece] : pieces) {
    fmt::print("{:<26}{:<26}{:>10}{:>14}{:>14.0f}\n",
               FormatRfc3339Nano(FromUnixMillis(piece.first)),
               FormatRfc3339Nano(FromUnixMillis(piece.last)),
               piece.series,
               piece.samples,
               static_cast<double>(piece.samples) * bytes);
  }
  fmt::print("\n{} series, {} samples in {} chunks of {} bytes ({:.2f} a sample)\n",
             stats.series,
             stats.samples_stored,
             stats.chunks,
             stats.chunk_bytes,
             bytes);
  return {};
}

void PrintCounts(std::string_view title, const std::vector<tsdb::LabelCount>& counts) {
  fmt::print("\n{}:\n", title);
  for (const tsdb::LabelCount& count : counts) {
    fmt::print("{} {}\n", count.count, count.name);
  }
}

/// How many bytes the different values of each label take, most first.
Result<std::vector<tsdb::LabelCount>> ValueLengths(const tsdb::Head& head,
                                                   std::size_t& pairs,
                                                   std::size_t most) {
  SW_TRY_ASSIGN(const std::vector<std::string> names, head.LabelNames({}, kAlways));
  std::vector<tsdb::LabelCount> lengths;
  for (const std::string& name : names) {
    SW_TRY_ASSIGN(const std::vector<std::string> values, head.LabelValues(name, {}, kAlways));
    pairs += values.size();
    std::size_t bytes = 0;
    for (const std::string& value : values) {
      bytes += value.size();
    }
    lengths.push_back({name, bytes});
  }
  std::ranges::stable_sort(lengths, std::ranges::greater(), &tsdb::LabelCount::count);
  lengths.resize(std::min(lengths.size(), most));
  return lengths;
}

Status Analyze(const LookOptions& options, const tsdb::Head& head) {
  const tsdb::HeadStats stats = head.Stats();
  SW_TRY_ASSIGN(const storage::SeriesSet all, head.Select({}, kAlways));
  SW_TRY_ASSIGN(const std::vector<std::string> names, head.LabelNames({}, kAlways));
  std::size_t entries = 0;
  for (const auto& series : all) {
    entries += series->labels().size();
  }
  std::size_t pairs = 0;
  SW_TRY_ASSIGN(const std::vector<tsdb::LabelCount> lengths,
                ValueLengths(head, pairs, options.limit));
  fmt::print("From: {}\nTo: {}\n",
             FormatRfc3339Nano(FromUnixMillis(stats.first_at)),
             FormatRfc3339Nano(FromUnixMillis(stats.last_at)));
  fmt::print("Total Series: {}\nTotal Samples: {}\n", stats.series, stats.samples_stored);
  fmt::print("Label names: {}\n", names.size());
  fmt::print("Postings (unique label pairs): {}\n", pairs);
  fmt::print("Postings entries (total label pairs): {}\n", entries);
  PrintCounts("Most common label pairs", head.SeriesByLabelPair(options.limit));
  PrintCounts("Label names with highest cumulative label value length", lengths);
  PrintCounts("Highest cardinality labels", head.ValuesByLabelName(options.limit));
  PrintCounts("Highest cardinality metric names", head.SeriesByMetricName(options.limit));
  return {};
}

int RunLook(const LookOptions& options, Look look) {
  const auto run = [&]() -> Status {
    SW_TRY_ASSIGN(const std::unique_ptr<StoredSamples> stored,
                  StoredSamples::Open(options.storage_path));
    return look(options, stored->head());
  };
  const Status status = run();
  if (!status) {
    fmt::print(stderr, "sidewatch: {}\n", status.error().message);
  }
  return status ? 0 : kUsageExit;
}

CLI::App* AddLook(CLI::App& group,
                  const char* name,
                  const char* summary,
                  const std::shared_ptr<LookOptions>& options) {
  CLI::App* command = group.add_subcommand(name, summary);
  command->add_option("--storage.path", options->storage_path, "Folder of state.db")
      ->capture_default_str();
  return command;
}

void RunBy(CLI::App* command,
           const std::shared_ptr<LookOptions>& options,
           Action& action,
           Look look) {
  command->callback([options, look, &action] {
    action = [options, look] {
      return RunLook(*options, look);
    };
  });
}

}  // namespace

void AddTsdbLookCommands(CLI::App& program, Action& action) {
  CLI::App& group = CommandGroup(program, "tsdb", "Look into the stored samples, and add to them");
  const auto options = std::make_shared<LookOptions>();
  CLI::App* dump = AddLook(group, "dump", "Print samples, one a line, as promtool does", options);
  dump->add_option("--min-time", options->min_time, "Unix milliseconds of the first sample");
  dump->add_option("--max-time", options->max_time, "Unix milliseconds of the last sample");
  dump->add_option("--match", options->match, "Series selector")->capture_default_str();
  RunBy(dump, options, action, &Dump);
  RunBy(AddLook(group, "list", "Print what is stored of which time", options),
        options,
        action,
        &List);
  CLI::App* analyze =
      AddLook(group, "analyze", "Print which labels and metrics make the most series", options);
  analyze->add_option("--limit", options->limit, "How many of each")->capture_default_str();
  RunBy(analyze, options, action, &Analyze);
}

}  // namespace sidewatch::app
