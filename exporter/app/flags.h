#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
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
  std::optional<Duration> retention;  ///< Instead of storage.retention; 0: nothing is forgotten.
  bool read_only_data = false;        ///< Only answers over what state.db holds: collects, judges,
                                      ///< appends and deletes nothing.
  std::size_t query_max_concurrency = 4;  ///< Queries of the API that are evaluated at once.
  std::size_t query_max_samples = 10'000'000;
  Duration query_timeout = std::chrono::minutes(2);
  Duration query_lookback_delta = std::chrono::minutes(5);
  std::vector<std::string> features;  ///< As given to --enable-feature.
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kLogfmt;
};

}  // namespace sidewatch::app
