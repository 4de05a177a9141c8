#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "alerts/receivers/common/deps.h"
#include "alerts/receivers/slack/slack_config.h"
#include "exporter/net/http_client.h"

namespace sidewatch::alerts {

/// Gives a bot's pictures to Slack, which then stand in its messages: files.getUploadURLExternal,
/// the bytes to the address that it answers, files.completeUploadExternal. Takes the right
/// `files:write`.
///
/// Threads: one call at a time.
class SlackPictures {
 public:
  SlackPictures(const SlackConfig& config, const ReceiverDeps& deps);

  /// The id of the uploaded file; nothing if Slack does not take it within a few seconds: a message
  /// goes without. A bot without the right is not tried again.
  std::optional<std::string> Upload(const std::string& png,
                                    SteadyTime deadline,
                                    const std::stop_token& stop);

 private:
  const Clock* clock_;
  const std::string api_url_;                ///< `https://slack.com/api/`
  std::unique_ptr<net::HttpClient> bot_;     ///< Has the token.
  std::unique_ptr<net::HttpClient> nobody_;  ///< The address to upload to is a secret by itself.
  bool refused_ = false;
};

}  // namespace sidewatch::alerts
