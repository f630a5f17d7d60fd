#include "store/dsn.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/strings.h"

namespace tollgate::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCaBundle = "/etc/ssl/certs/ca-certificates.crt";

constexpr std::array<std::string_view, 13> kLibpqKeywords{"sslmode",
                                                          "sslrootcert",
                                                          "sslcert",
                                                          "sslkey",
                                                          "sslcrl",
                                                          "application_name",
                                                          "gssencmode",
                                                          "channel_binding",
                                                          "krbsrvname",
                                                          "options",
                                                          "ssl_min_protocol_version",
                                                          "target_session_attrs",
                                                          "require_auth"};
/// What other drivers take and that means nothing here: times are numbers, the character set is UTF-8.
constexpr std::array<std::string_view, 11> kIgnoredPostgresql{"timezone",
                                                              "client_encoding",
                                                              "connect_timeout",
                                                              "pool_max_conns",
                                                              "pool_min_conns",
                                                              "default_query_exec_mode",
                                                              "prefer_simple_protocol",
                                                              "statement_cache_capacity",
                                                              "binary_parameters",
                                                              "sslsni",
                                                              "pool_max_conn_lifetime"};
constexpr std::array<std::string_view, 18> kIgnoredMysql{"charset",
                                                         "parseTime",
                                                         "loc",
                                                         "timeout",
                                                         "readTimeout",
                                                         "writeTimeout",
                                                         "collation",
                                                         "multiStatements",
                                                         "allowNativePasswords",
                                                         "maxAllowedPacket",
                                                         "interpolateParams",
                                                         "clientFoundRows",
                                                         "checkConnLiveness",
                                                         "rejectReadOnly",
                                                         "columnsWithAlias",
                                                         "allowCleartextPasswords",
                                                         "time_zone",
                                                         "sql_mode"};

template <std::size_t N>
bool contains_ignoring_case(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view entry) { return iequals(entry, word); });
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const auto byte = unhex(text.substr(i + 1, 2));
    if (!byte || *byte == std::string(1, '\0')) return std::nullopt;
    out += *byte;
    i += 2;
  }
  return out;
}

/// Reads one text and knows how to complain about it without showing it.
class Parser {
 public:
  Parser(std::string_view text, std::string_view setting) : text_(trim(text)), setting_(setting) {}

  Result<Dsn> postgresql() {
    dsn_.engine = Engine::postgresql;
    std::string_view rest = text_.substr(text_.find("://") + 3);
    if (auto ok = url(rest); !ok) return std::unexpected(std::move(ok.error()));
    for (auto& [key, value] : params_) {
      if (contains_ignoring_case(kLibpqKeywords, key)) {
        dsn_.options += fmt::format("{}='{}' ", to_lower(key), escaped(value));
      } else if (key == "search_path") {
        dsn_.options += fmt::format("options='-c search_path={}' ", escaped(value));
      } else if (key == "host") {
        set_host(value);
      } else if (key == "port") {
        if (auto ok = set_port(value); !ok) return std::unexpected(std::move(ok.error()));
      } else if (key == "user") {
        dsn_.user = value;
      } else if (key == "password") {
        dsn_.password = Secret(std::move(value));
      } else if (key == "dbname") {
        dsn_.database = value;
      } else if (!contains_ignoring_case(kIgnoredPostgresql, key)) {
        return refuse(fmt::format("does not know the parameter \"{}\"", clip_utf8(key, 40)));
      }
    }
    if (dsn_.database.empty()) return refuse("names no database: postgres://user:password@host:5432/database");
    if (dsn_.host.empty() && dsn_.socket.empty()) return refuse("names no host");
    return std::move(dsn_);
  }

  Result<Dsn> mysql_url() {
    dsn_.engine = Engine::mysql;
    if (auto ok = url(text_.substr(text_.find("://") + 3)); !ok) return std::unexpected(std::move(ok.error()));
    return mysql_rest();
  }

