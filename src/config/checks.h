#pragma once

#include <string>
#include <string_view>

/// Checks that rows of the table name (`.check = checks::...`). Pure; each answers an empty text when all is well, else
/// the end of the sentence "<key> ...".
namespace tollgate::config::checks {

std::string ip_ranges(std::string_view text);       ///< comma list of addresses and CIDR ranges
std::string session_secret(std::string_view text);  ///< not a placeholder, long enough
std::string master_key(std::string_view text);      ///< long enough
std::string http_url(std::string_view text);        ///< http:// or https:// with a host
std::string proxy_url(std::string_view text);       ///< http, https, socks5 or socks5h with host and port
std::string redis_url(std::string_view text);       ///< redis:// or rediss://
std::string sql_dsn(std::string_view text);         ///< one of the accepted forms
std::string price_policy(std::string_view text);    ///< refuse, or a price
std::string header_name(std::string_view text);     ///< an HTTP field name
std::string origins(std::string_view text);         ///< * or a comma list of origins
std::string token_key(std::string_view text);       ///< an API key of 8 to 128 visible characters
std::string access_token(std::string_view text);    ///< 8 to 64 visible characters
std::string root_password(std::string_view text);   ///< 8 to 72 bytes
std::string host(std::string_view text);            ///< an address to listen on
std::string base_path(std::string_view text);       ///< /, or a path such as /gateway/
std::string json_object(std::string_view text);     ///< at least looks like one: braces

}  // namespace tollgate::config::checks
