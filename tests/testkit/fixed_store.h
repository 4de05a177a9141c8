#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "exporter/model/sample.h"
#include "exporter/storage/queryable.h"

namespace sidewatch::testkit {

/// A store that answers from a list that a test has filled, in the order in which it was filled.
class FixedStore final : public storage::Queryable {
 public:
  void Add(LabelSet labels, const std::vector<Sample>& samples) {
    auto series = std::make_shared<FixedSeries>(std::move(labels));
    for (const Sample& sample : samples) {
      series->columns.times.push_back(ToUnixMillis(sample.at));
      series->columns.values.push_back(sample.value);
    }
    all_.push_back(std::move(series));
  }

  Result<storage::SeriesSet> Select(std::span<const Matcher> matchers,
                                    const storage::TimeRange& range) const override {
    storage::SeriesSet found;
    for (const auto& series : all_) {
      if (Matches(matchers, series->labels()) && series->HasSamplesIn(range)) {
        found.push_back(series);
      }
    }
    return found;
  }

  Result<std::vector<std::string>> LabelNames(std::span<const Matcher> matchers,
                                              const storage::TimeRange& range) const override {
    return Gather(matchers, range, [](std::set<std::string>& out, const LabelSet& labels) {
      for (const Label label : labels) {
        out.emplace(label.name);
      }
    });
  }

  Result<std::vector<std::string>> LabelValues(std::string_view name,
                                               std::span<const Matcher> matchers,
                                               const storage::TimeRange& range) const override {
    return Gather(matchers, range, [name](std::set<std::string>& out, const LabelSet& labels) {
      if (labels.Has(name)) {
        out.emplace(labels.Get(name));
      }
    });
  }

 private:
  struct FixedSeries final : storage::Series {
    explicit FixedSeries(LabelSet set) : label_set(std::move(set)) {}

    const LabelSet& labels() const override { return label_set; }

    void Read(const storage::TimeRange& range, storage::SampleColumns& out) const override {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (InRange(columns.times[i], range)) {
          out.times.push_back(columns.times[i]);
          out.values.push_back(columns.values[i]);
        }
      }
    }

    std::optional<Sample> Newest(const storage::TimeRange& range,
                                 storage::SampleColumns& scratch) const override {
      scratch.clear();
      Read(range, scratch);
      return scratch.size() == 0 ? std::nullopt
                                 : std::optional(Sample{FromUnixMillis(scratch.times.back()),
                                                        scratch.values.back()});
    }

    bool HasSamplesIn(const storage::TimeRange& range) const {
      return std::any_of(columns.times.begin(), columns.times.end(), [&](std::int64_t at) {
        return InRange(at, range);
      });
    }

    static bool InRange(std::int64_t at, const storage::TimeRange& range) {
      return at >= ToUnixMillis(range.from) && at <= ToUnixMillis(range.to);
    }

    LabelSet label_set;
    storage::SampleColumns columns;
  };

  static bool Matches(std::span<const Matcher> matchers, const LabelSet& labels) {
    return std::all_of(
        matchers.begin(), matchers.end(), [&](const Matcher& m) { return m.Matches(labels); });
  }

  template <typename AddFn>
  std::vector<std::string> Gather(std::span<const Matcher> matchers,
                                  const storage::TimeRange& range,
                                  const AddFn& add) const {
    std::set<std::string> out;
    for (const auto& series : all_) {
      if (Matches(matchers, series->labels()) && series->HasSamplesIn(range)) {
        add(out, series->labels());
      }
    }
    return {out.begin(), out.end()};
  }

  std::vector<std::shared_ptr<const FixedSeries>> all_;
};

}  // namespace sidewatch::testkit
