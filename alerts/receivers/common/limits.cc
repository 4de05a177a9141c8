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

/// How many alerts fit if all are as long as the first `shown`, which make `text`; `otherwise`
/// without any.
std::size_t GuessBySize(std::string_view text,
                        std::size_t shown,
                        const TextLimit& limit,
                        std::size_t otherwise) {
  const std::size_t used = Measure(text, limit.unit);
  return shown == 0 || used == 0 ? otherwise : limit.max * shown / used;
}

}  // namespace

std::size_t MostShown(const Notification& notification) {
  const std::size_t all = notification.alerts.size();
  return notification.max_shown == 0 ? all : std::min(all, notification.max_shown);
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
  const std::size_t most = MostShown(notification);
  const auto write_first = [&](std::size_t count) {
    std::string text = count == all ? write(notification, 0)
                                    : write(FirstAlerts(notification, count), all - count);
    const bool fits = Fits(text, limit);
    return FittedMessage{std::move(text), fits};
  };
  // A crowd is approached from below: what is written is never much more than what is sent.
  constexpr std::size_t kCrowd = 64;
  constexpr std::size_t kGrowth = 4;
  FittedMessage best;
  std::size_t fitting = 0;
  std::size_t too_many = std::min(most, kCrowd);
  for (;;) {
    FittedMessage larger = write_first(too_many);
    if (!larger.fits) {
      break;
    }
    best = std::move(larger);
    if (too_many == most) {
      return best;
    }
    fitting = too_many;
    too_many = std::min(most, too_many * kGrowth);
  }
  // The size tells where to look; after a few tries, should alerts differ much, halving ends it.
  constexpr int kGuesses = 4;
  for (int tries = 0; too_many > fitting + 1; ++tries) {
    const std::size_t halfway = fitting + (too_many - fitting) / 2;
    const std::size_t guess =
        tries < kGuesses ? GuessBySize(best.text, fitting, limit, halfway) : halfway;
    const std::size_t count = std::clamp(guess, fitting + 1, too_many - 1);
    FittedMessage tried = write_first(count);
    if (tried.fits) {
      fitting = count;
      best = std::move(tried);
    } else {
      too_many = count;
    }
  }
  // Even one alone is too long: the caller is given it all the same.
  return fitting > 0 || all == 0 ? best : write_first(1);
}

std::string MoreLine(std::size_t left_out, std::string_view url) {
  if (left_out == 0) {
    return "";
  }
  return url.empty() ? fmt::format("+{} more", left_out)
                     : fmt::format("+{} more: {}", left_out, url);
}

}  // namespace sidewatch::alerts
