#include "collectors/postgres/rows.h"

#include "exporter/base/number.h"

namespace sidewatch::postgres {

std::optional<int> Rows::FindColumn(std::string_view name) const {
  const int columns = PQnfields(result_);
  for (int column = 0; column < columns; ++column) {
    if (name == PQfname(result_, column)) {
      return column;
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> Rows::Text(std::size_t row, int column) const {
  const int line = static_cast<int>(row);
  if (PQgetisnull(result_, line, column) != 0) {
    return std::nullopt;
  }
  return std::string_view(PQgetvalue(result_, line, column),
                          static_cast<std::size_t>(PQgetlength(result_, line, column)));
}

std::optional<double> Rows::Number(std::size_t row, int column) const {
  const std::optional<std::string_view> text = Text(row, column);
  if (!text) {
    return std::nullopt;
  }
  if (*text == "t") {
    return 1.0;
  }
  if (*text == "f") {
    return 0.0;
  }
  return ParseNumber(*text);
}

}  // namespace sidewatch::postgres
