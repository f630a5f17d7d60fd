#include "crypto/master_key.h"

#include <cstring>
#include <optional>

#include <openssl/core_names.h>
#include <strings.h>

#include "base/strings.h"
#include "crypto/encoding.h"
#include "crypto/openssl.h"
#include "crypto/random.h"

namespace tollgate::crypto {
namespace {

constexpr std::size_t kShortestPassphrase = 16;
constexpr int kStretchRounds = 200'000;
constexpr std::string_view kPassphraseSalt = "tollgate/master-key/passphrase/1";
constexpr std::string_view kSubkeySalt = "tollgate/subkey/1";
constexpr std::uint8_t kSealKeyId = 1;

std::optional<std::string> exactly_32(std::optional<std::string> bytes) {
  if (bytes && bytes->size() != 32) return std::nullopt;
  return bytes;
}

std::optional<std::string> decode_key(std::string_view text) {
  if (text.size() == 64) {
    if (auto bytes = exactly_32(unhex(text))) return bytes;
  }
  if (text.size() == 44) {
    if (auto bytes = exactly_32(unbase64(text))) return bytes;
    if (text.back() == '=') return exactly_32(unbase64url(text.substr(0, 43)));
  }
  if (text.size() == 43) {
    if (auto bytes = exactly_32(unbase64url(text))) return bytes;
    return exactly_32(unbase64(std::string(text) + "="));
  }
  return std::nullopt;
}

MasterKey::Bytes to_bytes(std::string& text) {
  MasterKey::Bytes out{};
  std::memcpy(out.data(), text.data(), out.size());
  explicit_bzero(text.data(), text.size());
  return out;
}

OSSL_PARAM octets(const char* name, std::string_view bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
}

}  // namespace

MasterKey::~MasterKey() { explicit_bzero(bytes_.data(), bytes_.size()); }

Result<MasterKey> MasterKey::from_text(const Secret& text) {
  const std::string_view trimmed = trim(text.reveal());
  if (auto decoded = decode_key(trimmed)) return MasterKey(to_bytes(*decoded));
  if (trimmed.size() < kShortestPassphrase) {
    return fail(
        ErrorCode::invalid_request,
        "the master key must be 64 hexadecimal digits, base64 of 32 bytes, or a passphrase of at least 16 characters");
  }
  Bytes out{};
  openssl::must(PKCS5_PBKDF2_HMAC(trimmed.data(), static_cast<int>(trimmed.size()),
                                  reinterpret_cast<const unsigned char*>(kPassphraseSalt.data()),
                                  static_cast<int>(kPassphraseSalt.size()), kStretchRounds, openssl::sha256(),
                                  static_cast<int>(out.size()), out.data()) == 1,
                "PBKDF2");
  return MasterKey(out);
}

MasterKey MasterKey::generate() {
  Bytes out{};
  fill_random(out);
  return MasterKey(out);
}

MasterKey::Bytes MasterKey::subkey(std::string_view purpose) const {
  const openssl::Kdf kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  openssl::must(kdf != nullptr, "HKDF is not available");
  const openssl::KdfContext context(EVP_KDF_CTX_new(kdf.get()));
  char digest[] = "SHA256";
  const std::array params{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      octets(OSSL_KDF_PARAM_KEY, {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}),
      octets(OSSL_KDF_PARAM_SALT, kSubkeySalt),
      octets(OSSL_KDF_PARAM_INFO, purpose),
      OSSL_PARAM_construct_end(),
  };
  Bytes out{};
  openssl::must(context != nullptr && EVP_KDF_derive(context.get(), out.data(), out.size(), params.data()) == 1,
                "HKDF");
  return out;
}

KeyedHash MasterKey::token_hash() const {
  Bytes key = subkey("token.lookup");
  KeyedHash out({reinterpret_cast<const char*>(key.data()), key.size()});
  explicit_bzero(key.data(), key.size());
  return out;
}

Sealer MasterKey::sealer() const {
  Bytes key = subkey("seal");
  Sealer out(kSealKeyId, key);
  explicit_bzero(key.data(), key.size());
  return out;
}

Secret MasterKey::signing_key(std::string_view purpose) const {
  Bytes key = subkey("sign." + std::string(purpose));
  Secret out(base64url({reinterpret_cast<const char*>(key.data()), key.size()}));
  explicit_bzero(key.data(), key.size());
  return out;
}

std::string MasterKey::check_value() const {
  Bytes key = subkey("check");
  const std::string out = KeyedHash({reinterpret_cast<const char*>(key.data()), key.size()})("tollgate").hex();
  explicit_bzero(key.data(), key.size());
  return out.substr(0, 32);
}

Result<void> MasterKey::verify(std::string_view stored) const {
  if (equal_constant_time(stored, check_value())) return {};
  return fail(
      ErrorCode::internal,
      "the master key is not the one that this database was made with; give the old one in TOLLGATE_MASTER_KEY, or put "
      "back the file master.key of the data directory");
}

}  // namespace tollgate::crypto
