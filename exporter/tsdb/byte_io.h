#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace sidewatch::tsdb {

static_assert(std::endian::native == std::endian::little, "numbers are stored as they lie");

inline void PutVarint(std::string& out, std::uint64_t value) {
  constexpr std::uint64_t kMore = 0x80;
  while (value >= kMore) {
    out += static_cast<char>(value | kMore);
    value >>= 7U;
  }
  out += static_cast<char>(value);
}

/// Small numbers of either sign to small unsigned ones: 0, -1, 1, -2, … become 0, 1, 2, 3, …
inline std::uint64_t ZigZag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}

inline std::int64_t UnZigZag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
}

inline void PutSigned(std::string& out, std::int64_t value) {
  PutVarint(out, ZigZag(value));
}

template <typename T>
void PutRaw(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

template <typename T>
T LoadRaw(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// Reads what the functions above wrote. Past the end it gives zeros and remembers that it failed,
/// so a decoder asks once at its end instead of after each number.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool failed() const { return failed_; }

  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  std::uint8_t Byte() {
    if (at_ == end_) {
      failed_ = true;
      return 0;
    }
    return static_cast<std::uint8_t>(*at_++);
  }

  std::uint64_t Varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t byte = Byte();
      value |= (byte & 0x7fU) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
    failed_ = true;
    return 0;
  }

  std::int64_t Signed() { return UnZigZag(Varint()); }

  template <typename T>
  T Raw() {
    if (left() < sizeof(T)) {
      return Fail<T>();
    }
    const T value = LoadRaw<T>(at_);
    at_ += sizeof(T);
    return value;
  }

  /// `size` bytes, at most 8, as an unsigned number.
  std::uint64_t Unsigned(std::size_t size) {
    if (left() < size) {
      return Fail<std::uint64_t>();
    }
    std::uint64_t value = 0;
    std::memcpy(&value, at_, size);
    at_ += size;
    return value;
  }

  std::string_view Bytes(std::size_t size) {
    if (left() < size) {
      return Fail<std::string_view>();
    }
    const std::string_view bytes(at_, size);
    at_ += size;
    return bytes;
  }

 private:
  template <typename T>
  T Fail() {
    failed_ = true;
    at_ = end_;
    return T{};
  }

  const char* at_;
  const char* end_;
  bool failed_ = false;
};

}  // namespace sidewatch::tsdb
