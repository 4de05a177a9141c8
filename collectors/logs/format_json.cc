// One object a line. A walk over the names and values, without a tree: what is nested is named by
// its path, as deep as kDeepest; below that and in lists everything is passed over.

#include <algorithm>
#include <array>
#include <cstddef>

#include "collectors/logs/fields.h"
#include "collectors/logs/formats.h"

namespace sidewatch::logs {
namespace {

constexpr std::size_t kDeepest = 4;
constexpr std::size_t kLongestName = 64;

class Walk {
 public:
  Walk(std::string_view text, Record& record) : rest_(text), record_(record) {}

  /// False: not one whole object.
  bool Object() {
    SkipSpace();
    if (!Take('{')) {
      return false;
    }
    depth_ = 1;
    while (depth_ > 0) {
      if (!Member()) {
        return false;
      }
    }
    SkipSpace();
    return rest_.empty();
  }

 private:
  void SkipSpace() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      rest_.remove_prefix(1);
    }
  }

  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  bool String(Field& field) {
    if (!Take('"')) {
      return false;
    }
    std::size_t at = rest_.find_first_of("\"\\");
    while (at != std::string_view::npos && rest_[at] == '\\') {
      field.escaped = true;
      at = rest_.find_first_of("\"\\", at + 2);
    }
    if (at == std::string_view::npos) {
      return false;
    }
    field.value = rest_.substr(0, at);
    field.quoted = true;
    rest_.remove_prefix(at + 1);
    return true;
  }

  /// One `"name": value`, or the end of the object.
  bool Member() {
    SkipSpace();
    while (Take(',')) {
      SkipSpace();
    }
    if (Take('}')) {
      --depth_;
      return true;
    }
    Field name;
    if (!String(name)) {
      return false;
    }
    SkipSpace();
    if (!Take(':')) {
      return false;
    }
    SkipSpace();
    return Value(name.value);
  }

  bool Value(std::string_view name) {
    if (rest_.empty()) {
      return false;
    }
    if (rest_.front() == '{' && depth_ < kDeepest) {
      rest_.remove_prefix(1);
      names_[depth_ - 1] = name;
      ++depth_;
      return true;
    }
    if (rest_.front() == '{' || rest_.front() == '[') {
      return SkipNested();
    }
    Field field;
    if (rest_.front() == '"') {
      if (!String(field)) {
        return false;
      }
    } else {
      const std::size_t end = std::min(rest_.find_first_of(",} \t"), rest_.size());
      field.value = rest_.substr(0, end);
      rest_.remove_prefix(end);
    }
    Tell(name, field);
    return true;
  }

  void Tell(std::string_view name, Field& field) {
    if (depth_ == 1) {
      field.name = name;
      TakeField(field, record_);
      return;
    }
    std::size_t used = 0;
    const auto append = [&](std::string_view part) {
      const std::size_t count = std::min(part.size(), path_.size() - used);
      std::copy_n(part.begin(), count, path_.begin() + static_cast<std::ptrdiff_t>(used));
      used += count;
    };
    for (std::size_t i = 0; i + 1 < depth_; ++i) {
      append(names_[i]);
      append(".");
    }
    append(name);
    field.name = std::string_view(path_.data(), used);
    TakeField(field, record_);
  }

  bool SkipNested() {
    std::size_t open = 0;
    do {
      const std::size_t at = rest_.find_first_of("\"{}[]");
      if (at == std::string_view::npos) {
        return false;
      }
      rest_.remove_prefix(at);
      const char c = rest_.front();
      Field ignored;
      if (c == '"') {
        if (!String(ignored)) {
          return false;
        }
        continue;
      }
      open += c == '{' || c == '[' ? 1 : std::size_t(-1);
      rest_.remove_prefix(1);
    } while (open > 0);
    return true;
  }

  std::string_view rest_;
  Record& record_;
  std::size_t depth_ = 0;
  std::array<std::string_view, kDeepest> names_;
  std::array<char, kLongestName> path_{};
};

}  // namespace

bool ParseJson(std::string_view line, Record& record) {
  if (line.empty() || (line.front() != '{' && line.front() != ' ')) {
    return false;
  }
  record.message = line;
  return Walk(line, record).Object();
}

}  // namespace sidewatch::logs
