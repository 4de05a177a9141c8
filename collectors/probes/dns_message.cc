// RFC 1035's messages, as far as a probe needs them. What comes in is not trusted: every read is
// bounded, and a compressed name may only point backwards, so that it comes to an end.

#include "collectors/probes/dns_message.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace sidewatch::probes {

namespace {

constexpr std::array kTypes = {
    DnsName{"A", 1},      DnsName{"NS", 2},      DnsName{"CNAME", 5},  DnsName{"SOA", 6},
    DnsName{"PTR", 12},   DnsName{"HINFO", 13},  DnsName{"MX", 15},    DnsName{"TXT", 16},
    DnsName{"AAAA", 28},  DnsName{"SRV", 33},    DnsName{"NAPTR", 35}, DnsName{"DNAME", 39},
    DnsName{"OPT", 41},   DnsName{"DS", 43},     DnsName{"SSHFP", 44}, DnsName{"RRSIG", 46},
    DnsName{"NSEC", 47},  DnsName{"DNSKEY", 48}, DnsName{"NSEC3", 50}, DnsName{"TLSA", 52},
    DnsName{"CDS", 59},   DnsName{"SVCB", 64},   DnsName{"HTTPS", 65}, DnsName{"SPF", 99},
    DnsName{"AXFR", 252}, DnsName{"ANY", 255},   DnsName{"URI", 256},  DnsName{"CAA", 257}};

constexpr std::array kClasses = {DnsName{"IN", 1},
                                 DnsName{"CS", 2},
                                 DnsName{"CH", 3},
                                 DnsName{"HS", 4},
                                 DnsName{"NONE", 254},
                                 DnsName{"ANY", 255}};

constexpr std::array kRcodes = {DnsName{"NOERROR", 0},
                                DnsName{"FORMERR", 1},
                                DnsName{"SERVFAIL", 2},
                                DnsName{"NXDOMAIN", 3},
                                DnsName{"NOTIMP", 4},
                                DnsName{"REFUSED", 5},
                                DnsName{"YXDOMAIN", 6},
                                DnsName{"YXRRSET", 7},
                                DnsName{"NXRRSET", 8},
                                DnsName{"NOTAUTH", 9},
                                DnsName{"NOTZONE", 10}};

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kLongestLabel = 63;

template <typename Table>
std::optional<std::uint16_t> NumberOf(const Table& table, std::string_view name) {
  const auto* const found = std::ranges::find(table, name, &DnsName::name);
  return found == table.end() ? std::nullopt : std::optional(found->number);
}

template <typename Table>
std::string NameOf(const Table& table, std::uint16_t number, std::string_view prefix) {
  const auto* const found = std::ranges::find(table, number, &DnsName::number);
  return found == table.end() ? fmt::format("{}{}", prefix, number) : std::string(found->name);
}

void Append16(std::string& out, std::uint16_t number) {
  out += static_cast<char>(number >> 8U);
  out += static_cast<char>(number & 0xffU);
}

/// A byte of a name or a text as zone files write it.
void AppendEscaped(std::string& out, char c, std::string_view special) {
  const auto byte = static_cast<unsigned char>(c);
  if (special.find(c) != std::string_view::npos) {
    out += '\\';
    out += c;
  } else if (byte < 0x20 || byte > 0x7e) {
    out += fmt::format("\\{:03}", byte);
  } else {
    out += c;
  }
}

/// Takes a message apart; once something is missing, everything is.
class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message) {}

  bool good() const { return good_; }

  std::size_t at() const { return at_; }

  std::string_view Bytes(std::size_t size) {
    if (!good_ || size > message_.size() - at_) {
      good_ = false;
      return {};
    }
    const std::string_view bytes = message_.substr(at_, size);
    at_ += size;
    return bytes;
  }

  std::uint32_t Number(std::size_t size) {
    std::uint32_t number = 0;
    for (const char c : Bytes(size)) {
      number = number << 8U | static_cast<unsigned char>(c);
    }
    return number;
  }

  std::uint16_t Number16() { return static_cast<std::uint16_t>(Number(2)); }

  /// `shop.example.`
  std::string Name() {
    NameWalk walk{.text = {}, .at = at_, .before = message_.size(), .end = {}};
    while (Step(walk)) {
    }
    at_ = walk.end.value_or(walk.at);
    return walk.text.empty() ? "." : walk.text;
  }

 private:
  /// A name that is being read, over the pointers in it.
  struct NameWalk {
    std::string text;
    std::size_t at;
    std::size_t before;              ///< Pointers lead to before the one that was followed last.
    std::optional<std::size_t> end;  ///< Where the name ends in place, once a pointer was met.
  };

  /// False: the name is over, or broken.
  bool Step(NameWalk& walk) {
    constexpr unsigned char kPointer = 0xc0;
    good_ = good_ && walk.at < message_.size() && walk.text.size() <= 4 * kLongestName;
    if (!good_) {
      return false;
    }
    const auto size = static_cast<unsigned char>(message_[walk.at]);
    return size >= kPointer ? Jump(walk) : TakeLabel(walk, size);
  }

  bool Jump(NameWalk& walk) {
    constexpr std::size_t kTargetBits = 0x3fff;
    at_ = walk.at;
    const std::size_t target = Number(2) & kTargetBits;
    walk.end = walk.end.value_or(at_);
    good_ = good_ && target < std::min(walk.at, walk.before);
    walk.before = walk.at = target;
    return good_;
  }

  bool TakeLabel(NameWalk& walk, std::size_t size) {
    good_ = size <= kLongestLabel && message_.size() - walk.at > size;
    if (!good_) {
      return false;
    }
    for (const char c : message_.substr(walk.at + 1, size)) {
      AppendEscaped(walk.text, c, ". '@;()\"\\");
    }
    walk.text += size > 0 ? "." : "";
    walk.at += size + 1;
    return size > 0;
  }

  std::string_view message_;
  std::size_t at_ = 0;
  bool good_ = true;
};

