#pragma once

#include <array>
#include <stop_token>
#include <string>

#include <curl/curl.h>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/base/unique_handle.h"
#include "exporter/net/tls_options.h"
#include "exporter/net/trace.h"

namespace sidewatch::net {

using CurlHandle = UniqueHandle<CURL, curl_easy_cleanup>;
using CurlMultiHandle = UniqueHandle<CURLM, curl_multi_cleanup>;
using CurlList = UniqueHandle<curl_slist, curl_slist_free_all>;

void AppendTo(CurlList& list, const std::string& text);

/// What libcurl said in the end.
struct CurlVerdict {
  CURLcode code = CURLE_OK;
  std::string text;  ///< Its own words, without URLs.
};

/// One libcurl session at a time, with the connections kept from earlier ones. Internal to this
/// folder.
class CurlTransfer {
 public:
  CurlTransfer();

  /// The handle with all options back at our defaults.
  CURL* Fresh(SteadyTime deadline);

  void UseTls(const TlsOptions& options);

  /// From the next Fresh() on `trace` is told what is said; it outlives the transfer.
  void SetTrace(const TraceFn& trace) { trace_ = &trace; }

  /// Runs what the handle was told to do. Errors: kCancelled, kDeadlineExceeded.
  Result<CurlVerdict> Run(SteadyTime deadline, const std::stop_token& stop);

 private:
  Result<CURLcode> Drive(SteadyTime deadline, const std::stop_token& stop);

  const TraceFn* trace_ = nullptr;
  // In this order: the easy handle writes to the text and is known to the multi handle.
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  CurlMultiHandle multi_;
  CurlHandle easy_;
};

/// The code that fits: kUnresolvedHost, kDeadlineExceeded, kInvalidArgument, kProtocol, … else
/// kUnavailable.
ErrorCode ErrorCodeOf(CURLcode code);

}  // namespace sidewatch::net
