#include "exporter/scrape/left_over.h"

#include <chrono>
#include <unordered_set>
#include <vector>

#include "exporter/model/matcher.h"
#include "exporter/model/sample.h"
#include "exporter/scrape/stored_labels.h"

namespace sidewatch::scrape {
namespace {

/// How far back a query looks for the present value of a series.
constexpr auto kLookback = std::chrono::minutes(5);

Result<storage::SeriesSet> SeriesOf(const LabelSet& target,
                                    const storage::Queryable& from,
                                    const storage::TimeRange& range) {
  std::vector<Matcher> matchers;
  matchers.reserve(target.size());
  for (const Label label : target) {
    matchers.push_back(Matcher::Equal(label.name, label.value));
  }
  return from.Select(matchers, range);
}

/// Puts the marker behind the last sample of a series that has no end. True: it did.
bool End(const storage::Series& series,
         const storage::TimeRange& range,
         storage::Appender& appender) {
  storage::SampleColumns samples;
  series.Read(range, samples);
  return samples.size() != 0 && !IsStale(samples.values.back()) &&
         appender.Append(series.labels(), FromUnixMillis(samples.times.back() + 1), StaleNan())
             .has_value();
}

}  // namespace

Result<std::size_t> EndLeftOver(std::span<const Target> targets,
                                const std::set<std::string, std::less<>>& of_rules,
                                const storage::Queryable& from,
                                storage::Appendable& to,
                                TimePoint now) {
  const storage::TimeRange range{now - kLookback, now};
  const auto appender = to.NewAppender();
  std::unordered_set<LabelSet, LabelSetHash> seen;
  std::size_t ended = 0;
  for (const Target& target : targets) {
    const LabelSet labels = StoredLabels(target.config).target();
    if (labels.Get("job").empty() || !seen.insert(labels).second) {
      continue;
    }
    SW_TRY_ASSIGN(const storage::SeriesSet found, SeriesOf(labels, from, range));
    for (const auto& series : found) {
      if (!of_rules.contains(series->labels().Get(kMetricName))) {
        ended += End(*series, range, *appender) ? 1 : 0;
      }
    }
  }
  SW_TRY(appender->Commit());
  return ended;
}

}  // namespace sidewatch::scrape
