#include "collectors/host/mount_probe.h"

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace sidewatch::host {

/// Shared with the thread, which may outlive the probe.
struct MountProbe::Batch {
  explicit Batch(std::vector<std::string> wanted) : paths(std::move(wanted)) {}

  const std::vector<std::string> paths;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<MountNumbers> answers;  // Guarded by mutex; those of the first paths.
};

std::size_t MountProbe::AskFrom(const std::shared_ptr<Batch>& batch, Duration patience) {
  std::thread([batch] {
    for (const std::string& path : batch->paths) {
      MountNumbers answer;
      answer.error = statvfs(path.c_str(), &answer.numbers) == 0 ? 0 : errno;
      const std::lock_guard lock(batch->mutex);
      batch->answers.push_back(answer);
      batch->changed.notify_all();
    }
  }).detach();
  std::unique_lock lock(batch->mutex);
  std::size_t done = 0;
  while (done < batch->paths.size()) {
    const bool more =
        batch->changed.wait_for(lock, patience, [&] { return batch->answers.size() > done; });
    if (!more) {
      break;
    }
    done = batch->answers.size();
  }
  return done;
}

std::vector<std::optional<MountNumbers>> MountProbe::Ask(const std::vector<std::string>& paths,
                                                         Duration patience) {
  // A batch that has answered all its paths was only slow.
  std::erase_if(stuck_, [](const auto& entry) {
    const std::lock_guard lock(entry.second->mutex);
    return entry.second->answers.size() == entry.second->paths.size();
  });
  std::vector<std::optional<MountNumbers>> answers(paths.size());
  std::vector<std::size_t> places;
  std::vector<std::string> wanted;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (stuck_.count(paths[i]) == 0) {
      places.push_back(i);
      wanted.push_back(paths[i]);
    }
  }
  std::size_t from = 0;
  while (from < wanted.size()) {
    // A thread that is left behind has only its stuck path and those after it, which are asked
    // anew.
    const auto batch = std::make_shared<Batch>(
        std::vector<std::string>(wanted.begin() + static_cast<std::ptrdiff_t>(from), wanted.end()));
    const std::size_t done = AskFrom(batch, patience);
    const std::lock_guard lock(batch->mutex);
    for (std::size_t i = 0; i < done; ++i) {
      answers[places[from + i]] = batch->answers[i];
    }
    from += done;
    if (from < wanted.size()) {
      stuck_.emplace(wanted[from], batch);
      ++from;
    }
  }
  return answers;
}

}  // namespace sidewatch::host
