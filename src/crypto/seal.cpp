#include "crypto/seal.h"

#include <cstring>
#include <utility>

#include <strings.h>

#include "crypto/encoding.h"
#include "crypto/openssl.h"
#include "crypto/random.h"

namespace tollgate::crypto {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kHead = 2;
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
/// OpenSSL counts in int.
constexpr std::size_t kLongest = std::size_t{1} << 30;

unsigned char* bytes_of(std::string& text, std::size_t at) {
  return reinterpret_cast<unsigned char*>(text.data() + at);
}
const unsigned char* bytes_of(std::string_view text, std::size_t at) {
  return reinterpret_cast<const unsigned char*>(text.data() + at);
}

EVP_CIPHER_CTX* context() {
  thread_local const openssl::CipherContext held(EVP_CIPHER_CTX_new());
  openssl::must(held != nullptr, "no memory for a cipher");
  return held.get();
}

/// Leaves no key in the thread's context.
struct ContextGuard {
  EVP_CIPHER_CTX* context;
  ~ContextGuard() { EVP_CIPHER_CTX_reset(context); }
};

std::unexpected<Error> unopened(std::string_view purpose, std::string_view why) {
  return fail(Error(ErrorCode::internal, "a stored secret could not be decrypted")
                  .detail(std::string(purpose) + ": " + std::string(why)));
}

}  // namespace

Sealer::Sealer(std::uint8_t id, const Key& key) : current_(id) { keys_.emplace(id, key); }

Sealer::~Sealer() {
  for (auto& [id, key] : keys_) explicit_bzero(key.data(), key.size());
}
Sealer::Sealer(Sealer&&) noexcept = default;
Sealer& Sealer::operator=(Sealer&& other) noexcept {
  std::swap(current_, other.current_);  // `other` wipes what was here
  keys_.swap(other.keys_);
  return *this;
}

void Sealer::add_old_key(std::uint8_t id, const Key& key) { keys_.try_emplace(id, key); }

std::string Sealer::seal(std::string_view plain, std::string_view purpose) const {
  openssl::must(plain.size() <= kLongest && purpose.size() <= kLongest, "text too long to seal");
  std::string out(kOverhead + plain.size(), '\0');
  out[0] = static_cast<char>(kFormat);
  out[1] = static_cast<char>(current_);
  fill_random({bytes_of(out, kHead), kNonce});

  const ContextGuard guard{context()};
  int length = 0;
  bool ok = EVP_EncryptInit_ex2(guard.context, openssl::aes_256_gcm(), keys_.at(current_).data(), bytes_of(out, kHead),
                                nullptr) == 1;
  ok = ok && EVP_EncryptUpdate(guard.context, nullptr, &length, bytes_of(out, 0), kHead) == 1;
  ok = ok &&
       EVP_EncryptUpdate(guard.context, nullptr, &length, bytes_of(purpose, 0), static_cast<int>(purpose.size())) == 1;
  ok = ok && (plain.empty() || EVP_EncryptUpdate(guard.context, bytes_of(out, kHead + kNonce), &length,
                                                 bytes_of(plain, 0), static_cast<int>(plain.size())) == 1);
  ok = ok && EVP_EncryptFinal_ex(guard.context, bytes_of(out, kHead + kNonce + plain.size()), &length) == 1;
  ok = ok && EVP_CIPHER_CTX_ctrl(guard.context, EVP_CTRL_AEAD_GET_TAG, kTag,
                                 bytes_of(out, kHead + kNonce + plain.size())) == 1;
  openssl::must(ok, "AES-256-GCM");
  return out;
}

std::string Sealer::seal_text(std::string_view plain, std::string_view purpose) const {
  return base64(seal(plain, purpose));
}

Result<Secret> Sealer::open(std::string_view envelope, std::string_view purpose) const {
  if (envelope.size() < kOverhead || envelope.size() > kLongest) return unopened(purpose, "the envelope is cut");
  if (static_cast<std::uint8_t>(envelope[0]) != kFormat) return unopened(purpose, "the envelope's format is unknown");
  const auto key = keys_.find(static_cast<std::uint8_t>(envelope[1]));
  if (key == keys_.end()) return unopened(purpose, "it was sealed with a key that is not loaded");

  const std::size_t size = envelope.size() - kOverhead;
  std::string plain(size, '\0');
  std::array<unsigned char, kTag> tag;
  std::memcpy(tag.data(), envelope.data() + envelope.size() - kTag, kTag);

  const ContextGuard guard{context()};
  int length = 0;
  bool ok = EVP_DecryptInit_ex2(guard.context, openssl::aes_256_gcm(), key->second.data(), bytes_of(envelope, kHead),
                                nullptr) == 1;
  ok = ok && EVP_DecryptUpdate(guard.context, nullptr, &length, bytes_of(envelope, 0), kHead) == 1;
  ok = ok &&
       EVP_DecryptUpdate(guard.context, nullptr, &length, bytes_of(purpose, 0), static_cast<int>(purpose.size())) == 1;
  ok = ok && (size == 0 || EVP_DecryptUpdate(guard.context, bytes_of(plain, 0), &length,
                                             bytes_of(envelope, kHead + kNonce), static_cast<int>(size)) == 1);
  ok = ok && EVP_CIPHER_CTX_ctrl(guard.context, EVP_CTRL_AEAD_SET_TAG, kTag, tag.data()) == 1;
  openssl::must(ok, "AES-256-GCM");
  std::array<unsigned char, 16> rest;
  if (EVP_DecryptFinal_ex(guard.context, rest.data(), &length) != 1) {
    explicit_bzero(plain.data(), plain.size());
    return unopened(purpose, "it does not authenticate: another key, another purpose, or altered");
  }
  return Secret(std::move(plain));
}

Result<Secret> Sealer::open_text(std::string_view text, std::string_view purpose) const {
  const auto envelope = unbase64(text);
  if (!envelope) return unopened(purpose, "the stored text is not base64");
  return open(*envelope, purpose);
}

int Sealer::key_id(std::string_view envelope) {
  if (envelope.size() < kOverhead || static_cast<std::uint8_t>(envelope[0]) != kFormat) return -1;
  return static_cast<std::uint8_t>(envelope[1]);
}

}  // namespace tollgate::crypto
