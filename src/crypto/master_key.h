#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/seal.h"

namespace tollgate::crypto {

/// The one secret that all others hang on. From it, a sub-key for each purpose is derived (HKDF-SHA-256), so that no
/// two uses share a key and none reveals the master. Wiped on destruction. Any thread.
class MasterKey {
 public:
  using Bytes = std::array<std::uint8_t, 32>;

  /// From what the operator configured:
  /// - 64 hexadecimal digits: the 32 bytes themselves;
  /// - base64 or base64url, with or without padding, of exactly 32 bytes: these bytes;
  /// - any other text of 16 bytes or more: a passphrase, stretched with PBKDF2-HMAC-SHA-256 (200,000 rounds).
  /// Spaces and line ends around it do not count. Errors: invalid_request (empty or shorter), never repeating the text.
  static Result<MasterKey> from_text(const Secret& text);
  /// A random one.
  static MasterKey generate();

  explicit MasterKey(const Bytes& bytes) : bytes_(bytes) {}
  MasterKey(const MasterKey&) = default;
  MasterKey& operator=(const MasterKey&) = default;
  ~MasterKey();

  /// The same purpose always gives the same key; different purposes give unrelated keys.
  [[nodiscard]] Bytes subkey(std::string_view purpose) const;

  /// Token keys' look-up hash, and the sealer of everything encrypted in the database.
  [[nodiscard]] KeyedHash token_hash() const;
  [[nodiscard]] Sealer sealer() const;
  /// The key of a purpose as text, for signing (sessions when no session secret is configured).
  [[nodiscard]] Secret signing_key(std::string_view purpose) const;

  /// What the database keeps so that a wrong master key is refused at start: 32 hexadecimal digits that tell nothing
  /// about the key.
  [[nodiscard]] std::string check_value() const;
  /// Errors: internal, with what to do, when `stored` was made by another key.
  [[nodiscard]] Result<void> verify(std::string_view stored) const;

 private:
  Bytes bytes_{};
};

/// The name of the generated file in the data directory.
inline constexpr std::string_view kMasterKeyFile = "master.key";

/// The master key of this process: `configured` if it is not empty, else the file `master.key` in `data_dir`, which is
/// generated (mode 0600, written whole or not at all, synced) when there is none and `may_create`.
///
/// Errors (invalid_request, naming the path and the remedy): the file is readable or writable by others, is not a
/// regular file, belongs to another user, holds no key, cannot be read or written; there is none and none may be made.
/// Two processes that start at once agree on one key. Blocking; at start only.
Result<MasterKey> load_master_key(const Secret& configured, const std::filesystem::path& data_dir, bool may_create);

}  // namespace tollgate::crypto
