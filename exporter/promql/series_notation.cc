#include "exporter/promql/series_notation.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "exporter/model/sample.h"
#include "exporter/promql/duration_parser.h"
#include "exporter/promql/histogram_key.h"
#include "exporter/promql/histogram_sum.h"
#include "exporter/promql/literal.h"
#include "exporter/promql/selector_parser.h"
#include "exporter/promql/text.h"
#include "exporter/promql/token_stream.h"

namespace sidewatch::promql {
namespace {

using K = TokenKind;
using ResetHint = HistogramLiteral::ResetHint;

constexpr std::size_t kMostValues = 1'000'000;
constexpr std::string_view kValues = "series values";
constexpr std::string_view kDescription = "histogram description";
constexpr std::string_view kKeyWanted = "histogram description key, e.g. buckets:[5 10 7]";

struct HintName {
  std::string_view text;
  ResetHint hint;
};

constexpr std::array kHints = {
    HintName{"unknown", ResetHint::kUnknown},
    HintName{"reset", ResetHint::kReset},
    HintName{"not_reset", ResetHint::kNotReset},
    HintName{"gauge", ResetHint::kGauge},
};

/// Reads the values behind the labels. Functions return false after a mistake, which is in the
/// token stream.
class ValuesParser {
 public:
  ValuesParser(TokenStream& tokens, std::vector<SeriesValue>& values)
      : tokens_(tokens), values_(values) {}

  bool Parse();

 private:
  bool Item();
  bool OmittedItem();
  bool FloatItem();
  bool HistogramItem();
  bool HistogramChange(HistogramLiteral& change, std::uint64_t& repetitions);
  std::shared_ptr<const HistogramLiteral> NextHistogram(const HistogramLiteral& current,
                                                        const HistogramLiteral& change,
                                                        double sign);
  bool FirstFloat(double& value);
  bool Float(double& value);
  bool Count(std::uint64_t& count);
  bool Repetitions(std::uint64_t& count);

  bool Histogram(HistogramLiteral& histogram);
  bool Field(HistogramLiteral& histogram);
  bool FieldValue(HistogramKey key, HistogramLiteral& histogram);
  bool Integer(std::int32_t& value);
  bool FloatList(std::vector<double>& list);
  bool Hint(HistogramLiteral& histogram);

  bool Add(SeriesValue value);

  bool AtSign() { return tokens_.At(K::kAdd) || tokens_.At(K::kSub); }

