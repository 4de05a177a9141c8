#pragma once

#include <cstdio>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "exporter/base/check.h"
#include "exporter/base/unique_handle.h"

namespace sidewatch::testkit {

/// How a certificate is to look. Times are seconds from now.
struct CertificateWish {
  std::string common_name = "localhost";
  std::string names = "DNS:localhost,IP:127.0.0.1";  ///< Empty: none.
  long from = -3600;
  long until = 24 * 3600;
  bool authority = false;
  long serial = 1;
};

/// A certificate with its key, signed by `issuer` or by itself.
class MadeCertificate {
 public:
  explicit MadeCertificate(const CertificateWish& wish, const MadeCertificate* issuer = nullptr)
      : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509* raw = certificate_.get();
    X509_set_version(raw, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(raw), wish.serial);
    X509_gmtime_adj(X509_getm_notBefore(raw), wish.from);
    X509_gmtime_adj(X509_getm_notAfter(raw), wish.until);
    X509_set_pubkey(raw, key_.get());
    X509_NAME* subject = X509_get_subject_name(raw);
    AddPart(subject, "C", "DE");
    AddPart(subject, "O", "Shop, Inc.");
    AddPart(subject, "CN", wish.common_name);
    X509_set_issuer_name(
        raw, issuer == nullptr ? subject : X509_get_subject_name(issuer->certificate_.get()));
    AddExtension(NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!wish.names.empty()) {
      AddExtension(NID_subject_alt_name, wish.names);
    }
    EVP_PKEY* signer = issuer == nullptr ? key_.get() : issuer->key_.get();
    SW_CHECK(X509_sign(raw, signer, EVP_sha256()) > 0, "cannot sign");
  }

  std::string CertificatePem() const {
    return Written([this](BIO* out) { return PEM_write_bio_X509(out, certificate_.get()); });
  }

  std::string KeyPem() const {
    return Written([this](BIO* out) {
      return PEM_write_bio_PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }

  std::string EncryptedKeyPem() const {
    return Written([this](BIO* out) {
      return PEM_write_bio_PrivateKey(
          out, key_.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr, const_cast<char*>("secret"));
    });
  }

  std::string Der() const {
    return Written([this](BIO* out) { return i2d_X509_bio(out, certificate_.get()); });
  }

 private:
  template <typename Writer>
  static std::string Written(const Writer& write) {
    const UniqueHandle<BIO, BIO_free_all> out(BIO_new(BIO_s_mem()));
    SW_CHECK(write(out.get()) == 1, "cannot write");
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

  static void AddPart(X509_NAME* name, const char* part, const std::string& value) {
    X509_NAME_add_entry_by_txt(name,
                               part,
                               MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.c_str()),
                               -1,
                               -1,
                               0);
  }

  void AddExtension(int kind, const std::string& value) {
    const UniqueHandle<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    SW_CHECK(extension != nullptr, "bad extension");
    X509_add_ext(certificate_.get(), extension.get(), -1);
  }

  UniqueHandle<EVP_PKEY, EVP_PKEY_free> key_;
  UniqueHandle<X509, X509_free> certificate_;
};

}  // namespace sidewatch::testkit
