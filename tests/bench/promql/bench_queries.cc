// The queries of compare.py inside one process: what evaluating and writing the answer cost without
// HTTP and the peers. Data of the same shapes as data.py makes: 10,000 series over four hours.

#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "exporter/api/result_json.h"
#include "exporter/promql/engine.h"
#include "exporter/tsdb/bulk_writer.h"
#include "exporter/tsdb/head.h"
#include "tests/testkit/manual_clock.h"

namespace sidewatch::bench {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000;
constexpr std::int64_t kStep = 15'000;
constexpr std::int64_t kRounds = 960;
constexpr std::array kBounds = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "+Inf"};

struct Query {
  std::string_view name;
  std::string_view text;
};

constexpr Query kInstant[] = {
    {"rate", "sum(rate(x_total[5m]))"},
    {"rate by", R"(sum by (path, status) (rate(x_total{method=~"GET|POST"}[5m])))"},
    {"max 1h", "max_over_time(g[1h])"},
    {"increase 1h", "sum without (instance) (increase(x_total[1h]))"},
    {"quantile", "histogram_quantile(0.95, sum by (le) (rate(b_bucket[5m])))"},
    {"topk", "topk(10, rate(x_total[5m]))"},
    {"matching",
     "sum by (instance) (rate(e_total[5m])) / on (instance) sum by (instance) (rate(x_total[5m]))"},
    {"quantile 1h", "quantile_over_time(0.9, g[1h])"},
    {"count_values", R"(count_values("v", limit))"},
    {"predict", R"(predict_linear(g{device=~"disk0.*"}[1h], 3600) < 0)"},
    {"absent", R"(absent(up{job="nothing"}) or count(up == 1))"},
    {"group_left", R"(memory_bytes{kind!="free"} * on (instance) group_left (version) build_info)"},
};

constexpr Query kRange[] = {
    {"rate", "sum(rate(x_total[5m]))"},
    {"quantile by le", "histogram_quantile(0.95, sum by (le) (rate(b_bucket[5m])))"},
    {"ratio", "sum(rate(e_total[5m])) / sum(rate(x_total[5m]))"},
    {"plain 200", R"(g{device="disk03"} or g{device="disk04"})"},
    {"deriv", "avg by (device) (deriv(g[10m]))"},
    {"max 1h", "max by (instance) (max_over_time(g[1h]))"},
};

/// Keeps batches in memory, so that the head can be filled as from a file.
class MemoryJournal final : public storage::Journal {
 public:
  Status Write(std::string_view batch, TimePoint) override {
    batches_.emplace_back(batch);
    return {};
  }

  Status Replay(const std::function<Status(std::string_view)>& read) override {
    for (const std::string& batch : batches_) {
      SW_TRY(read(batch));
    }
    return {};
  }

  Status Truncate(TimePoint) override { return {}; }

 private:
  std::vector<std::string> batches_;
};

/// Writes series by series into a journal.
class Maker {
 public:
  explicit Maker(storage::Journal& journal)
      : writer_([&journal](std::string_view batch, TimePoint newest) {
          return journal.Write(batch, newest);
        }) {}

  double Uniform() {
    random_ = random_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(random_ >> 11U) / 9007199254740992.0;
  }

  template <typename Next>
  void Series(std::initializer_list<Label> labels, double value, Next next) {
    const std::uint32_t number = writer_.SeriesOf(LabelSet(labels));
    for (std::int64_t round = 0; round < kRounds; ++round) {
      value = next(value, round);
      if (!writer_.Add(number, kStart + round * kStep, value).has_value()) {
        std::abort();
      }
    }
  }

  void Counter(std::initializer_list<Label> labels, double most) {
    const std::int64_t reset =
        Uniform() < 0.05 ? static_cast<std::int64_t>(Uniform() * kRounds) : -1;
    const double mean = Uniform() * most;
    Series(labels, std::floor(Uniform() * 1e6), [&](double value, std::int64_t round) {
      return round == reset ? 0 : value + std::floor(Uniform() * 2 * mean);
    });
  }

  void Walk(std::initializer_list<Label> labels, bool all_digits) {
    double exact = Uniform() * 100;
    Series(labels, 0, [&](double, std::int64_t) {
      exact += Uniform() - 0.5;
      return all_digits ? exact : std::round(exact * 100) / 100;
    });
  }

  void Finish() {
    if (!writer_.Finish().has_value()) {
      std::abort();
    }
  }

 private:
  tsdb::BulkWriter writer_;
  std::uint64_t random_ = 7;
};

