#pragma once

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "exporter/net/http_client.h"

namespace sidewatch::testkit {

/// What a FakeHttpClient was asked and how it is to answer. One thread.
struct HttpTape {
  std::vector<net::HttpCall> calls;
  std::vector<net::HttpClientOptions> options;  ///< Of every client made.
  std::deque<Result<net::HttpReply>> replies;   ///< Empty: 200 `ok`.
};

/// Answers from a tape instead of the network.
class FakeHttpClient final : public net::HttpClient {
 public:
  explicit FakeHttpClient(std::shared_ptr<HttpTape> tape) : tape_(std::move(tape)) {}

  Result<net::HttpReply> Send(const net::HttpCall& call,
                              SteadyTime /*deadline*/,
                              const std::stop_token& /*stop*/) override {
    tape_->calls.push_back(call);
    if (tape_->replies.empty()) {
      return net::HttpReply{200, {}, "ok"};
    }
    Result<net::HttpReply> reply = std::move(tape_->replies.front());
    tape_->replies.pop_front();
    return reply;
  }

 private:
  std::shared_ptr<HttpTape> tape_;
};

}  // namespace sidewatch::testkit
