#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sidewatch::tsdb {

/// Appends any values exactly, each as its difference in bits from the one before.
void EncodeXor(std::span<const double> values, std::string& out);

/// Reads past `skipped` values, then as many as `out` holds; bits that are missing read as zeros.
void DecodeXor(std::string_view bytes, std::size_t skipped, std::span<double> out);

}  // namespace sidewatch::tsdb
