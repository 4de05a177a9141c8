#include "collectors/postgres/conninfo.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "exporter/base/number.h"
#include "exporter/base/unique_handle.h"
#include "exporter/net/resolve.h"

namespace sidewatch::postgres {

namespace {

using OptionsHandle = UniqueHandle<PQconninfoOption, PQconninfoFree>;
using TextHandle = UniqueHandle<char, PQfreemem>;

constexpr std::string_view kDefaultPort = "5432";

std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> items;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    items.push_back(text.substr(from, comma - from));
    from = comma + 1;
  }
  return items;
}

std::string JoinList(const std::vector<std::string>& items) {
  return fmt::format("{}", fmt::join(items, ","));
}

bool IsSocketPath(std::string_view host) {
  return host.empty() || host.front() == '/' || host.front() == '@';
}

void CopyGiven(const PQconninfoOption* options, std::map<std::string, std::string>& out) {
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      out.emplace(option->keyword, option->val);
    }
  }
}

/// The lists that libpq reads side by side.
struct HostLists {
  std::vector<std::string> hosts;
  std::vector<std::string> addresses;
  std::vector<std::string> ports;

  void Add(const std::string& host, std::string address, const std::string& port) {
    hosts.push_back(host);
    addresses.push_back(std::move(address));
    ports.push_back(port);
  }
};

}  // namespace

Result<Conninfo> Conninfo::Parse(const Secret& dsn) {
  char* raw_message = nullptr;
  const OptionsHandle given(PQconninfoParse(dsn.Reveal().c_str(), &raw_message));
  const TextHandle message(raw_message);
  if (!given) {
    // libpq's own message repeats the text, and with it the password.
    return Fail(ErrorCode::kInvalidArgument,
                "dsn is neither a URL like postgresql://user:password@host:5432/database nor "
                "key=value pairs like \"host=… user=… dbname=…\"; special characters in a URL's "
                "password must be percent-encoded");
  }
  Conninfo conninfo;
  CopyGiven(given.get(), conninfo.parameters_);
  // A service file may name host and port, which the defaults here would hide.
  if (conninfo.parameters_.count("service") == 0) {
    const OptionsHandle defaults(PQconndefaults());
    if (defaults) {
      CopyGiven(defaults.get(), conninfo.parameters_);
    }
  }
  conninfo.parameters_.emplace("application_name", "sidewatch");
  return conninfo;
}

std::string Conninfo::Get(const std::string& name) const {
  const auto found = parameters_.find(name);
  return found == parameters_.end() ? std::string() : found->second;
}

Conninfo Conninfo::WithDatabase(std::string_view database) const {
  Conninfo other = *this;
  other.parameters_["dbname"] = database;
  return other;
}

Result<Conninfo> Conninfo::Resolved(const scrape::RunContext& run) const {
  if (!Get("hostaddr").empty() || Get("host").empty()) {
    return *this;
  }
  const std::vector<std::string> hosts = SplitList(Get("host"));
  const std::vector<std::string> ports = SplitList(Get("port"));
  HostLists lists;
  std::optional<Error> failure;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const std::string& port = ports[ports.size() == hosts.size() ? i : 0];
    if (IsSocketPath(hosts[i])) {
      lists.Add(hosts[i], "", port);
      continue;
    }
    net::StreamTarget target;
    target.host = hosts[i];
    target.port = static_cast<int>(ParseInteger(port.empty() ? kDefaultPort : port).value_or(0));
    const Result<std::vector<net::SocketAddress>> addresses =
        net::Resolve(target, run.deadline, run.stop);
    if (!addresses) {
      failure = addresses.error();
      continue;
    }
    for (const net::SocketAddress& address : *addresses) {
      lists.Add(hosts[i], address.ToString(), port);
    }
  }
  if (lists.hosts.empty() && failure) {
    return Fail(*failure);
  }
  Conninfo resolved = *this;
  resolved.parameters_["host"] = JoinList(lists.hosts);
  resolved.parameters_["hostaddr"] = JoinList(lists.addresses);
  resolved.parameters_["port"] = JoinList(lists.ports);
  return resolved;
}

std::string Conninfo::Instance() const {
  const std::string named = Get("host").empty() ? Get("hostaddr") : Get("host");
  const std::string host = SplitList(named).front();
  const std::string port = SplitList(Get("port")).front();
  return fmt::format("{}:{}",
                     IsSocketPath(host) ? "localhost" : host,
                     port.empty() ? kDefaultPort : std::string_view(port));
}

std::string Conninfo::Scrub(std::string_view text) const {
  std::string clean(text);
  for (const std::string name : {"password", "sslpassword"}) {
    const std::string secret = Get(name);
    std::size_t at = secret.empty() ? std::string::npos : clean.find(secret);
    constexpr std::string_view kMask = "<secret>";
    while (at != std::string::npos) {
      clean.replace(at, secret.size(), kMask);
      at = clean.find(secret, at + kMask.size());
    }
  }
  return MaskPasswords(clean);
}

}  // namespace sidewatch::postgres
