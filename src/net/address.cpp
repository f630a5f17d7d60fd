#include "net/address.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tollgate::net {
namespace {

struct Range {
  std::string_view first;
  int bits;
};

// What must not be reached on behalf of a user (IANA's special-purpose registries).
constexpr Range kSpecialV4[] = {
    {"0.0.0.0", 8},        {"10.0.0.0", 8},      {"100.64.0.0", 10},  {"127.0.0.0", 8},    {"169.254.0.0", 16},
    {"172.16.0.0", 12},    {"192.0.0.0", 24},    {"192.0.2.0", 24},   {"192.88.99.0", 24}, {"192.168.0.0", 16},
    {"198.18.0.0", 15},    {"198.51.100.0", 24}, {"203.0.113.0", 24}, {"224.0.0.0", 4},    {"240.0.0.0", 4},
    {"168.63.129.16", 32},  // a cloud's metadata service on a public address
};
// Only 2000::/3 is global unicast; these parts of it are not.
constexpr Range kSpecialV6[] = {{"2001::", 23}, {"2001:db8::", 32}, {"3fff::", 20}};

bool in_range(const IpAddress& address, const Range& range) {
  const auto base = IpAddress::parse(range.first);
  if (!base || base->is_v6() != address.is_v6()) return false;
  for (int bit = 0; bit < range.bits; bit += 8) {
    const int left = std::min(8, range.bits - bit);
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - left));
    const auto at = static_cast<std::size_t>(bit / 8);
    if ((address.bytes()[at] & mask) != (base->bytes()[at] & mask)) return false;
  }
  return true;
}

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) {
  IpAddress out;
  std::ranges::copy(bytes, out.bytes_.begin());
  return out;
}

IpAddress IpAddress::v6(std::array<std::uint8_t, 16> bytes) {
  IpAddress out;
  out.bytes_ = bytes;
  out.v6_ = true;
  return out;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  char buffer[INET6_ADDRSTRLEN + 1];
  if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
  *std::ranges::copy(text, buffer).out = '\0';
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, buffer, bytes.data()) == 1) return v4({bytes[0], bytes[1], bytes[2], bytes[3]});
  if (::inet_pton(AF_INET6, buffer, bytes.data()) == 1) return v6(bytes);
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::of(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    std::array<std::uint8_t, 4> bytes;
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, bytes.size());
    return v4(bytes);
  }
  if (address->sa_family != AF_INET6) return std::nullopt;
  std::array<std::uint8_t, 16> bytes;
  std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, bytes.size());
  // A client over IPv4 on a listener of both families.
  const IpAddress whole = v6(bytes);
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin()))
    return v4({bytes[12], bytes[13], bytes[14], bytes[15]});
  return whole;
}

std::string IpAddress::to_string() const {
  char buffer[INET6_ADDRSTRLEN];
  return ::inet_ntop(v6_ ? AF_INET6 : AF_INET, bytes_.data(), buffer, sizeof buffer);
}

std::optional<IpAddress> IpAddress::embedded_v4() const {
  if (!v6_) return std::nullopt;
  const auto at = [&](std::size_t i) { return v4({bytes_[i], bytes_[i + 1], bytes_[i + 2], bytes_[i + 3]}); };
  const auto starts = [&](std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes_.begin());
  };
  if (starts({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) return at(12);                         // mapped
  if (starts({0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return at(12);                      // NAT64
  if (starts({0x20, 0x02})) return at(2);                                                        // 6to4
  if (starts({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) && (bytes_[12] | bytes_[13])) return at(12);  // compatible
  return std::nullopt;
}

bool IpAddress::is_public() const {
  if (const auto inner = embedded_v4()) return inner->is_public();
  if (!v6_) return std::ranges::none_of(kSpecialV4, [this](const Range& range) { return in_range(*this, range); });
  if ((bytes_[0] & 0xe0) != 0x20) return false;
  return std::ranges::none_of(kSpecialV6, [this](const Range& range) { return in_range(*this, range); });
}

bool IpAddress::is_loopback() const {
  if (!v6_) return bytes_[0] == 127;
  if (const auto inner = embedded_v4()) return inner->is_loopback();
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t b) { return b == 0; }) && bytes_[15] == 1;
}

std::uint32_t IpAddress::to_sockaddr(std::uint16_t port, sockaddr_storage& out) const {
  std::memset(&out, 0, sizeof out);
  if (v6_) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(out);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, bytes_.data(), 16);
    return sizeof v6;
  }
  auto& v4 = reinterpret_cast<sockaddr_in&>(out);
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  std::memcpy(&v4.sin_addr, bytes_.data(), 4);
  return sizeof v4;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  IpNetwork out;
  out.base_ = *base;
  const int most = base->is_v6() ? 128 : 32;
  out.bits_ = most;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.bits_);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (out.bits_ < 0 || out.bits_ > most) return std::nullopt;
  }
  return out;
}

bool IpNetwork::contains(const IpAddress& address) const {
  if (address.is_v6() != base_.is_v6()) return false;
  for (int bit = 0; bit < bits_; bit += 8) {
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - std::min(8, bits_ - bit)));
    const auto at = static_cast<std::size_t>(bit / 8);
    if (((address.bytes()[at] ^ base_.bytes()[at]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace tollgate::net
