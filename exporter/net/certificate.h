#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace sidewatch::net {

/// The parts of a distinguished name that people look at. A part that occurs several times is
/// joined with commas.
struct CertificateName {
  std::string country = {};
  std::string organization = {};
  std::string unit = {};
  std::string locality = {};
  std::string province = {};
  std::string common_name = {};

  /// All of it as Go's crypto/x509 prints it: `CN=shop.example,OU=web,O=Shop,C=DE`.
  std::string text = {};
};

/// What an X.509 certificate says.
struct Certificate {
  CertificateName subject = {};
  CertificateName issuer = {};
  std::string serial_decimal = {};
  std::string serial_hex = {};   ///< Lower case, whole bytes.
  std::string fingerprint = {};  ///< SHA-256 of the DER form, lower-case hexadecimal.
  std::vector<std::string> dns_names = {};
  std::vector<std::string> ip_addresses = {};
  TimePoint not_before;
  TimePoint not_after;
  bool is_authority = false;
  std::string der = {};
};

/// Errors: kProtocol, the bytes are no certificate.
Result<Certificate> ParseCertificate(std::string_view der);

/// Whether a client that connects to `host`, a name or an address, takes the certificate for it.
bool MatchesHost(const Certificate& certificate, const std::string& host);

/// True if both hold the same names: a renewed certificate and the one that it replaces.
bool HaveSameNames(const Certificate& one, const Certificate& other);

}  // namespace sidewatch::net
