#include "exporter/state/checksum.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace sidewatch::state {
namespace {

static_assert(std::endian::native == std::endian::little, "words are taken as they lie");

// FNV-1a's prime and basis, over words of eight bytes: a batch of megabytes must not slow a start.
constexpr std::uint64_t kPrime = 0x100000001b3;
constexpr std::uint64_t kBasis = 0xcbf29ce484222325;

std::uint64_t Mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * kPrime;
  return hash ^ (hash >> 29U);  // FNV alone never lets high bits reach the low ones.
}

}  // namespace

std::uint64_t Checksum(std::string_view bytes) {
  std::uint64_t hash = Mix(kBasis, bytes.size());
  while (bytes.size() >= sizeof hash) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    hash = Mix(hash, word);
    bytes.remove_prefix(sizeof word);
  }
  std::uint64_t rest = 0;
  if (!bytes.empty()) {
    std::memcpy(&rest, bytes.data(), bytes.size());
  }
  return Mix(hash, rest);
}

}  // namespace sidewatch::state
