#include "exporter/state/checksum.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace sidewatch::state {
namespace {

TEST(ChecksumTest, EachFlippedBitAndEachLengthShows) {
  const std::string bytes = "a batch of nineteen";
  std::set<std::uint64_t> seen = {Checksum(bytes)};
  std::size_t tried = 1;
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit, ++tried) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    seen.insert(Checksum(flipped));
  }
  for (std::size_t length = 0; length < bytes.size(); ++length, ++tried) {
    seen.insert(Checksum(bytes.substr(0, length)));
  }
  EXPECT_EQ(seen.size(), tried);
}

TEST(ChecksumTest, StaysWhatEarlierFilesHold) {
  EXPECT_EQ(Checksum("sidewatch"), 0x38e7beab0c2dd61dU);
}

}  // namespace
}  // namespace sidewatch::state
