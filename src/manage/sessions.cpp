#include <array>
#include <string>

#include "base/strings.h"
#include "identity/cookie.h"
#include "manage/capabilities.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "manage/user_value.h"
#include "telemetry/log.h"

namespace tollgate::manage {
namespace {

identity::CookieRules cookie_rules(const Context& ctx) {
  const config::Settings& settings = *ctx.settings;
  // Behind a proxy that ends TLS, its header tells; a forged one costs only the forger's own cookie.
  const bool tls = ctx.exchange.over_tls() || iequals(ctx.exchange.head().headers.get("x-forwarded-proto"), "https");
  return {
      .same_site = settings.session_cookie_same_site == "lax" ? identity::SameSite::lax : identity::SameSite::strict,
      .secure = settings.session_cookie_secure == "always" || (settings.session_cookie_secure == "auto" && tls),
      .lifetime_s = settings.session_lifetime_ms / 1000};
}

net::Task<Result<Reply>> sign_in(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  std::string name(fields->required_string("username"));
  Secret password{std::string(fields->required_string("password"))};
  if (!fields.ok()) co_return fields.failure();

  auto signed_in = co_await ctx.services.accounts.sign_in(std::move(name), std::move(password), ctx.address.to_string(),
                                                          std::string(ctx.exchange.head().headers.get("user-agent")),
                                                          ctx.accounts_options(), ctx.deadline);
  if (!signed_in) co_return std::unexpected(std::move(signed_in.error()));
  const store::UserRow& user = signed_in->user;

  // Not in the log: there, scripts look for calls.
  store::AuditRow entry = ctx.audit("user.sign_in", "user", user.id.value);
  entry.actor = user.id;
  const auto noted = co_await ctx.run([&entry](store::Session& db) { return store::add_audit(db, entry); });
  if (!noted) log::failure(log::Level::warn, "a sign-in could not be noted", noted.error());

  store::UserRow shown;
  shown.id = user.id;
  shown.username = user.username;
  shown.display_name = user.display_name;
  shown.avatar_url = user.avatar_url;
  shown.role = user.role;
  shown.status = user.status;
  shown.group.clear();
  json::object value = user_value(shown, 0);
  value["capabilities"] = capabilities_of(user.role);
  Reply reply = ok(value);
  reply.headers.add("Set-Cookie", identity::set_cookie(signed_in->cookie.reveal(), cookie_rules(ctx)));
  co_return reply;
}

net::Task<Result<Reply>> sign_out(Context& ctx) {
  const std::string cookies(ctx.exchange.head().headers.get("cookie"));
  auto ended = co_await ctx.run([&](store::Session& db) { return ctx.services.accounts.sign_out(db, cookies); });
  if (!ended) co_return std::unexpected(std::move(ended.error()));
  Reply reply = ok();
  reply.headers.add("Set-Cookie", identity::clear_cookie(cookie_rules(ctx)));
  co_return reply;
}

constexpr std::array kRows{
    Row{Method::post, "/api/user/login", Permission::open, &sign_in, {.critical = true, .own_site = true}},
    Row{Method::get, "/api/user/logout", Permission::open, &sign_out, {.acts = true, .own_site = true}},
};

}  // namespace

std::span<const Row> session_routes() { return kRows; }

}  // namespace tollgate::manage
