// Rows are filled in blocks, by whichever thread is free: the caller's, which also hands them out
// in order, or a helper that lives as long as the reading. A ring holds what is filled but not
// handed out yet. If the helper gets no processor, the caller does all the work.

#include "exporter/promql/row_reader.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace sidewatch::promql {
namespace {

constexpr std::size_t kRing = 8;
constexpr std::size_t kBlockValues = 8192;
/// Few enough to be still near when they are handed out.
constexpr std::size_t kValuesAlone = 512;
/// Steps that reading a row costs besides its own, about.
constexpr std::size_t kRowCost = 64;
/// The ring holds a row a block at least: of longer rows it would hold too much.
constexpr std::size_t kLongestRow = std::size_t{1} << 17U;
/// Less than this is done before a thread has started.
constexpr std::size_t kWorthAThread = 60'000;

/// Consecutive rows and their values.
class Block {
 public:
  void Fill(RowSource& source, std::size_t begin, std::size_t end) {
    begin_ = begin;
    end_ = end;
    status_ = source.FillRows(begin, buffer_.Reset(end - begin, source.steps()));
  }

  Status HandOut(const TakeRow& take) const {
    SW_TRY(status_);
    for (std::size_t row = begin_; row < end_; ++row) {
      SW_TRY(take(row, buffer_.view(row - begin_)));
    }
    return {};
  }

 private:
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  RowsBuffer buffer_;
  Status status_;
};

class PairOfReaders {
 public:
  PairOfReaders(RowSource& source, RowSource& fork)
      : source_(source),
        fork_(fork),
        rows_per_block_(std::max<std::size_t>(kBlockValues / (source.steps() + kRowCost), 1)),
        blocks_((source.size() + rows_per_block_ - 1) / rows_per_block_) {}

  Status Run(const TakeRow& take) {
    const std::jthread helper([this](const std::stop_token& stop) { Help(stop); });
    for (std::size_t next = 0; next < blocks_; ++next) {
      FillUntilReady(next);
      SW_TRY(ring_[next % kRing].HandOut(take));
      const std::lock_guard lock(mutex_);
      ready_[next % kRing] = false;
      ++handed_out_;
      changed_.notify_all();
    }
    return {};
  }

 private:
  void Fill(RowSource& source, std::size_t block) {
    const std::size_t begin = block * rows_per_block_;
    ring_[block % kRing].Fill(source, begin, std::min(begin + rows_per_block_, source_.size()));
  }

  bool MayClaim() const { return claimed_ < blocks_ && claimed_ < handed_out_ + kRing; }

  /// Works itself as long as there is work, rather than wait.
  void FillUntilReady(std::size_t block) {
    std::unique_lock lock(mutex_);
    while (!ready_[block % kRing]) {
      if (MayClaim()) {
        FillNext(source_, lock);
      } else {
        changed_.wait(lock);
      }
    }
  }

  void Help(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested() && claimed_ < blocks_) {
      if (MayClaim()) {
        FillNext(fork_, lock);
      } else {
        changed_.wait(lock, stop, [this] { return MayClaim() || claimed_ == blocks_; });
      }
    }
  }

  void FillNext(RowSource& source, std::unique_lock<std::mutex>& lock) {
    const std::size_t block = claimed_++;
    lock.unlock();
    Fill(source, block);
    lock.lock();
    ready_[block % kRing] = true;
    changed_.notify_all();
  }

  RowSource& source_;
  RowSource& fork_;
  const std::size_t rows_per_block_;
  const std::size_t blocks_;
  std::array<Block, kRing> ring_;  // A block belongs to who claimed it until it is ready.

  // Guarded by mutex_; condition_variable_any needs the bare std::mutex.
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::array<bool, kRing> ready_ = {};
  std::size_t claimed_ = 0;
  std::size_t handed_out_ = 0;
};

Status ReadAlone(RowSource& source, const TakeRow& take) {
  const std::size_t rows_per_block = std::max<std::size_t>(kValuesAlone / source.steps(), 1);
  Block block;
  for (std::size_t row = 0; row < source.size(); row += rows_per_block) {
    block.Fill(source, row, std::min(row + rows_per_block, source.size()));
    SW_TRY(block.HandOut(take));
  }
  return {};
}

}  // namespace

Status ReadRows(RowSource& source, const TakeRow& take) {
  if (source.size() < 2 || source.size() * (source.steps() + kRowCost) < kWorthAThread ||
      source.steps() > kLongestRow || std::thread::hardware_concurrency() < 2) {
    return ReadAlone(source, take);
  }
  const std::unique_ptr<RowSource> fork = source.Fork();
  if (fork == nullptr) {
    return ReadAlone(source, take);
  }
  return PairOfReaders(source, *fork).Run(take);
}

}  // namespace sidewatch::promql
