#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "exporter/scrape/target.h"

namespace sidewatch::scrape {

inline constexpr MetricDescriptor kFakeUp = {.name = "fake_up", .help = "Up.", .source = "test"};
inline constexpr MetricDescriptor kFakeValue = {
    .name = "fake_value", .help = "Value.", .source = "test"};

inline const CollectorSpec kFakeSpec = {
    .kind = "fake",
    .default_job = "fake",
    .summary = "For tests.",
    .metrics = {},
    .up = &kFakeUp,
    .create = nullptr,
};

/// A collector that does what the test says.
class FakeCollector final : public Collector {
 public:
  using Body = std::function<Status(const RunContext&, SampleSink&)>;

  explicit FakeCollector(Body body) : body_(std::move(body)) {}

  Status Collect(const RunContext& run, SampleSink& sink) override { return body_(run, sink); }

  std::string Instance() const override { return "fake:1"; }

 private:
  Body body_;
};

inline Target FakeTarget(FakeCollector::Body body,
                         std::string name = "main",
                         std::uint64_t fingerprint = 1) {
  Target target;
  target.spec = &kFakeSpec;
  target.collector = std::make_unique<FakeCollector>(std::move(body));
  target.config.kind = "fake";
  target.config.name = std::move(name);
  target.config.job = "fake";
  target.config.instance = "fake:1";
  target.config.fingerprint = fingerprint;
  target.config.interval = std::chrono::hours(1);
  target.config.timeout = std::chrono::seconds(10);
  return target;
}

inline Status CollectSeven(const RunContext& /*run*/, SampleSink& sink) {
  sink.Add(kFakeValue, 7);
  return {};
}

}  // namespace sidewatch::scrape
