#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "collectors/probes/address.h"
#include "collectors/probes/prober.h"
#include "collectors/probes/rows.h"
#include "collectors/probes/tls_rows.h"
#include "exporter/base/number.h"

namespace sidewatch::probes {

namespace {

constexpr MetricDescriptor kRegex =
    ProbeRow("probe_failed_due_to_regex",
             {},
             "the conversation",
             "1 if the probe failed because of a regular expression.");
constexpr MetricDescriptor kBytes =
    ProbeRow("probe_failed_due_to_bytes",
             {},
             "the conversation",
             "1 if the probe failed because of expected bytes; this program expects lines only.");

constexpr MetricDescriptor kMetrics[] = {kRegex, kBytes};
static_assert(DescriptorsAreSound(kMetrics));

/// Gives the lines of a stream one by one.
class LineReader {
 public:
  LineReader(net::Stream& stream, const ProbeContext& context)
      : stream_(stream), context_(context) {}

  /// The next line without its end; nothing once the peer has hung up.
  Result<std::optional<std::string>> Next() {
    constexpr std::size_t kMostBytes = std::size_t{64} << 10;
    std::array<char, 4096> buffer{};
    while (true) {
      const std::size_t end = pending_.find('\n');
      if (end != std::string::npos) {
        std::string line = pending_.substr(0, end);
        pending_.erase(0, end + 1);
        if (line.ends_with('\r')) {
          line.pop_back();
        }
        return std::optional(std::move(line));
      }
      if (pending_.size() > kMostBytes) {
        return Fail(ErrorCode::kLimitExceeded, "a line is longer than 64 KiB");
      }
      SW_TRY_ASSIGN(const std::size_t size, stream_.Read(buffer, context_.deadline, context_.stop));
      if (size == 0) {
        return pending_.empty() ? std::nullopt
                                : std::optional(std::exchange(pending_, std::string()));
      }
      pending_.append(buffer.data(), size);
    }
  }

 private:
  net::Stream& stream_;
  const ProbeContext& context_;
  std::string pending_;
};

struct GroupName {
  std::size_t number;
  std::size_t size;  ///< Characters of the name, with `$` and braces.
};

/// Go's `$1` or `${1}` at the start of `text`.
std::optional<GroupName> GroupAt(std::string_view text) {
  constexpr std::size_t kMostDigits = 2;
  const std::size_t first = text.starts_with("${") ? 2 : 1;
  const std::size_t end = std::min(text.find_first_not_of("0123456789", first), text.size());
  if (!text.starts_with('$') || end <= first || end - first > kMostDigits) {
    return std::nullopt;
  }
  const bool braced = first == 2;
  if (braced && text.substr(end, 1) != "}") {
    return std::nullopt;
  }
  const std::optional<std::int64_t> number = ParseInteger(text.substr(first, end - first));
  return GroupName{static_cast<std::size_t>(number.value_or(0)), braced ? end + 1 : end};
}

/// `text` with its group names replaced by what matched.
std::string Expanded(std::string_view text, const std::vector<std::string>& groups) {
  std::string out;
  while (!text.empty()) {
    const std::optional<GroupName> group = GroupAt(text);
    if (group && group->number < groups.size()) {
      out += groups[group->number];
    } else if (!group) {
      out += text.front();
    }
    text.remove_prefix(group ? group->size : 1);
  }
  return out;
}

std::optional<std::vector<std::string>> Match(const re2::RE2& pattern, const std::string& line) {
  std::vector<re2::StringPiece> pieces(static_cast<std::size_t>(pattern.NumberOfCapturingGroups()) +
                                       1);
  if (!pattern.Match(line,
                     0,
                     line.size(),
                     re2::RE2::UNANCHORED,
                     pieces.data(),
                     static_cast<int>(pieces.size()))) {
    return std::nullopt;
  }
  std::vector<std::string> groups;
  groups.reserve(pieces.size());
  for (const re2::StringPiece& piece : pieces) {
    groups.emplace_back(piece.data() == nullptr ? "" : piece.ToString());
  }
  return groups;
}

class TcpProber final : public Prober {
 public:
  explicit TcpProber(const TcpOptions& options)
      : options_(options), tls_rows_(options_.tls_config) {
    if (options_.tls_config.server_name.empty()) {
      options_.tls_config.server_name = options_.host;
    }
  }

