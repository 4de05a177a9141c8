#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidewatch::net {

using Header = std::pair<std::string, std::string>;

/// Names and values in the order of the request; a name may repeat (`match[]`).
using FormValues = std::vector<std::pair<std::string, std::string>>;

/// Decodes `a=1&b=2` with percent and plus signs.
FormValues ParseForm(std::string_view text);

/// Percent-encodes everything but letters, digits and `-_.~`.
std::string EncodeUrl(std::string_view text);

/// Decodes percent signs; a plus sign stays one, as in the path of a URL.
std::string DecodeUrl(std::string_view text);

bool EqualsIgnoringCase(std::string_view a, std::string_view b);

/// The first header of that name, compared without case; empty if absent.
std::string_view FindHeader(const std::vector<Header>& headers, std::string_view name);

/// A request as a handler sees it. Bodies over the server's limit never reach a handler.
struct HttpRequest {
  std::string method = {};
  std::string path = {};  ///< Decoded, without the query.
  std::string query = {};
  std::vector<Header> headers = {};
  std::string body = {};
  std::string remote_address = {};
  /// The peer is this machine and no proxy speaks through it for somebody else.
  bool from_loopback = false;

  /// The values that the router took from the pattern: `/ping/{name}` gives `name`.
  std::map<std::string, std::string, std::less<>> path_values = {};

  /// Case-insensitive; empty if absent.
  std::string_view GetHeader(std::string_view name) const;

  /// The parameters of the query and of a form body together, the body's first.
  FormValues Form() const;
};

/// Takes the pieces of a body as they are made. Returns false once the client is gone.
using BodyWriter = std::function<bool(std::string_view piece)>;

/// What a handler answers: a whole body, or a function that streams it.
struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<Header> headers = {};
  std::string body = {};
  std::function<void(const BodyWriter&)> stream = {};  ///< If set, sent instead of `body`, chunked.
};

HttpResponse TextResponse(int status, std::string text);
HttpResponse JsonResponse(int status, std::string json);

}  // namespace sidewatch::net
