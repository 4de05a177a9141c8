#pragma once

#include <array>
#include <span>
#include <string_view>

#include "collectors/redis/part.h"

namespace sidewatch::redis {

/// How the text of a field becomes a number.
enum class Convert {
  kNumber,
  kStatus,        ///< `ok` is 1, anything else 0.
  kMicroseconds,  ///< Shown in seconds.
};

/// A metric that is one field of INFO: the source is `INFO <field>`.
struct InfoMetric {
  MetricDescriptor metric;
  Convert convert = Convert::kNumber;
};

constexpr std::string_view kInfoSource = "INFO ";

constexpr bool RowsAreSound(std::span<const InfoMetric> rows) {
  for (const InfoMetric& row : rows) {
    if (!row.metric.source.starts_with(kInfoSource) || !DescriptorsAreSound({&row.metric, 1})) {
      return false;
    }
  }
  return true;
}

// One file a section of INFO.
std::span<const InfoMetric> ServerFields();
std::span<const InfoMetric> ClientsFields();
std::span<const InfoMetric> MemoryFields();
std::span<const InfoMetric> PersistenceFields();
std::span<const InfoMetric> StatsFields();
std::span<const InfoMetric> ReplicationFields();
std::span<const InfoMetric> CpuFields();

inline std::array<std::span<const InfoMetric>, 7> AllFields() {
  return {ServerFields(),
          ClientsFields(),
          MemoryFields(),
          PersistenceFields(),
          StatsFields(),
          ReplicationFields(),
          CpuFields()};
}

/// A sample for each known field that the server tells.
void ReadFields(const ReadContext& context, scrape::SampleSink& sink);

}  // namespace sidewatch::redis
