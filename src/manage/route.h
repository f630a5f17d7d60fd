#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "manage/reply.h"
#include "net/task.h"

namespace tollgate::manage {

class Context;

/// Who may call a route. There is no default: a row that does not say it does not compile.
enum class Permission : std::uint8_t {
  open,     ///< anybody; who is calling is not looked at
  visitor,  ///< anybody; a session is read if there is one (Context::caller), an access token is not
  key,      ///< a token's key, as on model routes (Context::key_caller)
  user,     ///< anybody who is signed in, by session or access token
  admin,    ///< role 10 and above
  root,     ///< role 100
};
[[nodiscard]] std::string_view permission_name(Permission permission);

/// What is unusual about a route.
struct Traits {
  bool critical = false;    ///< counts against the stricter limit too: sign-in, registration, mail, top-up
  bool acts = false;        ///< a GET that changes something: another site's page may not make it
  bool own_site = false;    ///< another site's page may not make it even without a session: signing in
  bool any_origin = false;  ///< answers carry CORS fields, and OPTIONS is answered
  bool unlimited = false;   ///< does not count against the limit of calls
  bool model_call = false;  ///< refused as model routes refuse: with the error's own status, in OpenAI's shape
};

/// Answers one call. Runs on a worker: whatever blocks goes through Context::read or Context::run. An error becomes the
/// failure envelope (dispatch.h says with which status).
using Handler = net::Task<Result<Reply>> (*)(Context&);

/// A route of the management API.
struct Row {
  constexpr Row(http::Method verb, std::string_view pattern, Permission who, Handler does, Traits unusual = {})
      : method(verb), path(pattern), permission(who), handler(does), traits(unusual) {}

  http::Method method;
  /// As http::RouteTable has it: `/api/user/:id`, in the one form that exists. The form with or without the last slash
  /// redirects to it, unless that is a row of its own.
  std::string_view path;
  Permission permission;
  Handler handler;
  Traits traits;
};

}  // namespace tollgate::manage
