#include "exporter/net/curl_transfer.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "exporter/base/check.h"
#include "exporter/net/startup.h"

namespace sidewatch::net {

namespace {

using std::chrono::milliseconds;

/// Longest wait at a time; a stop ends it at once.
constexpr milliseconds kSlice(10'000);

struct CodeRow {
  CURLcode curl;
  ErrorCode ours;
};

// What is not here is kUnavailable: the other side or the way to it.
constexpr CodeRow kCodes[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, ErrorCode::kInvalidArgument},
    {CURLE_URL_MALFORMAT, ErrorCode::kInvalidArgument},
    {CURLE_COULDNT_RESOLVE_PROXY, ErrorCode::kUnresolvedHost},
    {CURLE_COULDNT_RESOLVE_HOST, ErrorCode::kUnresolvedHost},
    {CURLE_WEIRD_SERVER_REPLY, ErrorCode::kProtocol},
    {CURLE_OPERATION_TIMEDOUT, ErrorCode::kDeadlineExceeded},
    {CURLE_TOO_MANY_REDIRECTS, ErrorCode::kProtocol},
    {CURLE_SSL_CERTPROBLEM, ErrorCode::kInvalidArgument},
    {CURLE_BAD_CONTENT_ENCODING, ErrorCode::kProtocol},
    {CURLE_FILESIZE_EXCEEDED, ErrorCode::kLimitExceeded},
    {CURLE_USE_SSL_FAILED, ErrorCode::kInvalidArgument},
    {CURLE_LOGIN_DENIED, ErrorCode::kPermissionDenied},
    {CURLE_SSL_CACERT_BADFILE, ErrorCode::kInvalidArgument},
};

struct VersionRow {
  long oldest;
  long newest;
};

/// By TlsVersion.
constexpr VersionRow kVersions[] = {{CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_MAX_NONE},
                                    {CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_MAX_TLSv1_0},
                                    {CURL_SSLVERSION_TLSv1_1, CURL_SSLVERSION_MAX_TLSv1_1},
                                    {CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_2},
                                    {CURL_SSLVERSION_TLSv1_3, CURL_SSLVERSION_MAX_TLSv1_3}};

milliseconds Left(SteadyTime deadline) {
  return std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
}

/// A handle stays added to its multi handle only while it runs.
class Added {
 public:
  Added(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    curl_multi_add_handle(multi_, easy_);
  }

  Added(const Added&) = delete;
  Added& operator=(const Added&) = delete;

  ~Added() { curl_multi_remove_handle(multi_, easy_); }

 private:
  CURLM* multi_;
  CURL* easy_;
};

constexpr std::pair<curl_infotype, TraceKind> kTraced[] = {
    {CURLINFO_TEXT, TraceKind::kNote},
    {CURLINFO_HEADER_OUT, TraceKind::kSent},
    {CURLINFO_HEADER_IN, TraceKind::kReceived},
    {CURLINFO_DATA_OUT, TraceKind::kSentBody},
    {CURLINFO_DATA_IN, TraceKind::kReceivedBody},
};

int OnDebug(CURL* /*easy*/, curl_infotype type, char* data, std::size_t size, void* trace) {
  for (const auto& [info, kind] : kTraced) {
    if (info == type) {
      (*static_cast<const TraceFn*>(trace))(kind, std::string_view(data, size));
    }
  }
  return 0;
}

CURLcode VerdictOf(CURLM* multi) {
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  return message != nullptr ? message->data.result : CURLE_RECV_ERROR;
}

}  // namespace

void AppendTo(CurlList& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list.get(), text.c_str());
  SW_CHECK(longer != nullptr, "out of memory");
  static_cast<void>(list.release());
  list.reset(longer);
}

CurlTransfer::CurlTransfer() {
  EnsureStarted();
  multi_.reset(curl_multi_init());
  easy_.reset(curl_easy_init());
  SW_CHECK(multi_ != nullptr && easy_ != nullptr, "out of memory");
}

CURL* CurlTransfer::Fresh(SteadyTime deadline) {
  CURL* easy = easy_.get();
  curl_easy_reset(easy);
  error_text_[0] = '\0';
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A resolver that hangs is left behind instead of waited for.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  const auto left = static_cast<long>(std::max(Left(deadline), milliseconds(1)).count());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, left);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, left);
  if (trace_ != nullptr && *trace_) {
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, &OnDebug);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, trace_);
  }
  // Empty means none; unset would mean the one in the environment.
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  return easy;
}

void CurlTransfer::UseTls(const TlsOptions& options) {
  CURL* easy = easy_.get();
  const auto set_file = [easy](CURLoption option, const std::string& file) {
    if (!file.empty()) {
      curl_easy_setopt(easy, option, file.c_str());
    }
  };
  set_file(CURLOPT_CAINFO, options.ca_file);
  set_file(CURLOPT_SSLCERT, options.cert_file);
  set_file(CURLOPT_SSLKEY, options.key_file);
  const long oldest = kVersions[static_cast<std::size_t>(options.min_version)].oldest;
  const long newest = kVersions[static_cast<std::size_t>(options.max_version)].newest;
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, oldest | newest);
  curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, CiphersOf(options));
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options.insecure_skip_verify ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options.insecure_skip_verify ? 0L : 2L);
}

Result<CURLcode> CurlTransfer::Drive(SteadyTime deadline, const std::stop_token& stop) {
  const Added added(multi_.get(), easy_.get());
  const std::stop_callback wake(stop, [multi = multi_.get()] { curl_multi_wakeup(multi); });
  int running = 1;
  while (true) {
    curl_multi_perform(multi_.get(), &running);
    if (running == 0) {
      return VerdictOf(multi_.get());
    }
    if (stop.stop_requested()) {
      return Fail(ErrorCode::kCancelled, "stopped");
    }
    const milliseconds left = Left(deadline);
    if (left <= milliseconds(0)) {
      return Fail(ErrorCode::kDeadlineExceeded, "no answer in time");
    }
    const auto wait = static_cast<int>(std::min(left, kSlice).count());
    curl_multi_poll(multi_.get(), nullptr, 0, wait, nullptr);
  }
}

Result<CurlVerdict> CurlTransfer::Run(SteadyTime deadline, const std::stop_token& stop) {
  SW_TRY_ASSIGN(const CURLcode code, Drive(deadline, stop));
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return Fail(ErrorCode::kDeadlineExceeded, "no answer in time");
  }
  CurlVerdict verdict{code, error_text_.data()};
  long system_error = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &system_error);
  if (code == CURLE_COULDNT_CONNECT && system_error != 0) {
    verdict.text = std::generic_category().message(static_cast<int>(system_error));
  } else if (verdict.text.empty()) {
    verdict.text = curl_easy_strerror(code);
  }
  return verdict;
}

ErrorCode ErrorCodeOf(CURLcode code) {
  const auto* const row = std::find_if(
      std::begin(kCodes), std::end(kCodes), [code](const CodeRow& r) { return r.curl == code; });
  return row == std::end(kCodes) ? ErrorCode::kUnavailable : row->ours;
}

}  // namespace sidewatch::net
