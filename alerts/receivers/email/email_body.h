#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "alerts/receivers/common/summary.h"

namespace sidewatch::alerts {

/// Our own plain part: one paragraph an alert.
std::string DefaultMailText(const NotificationSummary& summary, std::string_view url);

/// Our own page: styles inline and a table for the frame, as mail programs want it; every text is
/// escaped.
std::string DefaultMailHtml(const NotificationSummary& summary, std::string_view url);

/// The user's own page with a line before its end that says how many alerts it leaves out.
std::string WithMoreHtml(std::string html, std::size_t left_out, std::string_view url);

/// A page with lines before its end that say which templates failed.
std::string WithFailuresHtml(std::string html, std::string_view failures);

}  // namespace sidewatch::alerts
