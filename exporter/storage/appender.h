#pragma once

#include <cstdint>
#include <memory>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/label_set.h"

namespace sidewatch::storage {

/// Names a series inside one store, for as long as the store lives. 0 names none.
enum class SeriesRef : std::uint64_t {};

/// Writes a batch of samples, all at once on Commit().
///
/// Threads: an appender belongs to one thread; several appenders may be open at once.
class Appender {
 public:
  Appender() = default;
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;
  virtual ~Appender() = default;

  /// Appends one sample to the series that `labels` names, creating it on first sight.
  ///
  /// Shape:   `labels` hold `__name__` and no empty value.
  /// Units:   `value` is in the metric's own base unit; StaleNan() ends the series.
  /// Order:   `at` later than the newest sample of the series (or inside the out-of-order window).
  ///          Same time and value: ignored.
  /// Errors:  kInvalidArgument  too old, or same time with another value;
  ///          kLimitExceeded    the store holds its maximum of series.
  ///          After an error nothing of this call is stored and the appender stays usable.
  /// Cost:    one hash look-up; pass the returned reference to AppendRef to save it.
  virtual Result<SeriesRef> Append(const LabelSet& labels, TimePoint at, double value) = 0;

  /// Errors: as Append, and kNotFound if the series has been dropped meanwhile: Append it by its
  /// labels.
  virtual Status AppendRef(SeriesRef ref, TimePoint at, double value) = 0;

  /// Makes the batch visible to queries and durable. Without it the batch is dropped with the
  /// appender.
  virtual Status Commit() = 0;
};

/// What samples can be written to. Threads: safe.
class Appendable {
 public:
  Appendable() = default;
  Appendable(const Appendable&) = delete;
  Appendable& operator=(const Appendable&) = delete;
  virtual ~Appendable() = default;

  virtual std::unique_ptr<Appender> NewAppender() = 0;
};

}  // namespace sidewatch::storage
