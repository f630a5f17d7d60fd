#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;
struct sockaddr_storage;

namespace tollgate::net {

/// An IPv4 or IPv6 address. A value.
class IpAddress {
 public:
  IpAddress() = default;
  static IpAddress v4(std::array<std::uint8_t, 4> bytes);
  static IpAddress v6(std::array<std::uint8_t, 16> bytes);
  /// `192.0.2.1`, `2001:db8::1`, `[2001:db8::1]`; no zone, no port.
  static std::optional<IpAddress> parse(std::string_view text);
  static std::optional<IpAddress> of(const sockaddr* address);

  [[nodiscard]] bool is_v6() const { return v6_; }
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }  ///< IPv4: the first four
  [[nodiscard]] std::string to_string() const;
  /// May be connected to on behalf of a user: not private, loopback, link-local (where cloud metadata lives), shared,
  /// multicast, documentation or reserved; an IPv6 form that embeds an IPv4 address counts as that.
  [[nodiscard]] bool is_public() const;
  [[nodiscard]] bool is_loopback() const;
  /// Fills `out`; @return its length.
  std::uint32_t to_sockaddr(std::uint16_t port, sockaddr_storage& out) const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  [[nodiscard]] std::optional<IpAddress> embedded_v4() const;
  std::array<std::uint8_t, 16> bytes_{};
  bool v6_ = false;
};

/// A network such as `10.0.0.0/8`; a bare address is a network of one.
class IpNetwork {
 public:
  static std::optional<IpNetwork> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& address) const;

 private:
  IpAddress base_;
  int bits_ = 0;
};

}  // namespace tollgate::net
