// Lines per CPU second of an nginx access log: file to counters, as a run does it.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include "collectors/logs/logs.h"
#include "tests/testkit/run_collector.h"

namespace sidewatch::bench {
namespace {

constexpr int kLines = 200'000;

constexpr const char* kOnePattern = R"yaml(
metrics:
  - name: nginx_requests_total
    regex: '^(?P<ip>\S+) \S+ \S+ \[[^\]]+\] "(?P<method>[A-Z]+) (?P<path>\S+) \S+" (?P<status>\d{3}) (?P<bytes>\d+)'
    labels: {method: method, status: status}
)yaml";

// What people count in an access log: by method, by status class, logins, bots, bytes, slow pages.
constexpr const char* kMorePatterns = R"yaml(
  - {name: nginx_404_total, regex: '" 404 '}
  - {name: nginx_5xx_total, regex: '" (?P<status>5\d\d) ', labels: {status: status}}
  - {name: nginx_logins_total, regex: '"POST /login\S* HTTP/[^"]*" (?P<status>\d+)', labels: {status: status}}
  - {name: nginx_bots_total, regex: '"[^"]*(?P<bot>Googlebot|bingbot)[^"]*"$', labels: {bot: bot}}
  - {name: nginx_sent_bytes_total, regex: '" \d{3} (?P<bytes>\d+) "', value: bytes}
  - {name: nginx_api_total, regex: '"[A-Z]+ /api/(?P<version>v\d+)/', labels: {version: version}}
  - {name: nginx_uploads_total, regex: '"PUT /upload'}
  - {name: nginx_curl_total, regex: '"curl/(?P<version>\S+)"', labels: {version: version}}
  - {name: nginx_http2_total, regex: 'HTTP/2\.0"'}
)yaml";

const std::string& LogFile() {
  static const std::string kPath = [] {
    std::string path = (std::filesystem::temp_directory_path() / "bench-logs-XXXXXX").string();
    const int fd = ::mkstemp(path.data());
    ::close(fd);
    constexpr const char* kPaths[] = {
        "/", "/index.html", "/api/v1/items/7", "/static/app.css", "/login"};
    constexpr const char* kAgents[] = {
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 "
        "Safari/537.36",
        "curl/8.5.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"};
    constexpr int kStatuses[] = {200, 200, 200, 200, 304, 404, 200, 502};
    std::ofstream out(path);
    for (unsigned i = 0; i < kLines; ++i) {
      const unsigned dice = i * 2654435761U >> 8U;
      out << fmt::format(
          "203.0.113.{} - - [21/Nov/2026:12:{:02}:{:02} +0000] \"{} {} HTTP/1.1\" {} {} "
          "\"https://shop.example/\" \"{}\"\n",
          dice % 250,
          i / 60 % 60,
          i % 60,
          dice % 10 == 0 ? "POST" : "GET",
          kPaths[dice / 7 % 5],
          kStatuses[dice / 11 % 8],
          dice % 40'000,
          kAgents[dice / 13 % 3]);
    }
    return path;
  }();
  return kPath;
}

void Run(benchmark::State& state, const std::string& keys) {
  const SystemClock clock;
  const std::string yaml = fmt::format("files: [\"{}\"]\nfrom: start{}", LogFile(), keys);
  for (auto _ : state) {
    const auto made = testkit::MakeCollector(logs::kLogsSpec, yaml, clock);
    if (!made.collector) {
      state.SkipWithError(made.errors.front().c_str());
      return;
    }
    const auto collected = testkit::CollectOnce(*made.collector, clock, std::chrono::minutes(1));
    benchmark::DoNotOptimize(collected->sink.values().size());
  }
  // Per CPU second of this thread.
  state.counters["lines"] = benchmark::Counter(static_cast<double>(state.iterations()) * kLines,
                                               benchmark::Counter::kIsRate);
}

void OnePattern(benchmark::State& state) {
  Run(state, kOnePattern);
}

BENCHMARK(OnePattern)->Unit(benchmark::kMillisecond);

void TenPatterns(benchmark::State& state) {
  Run(state,
      std::string(kOnePattern).substr(0, std::string(kOnePattern).size() - 1) + kMorePatterns);
}

BENCHMARK(TenPatterns)->Unit(benchmark::kMillisecond);

void Sets(benchmark::State& state) {
  Run(state, "\nsets: [levels, auth_failures, database_errors, http, slow, uploads]");
}

BENCHMARK(Sets)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sidewatch::bench
