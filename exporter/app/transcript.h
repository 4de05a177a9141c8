#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/net/trace.h"

namespace sidewatch::app {

/// Writes a conversation of HTTP or SMTP for people to read, as `curl -v` does, without its
/// secrets: paths of URLs, credentials, keys of PagerDuty.
class Transcript {
 public:
  using WriteFn = std::function<void(std::string_view line)>;

  explicit Transcript(WriteFn write) : write_(std::move(write)) {}

  /// Takes a piece; pieces of one kind that follow each other are one text.
  void Add(net::TraceKind kind, std::string_view piece);

  /// Writes what is held back because more of it might have come.
  void Flush();

 private:
  void AddLine(std::string_view line);
  std::string MaskSent(std::string_view line);

  WriteFn write_;
  net::TraceKind kind_ = net::TraceKind::kNote;
  std::string text_;       // Of `kind_`, not written yet.
  bool in_login_ = false;  // The mail server asked for the next piece of a login.
};

}  // namespace sidewatch::app