std::string Address(int family, std::string_view bytes, std::size_t size) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (bytes.size() != size ||
      inet_ntop(family, bytes.data(), text.data(), static_cast<socklen_t>(text.size())) ==
          nullptr) {
    return "";
  }
  return text.data();
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    AppendEscaped(quoted, c, "\"\\");
  }
  return quoted + '"';
}

std::string Texts(Reader& reader, std::size_t end) {
  std::string text;
  while (reader.good() && reader.at() < end) {
    text += text.empty() ? "" : " ";
    text += Quoted(reader.Bytes(reader.Number(1)));
  }
  return text;
}

/// The data of a record that begins where the reader stands.
struct Data {
  Reader& reader;
  std::size_t end;  ///< Of the data in the message.
  std::string_view bytes;
  DnsRecord& record;
};

std::string Ipv4Data(const Data& data) {
  constexpr std::size_t kBytes = 4;
  return Address(AF_INET, data.reader.Bytes(data.bytes.size()), kBytes);
}

std::string Ipv6Data(const Data& data) {
  constexpr std::size_t kBytes = 16;
  return Address(AF_INET6, data.reader.Bytes(data.bytes.size()), kBytes);
}

std::string NameData(const Data& data) {
  return data.reader.Name();
}

std::string MxData(const Data& data) {
  const std::uint32_t preference = data.reader.Number(2);
  return fmt::format("{} {}", preference, data.reader.Name());
}

std::string SrvData(const Data& data) {
  const std::uint32_t priority = data.reader.Number(2);
  const std::uint32_t weight = data.reader.Number(2);
  const std::uint32_t port = data.reader.Number(2);
  return fmt::format("{} {} {} {}", priority, weight, port, data.reader.Name());
}

std::string TextData(const Data& data) {
  return Texts(data.reader, data.end);
}

std::string SoaData(const Data& data) {
  std::string text = data.reader.Name();
  text += " " + data.reader.Name();
  data.record.serial = data.reader.Number(4);
  text += fmt::format(" {}", *data.record.serial);
  for (int i = 0; i < 4; ++i) {
    text += fmt::format(" {}", data.reader.Number(4));
  }
  return text;
}

std::string CaaData(const Data& data) {
  const std::uint32_t flags = data.reader.Number(1);
  const std::string tag(data.reader.Bytes(data.reader.Number(1)));
  const std::size_t rest = data.end - std::min(data.end, data.reader.at());
  return fmt::format("{} {} {}", flags, tag, Quoted(data.reader.Bytes(rest)));
}

