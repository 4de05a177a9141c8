#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/sample.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::testkit {

/// Series in plain vectors, for tests of what reads series. Threads: one writes or many read.
class MemoryStorage final : public storage::Queryable {
 public:
  /// Appends a sample; the series is made on first sight. The same sample again is ignored. Errors:
  /// kInvalidArgument for one that is older, or another value at the same time.
  Status Append(const LabelSet& labels, TimePoint at, double value) {
    MemorySeries& series = Get(labels);
    const std::int64_t time = ToUnixMillis(at);
    if (!series.columns.times.empty() && time <= series.columns.times.back()) {
      const bool same = time == series.columns.times.back() &&
                        std::bit_cast<std::uint64_t>(value) ==
                            std::bit_cast<std::uint64_t>(series.columns.values.back());
      return same ? Status() : Fail(ErrorCode::kInvalidArgument, "out of order sample");
    }
    series.columns.times.push_back(time);
    series.columns.values.push_back(value);
    return {};
  }

  void Clear() {
    series_.clear();
    index_.clear();
  }

  Result<storage::SeriesSet> Select(std::span<const Matcher> matchers,
                                    const storage::TimeRange& range) const override {
    storage::SeriesSet found;
    for (const auto& series : series_) {
      if (Matches(*series, matchers, range)) {
        found.push_back(series);
      }
    }
    return found;
  }

  Result<std::vector<std::string>> LabelNames(std::span<const Matcher> matchers,
                                              const storage::TimeRange& range) const override {
    std::set<std::string> names;
    for (const auto& series : series_) {
      if (Matches(*series, matchers, range)) {
        for (const Label label : series->set) {
          names.emplace(label.name);
        }
      }
    }
    return std::vector<std::string>(names.begin(), names.end());
  }

  Result<std::vector<std::string>> LabelValues(std::string_view name,
                                               std::span<const Matcher> matchers,
                                               const storage::TimeRange& range) const override {
    std::set<std::string> values;
    for (const auto& series : series_) {
      if (Matches(*series, matchers, range) && series->set.Has(name)) {
        values.emplace(series->set.Get(name));
      }
    }
    return std::vector<std::string>(values.begin(), values.end());
  }

 private:
  struct MemorySeries final : storage::Series {
    const LabelSet& labels() const override { return set; }

    void Read(const storage::TimeRange& range, storage::SampleColumns& out) const override {
      const auto first = std::ranges::lower_bound(columns.times, ToUnixMillis(range.from));
      const auto last = std::ranges::upper_bound(columns.times, ToUnixMillis(range.to));
      if (first >= last) {
        return;
      }
      const auto offset = first - columns.times.begin();
      out.times.insert(out.times.end(), first, last);
      out.values.insert(out.values.end(),
                        columns.values.begin() + offset,
                        columns.values.begin() + offset + (last - first));
    }

    std::optional<Sample> Newest(const storage::TimeRange& range,
                                 storage::SampleColumns& /*scratch*/) const override {
      const auto after = std::ranges::upper_bound(columns.times, ToUnixMillis(range.to));
      if (after == columns.times.begin() || *(after - 1) < ToUnixMillis(range.from)) {
        return std::nullopt;
      }
      const auto place = static_cast<std::size_t>(after - columns.times.begin()) - 1;
      return Sample{FromUnixMillis(columns.times[place]), columns.values[place]};
    }

    LabelSet set;
    storage::SampleColumns columns;
  };

  static bool Matches(const MemorySeries& series,
                      std::span<const Matcher> matchers,
                      const storage::TimeRange& range) {
    const auto& times = series.columns.times;
    return !times.empty() && times.front() <= ToUnixMillis(range.to) &&
           times.back() >= ToUnixMillis(range.from) &&
           std::ranges::all_of(matchers, [&](const Matcher& m) { return m.Matches(series.set); });
  }

  MemorySeries& Get(const LabelSet& labels) {
    const auto [found, is_new] = index_.try_emplace(labels, series_.size());
    if (is_new) {
      series_.push_back(std::make_shared<MemorySeries>());
      series_.back()->set = labels;
    }
    return *series_[found->second];
  }

  std::vector<std::shared_ptr<MemorySeries>> series_;
  std::unordered_map<LabelSet, std::size_t, LabelSetHash> index_;
};

}  // namespace sidewatch::testkit
