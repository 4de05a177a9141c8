#include "exporter/net/certificate.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "exporter/base/unique_handle.h"
#include "exporter/net/hex.h"
#include "exporter/net/openssl_error.h"
#include "exporter/net/openssl_x509.h"

namespace sidewatch::net {

namespace {

void FreeOpenssl(void* memory) {
  OPENSSL_free(memory);
}

using BignumHandle = UniqueHandle<BIGNUM, BN_free>;
using TextHandle = UniqueHandle<char, FreeOpenssl>;
using BytesHandle = UniqueHandle<unsigned char, FreeOpenssl>;

struct NamePart {
  int nid;
  std::string_view letters;
  std::string CertificateName::*field;  ///< Null: only in the text.
};

// In the order in which Go prints them.
constexpr NamePart kNameParts[] = {
    {NID_serialNumber, "SERIALNUMBER", nullptr},
    {NID_commonName, "CN", &CertificateName::common_name},
    {NID_postalCode, "POSTALCODE", nullptr},
    {NID_streetAddress, "STREET", nullptr},
    {NID_stateOrProvinceName, "ST", &CertificateName::province},
    {NID_localityName, "L", &CertificateName::locality},
    {NID_organizationalUnitName, "OU", &CertificateName::unit},
    {NID_organizationName, "O", &CertificateName::organization},
    {NID_countryName, "C", &CertificateName::country},
};

std::string Lowered(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return text;
}

std::string Utf8Of(const ASN1_STRING* text) {
  unsigned char* raw = nullptr;
  const int size = ASN1_STRING_to_UTF8(&raw, text);
  if (size < 0) {
    ERR_clear_error();
    return {};
  }
  const BytesHandle owned(raw);
  return {raw, raw + size};
}

std::string Escaped(const std::string& text) {
  constexpr std::string_view kSpecial = ",+\"\\<>;";
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool edge = text[i] == ' ' && (i == 0 || i + 1 == text.size());
    if (edge || kSpecial.find(text[i]) != std::string_view::npos || (text[i] == '#' && i == 0)) {
      escaped += '\\';
    }
    escaped += text[i];
  }
  return escaped;
}

void AddPart(X509_NAME* name, const NamePart& part, CertificateName& out) {
  std::string printed;
  for (int at = X509_NAME_get_index_by_NID(name, part.nid, -1); at >= 0;
       at = X509_NAME_get_index_by_NID(name, part.nid, at)) {
    const std::string value = Utf8Of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    printed += fmt::format("{}{}={}", printed.empty() ? "" : "+", part.letters, Escaped(value));
    if (part.field != nullptr) {
      std::string& field = out.*part.field;
      field += (field.empty() ? "" : ",") + value;
    }
  }
  if (!printed.empty()) {
    out.text += (out.text.empty() ? "" : ",") + printed;
  }
}

CertificateName NameOf(X509_NAME* name) {
  CertificateName out;
  for (const NamePart& part : kNameParts) {
    AddPart(name, part, out);
  }
  return out;
}

TimePoint TimeOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) {
    ERR_clear_error();
    return TimePoint();
  }
  return TimePoint(std::chrono::seconds(timegm(&parts)));
}

std::string AddressOf(const ASN1_OCTET_STRING* address) {
  const unsigned char* bytes = ASN1_STRING_get0_data(address);
  constexpr int kIpv4Size = 4;
  if (ASN1_STRING_length(address) == kIpv4Size) {
    return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
  }
  std::string text;
  for (int i = 0; i + 1 < ASN1_STRING_length(address); i += 2) {
    text += fmt::format("{}{:x}", i == 0 ? "" : ":", bytes[i] * 256 + bytes[i + 1]);
  }
  return text;
}

void ReadAlternativeNames(X509* raw, Certificate& out) {
  const UniqueHandle<GENERAL_NAMES, GENERAL_NAMES_free> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(raw, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) {
      out.dns_names.push_back(Utf8Of(name->d.dNSName));
    } else if (name->type == GEN_IPADD) {
      out.ip_addresses.push_back(AddressOf(name->d.iPAddress));
    }
  }
}

void ReadSerial(X509* raw, Certificate& out) {
  const BignumHandle serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(raw), nullptr));
  const TextHandle decimal(serial ? BN_bn2dec(serial.get()) : nullptr);
  const TextHandle hexadecimal(serial ? BN_bn2hex(serial.get()) : nullptr);
  out.serial_decimal = decimal ? decimal.get() : "";
  out.serial_hex = hexadecimal ? Lowered(hexadecimal.get()) : "";
}

std::vector<std::string> SortedNames(const Certificate& certificate) {
  std::vector<std::string> names = certificate.dns_names;
  names.insert(names.end(), certificate.ip_addresses.begin(), certificate.ip_addresses.end());
  for (std::string& name : names) {
    name = Lowered(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

X509Handle X509FromDer(std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  return X509Handle(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
}

Result<Certificate> ParseCertificate(std::string_view der) {
  const X509Handle raw = X509FromDer(der);
  if (raw == nullptr) {
    return Fail(ErrorCode::kProtocol, "not an X.509 certificate: {}", TakeOpensslError());
  }
  Certificate out;
  out.subject = NameOf(X509_get_subject_name(raw.get()));
  out.issuer = NameOf(X509_get_issuer_name(raw.get()));
  ReadSerial(raw.get(), out);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  X509_digest(raw.get(), EVP_sha256(), digest.data(), &size);
  out.fingerprint = Hex(std::span(digest).first(size));
  ReadAlternativeNames(raw.get(), out);
  out.not_before = TimeOf(X509_get0_notBefore(raw.get()));
  out.not_after = TimeOf(X509_get0_notAfter(raw.get()));
  out.is_authority = X509_check_ca(raw.get()) != 0;
  out.der = der;
  ERR_clear_error();
  return out;
}

bool MatchesHost(const Certificate& certificate, const std::string& host) {
  const X509Handle raw = X509FromDer(certificate.der);
  if (raw == nullptr) {
    ERR_clear_error();
    return false;
  }
  if (X509_check_ip_asc(raw.get(), host.c_str(), 0) == 1) {
    return true;
  }
  return X509_check_host(raw.get(), host.data(), host.size(), 0, nullptr) == 1;
}

bool HaveSameNames(const Certificate& one, const Certificate& other) {
  const std::vector<std::string> names = SortedNames(one);
  if (names.empty()) {
    return one.subject.text == other.subject.text && SortedNames(other).empty();
  }
  return names == SortedNames(other);
}

}  // namespace sidewatch::net
