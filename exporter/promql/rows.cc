#include "exporter/promql/rows.h"

#include <algorithm>

#include "exporter/promql/query_context.h"
#include "exporter/promql/row_reader.h"

namespace sidewatch::promql {

void RowOut::Clear() const {
  std::ranges::fill(present, std::uint8_t{0});
}

bool RowView::AnyPresent() const {
  return std::ranges::find(present, std::uint8_t{1}) != present.end();
}

Status RowSource::FillRows(std::size_t first, const RowsOut& out) {
  const std::size_t rows = out.rows();
  for (std::size_t i = 0; i < rows; ++i) {
    SW_TRY(Fill(first + i, out.row(i)));
  }
  return {};
}

RowsOut RowsBuffer::Reset(std::size_t rows, std::size_t steps) {
  steps_ = steps;
  values_.resize(rows * steps);
  present_.resize(rows * steps);
  return {values_, present_, steps};
}

Matrix::~Matrix() {
  context_.ReleaseSamples(values_.size());
}

Status Matrix::AddRow(RowHead head) {
  SW_TRY(context_.ChargeSamples(steps()));
  heads_.push_back(std::move(head));
  values_.resize(values_.size() + steps());
  present_.resize(present_.size() + steps());
  return {};
}

Status Matrix::AddRows(RowSource& source) {
  // Each row will be charged: what does not fit is refused before it is allocated.
  const std::size_t added = source.size() * steps();
  SW_TRY(context_.ChargeSamples(added));
  context_.ReleaseSamples(added);
  heads_.reserve(heads_.size() + source.size());
  values_.reserve(values_.size() + added);
  present_.reserve(present_.size() + added);
  return ReadRows(source, [&](std::size_t i, RowView view) -> Status {
    SW_TRY(AddRow(source.head(i)));
    const RowOut out = row(size() - 1);
    std::ranges::copy(view.values, out.values.begin());
    std::ranges::copy(view.present, out.present.begin());
    return {};
  });
}

Status Matrix::Fill(std::size_t row, RowOut out) {
  const RowView from = view(row);
  std::ranges::copy(from.values, out.values.begin());
  std::ranges::copy(from.present, out.present.begin());
  return {};
}

Status Matrix::FillRows(std::size_t first, const RowsOut& out) {
  const std::size_t begin = first * steps();
  std::ranges::copy(std::span(values_).subspan(begin, out.values.size()), out.values.begin());
  std::ranges::copy(std::span(present_).subspan(begin, out.present.size()), out.present.begin());
  return {};
}

Result<std::unique_ptr<Matrix>> Materialise(QueryContext& context, RowSourcePtr source) {
  if (auto* matrix = dynamic_cast<Matrix*>(source.get()); matrix != nullptr) {
    static_cast<void>(source.release());
    return std::unique_ptr<Matrix>(matrix);
  }
  auto matrix = std::make_unique<Matrix>(context, source->steps());
  SW_TRY(matrix->AddRows(*source));
  return matrix;
}

}  // namespace sidewatch::promql