void MakeHost(Maker& maker, const std::string& instance) {
  for (const char* path : {"/v1/item/0", "/v1/item/1", "/v1/item/2", "/v1/item/3", "/v1/item/4"}) {
    for (const char* method : {"GET", "POST", "PUT", "DELETE"}) {
      for (const char* status : {"200", "404"}) {
        maker.Counter({{"__name__", "x_total"},
                       {"instance", instance},
                       {"job", "shop"},
                       {"method", method},
                       {"path", path},
                       {"status", status}},
                      40);
      }
    }
    maker.Counter(
        {{"__name__", "e_total"}, {"instance", instance}, {"job", "shop"}, {"path", path}}, 3);
  }
  for (int disk = 0; disk < 20; ++disk) {
    maker.Walk({{"__name__", "g"},
                {"device", fmt::format("disk{:02}", disk)},
                {"instance", instance},
                {"job", "node"}},
               disk % 4 == 3);
  }
  for (const char* kind : {"anon", "cache", "free", "slab"}) {
    maker.Series(
        {{"__name__", "memory_bytes"}, {"instance", instance}, {"job", "node"}, {"kind", kind}},
        4096e5,
        [&](double value, std::int64_t) {
          return value + 4096 * std::floor(maker.Uniform() * 41 - 20);
        });
  }
  for (const char* handler : {"/cart", "/search"}) {
    double weight = 0;
    for (const char* le : kBounds) {
      weight += maker.Uniform() * 6;
      maker.Series(
          {{"__name__", "b_bucket"},
           {"handler", handler},
           {"instance", instance},
           {"job", "shop"},
           {"le", le}},
          0,
          [&](double value, std::int64_t) { return value + std::floor(maker.Uniform() * weight); });
    }
  }
  maker.Series({{"__name__", "up"}, {"instance", instance}, {"job", "shop"}},
               1,
               [](double, std::int64_t) { return 1; });
  maker.Series(
      {{"__name__", "build_info"}, {"instance", instance}, {"job", "node"}, {"version", "1.2"}},
      1,
      [](double, std::int64_t) { return 1; });
  for (const char* resource : {"r0", "r1", "r2", "r3", "r4", "r5"}) {
    maker.Series(
        {{"__name__", "limit"}, {"instance", instance}, {"job", "node"}, {"resource", resource}},
        std::floor(maker.Uniform() * 1e5),
        [](double value, std::int64_t) { return value; });
  }
}

class Filled {
 public:
  Filled() {
    Maker maker(journal_);
    for (int host = 0; host < 100; ++host) {
      MakeHost(maker, fmt::format("shop-{:03}.example:8000", host));
    }
    maker.Finish();
    if (!head.Replay().has_value()) {
      std::abort();
    }
  }

 private:
  MemoryJournal journal_;

 public:
  testkit::ManualClock clock;
  tsdb::Head head{{.retention = Duration(0)}, clock, &journal_};
};

const Filled& Data() {
  static const Filled filled;
  return filled;
}

std::size_t Write(const promql::QueryResult& result, std::string& page) {
  std::size_t bytes = 0;
  JsonWriter json(page);
  json.BeginObject();
  api::WriteResult(json, result, [&] {
    constexpr std::size_t kPiece = 64 * 1024;
    if (page.size() >= kPiece) {
      bytes += page.size();
      page.clear();
    }
    return true;
  });
  json.EndObject();
  bytes += page.size();
  page.clear();
  return bytes;
}

constexpr std::int64_t kEnd = kStart + (kRounds - 1) * kStep;

void Instant(benchmark::State& state) {
  const Filled& data = Data();
  const Query& query = kInstant[state.range(0)];
  const promql::Engine engine({}, data.clock);
  std::string page;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto prepared = engine.Prepare(query.text);
    const auto result = engine.Instant(data.head, *prepared, FromUnixMillis(kEnd));
    bytes = Write(*result, page);
  }
  state.SetLabel(std::string(query.name));
  state.counters["answer bytes"] = static_cast<double>(bytes);
}

void Range(benchmark::State& state) {
  const Filled& data = Data();
  const Query& query = kRange[state.range(0)];
  const promql::Engine engine({}, data.clock);
  std::string page;
  std::size_t bytes = 0;
  for (auto _ : state) {
    const auto prepared = engine.Prepare(query.text);
    const auto result = engine.Range(data.head,
                                     *prepared,
                                     {.start = FromUnixMillis(kEnd - 230 * 60'000),
                                      .end = FromUnixMillis(kEnd),
                                      .step = Duration(60'000)});
    bytes = Write(*result, page);
  }
  state.SetLabel(std::string(query.name));
  state.counters["answer bytes"] = static_cast<double>(bytes);
}

// Process time: big selections are read by two threads.
BENCHMARK(Instant)
    ->DenseRange(0, std::size(kInstant) - 1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();
BENCHMARK(Range)
    ->DenseRange(0, std::size(kRange) - 1)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace sidewatch::bench
