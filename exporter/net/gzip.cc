#include "exporter/net/gzip.h"

#include <algorithm>
#include <array>
#include <optional>

#include "exporter/base/check.h"
#include "exporter/base/number.h"

namespace sidewatch::net {

namespace {

// Metrics compress about tenfold at any level; level 1 takes a third of the default level's time.
constexpr int kLevel = 1;
constexpr int kWindow = 15 + 16;  // 32 KiB; 16 asks for gzip's header.
constexpr int kMemory = 8;
constexpr std::size_t kPiece = 16 * 1024;

std::string_view Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool IsRefused(std::string_view parameters) {
  const std::string_view weight = Trim(parameters);
  if (!weight.starts_with("q=")) {
    return false;
  }
  const std::optional<double> value = ParseNumber(weight.substr(2));
  return value && *value <= 0;
}

}  // namespace

bool AcceptsGzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const std::size_t comma = std::min(accept_encoding.find(','), accept_encoding.size());
    const std::string_view entry = accept_encoding.substr(0, comma);
    accept_encoding.remove_prefix(std::min(comma + 1, accept_encoding.size()));
    const std::size_t semicolon = std::min(entry.find(';'), entry.size());
    const std::string_view parameters = entry.substr(std::min(semicolon + 1, entry.size()));
    if (Trim(entry.substr(0, semicolon)) == "gzip") {
      return !IsRefused(parameters);
    }
  }
  return false;
}

GzipWriter::GzipWriter() : release_(&stream_) {
  const int status =
      deflateInit2(&stream_, kLevel, Z_DEFLATED, kWindow, kMemory, Z_DEFAULT_STRATEGY);
  SW_CHECK(status == Z_OK, "zlib is out of memory");
}

void GzipWriter::Write(std::string_view piece, std::string& out) {
  Run(piece, Z_NO_FLUSH, out);
}

void GzipWriter::Finish(std::string& out) {
  Run({}, Z_FINISH, out);
}

void GzipWriter::Run(std::string_view piece, int flush, std::string& out) {
  // zlib does not write to its input, it only lacks the const.
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
  stream_.avail_in = static_cast<uInt>(piece.size());
  do {
    const std::size_t before = out.size();
    out.resize(before + kPiece);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream_.avail_out = kPiece;
    deflate(&stream_, flush);
    out.resize(before + (kPiece - stream_.avail_out));
  } while (stream_.avail_out == 0);
}

}  // namespace sidewatch::net
