#include <algorithm>
#include <array>
#include <iterator>

#include "collectors/logs/sets.h"

namespace sidewatch::logs {
namespace {

constexpr std::string_view kLabels[] = {"log", "file", "method", "status"};

constexpr MetricDescriptor kMetrics[] = {
    SetCounter("log_http_requests_total",
               kLabels,
               "each line's request and status",
               "Requests by method and status."),
};
static_assert(DescriptorsAreSound(kMetrics));

// RFC 9110 and 5789. What strangers invent is `other`: a label must not grow by them.
constexpr std::string_view kMethods[] = {
    "GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"};

std::string_view KnownMethod(std::string_view method) {
  const auto* found = std::ranges::find(kMethods, method);
  return found == std::end(kMethods) ? "other" : *found;
}

void Count(const Line& line, std::span<SeriesTable> tables) {
  const int status = line.record.status;
  if (status < 100 || status > 999) {
    return;
  }
  const std::array<char, 3> digits = {static_cast<char>('0' + status / 100),
                                      static_cast<char>('0' + status / 10 % 10),
                                      static_cast<char>('0' + status % 10)};
  tables[0].Add({KnownMethod(line.record.method), std::string_view(digits.data(), digits.size())},
                1);
}

}  // namespace

constinit const LogSet kHttpSet = {.name = "http",
                                   .summary = "Requests by method and status.",
                                   .by_default = true,
                                   .metrics = kMetrics,
                                   .count = &Count};

}  // namespace sidewatch::logs
