#pragma once

#include <memory>

#include "exporter/storage/appender.h"

namespace sidewatch::app {

/// Takes samples and keeps none: for --web.read-only-data, where the program still shows its own
/// numbers but appends nothing.
class DiscardingStore final : public storage::Appendable {
 public:
  std::unique_ptr<storage::Appender> NewAppender() override { return std::make_unique<Drain>(); }

 private:
  class Drain final : public storage::Appender {
   public:
    Result<storage::SeriesRef> Append(const LabelSet& /*labels*/,
                                      TimePoint /*at*/,
                                      double /*value*/) override {
      return storage::SeriesRef{1};
    }

    Status AppendRef(storage::SeriesRef /*ref*/, TimePoint /*at*/, double /*value*/) override {
      return {};
    }

    Status Commit() override { return {}; }
  };
};

}  // namespace sidewatch::app
