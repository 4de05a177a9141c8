#pragma once

#include <string>
#include <string_view>

#include <zlib.h>

#include "exporter/base/unique_handle.h"

namespace sidewatch::net {

/// True if an Accept-Encoding header takes gzip with a weight above zero.
bool AcceptsGzip(std::string_view accept_encoding);

/// Compresses a body piece by piece into gzip's format. Internal to this folder.
class GzipWriter {
 public:
  GzipWriter();

  /// Appends what is ready to `out`, which may be nothing.
  void Write(std::string_view piece, std::string& out);

  /// Appends the rest. Nothing may follow.
  void Finish(std::string& out);

 private:
  void Run(std::string_view piece, int flush, std::string& out);

  z_stream stream_{};
  UniqueHandle<z_stream, deflateEnd> release_;
};

}  // namespace sidewatch::net
