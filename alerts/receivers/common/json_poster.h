#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/pipeline/receiver.h"
#include "alerts/receivers/common/deps.h"
#include "exporter/config/reader.h"

namespace sidewatch::alerts {

/// Whether a URL may be a template, which is judged when it is rendered.
enum class UrlText { kPlain, kMayBeTemplate };

/// Reads `key`, a URL that may be a secret, or `key_file`. Returns whether one of them was there.
bool ReadUrl(config::MapReader& map,
             const std::string& key,
             config::SecretSource& out,
             UrlText text = UrlText::kPlain);

/// As ReadUrl; it is an error if neither is there.
void RequireUrl(config::MapReader& map,
                const std::string& key,
                config::SecretSource& out,
                UrlText text = UrlText::kPlain);

/// True if `key` or `key_file` has a value.
bool HasSecret(const config::Node& map, const std::string& key);

/// What is wrong with a URL, in Alertmanager's words; empty: nothing. A template is not looked at.
std::string WrongUrl(std::string_view url);

/// Posts JSON. Threads: one call at a time.
class JsonPoster {
 public:
  JsonPoster(net::HttpClientOptions options, const ReceiverDeps& deps);

  struct Answer {
    Delivery delivery;
    std::string body;  ///< Of a reply of any status.
    int status = 0;    ///< 0: no reply.
  };

  Answer Post(std::string url, std::string body, SteadyTime deadline, const std::stop_token& stop);

  /// The same to a URL that is a secret; it is tried again if its file is not there.
  Answer Post(const config::SecretSource& url,
              std::string body,
              SteadyTime deadline,
              const std::stop_token& stop);

 private:
  const Clock* clock_;
  std::unique_ptr<net::HttpClient> client_;
};

/// A check_global for kinds without keys in `global:`.
void CheckNothing(config::MapReader& global);

}  // namespace sidewatch::alerts