  TokenStream& tokens_;
  std::vector<SeriesValue>& values_;
  unsigned keys_seen_ = 0;
};

bool ValuesParser::Parse() {
  while (!tokens_.At(K::kEndOfInput)) {
    if (!tokens_.Expect(K::kSpace)) {
      break;
    }
    if (!tokens_.At(K::kEndOfInput) && !Item()) {
      break;
    }
  }
  return !tokens_.failed() || tokens_.Explain(kValues, "");
}

bool ValuesParser::Item() {
  switch (tokens_.Peek().kind) {
    case K::kBlank:
      return OmittedItem();
    case K::kOpenHistogram:
      return HistogramItem();
    default:
      return FloatItem();
  }
}

bool ValuesParser::OmittedItem() {
  tokens_.Take();
  std::uint64_t count = 1;
  if (tokens_.Accept(K::kTimes) && !Count(count)) {
    return false;
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!Add({})) {
      return false;
    }
  }
  return true;
}

// `a`, `axN`, `a+bxN`, `a-bxN`. A repetition adds to the value itself.
bool ValuesParser::FloatItem() {
  double value = 0;
  double change = 0;
  std::uint64_t repetitions = 0;
  if (!FirstFloat(value)) {
    return false;
  }
  const bool changes = AtSign();
  if (changes ? !Float(change) || !Repetitions(repetitions)
              : tokens_.At(K::kTimes) && !Repetitions(repetitions)) {
    return false;
  }
  for (std::uint64_t i = 0; i <= repetitions; ++i) {
    if (!Add(value)) {
      return false;
    }
    // Adding nothing would still turn a stale marker into an ordinary NaN.
    value = changes ? value + change : value;
  }
  return true;
}

bool ValuesParser::FirstFloat(double& value) {
  if (!tokens_.At(K::kIdentifier)) {
    return Float(value);
  }
  if (tokens_.Peek().text != "stale") {
    tokens_.Unexpected();
    return tokens_.Explain(kValues, "number or \"stale\"");
  }
  tokens_.Take();
  value = StaleNan();
  return true;
}

bool ValuesParser::Float(double& value) {
  const bool minus = tokens_.At(K::kSub);
  if (AtSign()) {
    tokens_.Take();
  }
  if (!tokens_.At(K::kNumber)) {
    return tokens_.Unexpected();
  }
  if (!ReadSeconds(tokens_, tokens_.Take(), value)) {
    return false;
  }
  value = minus ? -value : value;
  return true;
}

bool ValuesParser::Count(std::uint64_t& count) {
  if (!tokens_.Expect(K::kNumber)) {
    return false;
  }
  const Result<std::uint64_t> parsed = ParseCount(tokens_.last().text);
  if (!parsed) {
    return tokens_.Fail(tokens_.last().position,
                        "invalid repetition in series values: " + parsed.error().message);
  }
  count = *parsed;
  return true;
}

bool ValuesParser::Repetitions(std::uint64_t& count) {
  return tokens_.Expect(K::kTimes) && Count(count);
}

bool ValuesParser::HistogramChange(HistogramLiteral& change, std::uint64_t& repetitions) {
  tokens_.Take();
  if (!tokens_.At(K::kOpenHistogram)) {
    return tokens_.Unexpected();
  }
  return Histogram(change) && Repetitions(repetitions);
}

/// Null: they cannot be added, which has been told.
std::shared_ptr<const HistogramLiteral> ValuesParser::NextHistogram(const HistogramLiteral& current,
                                                                    const HistogramLiteral& change,
                                                                    double sign) {
  Result<HistogramLiteral> next = AddHistograms(current, change, sign);
  if (!next) {
    tokens_.Fail(tokens_.last().position, next.error().message);
    return nullptr;
  }
  return std::make_shared<const HistogramLiteral>(*std::move(next));
}

bool ValuesParser::HistogramItem() {
  HistogramLiteral first;
  HistogramLiteral change;
  std::uint64_t repetitions = 0;
  if (!Histogram(first)) {
    return false;
  }
  const bool changes = AtSign();
  const double sign = tokens_.At(K::kSub) ? -1 : 1;
  if (changes) {
    if (!HistogramChange(change, repetitions)) {
      return false;
    }
    first.reset_hint_written = change.reset_hint_written;
  } else if (tokens_.At(K::kTimes) && !Repetitions(repetitions)) {
    return false;
  }
  auto current = std::make_shared<const HistogramLiteral>(std::move(first));
  if (!Add(current)) {
    return false;
  }
  for (std::uint64_t i = 0; i < repetitions; ++i) {
    if (changes) {
      current = NextHistogram(*current, change, sign);
    }
    if (!current || !Add(current)) {
      return false;
    }
  }
  return true;
}

bool ValuesParser::Histogram(HistogramLiteral& histogram) {
  tokens_.Take();
  keys_seen_ = 0;
  if (tokens_.Accept(K::kSpace)) {
    return tokens_.Expect(K::kCloseHistogram);
  }
  if (tokens_.Accept(K::kCloseHistogram)) {
    return true;
  }
  if (!Field(histogram)) {
    return false;
  }
  while (!tokens_.Accept(K::kCloseHistogram)) {
    if (!tokens_.Expect(K::kSpace)) {
      return tokens_.Explain(kDescription, kKeyWanted);
    }
    if (!tokens_.At(K::kCloseHistogram) && !Field(histogram)) {
      return tokens_.Explain(kDescription, kKeyWanted);
    }
  }
  return true;
}

bool ValuesParser::Field(HistogramLiteral& histogram) {
  if (!tokens_.Expect(K::kHistogramKey)) {
    return false;
  }
  const HistogramKeyInfo& info = *FindHistogramKey(tokens_.last().text);
  if (!tokens_.Expect(K::kColon) || !FieldValue(info.key, histogram)) {
    return false;
  }
  const unsigned bit = 1U << static_cast<unsigned>(info.key);
  if ((keys_seen_ & bit) != 0) {
    return tokens_.Fail({}, fmt::format("duplicate key \"{}\" in histogram", info.text));
  }
  keys_seen_ |= bit;
  return true;
}

bool ValuesParser::FieldValue(HistogramKey key, HistogramLiteral& histogram) {
  switch (key) {
    case HistogramKey::kSchema:
      return Integer(histogram.schema);
    case HistogramKey::kSum:
      return Float(histogram.sum);
    case HistogramKey::kCount:
      return Float(histogram.count);
    case HistogramKey::kZeroBucket:
      return Float(histogram.zero_count);
    case HistogramKey::kZeroBucketWidth:
      return AtSign() ? tokens_.Unexpected() : Float(histogram.zero_threshold);
    case HistogramKey::kBuckets:
      return FloatList(histogram.positive.counts);
    case HistogramKey::kOffset:
      return Integer(histogram.positive.offset);
    case HistogramKey::kNegativeBuckets:
      return FloatList(histogram.negative.counts);
    case HistogramKey::kNegativeOffset:
      return Integer(histogram.negative.offset);
    case HistogramKey::kCustomValues:
      return FloatList(histogram.custom_values);
    case HistogramKey::kCounterResetHint:
      return Hint(histogram);
  }
  return false;
}

bool ValuesParser::Integer(std::int32_t& value) {
  const bool minus = tokens_.Accept(K::kSub);
  std::uint64_t magnitude = 0;
  if (!Count(magnitude)) {
    return false;
  }
  constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max());
  if (magnitude > kLargest) {
    return tokens_.Fail(tokens_.last().position,
                        fmt::format("integer {} is larger than {}", magnitude, kLargest));
  }
  value = static_cast<std::int32_t>(magnitude);
  value = minus ? -value : value;
  return true;
}

