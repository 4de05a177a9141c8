#include <algorithm>
#include <array>

#include "collectors/logs/sets.h"

namespace sidewatch::logs {
namespace {

constexpr auto kNone = std::string_view::npos;

constexpr std::string_view kLabels[] = {"log", "file", "user", "address"};

constexpr MetricDescriptor kMetrics[] = {
    SetCounter("log_auth_failures_total",
               kLabels,
               "sshd, PAM, Django, nginx and Apache, PostgreSQL, status 401",
               "Attempts to log in that failed, by user and address where the line tells them."),
};
static_assert(DescriptorsAreSound(kMetrics));

// What the line of a failed login holds in some case. sshd writes `Failed password for`.
constexpr std::string_view kSigns[] = {
    "failed password",
    "failed publickey",
    "failed keyboard-interactive",
    "authentication fail",
    "login fail",
    "failed login",
    "login_fail",
    "invalid login",
    "invalid credentials",
    "incorrect password",
    "wrong password",
    "invalid password",
    "password mismatch",
    "was not found in \"",
    "bad password",
};

// Each sign holds one of these: most lines need no longer look.
constexpr std::array<std::string_view, 4> kHints = {"fail", "passw", "inval", "was not found"};

bool IsSpace(char c) {
  return c == ' ' || c == '\t';
}

/// The word at the head of `rest`, without quotes around it.
std::string_view Word(std::string_view rest) {
  while (!rest.empty() && IsSpace(rest.front())) {
    rest.remove_prefix(1);
  }
  if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) {
    const char quote = rest.front();
    rest.remove_prefix(1);
    return rest.substr(0, rest.find(quote));
  }
  return rest.substr(0, rest.find_first_of(" \t,;)]}\"'"));
}

/// The word behind the first of `marks` that is there.
std::string_view WordBehind(std::string_view text, std::span<const std::string_view> marks) {
  for (const std::string_view mark : marks) {
    if (const std::size_t at = text.find(mark); at != kNone) {
      return Word(text.substr(at + mark.size()));
    }
  }
  return {};
}

bool LooksLikeAddress(std::string_view word) {
  const bool digits = std::ranges::all_of(word, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.' ||
           c == ':';
  });
  return digits && (std::ranges::count(word, '.') == 3 || std::ranges::count(word, ':') >= 2);
}

std::string_view FindAddress(std::string_view text) {
  constexpr std::array<std::string_view, 8> kMarks = {" from ",
                                                      "rhost=",
                                                      "client: ",
                                                      "ip_address=",
                                                      "ip=",
                                                      "'ip_address': ",
                                                      "\"ip_address\": ",
                                                      "ip_address: "};
  for (const std::string_view mark : kMarks) {
    for (std::size_t at = text.find(mark); at != kNone; at = text.find(mark, at + 1)) {
      std::string_view word = Word(text.substr(at + mark.size()));
      while (!word.empty() && (word.back() == '.' || word.back() == ':')) {
        word.remove_suffix(1);
      }
      if (LooksLikeAddress(word)) {
        return word;
      }
    }
  }
  return {};
}

std::string_view FindUser(std::string_view text) {
  constexpr std::array<std::string_view, 8> kMarks = {"invalid user ",
                                                      " for user ",
                                                      "'username': ",
                                                      "\"username\": ",
                                                      "username: ",
                                                      "username=",
                                                      " user=",
                                                      "user: "};
  constexpr std::array<std::string_view, 3> kLooseMarks = {"user ", " for ", "User "};
  const std::string_view user = WordBehind(text, kMarks);
  return user.empty() ? WordBehind(text, kLooseMarks) : user;
}

/// The head of a text in small letters.
class Lowered {
 public:
  explicit Lowered(std::string_view text) : size_(std::min(text.size(), lower_.size())) {
    std::transform(
        text.begin(),
        text.begin() + static_cast<std::ptrdiff_t>(size_),
        lower_.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  }

  bool Holds(std::span<const std::string_view> words) const {
    const std::string_view text(lower_.data(), size_);
    return std::ranges::any_of(words,
                               [text](std::string_view word) { return text.find(word) != kNone; });
  }

 private:
  std::array<char, 1024> lower_{};
  std::size_t size_;
};

bool HasSign(std::string_view text) {
  const Lowered lowered(text);
  return lowered.Holds(kHints) && lowered.Holds(kSigns);
}

void Count(const Line& line, std::span<SeriesTable> tables) {
  const Record& record = line.record;
  if (record.status == 401) {
    tables[0].Add({record.user, record.address}, 1);
    return;
  }
  // sshd tells what PAM told before.
  if (record.access || record.message.find("sshd:auth") != kNone || !HasSign(record.message)) {
    return;
  }
  const std::string_view user = record.user.empty() ? FindUser(record.message) : record.user;
  const std::string_view address =
      record.address.empty() ? FindAddress(record.message) : record.address;
  tables[0].Add({user, address}, 1);
}

}  // namespace

constinit const LogSet kAuthFailuresSet = {
    .name = "auth_failures",
    .summary = "Failed logins by user and address: sshd, PAM, Django, nginx, JSON.",
    .by_default = true,
    .metrics = kMetrics,
    .count = &Count};

}  // namespace sidewatch::logs
