#pragma once

#include <map>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/base/secret.h"
#include "exporter/scrape/collector.h"

namespace sidewatch::postgres {

/// libpq's parameters by name: `host`, `dbname`, `password`, …
///
/// Never printed as a whole: it holds the password.
class Conninfo {
 public:
  /// Reads a URL (`postgresql://user@host/db`) or `key=value` pairs; what is not given comes from
  /// the PG* environment, as for psql. Errors: kInvalidArgument, without any part of the text.
  static Result<Conninfo> Parse(const Secret& dsn);

  /// The same server and role, another database.
  Conninfo WithDatabase(std::string_view database) const;

  /// Gives libpq addresses in place of names, because its own look-up cannot be bounded in time.
  /// Errors: of net::Resolve, if no host has an address.
  Result<Conninfo> Resolved(const scrape::RunContext& run) const;

  /// `host:port` of the first host; `localhost:port` for a unix socket.
  std::string Instance() const;

  /// `text` without the password and without anything that looks like one.
  std::string Scrub(std::string_view text) const;

  const std::map<std::string, std::string>& parameters() const { return parameters_; }

 private:
  std::string Get(const std::string& name) const;

  std::map<std::string, std::string> parameters_;
};

}  // namespace sidewatch::postgres
