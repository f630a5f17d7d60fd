#include "crypto/password.h"

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

#include <crypt.h>
#include <strings.h>

#include "crypto/hash.h"
#include "crypto/random.h"

namespace tollgate::crypto {
namespace {

constexpr std::size_t kHashLength = 60;  // $2b$10$ + 22 of salt + 31 of hash

/// What crypt_ra allocates and works in: 32 KiB that held the password.
struct CryptBuffer {
  void* data = nullptr;
  int size = 0;
  CryptBuffer() = default;
  CryptBuffer(const CryptBuffer&) = delete;
  CryptBuffer& operator=(const CryptBuffer&) = delete;
  ~CryptBuffer() {
    if (data != nullptr) explicit_bzero(data, static_cast<std::size_t>(size));
    std::free(data);
  }
};

/// No value when libxcrypt does not accept the setting.
std::optional<std::string> run_bcrypt(const std::string& password, const std::string& setting) {
  CryptBuffer buffer;
  const char* out = crypt_ra(password.c_str(), setting.c_str(), &buffer.data, &buffer.size);
  if (out == nullptr || *out == '*') return std::nullopt;
  return std::string(out);
}

bool is_bcrypt(std::string_view hash) {
  return hash.size() == kHashLength &&
         (hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$"));
}

bool has_zero_byte(const std::string& text) { return text.find('\0') != std::string::npos; }

std::optional<std::string> new_setting(int cost) {
  std::array<std::uint8_t, 16> salt;
  fill_random(salt);
  char* text = crypt_gensalt_ra("$2b$", static_cast<unsigned long>(cost), reinterpret_cast<const char*>(salt.data()),
                                static_cast<int>(salt.size()));
  if (text == nullptr) return std::nullopt;
  std::string out(text);
  std::free(text);
  return out;
}

}  // namespace

Result<std::string> hash_password(const Secret& password, int cost) {
  const std::string& text = password.reveal();
  if (text.empty()) return fail(ErrorCode::invalid_request, "the password is empty");
  if (text.size() > kPasswordMaxBytes) {
    return fail(ErrorCode::invalid_request, "the password is longer than 72 bytes");
  }
  if (has_zero_byte(text)) return fail(ErrorCode::invalid_request, "the password holds a zero byte");
  if (cost < kBcryptCostMin || cost > kBcryptCostMax) {
    return fail(ErrorCode::invalid_request, "the cost of password hashes must be within 4 and 16");
  }
  const auto setting = new_setting(cost);
  auto hash = setting ? run_bcrypt(text, *setting) : std::nullopt;
  if (!hash) return fail(Error(ErrorCode::internal, "the password could not be hashed").detail("libxcrypt refused"));
  return *std::move(hash);
}

bool verify_password(const Secret& password, std::string_view hash) {
  if (!is_bcrypt(hash) || has_zero_byte(password.reveal())) return false;
  const std::string stored(hash);
  const auto made = run_bcrypt(password.reveal(), stored);
  return made && equal_constant_time(*made, stored);
}

bool verify_nobody(const Secret& password, int cost) {
  const auto setting = new_setting(cost < kBcryptCostMin || cost > kBcryptCostMax ? kBcryptCostDefault : cost);
  if (setting) (void)run_bcrypt(password.reveal(), *setting);
  return false;
}

bool wants_rehash(std::string_view hash, int cost) {
  if (!is_bcrypt(hash)) return true;
  return (hash[4] - '0') * 10 + (hash[5] - '0') != cost;
}

}  // namespace tollgate::crypto
