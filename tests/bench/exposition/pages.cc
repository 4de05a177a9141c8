#include "tests/bench/exposition/pages.h"

#include <array>
#include <random>

#include <fmt/format.h>

namespace sidewatch::exposition {
namespace {

constexpr std::array<std::string_view, 12> kBounds = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"};
constexpr std::array<std::string_view, 4> kMethods = {"GET", "POST", "PUT", "DELETE"};
constexpr std::array<std::string_view, 5> kCodes = {"200", "301", "404", "429", "500"};
constexpr std::size_t kSeriesPerFamily = 140;

class FamilyMaker {
 public:
  MetricFamily Make(std::size_t number) {
    switch (number % 3) {
      case 0:
        return MakeGauge(number);
      case 1:
        return MakeCounter(number);
      default:
        return MakeHistogram(number);
    }
  }

 private:
  static MetricFamily Begin(std::string name, MetricType type) {
    MetricFamily family;
    family.name = std::move(name);
    family.type = type;
    family.help = "What this number says in one sentence of the usual length.";
    return family;
  }

  double Real() { return std::uniform_real_distribution<double>(0, 1000)(random_); }

  double Whole() {
    return static_cast<double>(std::uniform_int_distribution<std::int64_t>(0, 9'000'000)(random_));
  }

  MetricFamily MakeGauge(std::size_t number) {
    MetricFamily family =
        Begin(fmt::format("node_filesystem_avail_{}_bytes", number), MetricType::kGauge);
    for (std::size_t i = 0; i < kSeriesPerFamily; ++i) {
      const std::string device = fmt::format("/dev/sda{}", i);
      const std::string mount = fmt::format("/var/lib/data/volume-{}", i);
      family.samples.push_back({.labels = LabelSet{{kMetricName, family.name},
                                                   {"device", device},
                                                   {"fstype", "ext4"},
                                                   {"mountpoint", mount}},
                                .value = i % 2 == 0 ? Whole() * 4096 : Real()});
    }
    return family;
  }

  MetricFamily MakeCounter(std::size_t number) {
    MetricFamily family =
        Begin(fmt::format("http_server_{}_requests_total", number), MetricType::kCounter);
    for (std::size_t i = 0; i < kSeriesPerFamily; ++i) {
      const std::string handler = fmt::format("/api/v1/orders/{}", i / 20);
      family.samples.push_back({.labels = LabelSet{{kMetricName, family.name},
                                                   {"code", kCodes[i % kCodes.size()]},
                                                   {"handler", handler},
                                                   {"method", kMethods[i / 5 % kMethods.size()]}},
                                .value = Whole()});
    }
    return family;
  }

  MetricFamily MakeHistogram(std::size_t number) {
    MetricFamily family =
        Begin(fmt::format("http_server_{}_request_seconds", number), MetricType::kHistogram);
    const std::string bucket = family.name + "_bucket";
    for (std::size_t i = 0; i < kSeriesPerFamily / (kBounds.size() + 2); ++i) {
      const std::string handler = fmt::format("/api/v1/orders/{}", i);
      for (const std::string_view bound : kBounds) {
        family.samples.push_back(
            {.labels = LabelSet{{kMetricName, bucket}, {"handler", handler}, {"le", bound}},
             .value = Whole()});
      }
      family.samples.push_back(
          {.labels = LabelSet{{kMetricName, family.name + "_sum"}, {"handler", handler}},
           .value = Real()});
      family.samples.push_back(
          {.labels = LabelSet{{kMetricName, family.name + "_count"}, {"handler", handler}},
           .value = Whole()});
    }
    return family;
  }

  std::mt19937_64 random_{1};  // NOLINT(cert-msc51-cpp): the same page at every run
};

}  // namespace

std::vector<MetricFamily> MakeFamilies(std::size_t series) {
  FamilyMaker maker;
  std::vector<MetricFamily> families;
  for (std::size_t made = 0; made < series; made += kSeriesPerFamily) {
    families.push_back(maker.Make(families.size()));
  }
  return families;
}

std::vector<const MetricFamily*> PointersTo(const std::vector<MetricFamily>& families) {
  std::vector<const MetricFamily*> pointers;
  pointers.reserve(families.size());
  for (const MetricFamily& family : families) {
    pointers.push_back(&family);
  }
  return pointers;
}

}  // namespace sidewatch::exposition