  std::string Probe(const ProbeContext& context, scrape::SampleSink& sink) override {
    bool by_regexp = false;
    const Status done = Run(context, sink, by_regexp);
    sink.Add(kRegex, by_regexp ? 1 : 0);
    sink.Add(kBytes, 0);
    return done ? std::string() : done.error().message;
  }

 private:
  Status Run(const ProbeContext& context, scrape::SampleSink& sink, bool& by_regexp) {
    const Found found = FindAddress(options_.host, options_.ip, context);
    WriteAddress(found, sink);
    if (!found.failure.empty()) {
      return Fail(ErrorCode::kUnresolvedHost, "{}", found.failure);
    }
    net::StreamTarget target{.host = found.address->ToString(), .port = options_.port};
    if (options_.tls) {
      target.tls = options_.tls_config;
    }
    SW_TRY_ASSIGN(const std::unique_ptr<net::Stream> stream,
                  net::Stream::Connect(target, context.deadline, context.stop));
    WriteTls(*stream, context, sink);
    return Talk(*stream, context, sink, by_regexp);
  }

  void WriteTls(const net::Stream& stream, const ProbeContext& context, scrape::SampleSink& sink) {
    const std::optional<net::TlsState> state = stream.tls_state();
    if (state) {
      tls_rows_.Write(*state, context, sink);
    }
  }

  Status Talk(net::Stream& stream,
              const ProbeContext& context,
              scrape::SampleSink& sink,
              bool& by_regexp) {
    LineReader lines(stream, context);
    for (const TcpStep& step : options_.steps) {
      SW_TRY_ASSIGN(const std::string send, TextToSend(step, lines, by_regexp));
      SW_TRY(Send(send, stream, context));
      if (!step.starttls) {
        continue;
      }
      SW_TRY(stream.StartTls(options_.tls_config, context.deadline, context.stop));
      WriteTls(stream, context, sink);
    }
    return {};
  }

  static Status Send(const std::string& text, net::Stream& stream, const ProbeContext& context) {
    return text.empty() ? Status() : stream.Write(text + "\n", context.deadline, context.stop);
  }

  /// What a step sends, once what it expects has come.
  static Result<std::string> TextToSend(const TcpStep& step, LineReader& lines, bool& by_regexp) {
    if (step.expect == nullptr) {
      return step.send;
    }
    SW_TRY_ASSIGN(const std::vector<std::string> groups, Await(step, lines, by_regexp));
    return Expanded(step.send, groups);
  }

  /// Reads lines until one matches.
  static Result<std::vector<std::string>> Await(const TcpStep& step,
                                                LineReader& lines,
                                                bool& by_regexp) {
    while (true) {
      SW_TRY_ASSIGN(const std::optional<std::string> line, lines.Next());
      if (!line) {
        by_regexp = true;
        return Fail(
            ErrorCode::kProtocol, "no line matched \"{}\"", std::string(step.expect->pattern()));
      }
      if (std::optional<std::vector<std::string>> groups = Match(*step.expect, *line)) {
        return std::move(*groups);
      }
    }
  }

  TcpOptions options_;
  TlsRows tls_rows_;
};

}  // namespace

std::unique_ptr<Prober> MakeTcpProber(const TcpOptions& options) {
  return std::make_unique<TcpProber>(options);
}

std::span<const MetricDescriptor> TcpMetrics() {
  return kMetrics;
}

}  // namespace sidewatch::probes
