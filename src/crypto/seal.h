#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace tollgate::crypto {

/// Encrypts what the database must not show: channel keys, the copy of a token's key, secret options.
///
/// AES-256-GCM. An envelope is
///
///     byte 0      format, 1
///     byte 1      id of the key it was sealed with
///     bytes 2-13  random nonce
///     then        ciphertext, as long as the plain text
///     last 16     tag
///
/// The purpose (such as `channel.key`) is authenticated with the two leading bytes: an envelope copied into another
/// column does not open. To bind one to its row as well, put the row's id into the purpose.
///
/// Any thread, at the same time; immutable once filled. Sealing costs about 1 µs.
class Sealer {
 public:
  using Key = std::array<std::uint8_t, 32>;
  /// What an envelope adds to its plain text, in bytes.
  static constexpr std::size_t kOverhead = 2 + 12 + 16;

  /// A sealer that seals with `key` under the number `id`.
  Sealer(std::uint8_t id, const Key& key);
  ~Sealer();
  Sealer(Sealer&&) noexcept;
  Sealer& operator=(Sealer&&) noexcept;
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  /// Another key that may open, but no longer seals: after a rotation. Before any other thread uses the object.
  void add_old_key(std::uint8_t id, const Key& key);

  /// The envelope as bytes (`seal`) or as base64 for text columns (`seal_text`).
  [[nodiscard]] std::string seal(std::string_view plain, std::string_view purpose) const;
  [[nodiscard]] std::string seal_text(std::string_view plain, std::string_view purpose) const;

  /// Errors: internal, saying whether the envelope is cut, of an unknown format, of a key that this process does not
  /// have, or does not authenticate (another key, another purpose, or altered). Never any part of the content.
  [[nodiscard]] Result<Secret> open(std::string_view envelope, std::string_view purpose) const;
  [[nodiscard]] Result<Secret> open_text(std::string_view text, std::string_view purpose) const;

  /// The key id of an envelope, to find those of an old key; -1 if it is none.
  [[nodiscard]] static int key_id(std::string_view envelope);

 private:
  std::uint8_t current_;
  std::map<std::uint8_t, Key> keys_;
};

}  // namespace tollgate::crypto
