#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/secret.h"

namespace tollgate::crypto {

/// Unpredictable bytes from OpenSSL's generator. Any thread; never blocks for entropy after start. If the machine's
/// generator fails, which leaves nothing safe to do, the process ends with a message.
void fill_random(std::span<std::uint8_t> out);
[[nodiscard]] std::string random_bytes(std::size_t count);
[[nodiscard]] std::uint64_t random_u64();

/// `count` characters of [0-9A-Za-z], each equally likely.
[[nodiscard]] std::string random_alnum(std::size_t count);
/// A user's key as it is shown: `sk-` and 48 letters or digits (285 bits), so that the predecessors' `-id` and `#id`
/// suffixes still parse.
[[nodiscard]] Secret random_token_key();
/// An access token as the predecessors make them: 32 lower-case hexadecimal digits.
[[nodiscard]] Secret random_access_token();
/// A password that can be read aloud: groups of four letters and digits without the ones that look alike (0 O 1 l I),
/// about 93 bits. For the one printed at the first start.
[[nodiscard]] Secret random_password();

/// A random (version 4) uuid, lower case with dashes.
[[nodiscard]] std::string uuid4();

}  // namespace tollgate::crypto
