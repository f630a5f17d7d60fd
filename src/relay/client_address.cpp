#include "relay/client_address.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "config/settings.h"

namespace tollgate::relay {
namespace {

bool is_trusted(const net::IpAddress& address, const std::vector<std::string>& proxies) {
  return std::any_of(proxies.begin(), proxies.end(), [&](const std::string& text) {
    const auto network = net::IpNetwork::parse(text);
    return network && network->contains(address);
  });
}

}  // namespace

net::IpAddress client_address(const http::Exchange& exchange, const config::Settings& settings) {
  const net::IpAddress& peer = exchange.peer();
  if (settings.trusted_proxies.empty() || !is_trusted(peer, settings.trusted_proxies)) return peer;
  net::IpAddress client = peer;
  // All fields of that name are one list.
  std::vector<std::string_view> hops;
  for (const http::HeaderField& field : exchange.head().headers) {
    if (!iequals(field.name, settings.trusted_header)) continue;
    for (const std::string_view hop : split_list(field.value)) hops.push_back(hop);
  }
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    const auto address = net::IpAddress::parse(*hop);
    if (!address) break;
    client = *address;
    if (!is_trusted(client, settings.trusted_proxies)) break;
  }
  return client;
}

std::array<std::uint8_t, 16> mapped_bytes(const net::IpAddress& address) {
  if (address.is_v6()) return address.bytes();
  std::array<std::uint8_t, 16> out{};
  out[10] = out[11] = 0xff;
  std::copy_n(address.bytes().begin(), 4, out.begin() + 12);
  return out;
}

}  // namespace tollgate::relay
