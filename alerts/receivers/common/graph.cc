#include "alerts/receivers/common/graph.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <zlib.h>

namespace sidewatch::alerts {
namespace {

constexpr int kWidth = 2 * kGraphWidth;
constexpr int kHeight = 2 * kGraphHeight;
constexpr int kMargin = 12;
constexpr int kLine = 4;

/// Places in the palette.
enum Color : unsigned char { kPaper, kGrid, kTint, kInk, kLimit };

constexpr std::array<std::array<unsigned char, 3>, 5> kPalette = {{{0xff, 0xff, 0xff},
                                                                   {0xe2, 0xe8, 0xf0},
                                                                   {0xd6, 0xe6, 0xf7},
                                                                   {0x2b, 0x6c, 0xb0},
                                                                   {0xc5, 0x30, 0x30}}};

/// What the picture shows from bottom to top.
struct Scale {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  bool shows_limit = false;

  int RowOf(double value) const {
    const double share = high > low ? (value - low) / (high - low) : 0.5;
    return kHeight - kMargin - static_cast<int>(std::lround(share * (kHeight - 2 * kMargin)));
  }
};

Scale ScaleOf(const Trend& trend) {
  Scale scale;
  for (const double value : trend.values) {
    if (std::isfinite(value)) {
      scale.low = std::min(scale.low, value);
      scale.high = std::max(scale.high, value);
    }
  }
  if (!trend.limit || !std::isfinite(trend.limit->value) || scale.low > scale.high) {
    return scale;
  }
  // A limit far away would press the line flat.
  constexpr double kFar = 4;
  const double limit = trend.limit->value;
  const double span = std::max(scale.high - scale.low, 0.05 * std::abs(limit));
  if (limit > scale.low - kFar * span && limit < scale.high + kFar * span) {
    scale.shows_limit = true;
    scale.low = std::min(scale.low, limit);
    scale.high = std::max(scale.high, limit);
  }
  return scale;
}

class Canvas {
 public:
  void Fill(int x, int from, int to, Color color) {
    for (int y = std::max(from, 0); y < std::min(to, kHeight); ++y) {
      Row(y)[static_cast<std::size_t>(x)] = static_cast<char>(color);
    }
  }

  void Limit(int y) {
    constexpr int kDash = 16;
    for (int x = 0; x < kWidth; ++x) {
      if (x / kDash % 2 == 0) {
        Fill(x, y - 1, y + 2, kLimit);
      }
    }
  }

  /// The line from one point to the next and the area below it.
  void Segment(int x1, int y1, int x2, int y2) {
    for (int x = x1; x < std::min(x2 + 1, kWidth); ++x) {
      const int reach = std::max(x2 - x1, 1);
      const int y = y1 + (y2 - y1) * (x - x1) / reach;
      const int next = y1 + (y2 - y1) * (std::min(x + 1, x2) - x1) / reach;
      Fill(x, y, kHeight - 2, kTint);
      Fill(x, std::min(y, next) - kLine / 2, std::max(y, next) + kLine / 2, kInk);
    }
  }

  void Frame() {
    for (int x = 0; x < kWidth; ++x) {
      Fill(x, kHeight - 2, kHeight, kGrid);
    }
  }

  /// As PNG wants it: each row behind the number of its filter, none.
  const std::string& bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kStride = kWidth + 1;

  char* Row(int y) { return bytes_.data() + static_cast<std::size_t>(y) * kStride + 1; }

  std::string bytes_ = std::string(kStride * kHeight, '\0');
};

void AppendNumber(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out += static_cast<char>(number >> shift);
  }
}

void AppendChunk(std::string& out, std::string_view type, std::string_view data) {
  AppendNumber(out, static_cast<std::uint32_t>(data.size()));
  const std::string body = std::string(type).append(data);
  out += body;
  // zlib knows bytes as unsigned.
  const auto* bytes = reinterpret_cast<const Bytef*>(body.data());
  AppendNumber(out, static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(body.size()))));
}

std::string Deflate(const std::string& bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, '\0');
  auto* out = reinterpret_cast<Bytef*>(packed.data());
  const auto* in = reinterpret_cast<const Bytef*>(bytes.data());
  packed.resize(compress2(out, &size, in, bytes.size(), Z_BEST_COMPRESSION) == Z_OK ? size : 0);
  return packed;
}

std::string ToPng(const Canvas& canvas) {
  constexpr char kBitDepth = 8;
  constexpr char kPaletteType = 3;
  std::string header;
  AppendNumber(header, kWidth);
  AppendNumber(header, kHeight);
  header.append({kBitDepth, kPaletteType, 0, 0, 0});
  std::string palette;
  for (const auto& color : kPalette) {
    palette.append(color.begin(), color.end());
  }
  std::string png = "\x89PNG\r\n\x1a\n";
  AppendChunk(png, "IHDR", header);
  AppendChunk(png, "PLTE", palette);
  AppendChunk(png, "IDAT", Deflate(canvas.bytes()));
  AppendChunk(png, "IEND", "");
  return png;
}

}  // namespace

std::string DrawGraph(const Trend& trend) {
  const Scale scale = ScaleOf(trend);
  if (scale.low > scale.high) {
    return {};
  }
  Canvas canvas;
  const auto steps = static_cast<int>(std::max<std::size_t>(trend.values.size() - 1, 1));
  const auto column = [steps](std::size_t i) {
    return static_cast<int>(i) * (kWidth - 1) / steps;
  };
  std::optional<std::size_t> before;
  for (std::size_t i = 0; i < trend.values.size(); ++i) {
    if (!std::isfinite(trend.values[i])) {
      continue;
    }
    // What is missing stays blank: a line across would tell of values that were not there.
    const std::size_t from = before && *before + 1 == i ? *before : i;
    canvas.Segment(column(from),
                   scale.RowOf(trend.values[from]),
                   std::max(column(i), column(from) + kLine),
                   scale.RowOf(trend.values[i]));
    before = i;
  }
  if (scale.shows_limit) {
    canvas.Limit(scale.RowOf(trend.limit->value));
  }
  canvas.Frame();
  return ToPng(canvas);
}

}  // namespace sidewatch::alerts
