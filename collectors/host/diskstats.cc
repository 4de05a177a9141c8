#include <map>

#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr std::string_view kLabels[] = {"device"};
constexpr std::string_view kInfoLabels[] = {
    "device", "major", "minor", "path", "wwn", "model", "serial", "revision", "rotational"};

constexpr MetricDescriptor kMetrics[] = {
    Counter("node_disk_reads_completed_total", kLabels, "/proc/diskstats", "Reads completed."),
    Counter(
        "node_disk_reads_merged_total", kLabels, "/proc/diskstats", "Reads merged with others."),
    Counter("node_disk_read_bytes_total", kLabels, "/proc/diskstats", "Bytes read."),
    Counter(
        "node_disk_read_time_seconds_total", kLabels, "/proc/diskstats", "Seconds spent on reads."),
    Counter("node_disk_writes_completed_total", kLabels, "/proc/diskstats", "Writes completed."),
    Counter(
        "node_disk_writes_merged_total", kLabels, "/proc/diskstats", "Writes merged with others."),
    Counter("node_disk_written_bytes_total", kLabels, "/proc/diskstats", "Bytes written."),
    Counter("node_disk_write_time_seconds_total",
            kLabels,
            "/proc/diskstats",
            "Seconds spent on writes."),
    Gauge("node_disk_io_now", kLabels, "/proc/diskstats", "Requests under way."),
    Counter("node_disk_io_time_seconds_total",
            kLabels,
            "/proc/diskstats",
            "Seconds with requests under way."),
    Counter("node_disk_io_time_weighted_seconds_total",
            kLabels,
            "/proc/diskstats",
            "Seconds with requests under way, times their number."),
    Counter(
        "node_disk_discards_completed_total", kLabels, "/proc/diskstats", "Discards completed."),
    Counter("node_disk_discards_merged_total",
            kLabels,
            "/proc/diskstats",
            "Discards merged with others."),
    Counter("node_disk_discarded_sectors_total", kLabels, "/proc/diskstats", "Sectors discarded."),
    Counter("node_disk_discard_time_seconds_total",
            kLabels,
            "/proc/diskstats",
            "Seconds spent on discards."),
    Counter("node_disk_flush_requests_total", kLabels, "/proc/diskstats", "Flushes completed."),
    Counter("node_disk_flush_requests_time_seconds_total",
            kLabels,
            "/proc/diskstats",
            "Seconds spent on flushes."),
    Gauge("node_disk_info",
          kInfoLabels,
          "/sys/block, /run/udev/data",
          "What the disk is, in labels; always 1."),
};
static_assert(DescriptorsAreSound(kMetrics));

// What a column counts in: sectors of 512 bytes, milliseconds.
constexpr double kFactors[] = {
    1, 1, 512, 0.001, 1, 1, 512, 0.001, 1, 0.001, 0.001, 1, 1, 1, 0.001, 1, 0.001};

constexpr std::size_t kFirstColumn = 3;

using Properties = std::map<std::string, std::string, std::less<>>;

/// The lines `E:ID_MODEL=…` of udev's data.
Properties ReadUdev(const std::string& path) {
  constexpr std::string_view kPrefix = "E:";
  Properties properties;
  const Result<std::string> text = ReadText(path);
  std::string_view rest = text ? std::string_view(*text) : std::string_view();
  while (!rest.empty()) {
    const std::string_view line = TakeLine(rest);
    const std::size_t equals = line.find('=');
    if (line.starts_with(kPrefix) && equals != std::string_view::npos) {
      properties.emplace(line.substr(kPrefix.size(), equals - kPrefix.size()),
                         line.substr(equals + 1));
    }
  }
  return properties;
}

std::string_view Get(const Properties& properties, std::string_view name) {
  const auto found = properties.find(name);
  return found == properties.end() ? std::string_view() : std::string_view(found->second);
}

void AddInfo(const PartContext& context,
             std::span<const std::string_view> words,
             scrape::SampleSink& sink) {
  const std::string major(words[0]);
  const std::string minor(words[1]);
  const std::string device(words[2]);
  const Properties udev = ReadUdev(context.roots.rootfs + "/run/udev/data/b" + major + ":" + minor);
  const auto rotational = ReadWord(context.roots.sysfs + "/block/" + device + "/queue/rotational");
  sink.Add(kMetrics[std::size(kFactors)],
           {device,
            major,
            minor,
            Get(udev, "ID_PATH"),
            Get(udev, "ID_WWN"),
            Get(udev, "ID_MODEL"),
            Get(udev, "ID_SERIAL_SHORT"),
            Get(udev, "ID_REVISION"),
            rotational.value_or("")},
           1);
}

Status Collect(PartContext& context, scrape::SampleSink& sink) {
  SW_TRY_ASSIGN(const std::string text, ReadText(context.roots.procfs + "/diskstats"));
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto words = Words(TakeLine(rest));
    if (words.size() <= kFirstColumn) {
      continue;
    }
    const std::string_view device = words[2];
    if (RE2::PartialMatch(re2::StringPiece(device.data(), device.size()), *context.filters.disks)) {
      continue;
    }
    AddInfo(context, words, sink);
    const std::size_t columns = std::min(words.size() - kFirstColumn, std::size(kFactors));
    for (std::size_t i = 0; i < columns; ++i) {
      const auto value = ReadCount(words[kFirstColumn + i]);
      if (value) {
        sink.Add(kMetrics[i], {device}, *value * kFactors[i]);
      }
    }
  }
  return {};
}

}  // namespace

constinit const Part kDiskstatsPart = {
    .name = "diskstats", .metrics = kMetrics, .collect = &Collect};

}  // namespace sidewatch::host