/// RFC 3597: the bytes of what has no shape of its own here.
std::string UnknownData(const Data& data) {
  std::string text = fmt::format("\\# {} ", data.bytes.size());
  for (const char c : data.reader.Bytes(data.bytes.size())) {
    text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return text;
}

struct DataRow {
  std::string_view type;
  std::string (*text)(const Data& data);
};

constexpr std::array kDataRows = {DataRow{"A", &Ipv4Data},
                                  DataRow{"AAAA", &Ipv6Data},
                                  DataRow{"NS", &NameData},
                                  DataRow{"CNAME", &NameData},
                                  DataRow{"PTR", &NameData},
                                  DataRow{"DNAME", &NameData},
                                  DataRow{"MX", &MxData},
                                  DataRow{"SRV", &SrvData},
                                  DataRow{"TXT", &TextData},
                                  DataRow{"SPF", &TextData},
                                  DataRow{"SOA", &SoaData},
                                  DataRow{"CAA", &CaaData}};

std::string DataText(const Data& data) {
  const std::string type = NameOf(kTypes, data.record.type, "TYPE");
  const auto* const row = std::ranges::find(kDataRows, type, &DataRow::type);
  return row == kDataRows.end() ? UnknownData(data) : row->text(data);
}

DnsRecord ReadRecord(Reader& reader, std::string_view message) {
  DnsRecord record;
  const std::string name = reader.Name();
  record.type = reader.Number16();
  const std::uint16_t klass = reader.Number16();
  const std::uint32_t ttl = reader.Number(4);
  const std::size_t size = reader.Number(2);
  const std::size_t begin = reader.at();
  const std::string_view data = reader.Bytes(size);
  if (!reader.good()) {
    return record;
  }
  // Names inside the data may point to anywhere before them.
  Reader inner(message.substr(0, begin + size));
  inner.Bytes(begin);
  const std::string text =
      DataText({.reader = inner, .end = begin + size, .bytes = data, .record = record});
  if (!inner.good() || inner.at() != begin + size) {
    reader.Bytes(message.size());  // The message is broken.
  }
  record.text = fmt::format("{}\t{}\t{}\t{}\t{}",
                            name,
                            ttl,
                            NameOf(kClasses, klass, "CLASS"),
                            NameOf(kTypes, record.type, "TYPE"),
                            text);
  return record;
}

std::vector<DnsRecord> ReadRecords(Reader& reader, std::string_view message, std::size_t count) {
  std::vector<DnsRecord> records;
  for (std::size_t i = 0; i < count && reader.good(); ++i) {
    records.push_back(ReadRecord(reader, message));
  }
  return records;
}

}  // namespace

std::optional<std::uint16_t> DnsTypeOf(std::string_view name) {
  return NumberOf(kTypes, name);
}

std::optional<std::uint16_t> DnsClassOf(std::string_view name) {
  return NumberOf(kClasses, name);
}

std::optional<std::uint16_t> DnsRcodeOf(std::string_view name) {
  return NumberOf(kRcodes, name);
}

std::string DnsRcodeText(std::uint16_t rcode) {
  return NameOf(kRcodes, rcode, "RCODE");
}

Result<std::string> MakeDnsQuery(std::uint16_t id, const DnsQuestion& question) {
  constexpr std::uint16_t kRecursionDesired = 0x0100;
  std::string query;
  Append16(query, id);
  Append16(query, question.recursion ? kRecursionDesired : 0);
  for (const std::uint16_t count : std::array<std::uint16_t, 4>{1, 0, 0, 0}) {
    Append16(query, count);
  }
  std::string_view rest = question.name;
  rest.remove_suffix(rest.ends_with('.') ? 1 : 0);
  while (!rest.empty()) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
    if (label.empty() || label.size() > kLongestLabel) {
      return Fail(ErrorCode::kInvalidArgument, "\"{}\" is no name of DNS", question.name);
    }
    query += static_cast<char>(label.size());
    query += label;
  }
  query += '\0';
  if (query.size() - kHeaderBytes > kLongestName) {
    return Fail(ErrorCode::kInvalidArgument, "\"{}\" is too long for DNS", question.name);
  }
  Append16(query, question.type);
  Append16(query, question.klass);
  return query;
}

Result<DnsReply> ParseDnsReply(std::string_view bytes) {
  constexpr std::uint16_t kIsReply = 0x8000;
  constexpr std::uint16_t kRcodeBits = 0x000f;
  Reader reader(bytes);
  DnsReply reply;
  reply.id = reader.Number16();
  const std::uint16_t flags = reader.Number16();
  const std::size_t questions = reader.Number(2);
  const std::size_t answers = reader.Number(2);
  const std::size_t authorities = reader.Number(2);
  const std::size_t additionals = reader.Number(2);
  reply.rcode = flags & kRcodeBits;
  for (std::size_t i = 0; i < questions && reader.good(); ++i) {
    reader.Name();
    reader.Number(4);
  }
  reply.answer = ReadRecords(reader, bytes, answers);
  reply.authority = ReadRecords(reader, bytes, authorities);
  reply.additional = ReadRecords(reader, bytes, additionals);
  if (!reader.good() || (flags & kIsReply) == 0) {
    return Fail(ErrorCode::kProtocol, "what answers does not speak DNS ({} bytes)", bytes.size());
  }
  return reply;
}

}  // namespace sidewatch::probes
