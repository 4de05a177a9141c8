// XXH64 as its specification gives it (github.com/Cyan4973/xxHash, doc/xxhash_spec.md): four lanes
// take stripes of 32 bytes, the rest goes in by 8, 4 and 1 bytes, and an avalanche mixes the end.

#include "exporter/promql/label_hash.h"

#include <array>
#include <bit>
#include <cstring>
#include <string>

namespace sidewatch::promql {
namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5;
constexpr std::size_t kStripe = 32;

template <typename T>
T Take(std::string_view& text) {
  T value;
  std::memcpy(&value, text.data(), sizeof value);
  text.remove_prefix(sizeof value);
  return value;
}

std::uint64_t Round(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

std::uint64_t Stripes(std::string_view& text) {
  std::array<std::uint64_t, 4> lanes = {kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
  while (text.size() >= kStripe) {
    for (std::uint64_t& lane : lanes) {
      lane = Round(lane, Take<std::uint64_t>(text));
    }
  }
  std::uint64_t hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
                       std::rotl(lanes[3], 18);
  for (const std::uint64_t lane : lanes) {
    hash = (hash ^ Round(0, lane)) * kPrime1 + kPrime4;
  }
  return hash;
}

}  // namespace

std::uint64_t Xxh64(std::string_view text) {
  const std::uint64_t length = text.size();
  std::uint64_t hash = (length >= kStripe ? Stripes(text) : kPrime5) + length;
  while (text.size() >= sizeof(std::uint64_t)) {
    hash = std::rotl(hash ^ Round(0, Take<std::uint64_t>(text)), 27) * kPrime1 + kPrime4;
  }
  if (text.size() >= sizeof(std::uint32_t)) {
    hash = std::rotl(hash ^ (Take<std::uint32_t>(text) * kPrime1), 23) * kPrime2 + kPrime3;
  }
  while (!text.empty()) {
    hash = std::rotl(hash ^ (Take<std::uint8_t>(text) * kPrime5), 11) * kPrime1;
  }
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

std::uint64_t HashForRatio(const LabelSet& labels) {
  std::string text;
  for (const Label label : labels) {
    text += label.name;
    text += '\xff';
    text += label.value;
    text += '\xff';
  }
  return Xxh64(text);
}

}  // namespace sidewatch::promql
