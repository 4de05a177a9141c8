#pragma once

#include <string>
#include <vector>

#include <libpq-fe.h>

#include "collectors/postgres/rows.h"

namespace sidewatch::postgres {

/// A result as libpq would hand it out. An empty cell is NULL.
inline ResultHandle MakeResult(std::vector<std::string> columns,
                               const std::vector<std::vector<std::string>>& lines) {
  ResultHandle result(PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK));
  std::vector<PGresAttDesc> attributes;
  for (std::string& column : columns) {
    PGresAttDesc attribute{};
    attribute.name = column.data();
    attributes.push_back(attribute);
  }
  PQsetResultAttrs(result.get(), static_cast<int>(attributes.size()), attributes.data());
  for (std::size_t row = 0; row < lines.size(); ++row) {
    for (std::size_t i = 0; i < lines[row].size(); ++i) {
      std::string cell = lines[row][i];
      PQsetvalue(result.get(),
                 static_cast<int>(row),
                 static_cast<int>(i),
                 cell.empty() ? nullptr : cell.data(),
                 cell.empty() ? -1 : static_cast<int>(cell.size()));
    }
  }
  return result;
}

}  // namespace sidewatch::postgres
