#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/label_set.h"
#include "exporter/tsdb/chunk.h"

namespace sidewatch::tsdb {

/// Chunks of one series, as a batch of the journal holds them.
struct JournalChunks {
  LabelSet labels;
  std::vector<Chunk> chunks;
};

/// Whether a batch of the journal holds chunks and not samples (see journal_codec.h).
bool HoldsChunks(std::string_view bytes);

/// Appends a batch that can be read without any other.
void EncodeChunkBatch(std::span<const JournalChunks> series, std::string& out);

/// Replaces `series` by what `bytes` say. Errors: kProtocol for bytes that EncodeChunkBatch did not
/// write.
Status DecodeChunkBatch(std::string_view bytes, std::vector<JournalChunks>& series);

}  // namespace sidewatch::tsdb