  /// user:password@tcp(host:port)/database?parameters
  Result<Dsn> mysql_go() {
    dsn_.engine = Engine::mysql;
    std::string_view rest = text_;
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
      const std::string_view credentials = rest.substr(0, at);
      const auto colon = credentials.find(':');
      dsn_.user = credentials.substr(0, colon);
      if (colon != std::string_view::npos) dsn_.password = Secret(credentials.substr(colon + 1));
      rest.remove_prefix(at + 1);
    }
    if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
      if (auto ok = parameters(rest.substr(mark + 1)); !ok) return std::unexpected(std::move(ok.error()));
      rest = rest.substr(0, mark);
    }
    const auto slash = rest.rfind('/');
    if (slash == std::string_view::npos) return refuse(kForms);
    dsn_.database = rest.substr(slash + 1);
    rest = rest.substr(0, slash);

    const auto open = rest.find('(');
    const std::string_view protocol = rest.substr(0, open);
    std::string_view address;
    if (open != std::string_view::npos) {
      if (!rest.ends_with(')')) return refuse("lacks the closing parenthesis of the address");
      address = rest.substr(open + 1, rest.size() - open - 2);
    }
    if (protocol == "unix") {
      dsn_.socket = address;
      if (address.empty()) return refuse("names no socket in unix(...)");
    } else if (protocol == "tcp" || protocol == "tcp6" || protocol.empty()) {
      if (address.empty()) address = "127.0.0.1";
      if (auto ok = host_and_port(address); !ok) return std::unexpected(std::move(ok.error()));
    } else {
      return refuse("has an address that is neither tcp(host:port) nor unix(/path)");
    }
    return mysql_rest();
  }

 private:
  static constexpr std::string_view kForms =
      "is none of the known forms: postgres://user:password@host:5432/database, "
      "user:password@tcp(host:3306)/database, or empty for SQLite";

  std::unexpected<Error> refuse(std::string_view what) const {
    return fail(Error(ErrorCode::invalid_request, fmt::format("{} {}", setting_, what)).param(std::string(setting_)));
  }

  static std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
      if (c == '\\' || c == '\'') out += '\\';
      out += c;
    }
    return out;
  }

  Result<Dsn> mysql_rest() {
    for (const auto& [key, value] : params_) {
      if (key == "tls") {
        if (value == "true" || value == "skip-verify" || value == "preferred") {
          dsn_.tls_ca = kCaBundle;
        } else if (value != "false" && !value.empty()) {
          dsn_.tls_ca = value;  // a file of authorities
        }
      } else if (!contains_ignoring_case(kIgnoredMysql, key)) {
        return refuse(fmt::format("does not know the parameter \"{}\"", clip_utf8(key, 40)));
      }
    }
    if (dsn_.database.empty()) return refuse("names no database: user:password@tcp(host:3306)/database");
    return std::move(dsn_);
  }

  Result<void> url(std::string_view rest) {
    if (const auto mark = rest.find('?', rest.rfind('@') == std::string_view::npos ? 0 : rest.rfind('@'));
        mark != std::string_view::npos) {
      if (auto ok = parameters(rest.substr(mark + 1)); !ok) return ok;
      rest = rest.substr(0, mark);
    }
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
      const std::string_view credentials = rest.substr(0, at);
      const auto colon = credentials.find(':');
      auto user = percent_decoded(credentials.substr(0, colon));
      auto password = percent_decoded(colon == std::string_view::npos ? "" : credentials.substr(colon + 1));
      if (!user || !password)
        return refuse("has a user or password with a % that is not followed by two hexadecimal digits (write %25)");
      dsn_.user = std::move(*user);
      dsn_.password = Secret(std::move(*password));
      rest.remove_prefix(at + 1);
    }
    const auto slash = rest.find('/');
    if (slash != std::string_view::npos) {
      auto database = percent_decoded(rest.substr(slash + 1));
      if (!database) return refuse("has a database name with a wrong % in it");
      dsn_.database = std::move(*database);
    }
    return host_and_port(rest.substr(0, slash));
  }

  Result<void> parameters(std::string_view text) {
    for (const std::string_view pair : split_list(text, '&')) {
      const auto equals = pair.find('=');
      auto key = percent_decoded(pair.substr(0, equals));
      auto value = percent_decoded(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
      if (!key || !value) return refuse("has a parameter with a wrong % in it");
      params_.emplace_back(std::move(*key), std::move(*value));
    }
    return {};
  }

  Result<void> host_and_port(std::string_view address) {
    if (address.find(',') != std::string_view::npos) return refuse("names several hosts; one is needed");
    std::string_view host = address, port;
    if (address.starts_with('[')) {
      const auto close = address.find(']');
      if (close == std::string_view::npos) return refuse("lacks the ] of an IPv6 address");
      host = address.substr(1, close - 1);
      port = address.substr(close + 1);
      if (!port.empty() && !port.starts_with(':')) return refuse("has something other than a port behind the ]");
      if (!port.empty()) port.remove_prefix(1);
    } else if (const auto colon = address.rfind(':'); colon != std::string_view::npos) {
      host = address.substr(0, colon);
      port = address.substr(colon + 1);
    }
    auto decoded = percent_decoded(host);
    if (!decoded) return refuse("has a host with a wrong % in it");
    set_host(*decoded);
    return port.empty() ? Result<void>{} : set_port(port);
  }

  void set_host(const std::string& host) { (host.starts_with('/') ? dsn_.socket : dsn_.host) = host; }

  Result<void> set_port(std::string_view text) {
    const auto port = parse_int(text);
    if (!port || *port < 1 || *port > 65535) return refuse("has a port that is no number from 1 to 65535");
    dsn_.port = static_cast<int>(*port);
    return {};
  }

  std::string_view text_, setting_;
  Dsn dsn_;
  std::vector<std::pair<std::string, std::string>> params_;
};

