#include "exporter/net/startup.h"

#include <csignal>

#include <civetweb.h>
#include <curl/curl.h>

namespace sidewatch::net {

void EnsureStarted() {
  static const bool kStarted = [] {
    std::signal(SIGPIPE, SIG_IGN);
    mg_init_library(MG_FEATURES_TLS);
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  }();
  static_cast<void>(kStarted);
}

}  // namespace sidewatch::net
