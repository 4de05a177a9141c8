#include <charconv>

#include "collectors/logs/sets.h"

namespace sidewatch::logs {
namespace {

constexpr std::string_view kLabels[] = {"log", "file"};

constexpr MetricDescriptor kMetrics[] = {
    SetCounter("log_uploads_total",
               kLabels,
               "POST and PUT to a path with upload in it, lines that tell of an upload",
               "Files that were uploaded."),
    SetCounter("log_upload_bytes_total",
               kLabels,
               "the line's size, or the number before bytes",
               "Bytes that were uploaded, where the lines tell."),
};
static_assert(DescriptorsAreSound(kMetrics));

bool IsUpload(const Line& line) {
  const Record& record = line.record;
  if (!record.method.empty() && record.status != 0) {
    const bool sends = record.method == "POST" || record.method == "PUT";
    return sends && record.status / 100 == 2 && HoldsWord(record.path, "upload");
  }
  return HoldsWord(record.message, "uploaded") || HoldsWord(record.message, "upload complete") ||
         HoldsWord(record.message, "upload success");
}

/// The number before ` bytes`.
double BytesInText(std::string_view text) {
  const std::size_t at = text.find(" bytes");
  if (at == std::string_view::npos) {
    return Record::kAbsent;
  }
  std::size_t begin = at;
  while (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') {
    --begin;
  }
  double bytes = Record::kAbsent;
  std::from_chars(text.data() + begin, text.data() + at, bytes);
  return bytes;
}

void Count(const Line& line, std::span<SeriesTable> tables) {
  if (!IsUpload(line)) {
    return;
  }
  tables[0].Add({}, 1);
  double bytes = line.record.bytes;
  if (bytes < 0 && !line.record.access) {
    bytes = BytesInText(line.record.message);
  }
  if (bytes >= 0) {
    tables[1].Add({}, bytes);
  }
}

}  // namespace

constinit const LogSet kUploadsSet = {.name = "uploads",
                                      .summary = "Files that were uploaded and their bytes.",
                                      .by_default = false,
                                      .metrics = kMetrics,
                                      .count = &Count};

}  // namespace sidewatch::logs
