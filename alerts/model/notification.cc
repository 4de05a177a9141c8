#include "alerts/model/notification.h"

#include <algorithm>
#include <cstddef>
#include <utility>

// The outbox keeps notifications over restarts and updates, so the bytes carry a version:
//
//   | 'N' '1' | receiver | group key | group labels | route labels | reason | at |
//   | number of alerts | alert… |
//   alert:  | labels | annotations | starts | ends | updated | generator URL |
//
// A text is its length and its bytes; labels are their count and names and values as texts. All
// numbers are LEB128, times zigzag-coded Unix milliseconds; an absent `ends` is a single 0, a
// present one a 1 and the time.

namespace sidewatch::alerts {
namespace {

constexpr std::string_view kMagic = "N1";

class Encoder {
 public:
  void Number(std::uint64_t value) {
    while (value >= 0x80) {
      bytes_ += static_cast<char>((value & 0x7f) | 0x80);
      value >>= 7;
    }
    bytes_ += static_cast<char>(value);
  }

  void Time(TimePoint at) {
    const std::int64_t millis = ToUnixMillis(at);
    const auto sign = static_cast<std::uint64_t>(millis < 0 ? -1 : 0);
    Number((static_cast<std::uint64_t>(millis) << 1) ^ sign);
  }

  void Text(std::string_view text) {
    Number(text.size());
    bytes_ += text;
  }

  void Labels(const LabelSet& labels) {
    Number(labels.size());
    for (const Label label : labels) {
      Text(label.name);
      Text(label.value);
    }
  }

  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_{kMagic};
};

/// Reads what Encoder wrote. After the first failure everything reads as empty and ok() is false.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {
    ok_ = rest_.starts_with(kMagic);
    rest_.remove_prefix(ok_ ? kMagic.size() : rest_.size());
  }

  std::uint64_t Number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) {
        return value;
      }
    }
    Break();
    return 0;
  }

  /// How many items follow; each takes at least one byte, so a bad count cannot reserve much.
  std::size_t Count() {
    const std::uint64_t count = Number();
    if (count > rest_.size()) {
      Break();
      return 0;
    }
    return static_cast<std::size_t>(count);
  }

  TimePoint Time() {
    const std::uint64_t coded = Number();
    const auto sign = static_cast<std::uint64_t>((coded & 1) != 0 ? -1 : 0);
    return FromUnixMillis(static_cast<std::int64_t>((coded >> 1) ^ sign));
  }

  std::string_view Text() {
    const std::string_view text = rest_.substr(0, Count());
    rest_.remove_prefix(text.size());
    return text;
  }

  LabelSet Labels() {
    std::vector<Label> labels;
    for (std::size_t left = Count(); left > 0 && ok_; --left) {
      const std::string_view name = Text();
      labels.push_back({name, Text()});
    }
    return LabelSet::FromUnsorted(std::move(labels));
  }

  bool ok() const { return ok_; }

  bool at_end() const { return rest_.empty(); }

 private:
  void Break() {
    ok_ = false;
    rest_ = {};
  }

  std::string_view rest_;
  bool ok_ = true;
};

void EncodeAlert(const Alert& alert, Encoder& out) {
  out.Labels(alert.labels);
  out.Labels(alert.annotations);
  out.Time(alert.starts_at);
  out.Number(alert.ends_at ? 1 : 0);
  if (alert.ends_at) {
    out.Time(*alert.ends_at);
  }
  out.Time(alert.updated_at);
  out.Text(alert.generator_url);
}

Alert DecodeAlert(Decoder& in) {
  Alert alert;
  alert.labels = in.Labels();
  alert.annotations = in.Labels();
  alert.starts_at = in.Time();
  if (in.Number() != 0) {
    alert.ends_at = in.Time();
  }
  alert.updated_at = in.Time();
  alert.generator_url = in.Text();
  return alert;
}

}  // namespace

bool Notification::firing() const {
  return std::ranges::any_of(alerts, [this](const Alert& alert) { return !alert.ResolvedAt(at); });
}

std::string EncodeNotification(const Notification& notification) {
  Encoder out;
  out.Text(notification.receiver);
  out.Text(notification.group_key);
  out.Labels(notification.group_labels);
  out.Labels(notification.route_labels);
  out.Text(notification.reason);
  out.Time(notification.at);
  out.Number(notification.alerts.size());
  for (const Alert& alert : notification.alerts) {
    EncodeAlert(alert, out);
  }
  // Left away when empty, so that older versions can read it.
  if (!notification.still_known.empty()) {
    out.Number(notification.still_known.size());
    for (const std::uint64_t fingerprint : notification.still_known) {
      out.Number(fingerprint);
    }
  }
  return out.Take();
}

Result<Notification> DecodeNotification(std::string_view bytes) {
  Decoder in(bytes);
  Notification notification;
  notification.receiver = in.Text();
  notification.group_key = in.Text();
  notification.group_labels = in.Labels();
  notification.route_labels = in.Labels();
  notification.reason = in.Text();
  notification.at = in.Time();
  for (std::size_t left = in.Count(); left > 0 && in.ok(); --left) {
    notification.alerts.push_back(DecodeAlert(in));
  }
  for (std::size_t left = in.at_end() ? 0 : in.Count(); left > 0 && in.ok(); --left) {
    notification.still_known.push_back(in.Number());
  }
  if (!in.ok() || !in.at_end()) {
    return Fail(ErrorCode::kInvalidArgument,
                "not a notification of this program: {} bytes that do not decode",
                bytes.size());
  }
  return notification;
}

}  // namespace sidewatch::alerts
