#include "crypto/random.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <openssl/rand.h>

#include "base/strings.h"

namespace tollgate::crypto {
namespace {

/// Characters of `alphabet`, each equally likely: bytes past the last whole multiple are thrown away.
std::string random_text(std::string_view alphabet, std::size_t count) {
  const auto limit = static_cast<unsigned>(256 - 256 % alphabet.size());
  std::string out;
  out.reserve(count);
  std::array<std::uint8_t, 64> pool;
  while (out.size() < count) {
    fill_random(pool);
    for (const std::uint8_t byte : pool) {
      if (byte >= limit) continue;
      if (out.size() == count) break;
      out += alphabet[byte % alphabet.size()];
    }
  }
  explicit_bzero(pool.data(), pool.size());
  return out;
}

}  // namespace

void fill_random(std::span<std::uint8_t> out) {
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) {
    std::fputs("tollgate: the machine's random generator failed; nothing safe can be done without it\n", stderr);
    std::abort();
  }
}

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  fill_random({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  return out;
}

std::uint64_t random_u64() {
  std::array<std::uint8_t, 8> bytes;
  fill_random(bytes);
  std::uint64_t out = 0;
  __builtin_memcpy(&out, bytes.data(), sizeof(out));
  return out;
}

std::string random_alnum(std::size_t count) {
  return random_text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", count);
}

Secret random_token_key() { return Secret("sk-" + random_alnum(48)); }

Secret random_access_token() { return Secret(hex(random_bytes(16))); }

Secret random_password() {
  std::string text = random_text("23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz", 16);
  for (const std::size_t at : {12U, 8U, 4U}) text.insert(at, 1, '-');
  return Secret(std::move(text));
}

std::string uuid4() {
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  std::string text = hex(bytes);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
  return text;
}

}  // namespace tollgate::crypto
