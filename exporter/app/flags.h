#pragma once

#include <string>
#include <vector>

#include "exporter/base/log.h"

namespace sidewatch::app {

/// What `sidewatch run` was told on the command line.
struct RunFlags {
  std::string config_file;  ///< Empty: zero configuration, from the environment.
  std::string listen_address = ":9847";
  std::string web_config_file;
  std::vector<std::string> allow_writes_from;
  std::string external_url;
  std::string storage_path = "data";
  std::vector<std::string> features;  ///< As given to --enable-feature.
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kLogfmt;
};

}  // namespace sidewatch::app
