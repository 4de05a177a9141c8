#include "exporter/net/router.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/check.h"

namespace sidewatch::net {

namespace {

using PathValues = std::map<std::string, std::string, std::less<>>;

std::vector<std::string> SplitPath(std::string_view path) {
  std::vector<std::string> segments;
  if (path.starts_with('/')) {
    path.remove_prefix(1);
  }
  while (true) {
    const std::size_t slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) {
      return segments;
    }
    path.remove_prefix(slash + 1);
  }
}

bool IsName(std::string_view segment) {
  return segment.size() > 2 && segment.starts_with('{') && segment.ends_with('}');
}

bool IsRest(std::string_view segment) {
  return IsName(segment) && segment.ends_with("...}");
}

std::string Join(const std::vector<std::string>& segments, std::size_t from) {
  return fmt::format(
      "{}", fmt::join(segments.begin() + static_cast<std::ptrdiff_t>(from), segments.end(), "/"));
}

/// Matches one path and takes the named segments.
bool Match(const std::vector<std::string>& pattern,
           const std::vector<std::string>& path,
           PathValues& values) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view want = pattern[i];
    if (i >= path.size()) {
      return false;
    }
    if (IsRest(want)) {
      values.insert_or_assign(std::string(want.substr(1, want.size() - 5)), Join(path, i));
      return true;
    }
    if (IsName(want) && !path[i].empty()) {
      values.insert_or_assign(std::string(want.substr(1, want.size() - 2)), path[i]);
    } else if (want != path[i]) {
      return false;
    }
  }
  return pattern.size() == path.size();
}

/// GET is served for HEAD; the server leaves the body out.
bool Serves(std::string_view method, std::string_view asked) {
  return method == asked || (asked == "HEAD" && method == "GET");
}

HttpResponse WrongMethod(const std::string& asked, std::vector<std::string> allowed) {
  if (std::find(allowed.begin(), allowed.end(), "GET") != allowed.end()) {
    allowed.emplace_back("HEAD");
  }
  std::sort(allowed.begin(), allowed.end());
  const std::string list = fmt::format("{}", fmt::join(allowed, ", "));
  HttpResponse response = TextResponse(
      405, fmt::format("Method {} is not allowed here; use one of: {}.\n", asked, list));
  response.headers.emplace_back("Allow", list);
  return response;
}

}  // namespace

void Router::Handle(std::string_view method,
                    std::string_view pattern,
                    Access access,
                    Handler handler) {
  SW_CHECK(pattern.starts_with('/'), "a route's pattern begins with a slash");
  routes_.push_back({std::string(method), SplitPath(pattern), access, std::move(handler)});
}

Router::Found Router::Find(HttpRequest& request) const {
  const std::vector<std::string> path = SplitPath(request.path);
  std::vector<std::string> allowed;
  for (const Route& route : routes_) {
    PathValues values;
    if (!Match(route.segments, path, values)) {
      continue;
    }
    if (Serves(route.method, request.method)) {
      request.path_values = std::move(values);
      return {&route.handler, route.access, {}};
    }
    if (route.method != "OPTIONS") {  // A preflight is answered for paths that do not exist too.
      allowed.push_back(route.method);
    }
  }
  if (allowed.empty()) {
    return {nullptr, Access::kRead, TextResponse(404, "404 page not found\n")};
  }
  return {nullptr, Access::kRead, WrongMethod(request.method, std::move(allowed))};
}

}  // namespace sidewatch::net
