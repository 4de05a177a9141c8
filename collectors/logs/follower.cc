#include "collectors/logs/follower.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sidewatch::logs {
namespace {

// How long a file that was rotated away may be silent before it is closed. Programs write to the
// old file until they are told to open the new one.
constexpr auto kPatience = std::chrono::minutes(10);
// A deleted one keeps its disk space for as long as it is open.
constexpr auto kDeletedPatience = std::chrono::minutes(1);

constexpr std::size_t kMostOpen = 256;
constexpr std::size_t kMostDone = 32;  // Of one label.
constexpr std::uint8_t kVersion = 1;

std::uint32_t HeadSize(std::uint64_t file_size) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(file_size, Fingerprint::kMost));
}

/// Where the last line begins: if it has no end yet it is still to come.
std::uint64_t LastLine(int fd, std::uint64_t size) {
  std::array<char, 4096> tail{};
  std::uint64_t end = size;
  while (end > 0) {
    const std::uint64_t begin = end > tail.size() ? end - tail.size() : 0;
    const ssize_t got = ::pread(fd, tail.data(), end - begin, static_cast<off_t>(begin));
    if (got != static_cast<ssize_t>(end - begin)) {
      return size;
    }
    const std::size_t at = std::string_view(tail.data(), end - begin).rfind('\n');
    if (at != std::string_view::npos) {
      return begin + at + 1;
    }
    end = begin;
  }
  return 0;
}

bool HasHead(const FoundFile& found, const Fingerprint& head) {
  int error = 0;
  const UniqueFd fd = OpenFile(found.path, found.id, error);
  return fd.valid() && ReadFingerprint(fd.get(), head.size) == head;
}

}  // namespace

TrackedFile* Follower::FindById(const FileId& id) {
  // The newest first: an inode may have been given anew.
  const auto found = std::find_if(
      files_.rbegin(), files_.rend(), [&](const auto& file) { return file->id == id; });
  return found == files_.rend() ? nullptr : found->get();
}

/// As FindById; an entry whose inode another file was given since is dropped.
TrackedFile* Follower::FindSibling(const FoundFile& sibling) {
  TrackedFile* known = FindById(sibling.id);
  const bool same = known == nullptr || known->fd.valid() ||
                    (sibling.size >= known->position.offset && HasHead(sibling, known->head));
  if (!same) {
    known->id = {};
    known = nullptr;
  }
  return known;
}

TrackedFile* Follower::FindCurrent(const std::string& label) {
  const auto found = std::ranges::find_if(
      files_, [&](const auto& file) { return file->current && file->label == label; });
  return found == files_.end() ? nullptr : found->get();
}

std::size_t Follower::following() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(files_, [](const auto& file) { return !file->done && !file->copy; }));
}

TrackedFile& Follower::Track(const FoundFile& found,
                             const std::string& label,
                             ReadPosition position) {
  auto file = std::make_unique<TrackedFile>();
  file->label = label;
  file->path = found.path;
  file->id = found.id;
  file->position = position;
  file->modified_ns = found.modified_ns;
  file->size = found.size;
  file->grew = clock_.Steady();
  files_.push_back(std::move(file));
  return *files_.back();
}

bool Follower::Open(TrackedFile& file) {
  if (file.fd.valid()) {
    return true;
  }
  int error = 0;
  file.fd = OpenFile(file.path, file.id, error);
  if (error != 0 && error != ENOENT) {
    events_.OnProblem({.path = file.label, .reason = ReasonOf(error)});
  }
  return file.fd.valid();
}

bool Follower::IsSame(TrackedFile& file, const FoundFile& found) {
  if (found.size < file.position.offset) {
    return false;
  }
  const bool touched = found.size != file.size || found.modified_ns != file.modified_ns;
  if (!touched || file.copy || !Open(file)) {
    return true;
  }
  if (ReadFingerprint(file.fd.get(), file.head.size) != file.head) {
    return false;
  }
  if (file.head.size == 0) {
    // It may have been filled, copied away and cut in between.
    AddGenerations(file.label, file.modified_ns, found.id);
  }
  if (file.head.size < Fingerprint::kMost) {
    file.head = ReadFingerprint(file.fd.get(), HeadSize(found.size)).value_or(file.head);
  }
  // A copy may have been found before anything was in it.
  file.copy = file.position.offset == 0 && IsCopy(found, file.fd.get());
  return true;
}

