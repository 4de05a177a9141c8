#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace sidewatch::app {

struct NotifyTestOptions {
  std::string config_file;
  std::string receiver;
  std::string external_url = "http://localhost:9847";
  bool resolve = false;  ///< Tell the end too.
};

/// Sends a message marked `[TEST]` to every integration of a receiver, past the outbox, and writes
/// what was said without secrets. Gives whether there are any and all
/// took it. Errors: kInvalidArgument for what is
/// wrong with the configuration, kNotFound for a receiver that is not in it.
Result<bool> SendTestNotification(const NotifyTestOptions& options,
                                  const std::function<void(std::string_view line)>& write);

}  // namespace sidewatch::app
