#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace sidewatch::tsdb {

/// A series named by a number for the samples of this batch and later ones.
struct JournalSeries {
  std::uint32_t slot = 0;
  LabelSet labels;
};

struct JournalSample {
  std::uint32_t slot = 0;
  std::int64_t at = 0;
  double value = 0;
};

/// What one batch of the journal says.
struct JournalBatch {
  std::vector<JournalSeries> series;
  std::vector<JournalSample> samples;

  void clear() {
    series.clear();
    samples.clear();
  }
};

/// Appends `batch` to `out`. It can be read without any other batch, but for the series defined
/// earlier.
void EncodeBatch(const JournalBatch& batch, std::string& out);

/// Replaces `batch` by what `bytes` say. Errors: kProtocol for bytes that EncodeBatch did not
/// write.
Status DecodeBatch(std::string_view bytes, JournalBatch& batch);

}  // namespace sidewatch::tsdb
