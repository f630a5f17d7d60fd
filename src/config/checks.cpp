#include "config/checks.h"

#include <algorithm>
#include <array>
#include <optional>

#include <arpa/inet.h>

#include "base/decimal.h"
#include "base/strings.h"

namespace tollgate::config::checks {
namespace {

/// 4 or 6, or 0 if it is no address.
int address_family(std::string_view text) {
  const std::string copy(text);
  std::array<unsigned char, 16> bytes;
  if (inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) return 4;
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return 6;
  return 0;
}

bool is_range(std::string_view text) {
  const auto slash = text.find('/');
  const int family = address_family(text.substr(0, slash));
  if (family == 0) return false;
  if (slash == std::string_view::npos) return true;
  const auto bits = parse_int(text.substr(slash + 1));
  return bits && *bits >= 0 && *bits <= (family == 4 ? 32 : 128);
}

bool visible(std::string_view text) {
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7F) return false;
  }
  return true;
}

struct Url {
  std::string_view scheme, host, path;
  std::optional<std::int64_t> port;
};

std::optional<Url> split_url(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0 || !visible(text)) return std::nullopt;
  Url out{.scheme = text.substr(0, colon), .host = {}, .path = {}, .port = {}};
  std::string_view rest = text.substr(colon + 3);
  const auto end = rest.find_first_of("/?#");
  if (end != std::string_view::npos) out.path = rest.substr(end);
  rest = rest.substr(0, end);
  const auto at = rest.rfind('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  std::size_t port = rest.rfind(':');
  if (rest.starts_with('[')) {
    const auto bracket = rest.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    port = bracket + 1 < rest.size() ? bracket + 1 : std::string_view::npos;
    if (port != std::string_view::npos && rest[port] != ':') return std::nullopt;
    if (address_family(rest.substr(1, bracket - 1)) != 6) return std::nullopt;
  }
  out.host = rest.substr(0, port);
  if (port != std::string_view::npos) {
    out.port = parse_int(rest.substr(port + 1));
    if (!out.port || *out.port < 1 || *out.port > 65535) return std::nullopt;
  }
  if (out.host.empty()) return std::nullopt;
  return out;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> choices) {
  for (const std::string_view choice : choices) {
    if (iequals(text, choice)) return true;
  }
  return false;
}

}  // namespace

std::string ip_ranges(std::string_view text) {
  for (const std::string_view part : split_list(text)) {
    if (!is_range(part))
      return "must be a list of addresses and ranges such as 10.0.0.0/8 ('" + std::string(part) + "' is none)";
  }
  return "";
}

std::string session_secret(std::string_view text) {
  if (text == "random_string")
    return "is still the placeholder of the example: give a long random text, or leave it empty";
  if (text.size() < 16) return "must be at least 16 characters long";
  return "";
}

std::string master_key(std::string_view text) {
  return text.size() < 16
             ? "must be 64 hexadecimal digits, base64 of 32 bytes, or a passphrase of at least 16 characters"
             : "";
}

std::string http_url(std::string_view text) {
  const auto url = split_url(text);
  return url && one_of(url->scheme, {"http", "https"}) ? "" : "must be an address such as https://example.com";
}

std::string proxy_url(std::string_view text) {
  const auto url = split_url(text);
  const bool good =
      url && one_of(url->scheme, {"http", "https", "socks5", "socks5h"}) && (url->path.empty() || url->path == "/");
  return good ? "" : "must be a proxy such as http://host:3128 or socks5://user:password@host:1080";
}

std::string redis_url(std::string_view text) {
  const auto url = split_url(text);
  return url && one_of(url->scheme, {"redis", "rediss"}) ? ""
                                                         : "must be an address such as redis://:password@host:6379/0";
}

std::string sql_dsn(std::string_view text) {
  constexpr std::string_view kForms =
      "must be postgres://user:password@host:5432/name, user:password@tcp(host:3306)/name, or empty for SQLite";
  if (text.starts_with("local")) return "";
  // Without a host: a socket, which a parameter names.
  for (const std::string_view scheme : {"postgres:///", "postgresql:///"}) {
    if (!text.starts_with(scheme)) continue;
    return text.substr(0, text.find('?')) == scheme ? "names no database: postgres:///name?host=/run/postgresql" : "";
  }
  if (const auto url = split_url(text); url && one_of(url->scheme, {"postgres", "postgresql"})) {
    return url->path.size() > 1 ? "" : "names no database: postgres://user:password@host:5432/name";
  }
  if (text.find("://") != std::string_view::npos) return std::string(kForms);
  // The password may hold @ and /: the last ones count.
  const std::string_view address = text.substr(0, text.find('?'));
  const auto slash = address.rfind('/');
  if (slash == std::string_view::npos) return std::string(kForms);
  if (slash + 1 == address.size() && !address.ends_with(")/")) return std::string(kForms);
  const auto at = address.rfind('@');
  const std::string_view where = address.substr(at == std::string_view::npos ? 0 : at + 1);
  const bool socket = where.starts_with("unix(") && where.find(")/") != std::string_view::npos;
  const bool network = where.starts_with("tcp(") && where.find(")/") != std::string_view::npos;
  if (!socket && !network) return std::string(kForms);
  return where.ends_with(")/") ? "names no database: user:password@tcp(host:3306)/name" : "";
}

std::string price_policy(std::string_view text) {
  if (iequals(text, "refuse")) return "";
  const auto price = Decimal::parse(text);
  return price && !price->is_negative() ? "" : "must be `refuse`, or dollars per million tokens such as 2.50";
}

std::string base_path(std::string_view text) {
  constexpr std::string_view kForm = "must be / or a path such as /gateway/, of letters, digits and - . _ ~";
  if (!text.starts_with('/')) return std::string(kForm);
  const bool plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/-._~").contains(c);
  });
  const bool walks = text.contains("//") || text.contains("/./") || text.contains("/../") || text.ends_with("/.") ||
                     text.ends_with("/..");
  return plain && !walks ? "" : std::string(kForm);
}

std::string header_name(std::string_view text) {
  for (const char c : text) {
    const bool letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!letter) return "must be the name of a header";
  }
  return text.size() > 64 ? "must be the name of a header" : "";
}

std::string origins(std::string_view text) {
  for (const std::string_view part : split_list(text)) {
    if (part == "*") continue;
    const auto url = split_url(part);
    if (!url || !one_of(url->scheme, {"http", "https"}) || !url->path.empty()) {
      return "must be `*` or a list of origins such as https://app.example.com ('" + std::string(part) + "' is none)";
    }
  }
  return "";
}

std::string token_key(std::string_view text) {
  if (text.starts_with("sk-")) text.remove_prefix(3);
  return text.size() >= 8 && text.size() <= 128 && visible(text) ? ""
                                                                 : "must be 8 to 128 visible characters, besides `sk-`";
}

std::string access_token(std::string_view text) {
  return text.size() >= 8 && text.size() <= 128 && visible(text) ? "" : "must be 8 to 128 visible characters";
}

std::string root_password(std::string_view text) {
  return text.size() >= 8 && text.size() <= 72 ? "" : "must be 8 to 72 bytes long";
}

std::string host(std::string_view text) {
  if (address_family(text) != 0 || iequals(text, "localhost")) return "";
  return "must be an address to listen on, such as 0.0.0.0, 127.0.0.1 or ::";
}

std::string json_object(std::string_view text) {
  return text.empty() || (text.starts_with('{') && text.ends_with('}')) ? "" : "must be a JSON object";
}

}  // namespace tollgate::config::checks