/// False: it is another file that was given the inode.
bool Follower::Recognise(TrackedFile& file, const FoundFile& found) {
  if (IsSame(file, found)) {
    // What was done with and grows again is followed again.
    file.done = file.done && found.size <= file.position.offset;
  } else if (file.done || file.path != found.path) {
    return false;
  } else {
    HandleCut(file, found);
  }
  file.path = found.path;
  file.live = true;
  file.size = found.size;
  file.modified_ns = found.modified_ns;
  return true;
}

/// Reads on in the copy that copytruncate made of the file that `cut` was, if there is one.
void Follower::RecoverCopy(const TrackedFile& cut, const FoundFile& now, std::int64_t& since) {
  if (cut.head.size == 0) {
    return;
  }
  for (const FoundFile& sibling : Siblings(cut.label)) {
    if (sibling.id == now.id || sibling.size < cut.position.offset || !HasHead(sibling, cut.head)) {
      continue;
    }
    TrackedFile* known = FindSibling(sibling);
    if (known != nullptr && !known->copy) {
      continue;
    }
    TrackedFile& copy = known != nullptr ? *known : Track(sibling, cut.label, ReadPosition());
    copy.position = cut.position;
    copy.label = cut.label;
    copy.head = cut.head;
    copy.copy = false;
    copy.done = false;
    Open(copy);
    since = sibling.modified_ns;
    return;
  }
}

void Follower::HandleCut(TrackedFile& file, const FoundFile& found) {
  if (file.copy) {
    // A copy that is made anew over the old one.
    file.head = {};
    file.position = {.offset = found.size};
    return;
  }
  events_.OnRotation(file.label);
  std::int64_t since = file.modified_ns;
  RecoverCopy(file, found, since);
  AddGenerations(file.label, since, found.id);
  file.position = {};
  file.head = {};
  file.format = nullptr;
  file.done = false;
  if (Open(file)) {
    file.head = ReadFingerprint(file.fd.get(), HeadSize(found.size)).value_or(Fingerprint());
  }
}

/// Files with rotated names that were written after `since` and are not known: they came and went
/// between two looks. Read whole, the oldest first.
void Follower::AddGenerations(const std::string& label, std::int64_t since, const FileId& except) {
  std::vector<FoundFile> siblings = Siblings(label);
  std::ranges::sort(siblings, {}, &FoundFile::modified_ns);
  for (const FoundFile& sibling : siblings) {
    if (sibling.modified_ns <= since || sibling.id == except || sibling.path == label ||
        !IsRotatedName(label, sibling.path) || FindSibling(sibling) != nullptr) {
      continue;
    }
    TrackedFile& file = Track(sibling, label, ReadPosition());
    if (Open(file)) {
      file.head = ReadFingerprint(file.fd.get(), HeadSize(file.size)).value_or(Fingerprint());
    }
  }
}

/// True for copytruncate's copy of a file that is followed: reading it would count lines twice.
bool Follower::IsCopy(const FoundFile& found, int fd) const {
  return std::ranges::any_of(files_, [&](const auto& file) {
    return file->head.size > 0 && file->id != found.id && !file->copy &&
           file->label != found.path && IsRotatedName(file->label, found.path) &&
           ReadFingerprint(fd, file->head.size) == file->head;
  });
}

void Follower::HandleNew(const FoundFile& found) {
  int error = 0;
  UniqueFd fd = OpenFile(found.path, found.id, error);
  if (!fd.valid()) {
    if (error != 0) {
      events_.OnProblem({.path = found.path, .reason = ReasonOf(error)});
    }
    return;
  }
  const bool copy = IsCopy(found, fd.get());
  const bool first_use = !known_patterns_.contains(found.pattern);
  ReadPosition position;
  if (copy) {
    position.offset = found.size;
  } else if (first_use && options_.from == From::kEnd) {
    position.offset = LastLine(fd.get(), found.size);
  }
  if (TrackedFile* old = FindCurrent(found.path); old != nullptr && !copy) {
    old->current = false;
    events_.OnRotation(old->label);
    std::int64_t since = old->modified_ns;
    if (!old->fd.valid() && !old->live) {
      FindMoved(*old);
      since = old->modified_ns;
      if (!old->fd.valid()) {
        RecoverCopy(*old, found, since);
      }
    }
    AddGenerations(found.path, since, found.id);
  }
  TrackedFile& file = Track(found, found.path, position);
  file.current = !copy;
  file.copy = copy;
  file.live = true;
  if (!copy) {
    file.head = ReadFingerprint(fd.get(), HeadSize(found.size)).value_or(Fingerprint());
    file.fd = std::move(fd);
  }
}

