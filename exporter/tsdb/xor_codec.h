#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sidewatch::tsdb {

/// Appends any values exactly, each as its difference in bits from the one before.
void EncodeXor(std::span<const double> values, std::string& out);

/// Reads as many values as `out` holds; bits that are missing read as zeros.
void DecodeXor(std::string_view bytes, std::span<double> out);

}  // namespace sidewatch::tsdb
