#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace sidewatch {

/// Writes JSON straight into a string, without a tree in between; puts the commas.
///
///   JsonWriter json(out);
///   json.BeginObject().Key("status").String("success").EndObject();
///
/// Shape:  the caller closes what it opens; a Key comes before each value of an object.
/// Cost:   a copy of the text; a caller that streams may take and clear the string at any time.
class JsonWriter {
 public:
  /// `out` outlives the writer.
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& BeginObject() { return Begin('{'); }

  JsonWriter& EndObject() { return End('}'); }

  JsonWriter& BeginArray() { return Begin('['); }

  JsonWriter& EndArray() { return End(']'); }

  JsonWriter& Key(std::string_view name);

  /// Bytes that are no UTF-8 become U+FFFD.
  JsonWriter& String(std::string_view text);
  JsonWriter& Integer(std::int64_t value);
  JsonWriter& Boolean(bool value);
  JsonWriter& Null();

  /// A JSON number; what JSON has no number for (NaN, infinities) becomes null.
  JsonWriter& Number(double value);

  /// A sample as Prometheus' API writes it: `[1435781460,"0.1"]`, `[1435781460.050,"+Inf"]`. `time`
  /// is what Timestamp writes.
  JsonWriter& Sample(std::string_view time, double value);

  /// Seconds with milliseconds only if there are any: 1435781460, 1435781460.050.
  JsonWriter& Timestamp(TimePoint at);

  /// One value that is JSON already.
  JsonWriter& Raw(std::string_view json);

  /// Where a value of `size` bytes of JSON is to be written, before anything else is.
  char* Room(std::size_t size);

  std::string& out() { return out_; }

 private:
  JsonWriter& Begin(char bracket);
  JsonWriter& End(char bracket);
  void Comma();

  std::string& out_;
  bool comma_ = false;  ///< Whether the next value is not the first of its list.
};

/// True for a text that has no need of escapes.
bool IsPlainJson(std::string_view text);

/// Writes such a text in quotes at `out`, which has room for it; gives what is behind.
char* PutPlainJson(char* out, std::string_view text);

/// Appends `text` in quotes with JSON's escapes.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace sidewatch
