#include "exporter/net/openssl_error.h"

#include <cstring>
#include <system_error>

#include <openssl/err.h>

namespace sidewatch::net {

std::string TakeOpensslError() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) {
    return "unknown error";
  }
  if (ERR_SYSTEM_ERROR(code)) {
    return std::generic_category().message(ERR_GET_REASON(code));
  }
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "error " + std::to_string(code) : std::string(reason);
}

}  // namespace sidewatch::net
