#include "crypto/hash.h"

#include <cstring>
#include <initializer_list>

#include <openssl/crypto.h>
#include <strings.h>

#include "base/strings.h"
#include "crypto/openssl.h"

namespace tollgate::crypto {
namespace {

/// SHA-256 of the parts, one after the other. One context a thread, initialized anew for each digest, so that nothing
/// is allocated and the algorithm is not looked up again (together most of what EVP's one-shot calls cost).
Digest digest_of(std::initializer_list<std::string_view> parts) {
  thread_local const openssl::MdContext context(EVP_MD_CTX_new());
  openssl::must(context != nullptr, "no memory for a digest");
  bool ok = EVP_DigestInit_ex2(context.get(), openssl::sha256(), nullptr) == 1;
  for (const std::string_view part : parts) ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  Digest out;
  ok = ok && EVP_DigestFinal_ex(context.get(), out.bytes.data(), nullptr) == 1;
  openssl::must(ok, "SHA256");
  return out;
}

std::string_view view_of(const std::array<std::uint8_t, 64>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::string Digest::hex() const { return tollgate::hex(view()); }

Digest sha256(std::string_view data) { return digest_of({data}); }

KeyedHash::KeyedHash(std::string_view key) {
  std::array<std::uint8_t, 64> block{};
  if (key.size() > block.size()) {
    Digest digest = sha256(key);
    std::memcpy(block.data(), digest.bytes.data(), digest.bytes.size());
    explicit_bzero(digest.bytes.data(), digest.bytes.size());
  } else if (!key.empty()) {
    std::memcpy(block.data(), key.data(), key.size());
  }
  for (std::size_t i = 0; i < block.size(); ++i) {
    inner_pad_[i] = block[i] ^ 0x36;
    outer_pad_[i] = block[i] ^ 0x5C;
  }
  explicit_bzero(block.data(), block.size());
}

KeyedHash::~KeyedHash() {
  explicit_bzero(inner_pad_.data(), inner_pad_.size());
  explicit_bzero(outer_pad_.data(), outer_pad_.size());
}

Digest KeyedHash::operator()(std::string_view data) const {
  const Digest inner = digest_of({view_of(inner_pad_), data});
  return digest_of({view_of(outer_pad_), inner.view()});
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tollgate::crypto
