#include "exporter/api/result_json.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "exporter/api/envelope.h"
#include "exporter/model/label_json.h"

namespace sidewatch::api {

namespace {

using promql::MatrixValue;
using promql::ScalarValue;
using promql::StringValue;
using promql::VectorValue;

/// Times as JSON, which the series of an answer have in common: each is written once.
class TimeTexts {
 public:
  /// Of the sample at `place` of a series.
  std::string_view Of(TimePoint at, std::size_t place) {
    if (place >= texts_.size()) {
      texts_.resize(place + 1);
    }
    auto& [of, text] = texts_[place];
    if (text.empty() || of != at) {
      of = at;
      text.clear();
      JsonWriter(text).Timestamp(at);
    }
    return text;
  }

 private:
  std::vector<std::pair<TimePoint, std::string>> texts_;
};

/// Writes the value behind `resultType`, one overload a type.
struct ValueWriter {
  JsonWriter& json;
  const Flush& flush;

  void operator()(const ScalarValue& scalar) const {
    TimeTexts times;
    json.String("scalar").Key("result").Sample(times.Of(scalar.at, 0), scalar.value);
  }

  void operator()(const StringValue& text) const {
    json.String("string").Key("result");
    json.BeginArray().Timestamp(text.at).String(text.value).EndArray();
  }

  void operator()(const VectorValue& vector) const {
    json.String("vector").Key("result").BeginArray();
    TimeTexts times;
    for (const promql::VectorSample& sample : vector) {
      json.BeginObject().Key("metric");
      WriteLabels(json, sample.labels);
      json.Key("value").Sample(times.Of(sample.at, 0), sample.value).EndObject();
      if (!flush()) {
        break;
      }
    }
    json.EndArray();
  }

  void operator()(const MatrixValue& matrix) const {
    json.String("matrix").Key("result").BeginArray();
    TimeTexts times;
    for (const promql::MatrixSeries& series : matrix) {
      json.BeginObject().Key("metric");
      WriteLabels(json, series.labels);
      json.Key("values").BeginArray();
      for (std::size_t place = 0; place < series.samples.size(); ++place) {
        const Sample& sample = series.samples[place];
        json.Sample(times.Of(sample.at, place), sample.value);
      }
      json.EndArray().EndObject();
      if (!flush()) {
        break;
      }
    }
    json.EndArray();
  }
};

template <typename List>
bool Cut(promql::QueryResult& result, std::size_t limit) {
  List* list = std::get_if<List>(&result.value);
  if (list == nullptr || list->size() <= limit) {
    return false;
  }
  list->resize(limit);
  return true;
}

}  // namespace

void WriteResult(JsonWriter& json, const promql::QueryResult& result, const Flush& flush) {
  json.Key("resultType");
  std::visit(ValueWriter{json, flush}, result.value);
}

void Truncate(promql::QueryResult& result, std::size_t limit) {
  if (limit == 0) {
    return;
  }
  if (Cut<VectorValue>(result, limit) || Cut<MatrixValue>(result, limit)) {
    result.warnings.emplace_back(kTruncated);
  }
}

}  // namespace sidewatch::api
