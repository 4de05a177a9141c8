#include "collectors/host/part.h"

#include <algorithm>
#include <array>

#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

std::span<const Part* const> AllParts() {
  static constexpr std::array kParts = {
      &kArpPart,          &kCgroupPart,   &kConntrackPart,  &kCpuPart,     &kDiskstatsPart,
      &kEntropyPart,      &kFilefdPart,   &kFilesystemPart, &kLoadavgPart, &kMeminfoPart,
      &kNamedprocessPart, &kNetclassPart, &kNetdevPart,     &kNetstatPart, &kOsPart,
      &kPressurePart,     &kSelinuxPart,  &kSockstatPart,   &kSoftnetPart, &kStatPart,
      &kTimePart,         &kTimexPart,    &kUdpQueuesPart,  &kUnamePart,   &kVmstatPart};
  return kParts;
}

const MetricDescriptor* FindRow(std::span<const MetricDescriptor> rows, std::string_view name) {
  const auto found = std::find_if(
      rows.begin(), rows.end(), [name](const MetricDescriptor& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

void AddFromFile(const std::string& path,
                 const MetricDescriptor& metric,
                 std::span<const std::string_view> labels,
                 scrape::SampleSink& sink) {
  const auto text = ReadWord(path);
  const auto value = text ? ReadCount(*text) : std::nullopt;
  if (value) {
    sink.Add(metric, labels, *value);
  }
}

}  // namespace sidewatch::host
