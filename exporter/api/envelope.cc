#include "exporter/api/envelope.h"

#include <algorithm>

#include <fmt/format.h>

namespace sidewatch::api {

namespace {

constexpr std::size_t kMaxAnnotations = 10;

struct ErrorRow {
  ErrorCode code;
  std::string_view type;
  int status;
};

// The first row of a code is the one; the last row stands for every other code.
constexpr ErrorRow kErrors[] = {
    {ErrorCode::kInvalidArgument, "bad_data", 400},
    {ErrorCode::kNotFound, "not_found", 404},
    {ErrorCode::kUnavailable, "unavailable", 500},
    {ErrorCode::kDeadlineExceeded, "timeout", 503},
    {ErrorCode::kCancelled, "canceled", 499},
    {ErrorCode::kLimitExceeded, "execution", 422},
    {ErrorCode::kInternal, "internal", 500},
};
constexpr ErrorRow kExecutionError = {ErrorCode::kInvalidArgument, "execution", 422};

const ErrorRow& RowOf(ErrorCode code, Phase phase) {
  if (code == ErrorCode::kInvalidArgument && phase == Phase::kExecution) {
    return kExecutionError;
  }
  const auto* const row = std::find_if(
      std::begin(kErrors), std::end(kErrors), [code](const ErrorRow& r) { return r.code == code; });
  return row == std::end(kErrors) ? *std::prev(std::end(kErrors)) : *row;
}

void WriteList(JsonWriter& json,
               std::string_view key,
               const std::vector<std::string>& texts,
               std::string_view kind) {
  if (texts.empty()) {
    return;
  }
  json.Key(key).BeginArray();
  const std::size_t shown = std::min(texts.size(), kMaxAnnotations);
  for (std::size_t i = 0; i < shown; ++i) {
    json.String(texts[i]);
  }
  if (shown < texts.size()) {
    json.String(fmt::format("{} more {} annotations omitted", texts.size() - shown, kind));
  }
  json.EndArray();
}

}  // namespace

void WriteAnnotations(JsonWriter& json,
                      const std::vector<std::string>& warnings,
                      const std::vector<std::string>& infos) {
  WriteList(json, "warnings", warnings, "warning");
  WriteList(json, "infos", infos, "info");
}

net::HttpResponse ErrorResponse(const Error& error, Phase phase) {
  const ErrorRow& row = RowOf(error.code, phase);
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("status").String("error");
  json.Key("errorType").String(row.type).Key("error").String(error.message).EndObject();
  return net::JsonResponse(row.status, std::move(body));
}

net::HttpResponse DataResponse(const std::function<void(JsonWriter&)>& write_data,
                               const std::vector<std::string>& warnings) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject().Key("status").String("success").Key("data");
  write_data(json);
  WriteAnnotations(json, warnings, {});
  json.EndObject();
  return net::JsonResponse(200, std::move(body));
}

}  // namespace sidewatch::api
