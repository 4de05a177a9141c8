#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/base/result.h"

namespace sidewatch::alerts {

/// A mail address with the name that people see.
struct MailAddress {
  std::string name;     ///< May be empty.
  std::string address;  ///< `ops@example.org`.

  /// `"Ops team" <ops@example.org>`, encoded for a header.
  std::string ToHeader() const;
};

/// Reads `Ops <ops@example.org>, dba@example.org`. Errors: kInvalidArgument naming what is no
/// address; nothing of it can start a header of its own.
Result<std::vector<MailAddress>> ParseAddresses(std::string_view text);

/// A header's text: as it is when plain ASCII, else as encoded words (RFC 2047), folded. Line
/// breaks become spaces.
std::string EncodeHeader(std::string_view text);

/// RFC 2045, lines of at most 76 characters, ending in CR LF.
std::string EncodeQuotedPrintable(std::string_view text);

/// RFC 4648, without line breaks.
std::string EncodeBase64(std::string_view bytes);

/// A picture that the HTML part shows: `<img src="cid:ID">`.
struct MailImage {
  std::string id;     ///< `graph0@sidewatch`.
  std::string bytes;  ///< A PNG.
};

/// What a message is made of.
struct MailParts {
  std::vector<std::pair<std::string, std::string>>
      headers;                         ///< Names and encoded values, in order.
  std::string text;                    ///< The plain part; may be empty.
  std::string html;                    ///< May be empty.
  std::uint64_t id = 0;                ///< Makes the boundary; the same message has the same.
  std::vector<MailImage> images = {};  ///< For the HTML part; go with it.
};

/// The message with its headers: `multipart/alternative` of the parts that there are. The HTML part
/// and its images are one of them, `multipart/related`.
std::string BuildMail(const MailParts& parts);

}  // namespace sidewatch::alerts
