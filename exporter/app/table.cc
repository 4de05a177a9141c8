#include "exporter/app/table.h"

#include <algorithm>

namespace sidewatch::app {
namespace {

constexpr std::size_t kGap = 2;

void MakeOneLine(std::string& cell) {
  std::ranges::replace_if(
      cell, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  // Bytes that go on a character begin with 10.
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void Table::Add(std::vector<std::string> row) {
  for (std::string& cell : row) {
    MakeOneLine(cell);
  }
  rows_.push_back(std::move(row));
}

std::string Table::Text() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      line.append(widths[i] - DisplayWidth(row[i]) + kGap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace sidewatch::app