bool ValuesParser::FloatList(std::vector<double>& list) {
  if (!tokens_.Expect(K::kLeftBracket)) {
    return false;
  }
  do {
    list.emplace_back();
    if (!Float(list.back())) {
      return false;
    }
  } while (tokens_.Accept(K::kSpace) && !tokens_.At(K::kRightBracket));
  return tokens_.Expect(K::kRightBracket);
}

bool ValuesParser::Hint(HistogramLiteral& histogram) {
  if (!tokens_.Expect(K::kResetHint)) {
    return false;
  }
  const auto* const found = std::ranges::find_if(kHints, [this](const HintName& row) {
    return EqualsIgnoringCase(tokens_.last().text, row.text);
  });
  histogram.reset_hint = found == kHints.end() ? ResetHint::kUnknown : found->hint;
  histogram.reset_hint_written = true;
  return true;
}

bool ValuesParser::Add(SeriesValue value) {
  if (values_.size() >= kMostValues) {
    return tokens_.Fail(tokens_.last().position,
                        fmt::format("series has more than {} values", kMostValues));
  }
  values_.push_back(std::move(value));
  return true;
}

}  // namespace

Result<SeriesNotation> ParseSeriesNotation(std::string_view line) {
  TokenStream tokens(line, Lexer::Language::kSeries);
  std::vector<std::pair<std::string, std::string>> labels;
  SeriesNotation series;
  if (!ParseSeriesLabels(tokens, labels) || !ValuesParser(tokens, series.values).Parse()) {
    return Fail(Error{ErrorCode::kInvalidArgument, FormatParseError(line, tokens.mistake())});
  }
  LabelSetBuilder builder;
  for (const auto& [name, value] : labels) {
    builder.Set(name, value);
  }
  series.labels = builder.Build();
  return series;
}

}  // namespace sidewatch::promql
