#include <charconv>
#include <functional>

#include "base/strings.h"
#include "net/dialer.h"

namespace tollgate::net {
namespace {

struct Authority {
  std::string host;
  std::uint16_t port = 0;
};

// `host`, `host:port`, `[v6]`, `[v6]:port`.
Result<Authority> parse_authority(std::string_view text, std::uint16_t default_port) {
  Authority out;
  out.port = default_port;
  std::string_view host = text, port;
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return fail(ErrorCode::invalid_request, "the address lacks a ']'");
  const std::size_t colon = text.find(':', bracket);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), value);
    if (error != std::errc{} || end != port.data() + port.size() || value == 0 || value > 65535) {
      return fail(ErrorCode::invalid_request, "the port must be a number from 1 to 65535");
    }
    out.port = static_cast<std::uint16_t>(value);
  }
  if (host.starts_with('[')) {
    const auto address = IpAddress::parse(host);
    if (!address || !address->is_v6()) return fail(ErrorCode::invalid_request, "the IPv6 address is malformed");
    out.host = address->to_string();
    return out;
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty()) return fail(ErrorCode::invalid_request, "the host is missing");
  if (host.size() > 253) return fail(ErrorCode::invalid_request, "the host name is too long");
  for (const char c : host) {
    const bool good =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (!good) return fail(ErrorCode::invalid_request, "the host name has a character that is not allowed");
  }
  out.host = to_lower(host);
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// Keeps credentials apart without holding them.
std::string fingerprint(const std::string& text) { return std::to_string(std::hash<std::string>{}(text)); }

}  // namespace

Result<Proxy> Proxy::parse(std::string_view url) {
  Proxy out;
  url = trim(url);
  if (url.empty()) return out;
  const std::size_t scheme_end = url.find("://");
  const std::string scheme = to_lower(url.substr(0, scheme_end));
  std::uint16_t port = 0;
  if (scheme_end == std::string_view::npos) {
    return fail(ErrorCode::invalid_request, "the proxy must be a URL such as http://host:port or socks5://host:port");
  }
  if (scheme == "http") {
    out.kind = ProxyKind::http_connect;
    port = 80;
  } else if (scheme == "https") {
    out.kind = ProxyKind::https_connect;
    port = 443;
  } else if (scheme == "socks5" || scheme == "socks5h") {
    out.kind = ProxyKind::socks5;
    port = 1080;
  } else {
    return fail(ErrorCode::invalid_request,
                "proxies of this kind are not supported: use http://, https:// or socks5://");
  }
  std::string_view rest = url.substr(scheme_end + 3);
  rest = rest.substr(0, rest.find('/'));
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view login = rest.substr(0, at);
    const std::size_t colon = login.find(':');
    out.user = unescape(login.substr(0, colon));
    if (colon != std::string_view::npos) out.password = Secret(unescape(login.substr(colon + 1)));
    if (out.user.size() > 255 || out.password.reveal().size() > 255) {
      return fail(ErrorCode::invalid_request, "the proxy's user or password is longer than 255 bytes");
    }
    rest.remove_prefix(at + 1);
  }
  auto authority = parse_authority(rest, port);
  if (!authority) return fail(ErrorCode::invalid_request, "the proxy's URL: " + authority.error().message());
  out.host = std::move(authority->host);
  out.port = authority->port;
  return out;
}

std::string Proxy::key() const {
  if (kind == ProxyKind::none) return {};
  std::string out = kind == ProxyKind::socks5 ? "socks5://" : kind == ProxyKind::https_connect ? "https://" : "http://";
  if (!user.empty() || !password.empty()) out += fingerprint(user + ":" + password.reveal()) + "@";
  return out + host + ":" + std::to_string(port);
}

Result<Endpoint> Endpoint::parse(std::string_view url, std::string* base_path) {
  Endpoint out;
  url = trim(url);
  const std::size_t scheme_end = url.find("://");
  const std::string scheme = to_lower(url.substr(0, scheme_end));
  if (scheme_end == std::string_view::npos || (scheme != "http" && scheme != "https")) {
    return fail(ErrorCode::invalid_request, "the URL must begin with http:// or https://");
  }
  out.tls = scheme == "https";
  std::string_view rest = url.substr(scheme_end + 3);
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return fail(ErrorCode::invalid_request, "the URL must not have a query or a fragment");
  }
  const std::size_t slash = rest.find('/');
  std::string_view path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  rest = rest.substr(0, slash);
  if (rest.find('@') != std::string_view::npos) {
    return fail(ErrorCode::invalid_request, "the URL must not have a user or a password");
  }
  auto authority = parse_authority(rest, out.tls ? 443 : 80);
  if (!authority) return fail(ErrorCode::invalid_request, "the URL: " + authority.error().message());
  out.host = std::move(authority->host);
  out.port = authority->port;
  for (const char c : path) {
    if (c <= ' ' || c == 0x7f)
      return fail(ErrorCode::invalid_request, "the URL's path has a blank or control character");
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  if (base_path == nullptr && !path.empty()) return fail(ErrorCode::invalid_request, "the URL must not have a path");
  if (base_path != nullptr) base_path->assign(path);
  out.seal();
  return out;
}

void Endpoint::seal() {
  const bool v6 = host.find(':') != std::string::npos;
  host_header = v6 ? "[" + host + "]" : host;
  if (port != (tls ? 443 : 80)) host_header += ":" + std::to_string(port);
  key = std::string(tls ? "https://" : "http://") + host + " " + std::to_string(port);
  if (guarded) key += " guarded";
  if (proxy.kind != ProxyKind::none) key += " via " + proxy.key();
  if (tls && !trust.verify) key += " unverified";
  if ((tls || proxy.kind == ProxyKind::https_connect) && !trust.ca_pem.empty())
    key += " ca " + fingerprint(trust.ca_pem);
  hash = std::hash<std::string>{}(key);
}

}  // namespace tollgate::net
