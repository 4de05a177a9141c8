#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "alerts/model/notification.h"

namespace sidewatch::alerts {

enum class TextUnit { kBytes, kCharacters };

/// How long a part of a message may be; what is longer is refused by the service.
struct TextLimit {
  std::string_view receiver;
  std::string_view part;
  std::size_t max = 0;
  TextUnit unit = TextUnit::kBytes;
};

inline constexpr TextLimit kDiscordTitle = {"discord", "title", 256, TextUnit::kCharacters};
inline constexpr TextLimit kDiscordMessage = {"discord", "message", 4096, TextUnit::kCharacters};
inline constexpr TextLimit kDiscordContent = {"discord", "content", 2000, TextUnit::kCharacters};
inline constexpr TextLimit kTelegramMessage = {"telegram", "message", 4096, TextUnit::kCharacters};
inline constexpr TextLimit kTeamsBody = {"msteamsv2", "whole body", 28 * 1024, TextUnit::kBytes};
inline constexpr TextLimit kPagerdutySummary = {
    "pagerduty", "description", 1024, TextUnit::kCharacters};
inline constexpr TextLimit kPagerdutyBody = {"pagerduty", "whole body", 512'000, TextUnit::kBytes};
inline constexpr TextLimit kSlackTitle = {"slack", "title", 1024, TextUnit::kCharacters};
inline constexpr TextLimit kSlackText = {"slack", "text", 7500, TextUnit::kBytes};

inline constexpr TextLimit kSlackSection = {
    "slack", "message_text with a picture", 3000, TextUnit::kCharacters};

inline constexpr TextLimit kMailPart = {"email", "html, text", 100 * 1024, TextUnit::kBytes};

/// All of them, for the documentation.
inline constexpr std::array kTextLimits = {kSlackTitle,
                                           kSlackText,
                                           kSlackSection,
                                           kDiscordTitle,
                                           kDiscordMessage,
                                           kDiscordContent,
                                           kTelegramMessage,
                                           kTeamsBody,
                                           kPagerdutySummary,
                                           kPagerdutyBody,
                                           kMailPart};

bool Fits(std::string_view text, const TextLimit& limit);

/// Cut between code points with an ellipsis, if it is too long.
std::string ShortenTo(std::string_view text, const TextLimit& limit);

/// Writes a message about the alerts that are left in `shown`; `left_out` others are not.
using WriteMessage = std::function<std::string(const Notification& shown, std::size_t left_out)>;

struct FittedMessage {
  std::string text;
  bool fits = true;  ///< False: even one alert alone is too long.
};

/// The message with as many whole alerts, from the first on, as fit and the receiver wants. Cost: a
/// few renderings of about what fits, if not all fit, however many there are.
FittedMessage FitAlerts(const Notification& notification,
                        const TextLimit& limit,
                        const WriteMessage& write);

/// How many alerts the receiver wants to see of a notification at most.
std::size_t MostShown(const Notification& notification);

/// The notification with its first `count` alerts only.
Notification FirstAlerts(const Notification& notification, std::size_t count);

/// `+37 more: URL`; empty if nothing was left out.
std::string MoreLine(std::size_t left_out, std::string_view url);

}  // namespace sidewatch::alerts