Result<Dsn> sqlite(std::string path, std::string_view setting) {
  Dsn dsn;
  // The predecessors append options such as ?_busy_timeout=3000.
  if (const auto mark = path.find('?'); mark != std::string::npos && !fs::exists(path)) {
    for (const std::string_view pair : split_list(std::string_view(path).substr(mark + 1), '&')) {
      const auto equals = pair.find('=');
      if (pair.substr(0, equals) == "_busy_timeout" && equals != std::string_view::npos) {
        const auto ms = parse_int(pair.substr(equals + 1));
        if (!ms || *ms < 0 || *ms > 600'000)
          return fail(Error(ErrorCode::invalid_request,
                            fmt::format("{} has a _busy_timeout that is no number of milliseconds to 600000", setting))
                          .param(std::string(setting)));
        dsn.busy_timeout_ms = static_cast<int>(*ms);
      }
    }
    path.resize(mark);
  }
  if (path.empty())
    return fail(Error(ErrorCode::invalid_request, fmt::format("{} names no file for SQLite", setting))
                    .param(std::string(setting)));
  if (path.starts_with(":memory:"))
    return fail(Error(ErrorCode::invalid_request,
                      fmt::format("{} asks for a database in memory, which would forget every balance", setting))
                    .param(std::string(setting)));
  dsn.path = std::move(path);
  return dsn;
}

}  // namespace

std::string_view engine_name(Engine engine) {
  switch (engine) {
    case Engine::sqlite:
      return "sqlite";
    case Engine::postgresql:
      return "postgresql";
    case Engine::mysql:
      return "mysql";
  }
  return "unknown";
}

std::string Dsn::describe() const {
  if (engine == Engine::sqlite) return fmt::format("sqlite {}", path);
  const std::string place = !socket.empty() ? socket : port != 0 ? fmt::format("{}:{}", host, port) : host;
  return fmt::format("{} {}/{}", engine_name(engine), place, database);
}

bool Dsn::same_database(const Dsn& other) const {
  if (engine != other.engine) return false;
  if (engine == Engine::sqlite) {
    std::error_code error;
    return fs::weakly_canonical(path, error) == fs::weakly_canonical(other.path, error);
  }
  const auto port_of = [](const Dsn& dsn) {
    return dsn.port != 0 ? dsn.port : dsn.engine == Engine::postgresql ? 5432 : 3306;
  };
  return host == other.host && socket == other.socket && database == other.database &&
         (!socket.empty() || port_of(*this) == port_of(other));
}

Result<Dsn> parse_dsn(std::string_view text, std::string_view setting, const fs::path& sqlite_path) {
  text = trim(text);
  if (text.find('\0') != std::string_view::npos)
    return fail(Error(ErrorCode::invalid_request, fmt::format("{} holds a zero byte", setting)));
  if (text.empty() || text == "local" || text.starts_with("local:")) return sqlite(sqlite_path.string(), setting);
  if (text.starts_with("postgres://") || text.starts_with("postgresql://")) return Parser(text, setting).postgresql();
  if (text.starts_with("mysql://") || text.starts_with("mariadb://")) return Parser(text, setting).mysql_url();
  for (const std::string_view prefix : {"sqlite://", "sqlite:", "file:"}) {
    if (text.starts_with(prefix)) return sqlite(std::string(text.substr(prefix.size())), setting);
  }
  return Parser(text, setting).mysql_go();
}

}  // namespace tollgate::store
