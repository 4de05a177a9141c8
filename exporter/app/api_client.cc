#include "exporter/app/api_client.h"

#include <memory>

#include <fmt/format.h>

#include "exporter/net/http_client.h"

namespace sidewatch::app {
namespace {

using Json = nlohmann::ordered_json;

// Longer than the server lets a query run.
constexpr auto kPatience = std::chrono::minutes(3);

Result<Json> ReadAnswer(const net::HttpReply& reply) {
  const Json answer = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  if (answer.is_object() && answer.value("status", "") == "success" && answer.contains("data")) {
    return answer["data"];
  }
  if (answer.is_object() && answer.contains("error") && answer["error"].is_string()) {
    return Fail(ErrorCode::kInvalidArgument, "{}", answer["error"].get<std::string>());
  }
  return Fail(ErrorCode::kProtocol,
              "the server answered {} instead of Prometheus' JSON: is this a sidewatch?",
              reply.status);
}

}  // namespace

ApiClient::ApiClient(std::string url) : url_(std::move(url)) {
  while (url_.ends_with('/')) {
    url_.pop_back();
  }
}

Result<Json> ApiClient::Get(std::string_view path, const Parameters& parameters) const {
  net::HttpCall call{.method = "POST", .url = fmt::format("{}/api/v1/{}", url_, path)};
  for (const auto& [name, value] : parameters) {
    call.body += fmt::format(
        "{}{}={}", call.body.empty() ? "" : "&", net::EncodeUrl(name), net::EncodeUrl(value));
  }
  call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  if (parameters.empty()) {
    call.method = "GET";
    call.headers.clear();
  }
  const auto client = net::HttpClient::Create({});
  const auto reply = client->Send(call, std::chrono::steady_clock::now() + kPatience, {});
  if (!reply) {
    return FailWith("the server cannot be asked (--url)", reply.error());
  }
  return ReadAnswer(*reply);
}

}  // namespace sidewatch::app
