// | "SWRS" | version u8 | rules u32 | rule… |
// rule:   | identity text | alerts u32 | alert… |
// alert:  | state u8 | labels | annotations | value f64 | active_at i64 | 5 × optional time |
//         (version 1: 4 of them)
// text:   | length u32 | bytes |        labels: | pairs u32 | (name text, value text)… |
// time:   Unix milliseconds i64; an absent one is the smallest i64. All numbers little-endian.

#include "alerts/rules/rule_state.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

namespace sidewatch::alerts::rules {
namespace {

constexpr std::string_view kMagic = "SWRS";
constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kVersionWithoutMissing = 1;
constexpr std::int64_t kAbsentTime = std::numeric_limits<std::int64_t>::min();

class Writer {
 public:
  template <typename T>
  void Number(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      out_ += static_cast<char>(value >> (8 * i) & 0xff);
    }
  }

  void Text(std::string_view text) {
    Number(static_cast<std::uint32_t>(text.size()));
    out_ += text;
  }

  void Labels(const LabelSet& labels) {
    Number(static_cast<std::uint32_t>(labels.size()));
    for (const Label label : labels) {
      Text(label.name);
      Text(label.value);
    }
  }

  void Time(const std::optional<TimePoint>& at) {
    Number(static_cast<std::uint64_t>(at ? ToUnixMillis(*at) : kAbsentTime));
  }

  void Alert(const ActiveAlert& alert, StateDetail detail) {
    const bool all = detail == StateDetail::kAll;
    Number(static_cast<std::uint8_t>(alert.state));
    Labels(alert.labels);
    Labels(all ? alert.annotations : LabelSet());
    Number(std::bit_cast<std::uint64_t>(all ? alert.value : 0.0));
    Time(alert.active_at);
    Time(alert.fired_at);
    Time(alert.keep_firing_since);
    Time(alert.resolved_at);
    Time(all ? alert.last_sent_at : std::nullopt);
    Time(alert.missing_since);
  }

  void Raw(std::string_view bytes) { out_ += bytes; }

  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

/// Reads front to back; after a failure everything read is empty and `ok()` is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }

  bool at_end() const { return rest_.empty(); }

  template <typename T>
  T Number() {
    T value = 0;
    const std::string_view bytes = Raw(sizeof(T));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      value = static_cast<T>(
          value | static_cast<T>(static_cast<T>(static_cast<unsigned char>(bytes[i])) << (8 * i)));
    }
    return value;
  }

  std::string_view Raw(std::size_t size) {
    if (!ok_ || rest_.size() < size) {
      ok_ = false;
      return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  std::string_view Text() { return Raw(Number<std::uint32_t>()); }

  LabelSet Labels() {
    std::vector<Label> labels;
    const auto count = Number<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && ok_; ++i) {
      const std::string_view name = Text();
      labels.push_back({name, Text()});
    }
    return LabelSet::FromUnsorted(std::move(labels));
  }

  std::optional<TimePoint> Time() {
    const auto millis = static_cast<std::int64_t>(Number<std::uint64_t>());
    if (millis == kAbsentTime) {
      return std::nullopt;
    }
    return FromUnixMillis(millis);
  }

  ActiveAlert Alert(std::uint8_t version) {
    ActiveAlert alert;
    const auto state = Number<std::uint8_t>();
    ok_ = ok_ && state <= static_cast<std::uint8_t>(AlertState::kFiring);
    alert.state = ok_ ? static_cast<AlertState>(state) : AlertState::kInactive;
    alert.labels = Labels();
    alert.annotations = Labels();
    alert.value = std::bit_cast<double>(Number<std::uint64_t>());
    const std::optional<TimePoint> active_at = Time();
    ok_ = ok_ && active_at.has_value();
    alert.active_at = active_at.value_or(TimePoint());
    alert.fired_at = Time();
    alert.keep_firing_since = Time();
    alert.resolved_at = Time();
    alert.last_sent_at = Time();
    if (version > kVersionWithoutMissing) {
      alert.missing_since = Time();
    }
    return alert;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::string EncodeState(const std::vector<RuleState>& rules, StateDetail detail) {
  Writer writer;
  writer.Raw(kMagic);
  writer.Number(kVersion);
  writer.Number(static_cast<std::uint32_t>(rules.size()));
  for (const RuleState& rule : rules) {
    writer.Text(rule.identity);
    writer.Number(static_cast<std::uint32_t>(rule.alerts.size()));
    for (const ActiveAlert& alert : rule.alerts) {
      writer.Alert(alert, detail);
    }
  }
  return writer.Take();
}

Result<std::vector<RuleState>> DecodeState(std::string_view bytes) {
  Reader reader(bytes);
  if (reader.Raw(kMagic.size()) != kMagic) {
    return Fail(ErrorCode::kInvalidArgument, "not the state of a rule group");
  }
  const auto version = reader.Number<std::uint8_t>();
  if (version != kVersion && version != kVersionWithoutMissing) {
    return Fail(ErrorCode::kInvalidArgument,
                "state of a rule group in version {}, expected {}",
                version,
                kVersion);
  }
  std::vector<RuleState> rules;
  const auto count = reader.Number<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    RuleState rule;
    rule.identity = reader.Text();
    const auto alerts = reader.Number<std::uint32_t>();
    for (std::uint32_t j = 0; j < alerts && reader.ok(); ++j) {
      rule.alerts.push_back(reader.Alert(version));
    }
    rules.push_back(std::move(rule));
  }
  if (!reader.ok() || !reader.at_end()) {
    return Fail(ErrorCode::kInvalidArgument, "damaged state of a rule group");
  }
  return rules;
}

}  // namespace sidewatch::alerts::rules
