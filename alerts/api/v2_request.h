#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "alerts/api/v2_answers.h"
#include "alerts/model/matcher_parser.h"
#include "exporter/base/clock.h"
#include "exporter/net/http_message.h"

namespace sidewatch::alerts {

/// A value, or the answer that refuses the request.
template <typename T>
using Read = tl::expected<T, net::HttpResponse>;

/// What the query of a GET asks for.
struct V2Filter {
  bool active = true;
  bool silenced = true;
  bool inhibited = true;
  bool muted = true;
  bool pending = true;
  bool expired = true;
  Matchers matchers;                ///< Of `filter`.
  std::optional<Matcher> receiver;  ///< A regular expression over receivers' names.
};

Read<V2Filter> ReadV2Filter(const net::HttpRequest& request);

/// An alert as it was posted; absent times are nothing.
struct PostedAlert {
  std::map<std::string, std::string, std::less<>> labels;
  std::map<std::string, std::string, std::less<>> annotations;
  std::optional<TimePoint> starts_at;
  std::optional<TimePoint> ends_at;
  std::string generator_url;
};

Read<std::vector<PostedAlert>> ReadPostedAlerts(const net::HttpRequest& request);

/// `starts_at` is the epoch if it was sent as Go's zero time.
Read<Silence> ReadPostedSilence(const net::HttpRequest& request);

}  // namespace sidewatch::alerts
