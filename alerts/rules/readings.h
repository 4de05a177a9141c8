#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/promql/ast.h"

namespace sidewatch::alerts::rules {

/// The expressions behind the metrics that recording rules write, by metric.
using RecordedExprs =
    std::map<std::string, std::vector<std::shared_ptr<const promql::Expr>>, std::less<>>;

/// Series that an expression reads.
struct Reading {
  std::string selector;  ///< `{__name__="x",a="b"}`, without range and offset.
  Duration range{0};     ///< How far back it looks, with the subqueries around it.
  Duration offset{0};
  bool recorded = false;  ///< Rules write it.
};

/// What `expr` reads and would lose elements without: also what recorded metrics are made of. Not
/// what stands in absent() or behind `unless`, which gain elements then, nor what is read at a
/// fixed time.
std::vector<Reading> ReadingsOf(const promql::Expr& expr, const RecordedExprs& recorded);

}  // namespace sidewatch::alerts::rules
