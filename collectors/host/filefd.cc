#include "collectors/host/parts.h"
#include "collectors/host/text.h"

namespace sidewatch::host {

namespace {

constexpr MetricDescriptor kMetrics[] = {
    Gauge("node_filefd_allocated", {}, "/proc/sys/fs/file-nr", "File handles in use."),
    Gauge("node_filefd_maximum", {}, "/proc/sys/fs/file-nr", "File handles that may be used."),
};
static_assert(DescriptorsAreSound(kMetrics));

/// `1024  0  131072`: in use, unused (always 0), most.
Status Parse(std::string_view text, scrape::SampleSink& sink) {
  const auto words = Words(text);
  const auto used = words.size() == 3 ? ReadCount(words[0]) : std::nullopt;
  const auto most = words.size() == 3 ? ReadCount(words[2]) : std::nullopt;
  if (!used || !most) {
    return Fail(ErrorCode::kProtocol, "file-nr: expected three numbers, got \"{}\"", Trim(text));
  }
  sink.Add(kMetrics[0], *used);
  sink.Add(kMetrics[1], *most);
  return {};
}

constexpr ProcFile kFiles[] = {{.path = "sys/fs/file-nr", .parse = &Parse}};

}  // namespace

constinit const Part kFilefdPart = {.name = "filefd", .metrics = kMetrics, .files = kFiles};

}  // namespace sidewatch::host
