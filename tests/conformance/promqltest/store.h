#pragma once

#include <memory>
#include <optional>

#include "exporter/tsdb/head.h"
#include "tests/testkit/manual_clock.h"
#include "tests/testkit/memory_storage.h"

namespace sidewatch::promqltest {

/// Where a script loads its series.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  virtual void Clear() = 0;
  virtual Status Append(const LabelSet& labels, TimePoint at, double value) = 0;

  /// Makes what was appended visible.
  virtual Status Commit() = 0;
  virtual const storage::Queryable& queryable() const = 0;
};

/// Plain vectors.
class PlainStore final : public Store {
 public:
  void Clear() override { storage_.Clear(); }

  Status Append(const LabelSet& labels, TimePoint at, double value) override {
    return storage_.Append(labels, at, value);
  }

  Status Commit() override { return {}; }

  const storage::Queryable& queryable() const override { return storage_; }

 private:
  testkit::MemoryStorage storage_;
};

/// The program's own: long series have sealed chunks there.
class HeadStore final : public Store {
 public:
  HeadStore() { HeadStore::Clear(); }

  void Clear() override {
    appender_.reset();
    head_.emplace(tsdb::HeadOptions{.retention = Duration(0)}, clock_, nullptr);
  }

  Status Append(const LabelSet& labels, TimePoint at, double value) override {
    if (appender_ == nullptr) {
      appender_ = head_->NewAppender();
    }
    const auto appended = appender_->Append(labels, at, value);
    return appended.has_value() ? Status() : Fail(appended.error());
  }

  Status Commit() override {
    const auto appender = std::move(appender_);
    return appender == nullptr ? Status() : appender->Commit();
  }

  const storage::Queryable& queryable() const override { return *head_; }

 private:
  testkit::ManualClock clock_;
  std::optional<tsdb::Head> head_;
  std::unique_ptr<storage::Appender> appender_;
};

}  // namespace sidewatch::promqltest
