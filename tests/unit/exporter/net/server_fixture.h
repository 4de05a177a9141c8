#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "exporter/base/clock.h"
#include "exporter/net/http_client.h"
#include "exporter/net/http_server.h"
#include "tests/testkit/recording_log.h"

namespace sidewatch::net {

/// A folder of its own for one test, removed afterwards.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = testing::TempDir() + "/sidewatch-net-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }

  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }

  std::string Write(const std::string& name, const std::string& text) const {
    const std::string file = path_ + "/" + name;
    std::ofstream(file) << text;
    return file;
  }

 private:
  std::string path_;
};

/// A real server on a free port of the loopback, and a client.
class ServerFixture : public testing::Test {
 protected:
  static SteadyTime Soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(20); }

  void StartServer(HttpServerOptions options = {}) {
    options.listen_address = "127.0.0.1:0";
    auto started = HttpServer::Start(options, router_, log_);
    ASSERT_TRUE(started.has_value()) << started.error().message;
    server_ = std::move(*started);
  }

  std::string Url(const std::string& path, const std::string& scheme = "http") const {
    return fmt::format("{}://127.0.0.1:{}{}", scheme, server_->port(), path);
  }

  HttpReply Send(const HttpCall& call, HttpClientOptions options = {}) const {
    auto reply = HttpClient::Create(std::move(options))->Send(call, Soon(), {});
    EXPECT_TRUE(reply.has_value()) << reply.error().message;
    return reply.value_or(HttpReply{});
  }

  HttpReply Get(const std::string& path) const { return Send({.url = Url(path)}); }

  TempFolder folder_;
  SystemClock clock_;
  std::shared_ptr<testkit::RecordingLog> lines_ = std::make_shared<testkit::RecordingLog>();
  Logger log_{lines_, LogLevel::kInfo, LogFormat::kLogfmt, clock_};
  std::shared_ptr<Router> router_ = std::make_shared<Router>();
  std::unique_ptr<HttpServer> server_;
};

}  // namespace sidewatch::net
