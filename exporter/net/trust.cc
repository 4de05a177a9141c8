#include "exporter/net/trust.h"

#include <algorithm>
#include <utility>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "exporter/base/check.h"
#include "exporter/base/unique_handle.h"
#include "exporter/net/certificate.h"
#include "exporter/net/openssl_error.h"
#include "exporter/net/openssl_x509.h"

namespace sidewatch::net {

namespace {

using StoreHandle = UniqueHandle<X509_STORE, X509_STORE_free>;
using ContextHandle = UniqueHandle<X509_STORE_CTX, X509_STORE_CTX_free>;

void FreeStack(STACK_OF(X509) * stack) {
  sk_X509_pop_free(stack, X509_free);
}

using StackHandle = UniqueHandle<STACK_OF(X509), FreeStack>;

struct Problem {
  int code;
  std::string_view name;
};

// What is not here is "invalid".
constexpr Problem kProblems[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, "expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "not_yet_valid"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, kSelfSigned},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "untrusted_issuer"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "untrusted_issuer"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "untrusted_issuer"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "untrusted_issuer"},
    {X509_V_ERR_CERT_UNTRUSTED, "untrusted_issuer"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, "bad_signature"},
    {X509_V_ERR_INVALID_CA, "broken_chain"},
    {X509_V_ERR_SUBJECT_ISSUER_MISMATCH, "broken_chain"},
    {X509_V_ERR_CERT_CHAIN_TOO_LONG, "broken_chain"},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, "broken_chain"},
    {X509_V_ERR_CERT_REVOKED, "revoked"},
    {X509_V_ERR_INVALID_PURPOSE, "wrong_purpose"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, "weak"},
    {X509_V_ERR_CA_KEY_TOO_SMALL, "weak"},
    {X509_V_ERR_CA_MD_TOO_WEAK, "weak"},
};

std::string_view ProblemOf(int code) {
  const auto* const row =
      std::find_if(std::begin(kProblems), std::end(kProblems), [code](const Problem& problem) {
        return problem.code == code;
      });
  return row == std::end(kProblems) ? "invalid" : row->name;
}

std::optional<TimePoint> EarliestEnd(STACK_OF(X509) * chain) {
  std::optional<TimePoint> earliest;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(sk_X509_value(chain, i), &der);
    if (size > 0) {
      const Result<Certificate> parsed =
          ParseCertificate({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
      OPENSSL_free(der);
      if (parsed && (!earliest || parsed->not_after < *earliest)) {
        earliest = parsed->not_after;
      }
    }
  }
  return earliest;
}

ChainVerdict Invalid(std::string_view problem, std::string text) {
  return {.problem = problem, .text = std::move(text)};
}

}  // namespace

struct Trust::Store {
  StoreHandle handle;
};

Trust::Trust(std::unique_ptr<Store> store) : store_(std::move(store)) {}

Trust::Trust(Trust&&) noexcept = default;
Trust& Trust::operator=(Trust&&) noexcept = default;
Trust::~Trust() = default;

Result<Trust> Trust::Load(const std::string& ca_file) {
  auto store = std::make_unique<Store>();
  store->handle.reset(X509_STORE_new());
  SW_CHECK(store->handle != nullptr, "out of memory");
  X509_STORE* raw = store->handle.get();
  // As other clients do: whatever the file holds is believed, an intermediate authority too.
  X509_STORE_set_flags(raw, X509_V_FLAG_PARTIAL_CHAIN);
  if (ca_file.empty()) {
    X509_STORE_set_default_paths(raw);
    ERR_clear_error();
  } else if (X509_STORE_load_file(raw, ca_file.c_str()) != 1) {
    return Fail(ErrorCode::kInvalidArgument,
                "cannot read CA certificates from \"{}\": {}",
                ca_file,
                TakeOpensslError());
  }
  return Trust(std::move(store));
}

ChainVerdict Trust::Verify(std::span<const std::string> chain_der,
                           ChainUse use,
                           TimePoint at) const {
  const X509Handle leaf = X509FromDer(chain_der.empty() ? std::string_view() : chain_der.front());
  const StackHandle others(sk_X509_new_null());
  const ContextHandle context(X509_STORE_CTX_new());
  SW_CHECK(others != nullptr && context != nullptr, "out of memory");
  if (leaf == nullptr) {
    return Invalid("invalid", "no certificate: " + TakeOpensslError());
  }
  for (const std::string& der : chain_der.subspan(1)) {
    X509Handle other = X509FromDer(der);
    if (other != nullptr && sk_X509_push(others.get(), other.get()) > 0) {
      static_cast<void>(other.release());
    }
  }
  X509_STORE_CTX_init(context.get(), store_->handle.get(), leaf.get(), others.get());
  if (use == ChainUse::kServer) {
    X509_STORE_CTX_set_default(context.get(), "ssl_server");
  }
  X509_STORE_CTX_set_time(context.get(), 0, ToUnixMillis(at) / 1000);
  ChainVerdict verdict;
  if (X509_verify_cert(context.get()) == 1) {
    verdict.expires = EarliestEnd(X509_STORE_CTX_get0_chain(context.get()));
  } else {
    const int code = X509_STORE_CTX_get_error(context.get());
    verdict = Invalid(ProblemOf(code), X509_verify_cert_error_string(code));
  }
  ERR_clear_error();
  return verdict;
}

}  // namespace sidewatch::net
