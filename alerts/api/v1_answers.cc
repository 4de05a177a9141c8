#include "alerts/api/v1_answers.h"

#include <string>
#include <utility>

namespace sidewatch::alerts {
namespace {

struct Kind {
  ErrorCode code;
  int status;
  std::string_view type;
};

constexpr Kind kBadData = {ErrorCode::kInvalidArgument, 400, "bad_data"};

constexpr Kind kKinds[] = {
    kBadData,
    {ErrorCode::kNotFound, 404, "not_found"},
    {ErrorCode::kUnavailable, 503, "unavailable"},
    {ErrorCode::kProtocol, 500, "internal"},
    {ErrorCode::kInternal, 500, "internal"},
};

const Kind& KindOf(ErrorCode code) {
  for (const Kind& kind : kKinds) {
    if (kind.code == code) {
      return kind;
    }
  }
  return kBadData;
}

}  // namespace

void BeginV1Answer(JsonWriter& json) {
  json.BeginObject().Key("status").String("success").Key("data");
}

void EndV1Answer(JsonWriter& json) {
  json.EndObject();
}

net::HttpResponse V1Error(const Error& error) {
  const Kind& kind = KindOf(error.code);
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("status").String("error").Key("errorType").String(kind.type);
  json.Key("error").String(error.message).EndObject();
  return net::JsonResponse(kind.status, std::move(body));
}

}  // namespace sidewatch::alerts
