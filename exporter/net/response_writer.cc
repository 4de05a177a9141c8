#include "exporter/net/response_writer.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "exporter/base/internet_date.h"
#include "exporter/net/gzip.h"

namespace sidewatch::net {

namespace {

constexpr std::size_t kBuffer = 80 * 1024;  // Holds one piece of those that write answers.
constexpr std::size_t kWorthGzip = 1024;    // Less fits one packet anyway.

bool IsSafe(std::string_view text) {
  return std::none_of(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
  if (IsSafe(name) && IsSafe(value)) {  // A line feed would begin a header of somebody else's.
    out.append(name).append(": ").append(value).append("\r\n");
  }
}

bool HasHeader(const std::vector<Header>& headers, std::string_view name) {
  return !FindHeader(headers, name).empty();
}

/// One answer on its way out.
class Reply {
 public:
  Reply(const HttpResponse& response, const ReplyStyle& style, const BodyWriter& raw)
      : response_(response),
        style_(style),
        raw_(raw),
        gzip_allowed_(style.gzip_allowed && !HasHeader(response.headers, "Content-Encoding")) {}

  bool SendWhole() {
    if (gzip_allowed_ && response_.body.size() >= kWorthGzip) {
      StartGzip();
      gzip_->Write(response_.body, buffer_);
      gzip_->Finish(buffer_);
      return SendWithLength(buffer_);
    }
    return SendWithLength(response_.body);
  }

  bool SendStreamed() {
    if (style_.head_only) {
      return raw_(Head(""));
    }
    if (gzip_allowed_) {
      StartGzip();
    }
    try {
      response_.stream([this](std::string_view piece) { return Take(piece); });
    } catch (...) {
      // No length of a chunk: the client must not take what it has for the whole.
      if (head_sent_) {
        raw_("!\r\n");
      }
      throw;
    }
    if (gzip_) {
      gzip_->Finish(buffer_);
    }
    if (!head_sent_) {
      return SendWithLength(buffer_);
    }
    return FlushChunk("0\r\n\r\n");
  }

 private:
  void StartGzip() { gzip_.emplace(); }

  bool Take(std::string_view piece) {
    if (gzip_) {
      gzip_->Write(piece, buffer_);
    } else {
      buffer_.append(piece);
    }
    if (buffer_.size() < kBuffer || !style_.chunked_allowed) {
      return alive_;
    }
    std::string before;
    if (!head_sent_) {
      head_sent_ = true;
      before = Head("Transfer-Encoding: chunked\r\n");
    }
    return FlushChunk("", std::move(before));
  }

  /// What goes with a chunk goes in one write: each would be a packet.
  bool FlushChunk(std::string_view behind, std::string before = {}) {
    if (!buffer_.empty()) {
      buffer_.insert(0, before.append(fmt::format("{:x}\r\n", buffer_.size())));
      buffer_.append("\r\n").append(behind);
      alive_ = alive_ && raw_(buffer_);
    } else if (!behind.empty()) {
      alive_ = alive_ && raw_(behind);
    }
    buffer_.clear();
    return alive_;
  }

  bool SendWithLength(std::string_view body) {
    head_sent_ = true;
    // No body belongs to these, not even an empty one's length.
    const bool bodyless = response_.status == 204 || response_.status == 304;
    std::string head =
        Head(bodyless ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n");
    if (style_.head_only) {
      return raw_(head);
    }
    if (body.size() <= kBuffer) {
      head.append(body);
      return raw_(head);
    }
    return raw_(head) && raw_(body);
  }

  /// `framing` says how the body's end is known.
  std::string Head(std::string_view framing) const {
    std::string head = "HTTP/1.1 ";
    head.append(std::to_string(response_.status)).append(" ").append(style_.reason).append("\r\n");
    const TimePoint now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    AppendHeader(head, "Date", FormatInternetDate(now, "GMT"));
    if (!response_.content_type.empty() && response_.status != 204) {
      AppendHeader(head, "Content-Type", response_.content_type);
    }
    for (const auto& [name, value] : response_.headers) {
      AppendHeader(head, name, value);
    }
    for (const auto& [name, value] : *style_.extra_headers) {
      if (!HasHeader(response_.headers, name)) {
        AppendHeader(head, name, value);
      }
    }
    if (gzip_) {
      AppendHeader(head, "Content-Encoding", "gzip");
    }
    AppendHeader(head, "Vary", "Accept-Encoding");
    head.append(framing);
    AppendHeader(head, "Connection", style_.keep_alive ? "keep-alive" : "close");
    head.append("\r\n");
    return head;
  }

  const HttpResponse& response_;
  const ReplyStyle& style_;
  const BodyWriter& raw_;
  bool gzip_allowed_;
  std::optional<GzipWriter> gzip_;
  std::string buffer_;
  bool head_sent_ = false;
  bool alive_ = true;
};

}  // namespace

bool SendResponse(const HttpResponse& response, const ReplyStyle& style, const BodyWriter& raw) {
  Reply reply(response, style, raw);
  return response.stream ? reply.SendStreamed() : reply.SendWhole();
}

}  // namespace sidewatch::net
