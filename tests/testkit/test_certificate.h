#pragma once

#include <cstdio>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "exporter/base/check.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::testkit {

/// A self-signed certificate for `localhost`, 127.0.0.1 and ::1 in two files of `folder`, valid for
/// a day. It is its own authority: clients trust it by `cert_file` as their CA file.
class TestCertificate {
 public:
  explicit TestCertificate(const std::string& folder, const std::string& name = "localhost")
      : cert_file_(folder + "/" + name + ".crt"), key_file_(folder + "/" + name + ".key") {
    const UniqueHandle<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
    const UniqueHandle<X509, X509_free> certificate(X509_new());
    SW_CHECK(key != nullptr && certificate != nullptr, "cannot make a key");
    X509* raw = certificate.get();
    X509_set_version(raw, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), 1);
    X509_gmtime_adj(X509_getm_notBefore(raw), -60);
    X509_gmtime_adj(X509_getm_notAfter(raw), 24 * 3600);
    X509_set_pubkey(raw, key.get());
    X509_NAME* subject = X509_get_subject_name(raw);
    X509_NAME_add_entry_by_txt(subject,
                               "CN",
                               MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()),
                               -1,
                               -1,
                               0);
    X509_set_issuer_name(raw, subject);
    AddExtension(raw, NID_basic_constraints, "critical,CA:TRUE");
    AddExtension(raw, NID_subject_alt_name, "DNS:" + name + ",IP:127.0.0.1,IP:::1");
    SW_CHECK(X509_sign(raw, key.get(), EVP_sha256()) > 0, "cannot sign");
    const Output cert_out(std::fopen(cert_file_.c_str(), "w"));
    const Output key_out(std::fopen(key_file_.c_str(), "w"));
    SW_CHECK(PEM_write_X509(cert_out.get(), raw) == 1 &&
                 PEM_write_PrivateKey(
                     key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
             "cannot write a certificate");
  }

  const std::string& cert_file() const { return cert_file_; }

  const std::string& key_file() const { return key_file_; }

 private:
  using Output = UniqueHandle<std::FILE, std::fclose>;

  static void AddExtension(X509* certificate, int kind, const std::string& value) {
    const UniqueHandle<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    SW_CHECK(extension != nullptr, "bad extension");
    X509_add_ext(certificate, extension.get(), -1);
  }

  std::string cert_file_;
  std::string key_file_;
};

}  // namespace sidewatch::testkit