/// Finds a file that is not where it was, e.g. rotated while the program was down.
void Follower::FindMoved(TrackedFile& file) {
  for (const FoundFile& sibling : Siblings(file.label)) {
    if (sibling.id == file.id && sibling.size >= file.position.offset &&
        HasHead(sibling, file.head)) {
      file.path = sibling.path;
      file.size = sibling.size;
      file.modified_ns = sibling.modified_ns;
      file.grew = clock_.Steady();
      Open(file);
      return;
    }
  }
}

/// Those of `files` that are not followed yet.
std::vector<const FoundFile*> Follower::Unrecognised(const std::vector<FoundFile>& files) {
  std::vector<const FoundFile*> unknown;
  for (const FoundFile& found : files) {
    TrackedFile* file = FindById(found.id);
    if (file != nullptr && Recognise(*file, found)) {
      continue;
    }
    if (file != nullptr) {
      file->id = {};
    }
    unknown.push_back(&found);
  }
  return unknown;
}

void Follower::Refresh() {
  const Discovery discovery =
      Discover(options_.files, options_.max_files, [this](const FileId& id) {
        return FindById(id) != nullptr;
      });
  over_limit_ = discovery.over_limit;
  own_output_ = discovery.own_output;
  for (const FileProblem& problem : discovery.problems) {
    events_.OnProblem(problem);
  }
  for (const auto& file : files_) {
    file->live = false;
  }
  for (const FoundFile* found : Unrecognised(discovery.files)) {
    // Another one's rotation may have found it in the meantime.
    if (TrackedFile* file = FindById(found->id)) {
      file->live = true;
    } else {
      HandleNew(*found);
    }
  }
  for (const auto& file : files_) {
    if (!file->live && !file->done && !file->copy && !file->fd.valid() && file->id != FileId()) {
      FindMoved(*file);
    }
  }
  known_patterns_.clear();
  known_patterns_.insert(options_.files.begin(), options_.files.end());
  DropOld();
}

/// Forgets what cannot be found again, and all but the newest of what is done with.
void Follower::DropOld() {
  std::erase_if(files_, [](const auto& file) {
    const bool lost = !file->live && !file->done && !file->fd.valid();
    return lost;
  });
  std::map<std::string, std::size_t> done;
  for (auto file = files_.rbegin(); file != files_.rend(); ++file) {
    TrackedFile& one = **file;
    if (one.done && !one.live && ++done[one.label] > kMostDone) {
      one.id = {};
    }
  }
  std::erase_if(files_, [](const auto& file) { return file->id == FileId(); });
}

void Follower::Settle(const std::function<void(TrackedFile&)>& finish) {
  const SteadyTime now = clock_.Steady();
  for (const auto& file : files_) {
    const bool silent = !file->live && file->fd.valid() &&
                        file->position.offset + file->position.partial >= file->size;
    if (!silent) {
      continue;
    }
    struct stat info = {};
    const bool deleted = ::fstat(file->fd.get(), &info) == 0 && info.st_nlink == 0;
    if (now - file->grew < (deleted ? SteadyTime::duration(kDeletedPatience) : kPatience)) {
      continue;
    }
    finish(*file);
    file->done = true;
    file->fd = UniqueFd();
  }
  if (files_.size() > kMostOpen) {
    for (const auto& file : files_) {
      file->fd = UniqueFd();
    }
  }
}

bool Follower::IsConfigured(const std::string& label) const {
  return std::ranges::any_of(options_.files, [&](const std::string& pattern) {
    // fnmatch does not know braces: then it may be.
    return pattern == label || pattern.find('{') != std::string::npos ||
           ::fnmatch(pattern.c_str(), label.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
  });
}

std::string Follower::Encode() const {
  std::string bytes;
  AppendRaw(bytes, kVersion);
  AppendRaw(bytes, static_cast<std::uint32_t>(known_patterns_.size()));
  for (const std::string& pattern : known_patterns_) {
    AppendText(bytes, pattern);
  }
  for (const auto& file : files_) {
    AppendFile(bytes, *file);
  }
  return bytes;
}

void Follower::Decode(std::string_view bytes) {
  RawReader reader(bytes);
  if (reader.Take<std::uint8_t>() != kVersion) {
    return;
  }
  const auto patterns = reader.Take<std::uint32_t>();
  for (std::uint32_t i = 0; i < patterns && reader.good(); ++i) {
    known_patterns_.emplace(reader.TakeText());
  }
  while (!reader.done()) {
    TrackedFile file = TakeFile(reader);
    if (!reader.good()) {
      return;
    }
    if (IsConfigured(file.label)) {
      file.grew = clock_.Steady();
      files_.push_back(std::make_unique<TrackedFile>(std::move(file)));
    }
  }
}

}  // namespace sidewatch::logs
