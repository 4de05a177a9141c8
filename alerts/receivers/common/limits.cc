#include "alerts/receivers/common/limits.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace sidewatch::alerts {
namespace {

bool StartsCodePoint(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::size_t Measure(std::string_view text, TextUnit unit) {
  return unit == TextUnit::kBytes
             ? text.size()
             : static_cast<std::size_t>(std::ranges::count_if(text, &StartsCodePoint));
}

/// Where the code point stands that would be the first beyond `max` units.
std::size_t EndOf(std::string_view text, std::size_t max, TextUnit unit) {
  std::size_t used = 0;
  std::size_t end = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = StartsCodePoint(text[i]);
    if (starts && used >= max) {
      return i;
    }
    end = starts ? i : end;
    used += unit == TextUnit::kBytes || starts ? 1 : 0;
    if (used > max) {
      return end;
    }
  }
  return text.size();
}

Notification FirstAlerts(const Notification& notification, std::size_t count) {
  Notification shown;
  shown.receiver = notification.receiver;
  shown.group_key = notification.group_key;
  shown.group_labels = notification.group_labels;
  shown.route_labels = notification.route_labels;
  shown.at = notification.at;
  shown.reason = notification.reason;
  shown.alerts.assign(notification.alerts.begin(),
                      notification.alerts.begin() + static_cast<std::ptrdiff_t>(count));
  return shown;
}

}  // namespace

bool Fits(std::string_view text, const TextLimit& limit) {
  return text.size() <= limit.max || Measure(text, limit.unit) <= limit.max;
}

std::string ShortenTo(std::string_view text, const TextLimit& limit) {
  if (Fits(text, limit)) {
    return std::string(text);
  }
  constexpr std::string_view kEllipsis = "…";
  const std::size_t room = limit.max - std::min(limit.max, Measure(kEllipsis, limit.unit));
  return std::string(text.substr(0, EndOf(text, room, limit.unit))).append(kEllipsis);
}

FittedMessage FitAlerts(const Notification& notification,
                        const TextLimit& limit,
                        const WriteMessage& write) {
  const std::size_t all = notification.alerts.size();
  std::string whole = write(notification, 0);
  if (Fits(whole, limit) || all <= 1) {
    const bool fits = Fits(whole, limit);
    return {std::move(whole), fits};
  }
  FittedMessage best = {write(FirstAlerts(notification, 1), all - 1), true};
  best.fits = Fits(best.text, limit);
  std::size_t fitting = 1;
  std::size_t too_many = best.fits ? all : 1;
  while (too_many > fitting + 1) {
    const std::size_t middle = fitting + (too_many - fitting) / 2;
    std::string text = write(FirstAlerts(notification, middle), all - middle);
    if (Fits(text, limit)) {
      fitting = middle;
      best.text = std::move(text);
    } else {
      too_many = middle;
    }
  }
  return best;
}

std::string MoreLine(std::size_t left_out, std::string_view url) {
  if (left_out == 0) {
    return "";
  }
  return url.empty() ? fmt::format("+{} more", left_out)
                     : fmt::format("+{} more: {}", left_out, url);
}

}  // namespace sidewatch::alerts
