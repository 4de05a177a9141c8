#include "alerts/template/json.h"

#include <cmath>

#include <fmt/format.h>

#include "alerts/template/format.h"
#include "exporter/base/number.h"

namespace sidewatch::alerts::templates {
namespace {

void AppendJsonString(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const CodePoint point = DecodeUtf8(text);
    const char c = text.front();
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\b') {
      out += "\\b";
    } else if (c == '\f') {
      out += "\\f";
    } else if (point.value < 0x20 || c == '<' || c == '>' || c == '&' || point.value == 0x2028 ||
               point.value == 0x2029) {
      out += fmt::format("\\u{:04x}", point.value);
    } else {
      AppendUtf8(out, point.value);
    }
    text.remove_prefix(point.bytes);
  }
  out += '"';
}

class Writer {
 public:
  explicit Writer(JsonLimit limit) : limit_(limit) {}

  Status Write(const Value& value);

  std::string Take() { return std::move(out_); }

 private:
  Status WriteList(const Value& value);
  Status WriteMap(const Value& value);
  Status WriteStruct(const Value& value);
  Status WriteFloat(double value);

  JsonLimit limit_;
  std::string out_;
};

Status Writer::WriteFloat(double value) {
  if (!std::isfinite(value)) {
    return Fail(
        ErrorCode::kInvalidArgument, "json: unsupported value: {}", FormatFloat(value, 'g', -1));
  }
  AppendNumber(out_, value);
  return {};
}

Status Writer::WriteList(const Value& value) {
  out_ += '[';
  bool first = true;
  for (const Value& item : value.AsList()) {
    out_ += first ? "" : ",";
    first = false;
    SW_TRY(Write(item));
  }
  out_ += ']';
  return {};
}

Status Writer::WriteMap(const Value& value) {
  if (value.nil_container()) {
    out_ += "null";
    return {};
  }
  out_ += '{';
  bool first = true;
  for (const auto& [key, item] : value.AsMap()) {
    out_ += first ? "" : ",";
    first = false;
    AppendJsonString(out_, key);
    out_ += ':';
    SW_TRY(Write(item));
  }
  out_ += '}';
  return {};
}

Status Writer::WriteStruct(const Value& value) {
  out_ += '{';
  bool first = true;
  for (std::size_t i = 0; i < value.AsList().size(); ++i) {
    const Field& field = value.type()->fields[i];
    if (field.json.empty()) {
      continue;
    }
    out_ += first ? "" : ",";
    first = false;
    AppendJsonString(out_, field.json);
    out_ += ':';
    SW_TRY(Write(value.AsList()[i]));
  }
  out_ += '}';
  return {};
}

Status Writer::Write(const Value& value) {
  if (out_.size() > limit_.bytes) {
    return Fail(ErrorCode::kLimitExceeded, "text longer than {} bytes", limit_.bytes);
  }
  switch (value.kind()) {
    case Kind::kAbsent:
      out_ += "null";
      return {};
    case Kind::kBool:
      out_ += value.AsBool() ? "true" : "false";
      return {};
    case Kind::kInt:
      out_ += fmt::format("{}", value.AsInt());
      return {};
    case Kind::kUint:
      out_ += fmt::format("{}", value.AsUint());
      return {};
    case Kind::kDuration:
      out_ += fmt::format("{}", value.AsDuration().nanos);
      return {};
    case Kind::kFloat:
      return WriteFloat(value.AsFloat());
    case Kind::kComplex:
      return Fail(ErrorCode::kInvalidArgument, "json: unsupported type: complex128");
    case Kind::kString:
      AppendJsonString(out_, value.AsString());
      return {};
    case Kind::kTime:
      AppendJsonString(out_, PrintTimeJson(value.AsTime()));
      return {};
    case Kind::kList:
      return WriteList(value);
    case Kind::kMap:
      return WriteMap(value);
    case Kind::kStruct:
      return WriteStruct(value);
  }
  return {};
}

}  // namespace

Result<std::string> ToJson(const Value& value, JsonLimit limit) {
  Writer writer(limit);
  SW_TRY(writer.Write(value));
  return writer.Take();
}

}  // namespace sidewatch::alerts::templates
