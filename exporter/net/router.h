#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/net/http_message.h"

namespace sidewatch::net {

using Handler = std::function<HttpResponse(const HttpRequest&)>;

/// Who may use a route.
enum class Access {
  kRead,    ///< Whoever may see anything.
  kWrite,   ///< It changes state, which not every address may do without authentication.
  kSigned,  ///< Whoever has a signed link; the handler looks at it, unless there is nothing to
            ///< hide.
};

/// Finds the handler of a request by method and path.
///
/// A pattern is a path in which `{name}` takes one segment and a last `{name...}` takes the rest.
/// An unknown path is 404; a known path with another method 405 with `Allow`; HEAD goes to GET.
/// Threads: filled before the server starts, then read from any.
class Router {
 public:
  void Handle(std::string_view method, std::string_view pattern, Access access, Handler handler);

  struct Found {
    const Handler* handler = nullptr;  ///< Null: answer `error`.
    Access access = Access::kRead;
    HttpResponse error;
  };

  /// Fills `request.path_values`.
  Found Find(HttpRequest& request) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    Access access;
    Handler handler;
  };

  std::vector<Route> routes_;
};

}  // namespace sidewatch::net
