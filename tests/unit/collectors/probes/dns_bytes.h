#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sidewatch::testkit {

/// Writes the bytes of a DNS answer. The question's name stands at offset 12.
class DnsBytes {
 public:
  DnsBytes(std::uint16_t id, std::string_view name, std::uint16_t type) : id_(id) {
    while (!name.empty()) {
      const std::string_view label = name.substr(0, name.find('.'));
      question_ += static_cast<char>(label.size());
      question_ += label;
      name.remove_prefix(label.size() < name.size() ? label.size() + 1 : name.size());
    }
    question_ += '\0';
    question_ += Two(type) + Two(1);
  }

  DnsBytes& Answer(std::uint16_t type, std::string_view data) {
    answers_ += "\xc0\x0c" + Two(type) + Two(1) + Two(0) + Two(300) +
                Two(static_cast<std::uint16_t>(data.size()));
    answers_ += data;
    ++count_;
    return *this;
  }

  DnsBytes& Rcode(std::uint16_t rcode) {
    rcode_ = rcode;
    return *this;
  }

  std::string Take() const {
    return Two(id_) + Two(static_cast<std::uint16_t>(0x8180 | rcode_)) + Two(1) + Two(count_) +
           Two(0) + Two(0) + question_ + answers_;
  }

 private:
  static std::string Two(std::uint16_t number) {
    return {static_cast<char>(number >> 8U), static_cast<char>(number & 0xffU)};
  }

  std::uint16_t id_;
  std::uint16_t rcode_ = 0;
  std::uint16_t count_ = 0;
  std::string question_;
  std::string answers_;
};

}  // namespace sidewatch::testkit
