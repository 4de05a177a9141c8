#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exporter/promql/ast.h"
#include "exporter/promql/token_stream.h"

namespace sidewatch::promql {

/// Reads `{…}`, or what may follow a name that was taken already: nothing or `{…}`. The name
/// becomes the last matcher. False: the mistake is in `tokens`.
bool ParseVectorSelector(TokenStream& tokens, const Token* name, VectorSelector& selector);

/// Reads the labels of a series, `name{a="b"}`; both parts may be absent. Labels come in the order
/// written, the name in front last. False: the mistake is in `tokens`.
bool ParseSeriesLabels(TokenStream& tokens,
                       std::vector<std::pair<std::string, std::string>>& labels);

}  // namespace sidewatch::promql
