#include "exporter/app/config_check.h"

#include "exporter/app/load.h"

namespace sidewatch::app {

Status CheckConfig(const std::string& path) {
  const SystemClock clock;
  config::Diagnostics diagnostics;
  LoadConfig(path,
             {.clock = clock,
              .log = {},
              .parser = {},
              .external_url = "http://localhost",
              .memory = nullptr},
             diagnostics);
  return diagnostics.ToStatus();
}

}  // namespace sidewatch::app
