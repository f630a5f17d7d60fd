#pragma once

#include <map>
#include <string>
#include <string_view>

#include "json/value.h"
#include "support/test_gateway.h"

namespace tollgate::testing {

inline constexpr std::string_view kRootPassword = "root-pass-12";

/// Settings of a gateway whose management API a test calls often: root's password is known, and nothing is limited.
/// @param more  Overrides and additions.
[[nodiscard]] std::map<std::string, std::string> manage_settings(std::map<std::string, std::string> more = {});

/// An answer of the management API.
struct ManageAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
  json::value document;  ///< null if the body is no JSON

  [[nodiscard]] bool success() const;
  [[nodiscard]] std::string message() const;
  /// The member `data`; null if there is none.
  [[nodiscard]] const json::value& data() const;
  /// A member of `data`, where that is an object.
  [[nodiscard]] const json::value& data(std::string_view member) const;
};

/// Somebody who calls the management API: a guest until `sign_in` or `use_token`.
class ManageClient {
 public:
  explicit ManageClient(TestGateway& gateway) : gateway_(gateway) {}
  ManageClient(TestGateway& gateway, std::string_view name, std::string_view password) : gateway_(gateway) {
    sign_in(name, password);
  }

  ManageAnswer sign_in(std::string_view name, std::string_view password);
  void use_token(std::string_view access_token) { authorization_ = access_token; }
  void set_cookie(std::string value) { cookie_ = std::move(value); }
  [[nodiscard]] const std::string& cookie() const { return cookie_; }

  ManageAnswer call(std::string_view method, std::string_view path, std::string_view body = {},
                    HeaderList headers = {});
  ManageAnswer get(std::string_view path) { return call("GET", path); }
  ManageAnswer post(std::string_view path, std::string_view body) { return call("POST", path, body); }
  ManageAnswer put(std::string_view path, std::string_view body) { return call("PUT", path, body); }
  ManageAnswer del(std::string_view path) { return call("DELETE", path); }

 private:
  TestGateway& gateway_;
  std::string cookie_;
  std::string authorization_;
};

/// Makes a user through root, gives a role by root's hand, and signs in.
/// @param action  `promote`, `set_reliable`, or empty.
ManageClient make_user(TestGateway& gateway, ManageClient& root, const std::string& name, std::string_view action = {});

}  // namespace tollgate::testing
