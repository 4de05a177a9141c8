#include "exporter/net/gunzip.h"

#include <algorithm>

#include <zlib.h>

#include "exporter/base/check.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::net {
namespace {

constexpr int kWindow = 15 + 16;  // 32 KiB; 16 asks for gzip's header.
constexpr std::size_t kPiece = std::size_t{64} * 1024;
constexpr std::size_t kUsualRatio = 8;

Status Inflate(z_stream& stream, std::size_t limit, std::string& out) {
  while (true) {
    const std::size_t before = out.size();
    out.resize(before + kPiece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = kPiece;
    const int status = inflate(&stream, Z_NO_FLUSH);
    out.resize(before + (kPiece - stream.avail_out));
    if (out.size() > limit) {
      return Fail(ErrorCode::kLimitExceeded, "the unpacked body is larger than {} bytes", limit);
    }
    if (status == Z_STREAM_END && stream.avail_in == 0) {
      return {};
    }
    if (status == Z_STREAM_END) {
      inflateReset(&stream);  // Another member follows.
    } else if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_out > 0)) {
      return Fail(ErrorCode::kProtocol, "the gzip body ends before its end");
    } else if (status != Z_OK) {
      return Fail(ErrorCode::kProtocol,
                  "the gzip body is damaged: {}",
                  stream.msg == nullptr ? "no such format" : stream.msg);
    }
  }
}

}  // namespace

Result<std::string> Gunzip(std::string_view packed, std::size_t limit) {
  z_stream stream{};
  SW_CHECK(inflateInit2(&stream, kWindow) == Z_OK, "zlib is out of memory");
  const UniqueHandle<z_stream, inflateEnd> release(&stream);
  // zlib does not write to its input, it only lacks the const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  text.reserve(std::min(packed.size() * kUsualRatio, limit) + kPiece);
  SW_TRY(Inflate(stream, limit, text));
  return text;
}

}  // namespace sidewatch::net
