#pragma once

#include <array>
#include <cstdint>

#include "http/exchange.h"
#include "net/address.h"

namespace tollgate::config {
struct Settings;
}

namespace tollgate::relay {

/// Who called: the connection's other end, or, if that is one of the settings' trusted proxies, whom their header
/// names. Of a list (`X-Forwarded-For: client, proxy, proxy`) the last address that is no trusted proxy counts: what
/// stands before it was written by the caller.
[[nodiscard]] net::IpAddress client_address(const http::Exchange& exchange, const config::Settings& settings);

/// Sixteen bytes, IPv4 as a mapped IPv6 address.
[[nodiscard]] std::array<std::uint8_t, 16> mapped_bytes(const net::IpAddress& address);

}  // namespace tollgate::relay
