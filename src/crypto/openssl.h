#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

/// Inside crypto only: owners of OpenSSL's objects, and what is fetched once a process instead of once a call.
namespace tollgate::crypto::openssl {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using MdContext = std::unique_ptr<EVP_MD_CTX, Deleter<&EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Deleter<&EVP_CIPHER_CTX_free>>;
using Kdf = std::unique_ptr<EVP_KDF, Deleter<&EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Deleter<&EVP_KDF_CTX_free>>;

/// For calls that fail only when memory is out or the library is broken: there is no answer to give then.
inline void must(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "tollgate: OpenSSL failed: %s\n", what);
  ERR_print_errors_fp(stderr);
  std::abort();
}

/// Never freed: they live as long as the process, and threads may still use them while it ends.
inline const EVP_MD* sha256() {
  static EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  must(md != nullptr, "SHA256 is not available");
  return md;
}
inline const EVP_CIPHER* aes_256_gcm() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  must(cipher != nullptr, "AES-256-GCM is not available");
  return cipher;
}

}  // namespace tollgate::crypto::openssl
