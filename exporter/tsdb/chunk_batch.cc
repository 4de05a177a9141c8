// A batch of whole chunks, as an import writes them:
//
//   +------------+--------------------------------------------------------------------+
//   | version u8 | number of series varint, then each:                                |
//   | 2          |   labels, see label_codec.cc | number of chunks varint | chunks    |
//   |            |   chunk: samples << 1 | flat varint, first time zigzag varint,     |
//   |            |          length in time varint, bytes of the body varint, the body |
//   +------------+--------------------------------------------------------------------+

#include "exporter/tsdb/chunk_batch.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "exporter/tsdb/byte_io.h"
#include "exporter/tsdb/label_codec.h"

namespace sidewatch::tsdb {
namespace {

constexpr std::uint8_t kVersion = 2;

bool ReadChunks(ByteReader& in, storage::SampleColumns& scratch, std::vector<Chunk>& chunks) {
  const std::uint64_t number = in.Varint();
  if (number > in.left()) {
    return false;
  }
  chunks.reserve(number);
  for (std::uint64_t i = 0; i < number; ++i) {
    std::optional<Chunk> chunk = Chunk::Parse(in, scratch);
    if (!chunk.has_value()) {
      return false;
    }
    chunks.push_back(std::move(*chunk));
  }
  return true;
}

bool ReadAll(ByteReader& in, std::vector<JournalChunks>& series) {
  LabelTexts before;
  storage::SampleColumns scratch;
  const std::uint64_t number = in.Varint();
  if (number > in.left()) {
    return false;
  }
  series.reserve(number);
  for (std::uint64_t i = 0; i < number; ++i) {
    std::optional<LabelSet> labels = ReadLabels(in, before);
    if (!labels.has_value()) {
      return false;
    }
    series.push_back({std::move(*labels), {}});
    if (!ReadChunks(in, scratch, series.back().chunks)) {
      return false;
    }
  }
  return !in.failed();
}

}  // namespace

bool HoldsChunks(std::string_view bytes) {
  return !bytes.empty() && bytes.front() == static_cast<char>(kVersion);
}

void EncodeChunkBatch(std::span<const JournalChunks> series, std::string& out) {
  out += static_cast<char>(kVersion);
  PutVarint(out, series.size());
  LabelTexts before;
  for (const JournalChunks& one : series) {
    PutLabels(out, one.labels, before);
    PutVarint(out, one.chunks.size());
    for (const Chunk& chunk : one.chunks) {
      chunk.Write(out);
    }
  }
}

Status DecodeChunkBatch(std::string_view bytes, std::vector<JournalChunks>& series) {
  series.clear();
  ByteReader in(bytes);
  if (const std::uint8_t version = in.Byte(); version != kVersion) {
    return Fail(ErrorCode::kProtocol,
                "chunk batch of {} bytes: version {} instead of {}",
                bytes.size(),
                version,
                kVersion);
  }
  if (!ReadAll(in, series) || in.left() != 0) {
    series.clear();
    return Fail(ErrorCode::kProtocol,
                "chunk batch of {} bytes: it is damaged near byte {}",
                bytes.size(),
                bytes.size() - in.left());
  }
  return {};
}

}  // namespace sidewatch::tsdb
