#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <libpq-fe.h>

#include "exporter/base/unique_handle.h"

namespace sidewatch::postgres {

using ResultHandle = UniqueHandle<PGresult, PQclear>;

/// The rows of one query, borrowed from a PGresult. Cells are text; SQL NULL is nothing.
class Rows {
 public:
  explicit Rows(const PGresult& result) : result_(&result) {}

  std::size_t size() const { return static_cast<std::size_t>(PQntuples(result_)); }

  /// Nothing if this server's query does not give `name`, as with columns of newer releases.
  std::optional<int> FindColumn(std::string_view name) const;

  std::optional<std::string_view> Text(std::size_t row, int column) const;

  /// `t` and `f` read as 1 and 0. Nothing: NULL, or not a number.
  std::optional<double> Number(std::size_t row, int column) const;

 private:
  const PGresult* result_;
};

}  // namespace sidewatch::postgres
