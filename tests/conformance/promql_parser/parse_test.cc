#include <map>
#include <string>

#include <gtest/gtest.h>

#include "exporter/promql/parser.h"
#include "tests/conformance/promql_parser/kit.h"

namespace sidewatch::promql {
namespace {

using nlohmann::json;

/// The few bytes that JSON cannot carry are written in base 64 there.
std::string DecodeBase64(const std::string& text) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text.substr(0, text.find('='))) {
    bits = (bits << 6U) | static_cast<unsigned>(alphabet.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
    }
  }
  return bytes;
}

std::string Query(const json& row) {
  if (row.contains("expr")) {
    return row["expr"];
  }
  if (row.contains("expr_base64")) {
    return DecodeBase64(row["expr_base64"]);
  }
  std::string query;
  for (const json& part : row["expr_repeat"]) {
    for (std::size_t i = 0; i < part[1]; ++i) {
      query += part[0];
    }
  }
  return query;
}

ParserOptions AllOn(const json& row) {
  const std::string from = row["from"];
  return {.experimental_functions = true,
          .duration_expressions = true,
          .extended_range_selectors = true,
          .fill_modifiers = from == "printer" || from == "promqltest"};
}

std::string ApiType(const Expr& expr) {
  static const std::map<ValueType, std::string> names = {{ValueType::kScalar, "scalar"},
                                                         {ValueType::kInstantVector, "vector"},
                                                         {ValueType::kRangeVector, "matrix"},
                                                         {ValueType::kString, "string"}};
  return names.at(TypeOf(expr));
}

/// Empty if all holds, else what differs.
std::string DifferenceOfValid(const json& row, const Result<ExprPtr>& got) {
  if (!got) {
    return "refused: " + got.error().message;
  }
  if (row.contains("result_type") && ApiType(**got) != row["result_type"]) {
    return "has type " + ApiType(**got) + ", not " + row["result_type"].get<std::string>();
  }
  const std::string printed = Print(**got);
  if (row.contains("printed") && printed != row["printed"]) {
    return "prints as " + printed + ", not " + row["printed"].get<std::string>();
  }
  const Result<ExprPtr> again = Parse(printed, AllOn({{"from", "printer"}}));
  if (!again) {
    return "prints as " + printed + " which is refused: " + again.error().message;
  }
  return Print(**again) == printed ? "" : "printed twice: " + printed + " and " + Print(**again);
}

std::string DifferenceOfInvalid(const json& row, const Result<ExprPtr>& got) {
  if (got) {
    return "taken, but should be refused: " + row["error_contains"].get<std::string>();
  }
  const std::string want = row.contains("error_text")
                               ? row["error_text"].get<std::string>()
                               : row.value("error_position", "") +
                                     ": parse error: " + row["error_contains"].get<std::string>();
  return got.error().message == want ? "" : "got " + got.error().message + "\nnot " + want;
}

TEST(ParseCases, Hold) {
  Tally tally("promql_parse_cases.json cases");
  for (const json& row : LoadCases("promql_parse_cases.json", "cases")) {
    const std::string query = Query(row);
    const Result<ExprPtr> got = Parse(query, AllOn(row));
    const std::string difference =
        row["valid"] ? DifferenceOfValid(row, got) : DifferenceOfInvalid(row, got);
    tally.Add(difference.empty(), query.substr(0, 200) + "\n" + difference);
  }
}

TEST(FeatureOffCases, Hold) {
  Tally tally("promql_parse_cases.json feature_off_cases");
  for (const json& row : LoadCases("promql_parse_cases.json", "feature_off_cases")) {
    const Result<ExprPtr> got = Parse(Query(row), ParserOptions{});
    const std::string want = ": parse error: " + row["error_contains"].get<std::string>();
    tally.Add(!got && got.error().message.ends_with(want),
              Query(row) + "\ngot " + (got ? "no error" : got.error().message));
  }
}

TEST(PrettyCases, Hold) {
  constexpr std::size_t kLineLimit = 10;
  Tally tally("promql_pretty_cases.json");
  for (const json& row : LoadCases("promql_pretty_cases.json", "cases")) {
    const Result<ExprPtr> expr = Parse(Query(row), AllOn({{"from", "printer"}}));
    const std::string got = expr ? PrettyPrint(**expr, kLineLimit) : expr.error().message;
    tally.Add(got == row["pretty"],
              Query(row) + "\ngot\n" + got + "\nnot\n" + row["pretty"].get<std::string>());
  }
}

}  // namespace
}  // namespace sidewatch::promql
