#include "exporter/api/result_json.h"

#include <string>
#include <string_view>
#include <variant>

#include "exporter/api/envelope.h"

namespace sidewatch::api {

namespace {

using promql::MatrixValue;
using promql::ScalarValue;
using promql::StringValue;
using promql::VectorValue;

void WriteSample(JsonWriter& json, TimePoint at, double value) {
  json.BeginArray().Timestamp(at).SampleValue(value).EndArray();
}

/// A time as JSON. The series of an instant vector share one, which is written once.
class TimeText {
 public:
  std::string_view Of(TimePoint at) {
    if (text_.empty() || at != at_) {
      at_ = at;
      text_.clear();
      JsonWriter(text_).Timestamp(at);
    }
    return text_;
  }

 private:
  TimePoint at_;
  std::string text_;
};

/// Writes the value behind `resultType`, one overload a type.
struct ValueWriter {
  JsonWriter& json;
  const Flush& flush;

  void operator()(const ScalarValue& scalar) const {
    json.String("scalar").Key("result");
    WriteSample(json, scalar.at, scalar.value);
  }

  void operator()(const StringValue& text) const {
    json.String("string").Key("result");
    json.BeginArray().Timestamp(text.at).String(text.value).EndArray();
  }

  void operator()(const VectorValue& vector) const {
    json.String("vector").Key("result").BeginArray();
    TimeText time;
    for (const promql::VectorSample& sample : vector) {
      json.BeginObject().Key("metric");
      WriteLabels(json, sample.labels);
      json.Key("value").BeginArray().Raw(time.Of(sample.at)).SampleValue(sample.value);
      json.EndArray().EndObject();
      if (!flush()) {
        break;
      }
    }
    json.EndArray();
  }

  void operator()(const MatrixValue& matrix) const {
    json.String("matrix").Key("result").BeginArray();
    for (const promql::MatrixSeries& series : matrix) {
      json.BeginObject().Key("metric");
      WriteLabels(json, series.labels);
      json.Key("values").BeginArray();
      for (const Sample& sample : series.samples) {
        WriteSample(json, sample.at, sample.value);
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

void WriteLabels(JsonWriter& json, const LabelSet& labels) {
  json.BeginObject();
  for (const Label label : labels) {
    json.Key(label.name).String(label.value);
  }
  json.EndObject();
}

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
