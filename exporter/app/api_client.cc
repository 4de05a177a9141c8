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

/// What the server says is wrong, in Alertmanager's two forms or as plain text.
Error ReadRefusal(const net::HttpReply& reply) {
  constexpr int kNotFoundStatus = 404;
  const Json answer = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  const ErrorCode code =
      reply.status == kNotFoundStatus ? ErrorCode::kNotFound : ErrorCode::kInvalidArgument;
  if (answer.is_string()) {
    return {code, answer.get<std::string>()};
  }
  if (answer.is_object() && answer.contains("message") && answer["message"].is_string()) {
    return {code, answer["message"].get<std::string>()};
  }
  return {code, fmt::format("the server answered {}: {}", reply.status, reply.body)};
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

Result<Json> ApiClient::Post(std::string_view path, const std::string& body) const {
  net::HttpCall call{
      .method = "POST", .url = fmt::format("{}/api/v1/{}", url_, path), .body = body};
  call.headers.emplace_back("Content-Type", "application/json");
  const auto client = net::HttpClient::Create({});
  const auto reply = client->Send(call, std::chrono::steady_clock::now() + kPatience, {});
  if (!reply) {
    return FailWith("the server cannot be asked (--url)", reply.error());
  }
  // Whoever may not change anything is told so as plain text.
  return Json::accept(reply->body) ? ReadAnswer(*reply) : Fail(ReadRefusal(*reply));
}

Result<Json> ApiClient::Send(std::string_view method,
                             std::string_view path,
                             const std::string& body) const {
  constexpr int kOk = 200;
  net::HttpCall call{
      .method = std::string(method), .url = fmt::format("{}/api/v2/{}", url_, path), .body = body};
  if (!body.empty()) {
    call.headers.emplace_back("Content-Type", "application/json");
  }
  const auto client = net::HttpClient::Create({});
  const auto reply = client->Send(call, std::chrono::steady_clock::now() + kPatience, {});
  if (!reply) {
    return FailWith("the server cannot be asked (--url)", reply.error());
  }
  if (reply->status != kOk) {
    return Fail(ReadRefusal(*reply));
  }
  return reply->body.empty() ? Json() : Json::parse(reply->body, nullptr, false);
}

}  // namespace sidewatch::app
