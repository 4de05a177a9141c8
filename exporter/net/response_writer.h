#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/net/http_message.h"

namespace sidewatch::net {

/// How an answer goes on the wire.
struct ReplyStyle {
  std::string_view reason;  ///< `OK`.
  bool head_only = false;
  bool chunked_allowed = true;  ///< HTTP/1.1.
  bool gzip_allowed = false;
  bool keep_alive = true;
  const std::vector<Header>* extra_headers = nullptr;
};

/// Sends a whole answer through `raw`, compressing and chunking as `style` allows. What fits one
/// buffer is sent with its length. Returns false if the client is gone. An exception out of
/// `response.stream` ends the answer so that the client notices, and is passed on.
bool SendResponse(const HttpResponse& response, const ReplyStyle& style, const BodyWriter& raw);

}  // namespace sidewatch::net
