#include "exporter/model/label_json.h"

#include <string_view>

namespace sidewatch {
namespace {

/// What needs no escapes, which is nearly all: in one piece.
void WritePlain(JsonWriter& json, const LabelSet& labels) {
  constexpr std::size_t kAround = std::string_view(R"({"":"")").size();  // Or a comma in front.
  char* out = json.Room(labels.text().size() + labels.size() * kAround + 1);
  char before = '{';
  for (const Label label : labels) {
    *out++ = before;
    out = PutPlainJson(out, label.name);
    *out++ = ':';
    out = PutPlainJson(out, label.value);
    before = ',';
  }
  *out = '}';
}

}  // namespace

void WriteLabels(JsonWriter& json, const LabelSet& labels) {
  if (!labels.empty() && IsPlainJson(labels.text())) {
    WritePlain(json, labels);
    return;
  }
  json.BeginObject();
  for (const Label label : labels) {
    json.Key(label.name).String(label.value);
  }
  json.EndObject();
}

}  // namespace sidewatch
