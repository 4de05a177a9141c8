// A batch is what one commit of an appender added:
//
//   +------------+------------------+---------------+
//   | version u8 | base time zigzag | times differ  |
//   | 1          | varint           | u8: 0 or 1    |
//   +------------+------------------+---------------+
//   | number of series varint, then each:                                     |
//   |   slot varint | labels, see label_codec.cc                              |
//   +-------------------------------------------------------------------------+
//   | number of samples varint, then each:                                    |
//   |   slot less the one before zigzag varint                                |
//   |   times differ?: time less the base time zigzag varint                  |
//   |   value: lead byte, then what it asks for                               |
//   +-------------------------------------------------------------------------+
//
//   lead byte of a value
//     0x00-0xbf   the integer 0-191 itself
//     0xc0-0xc7   positive integer of 1-8 bytes, lowest byte first
//     0xc8-0xcf   the same, negative
//     0xd0-0xf7   0xd0 + 8 * (digits behind the point - 1) + bytes - 1: positive decimal
//     0xff        the 8 bytes of the double
//
// A scrape has one time and neighbouring slots, so a sample takes a byte for its series and some
// three for its value. Values stand for themselves and not for a difference to an earlier batch:
// a batch that is lost takes no other with it.

#include "exporter/tsdb/journal_codec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "exporter/tsdb/byte_io.h"
#include "exporter/tsdb/decimal.h"
#include "exporter/tsdb/label_codec.h"

namespace sidewatch::tsdb {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kPositive = 0xc0;
constexpr std::uint8_t kNegative = 0xc8;
constexpr std::uint8_t kDecimal = 0xd0;
constexpr std::uint8_t kMostDigits = 5;
constexpr std::uint8_t kRaw = 0xff;

/// `lead` for one byte, `lead` + 1 for two…, then the bytes.
void PutUnsigned(std::string& out, std::uint8_t lead, std::uint64_t number) {
  const auto size =
      std::max<std::size_t>((static_cast<std::size_t>(std::bit_width(number)) + 7) / 8, 1);
  out += static_cast<char>(lead + size - 1);
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, size);
}

bool PutDecimal(std::string& out, double value) {
  for (unsigned digits = 1; digits <= kMostDigits; ++digits) {
    if (const auto integer = ToDecimal(value, digits); integer.has_value() && *integer >= 0) {
      PutUnsigned(out,
                  static_cast<std::uint8_t>(kDecimal + 8 * (digits - 1)),
                  static_cast<std::uint64_t>(*integer));
      return true;
    }
  }
  return false;
}

void PutValue(std::string& out, double value) {
  if (const auto integer = ToDecimal(value, 0)) {
    if (*integer >= 0 && *integer < kPositive) {
      out += static_cast<char>(*integer);
    } else if (*integer > 0) {
      PutUnsigned(out, kPositive, static_cast<std::uint64_t>(*integer));
    } else {
      PutUnsigned(out, kNegative, static_cast<std::uint64_t>(-*integer));
    }
    return;
  }
  if (!PutDecimal(out, value)) {
    out += static_cast<char>(kRaw);
    PutRaw(out, value);
  }
}

double ReadValue(ByteReader& in) {
  const std::uint8_t lead = in.Byte();
  if (lead < kPositive) {
    return lead;
  }
  if (lead == kRaw) {
    return in.Raw<double>();
  }
  const std::uint64_t number = in.Unsigned((lead & 7U) + 1);
  if (lead < kNegative) {
    return static_cast<double>(number);
  }
  if (lead < kDecimal) {
    return -static_cast<double>(number);
  }
  const unsigned digits = (lead - kDecimal) / 8U + 1;  // At most 6: 0xf8-0xfe are never written.
  return static_cast<double>(number) / kPowersOfTen[digits];
}

bool ReadSlot(ByteReader& in, std::uint64_t previous, std::uint32_t& slot) {
  const std::uint64_t read = previous + static_cast<std::uint64_t>(in.Signed());
  slot = static_cast<std::uint32_t>(read);
  return slot == read;
}

bool ReadSeries(ByteReader& in, LabelTexts& before, std::vector<JournalSeries>& series) {
  const std::uint64_t slot = in.Varint();
  if (slot != static_cast<std::uint32_t>(slot)) {
    return false;
  }
  std::optional<LabelSet> labels = ReadLabels(in, before);
  if (!labels.has_value()) {
    return false;
  }
  series.push_back({static_cast<std::uint32_t>(slot), std::move(*labels)});
  return true;
}

bool ReadAllSeries(ByteReader& in, std::vector<JournalSeries>& series) {
  LabelTexts before;
  const std::uint64_t number = in.Varint();
  for (std::uint64_t i = 0; i < number; ++i) {
    if (!ReadSeries(in, before, series)) {
      return false;
    }
  }
  return true;
}

// Both wrap around, so that any two times have a distance.
std::int64_t Distance(std::int64_t from, std::int64_t to) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(to) -
                                   static_cast<std::uint64_t>(from));
}

std::int64_t Moved(std::int64_t from, std::int64_t distance) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(from) +
                                   static_cast<std::uint64_t>(distance));
}

bool ReadSamples(ByteReader& in,
                 std::int64_t base,
                 bool times_differ,
                 std::vector<JournalSample>& samples) {
  const std::uint64_t number = in.Varint();
  if (number > in.left()) {
    return false;
  }
  samples.reserve(number);
  JournalSample sample;
  for (std::uint64_t i = 0; i < number; ++i) {
    if (!ReadSlot(in, sample.slot, sample.slot)) {
      return false;
    }
    sample.at = times_differ ? Moved(base, in.Signed()) : base;
    sample.value = ReadValue(in);
    samples.push_back(sample);
  }
  return true;
}

}  // namespace

void EncodeBatch(const JournalBatch& batch, std::string& out) {
  const std::int64_t base = batch.samples.empty() ? 0 : batch.samples.front().at;
  const bool times_differ = std::ranges::any_of(
      batch.samples, [base](const JournalSample& sample) { return sample.at != base; });
  out += static_cast<char>(kVersion);
  PutSigned(out, base);
  out += static_cast<char>(times_differ ? 1 : 0);
  PutVarint(out, batch.series.size());
  LabelTexts before;
  for (const JournalSeries& series : batch.series) {
    PutVarint(out, series.slot);
    PutLabels(out, series.labels, before);
  }
  PutVarint(out, batch.samples.size());
  std::int64_t previous = 0;
  for (const JournalSample& sample : batch.samples) {
    PutSigned(out, std::int64_t{sample.slot} - previous);
    previous = sample.slot;
    if (times_differ) {
      PutSigned(out, Distance(base, sample.at));
    }
    PutValue(out, sample.value);
  }
}

Status DecodeBatch(std::string_view bytes, JournalBatch& batch) {
  batch.clear();
  ByteReader in(bytes);
  if (const std::uint8_t version = in.Byte(); version != kVersion) {
    return Fail(ErrorCode::kProtocol,
                "sample batch of {} bytes: version {} instead of {}",
                bytes.size(),
                version,
                kVersion);
  }
  const std::int64_t base = in.Signed();
  const bool times_differ = in.Byte() != 0;
  const bool read = ReadAllSeries(in, batch.series) &&
                    ReadSamples(in, base, times_differ, batch.samples) && !in.failed();
  if (!read || in.left() != 0) {
    return Fail(ErrorCode::kProtocol,
                "sample batch of {} bytes: {} near byte {}",
                bytes.size(),
                read ? "it goes on behind its end" : "it is damaged",
                bytes.size() - in.left());
  }
  return {};
}

}  // namespace sidewatch::tsdb
