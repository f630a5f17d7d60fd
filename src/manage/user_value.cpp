#include "manage/user_value.h"

#include <algorithm>
#include <limits>

#include "base/strings.h"
#include "crypto/password.h"
#include "identity/passwords.h"

namespace tollgate::manage {

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

json::object user_value(const store::UserRow& user, Quota used, std::string_view access_token) {
  return {{"id", user.id.value},
          {"username", user.username},
          {"password", ""},
          {"display_name", user.display_name},
          {"role", static_cast<std::int64_t>(user.role)},
          {"status", static_cast<std::int64_t>(user.status)},
          {"email", user.email},
          {"avatar_url", user.avatar_url},
          {"oidc_id", user.oidc_id},
          {"github_id", user.github_id},
          {"github_id_new", user.github_number},
          {"wechat_id", user.wechat_id},
          {"telegram_id", user.telegram_id},
          {"lark_id", user.lark_id},
          {"verification_code", ""},
          {"access_token", access_token},
          {"quota", user.granted - used},
          {"used_quota", used},
          {"request_count", user.request_count},
          {"group", user.group},
          {"aff_code", user.invite_code},
          {"aff_count", user.invite_count},
          {"aff_quota", user.invite_quota},
          {"aff_history_quota", user.invite_quota_history},
          {"inviter_id", user.inviter.value},
          {"last_login_time", user.last_login_at},
          {"last_login_ip", user.last_login_ip},
          {"created_time", user.created_at}};
}

json::object live_user_value(const Context& ctx, const store::UserRow& user, std::string_view access_token) {
  const Quota used = ctx.services.ledger.live_used(ledger::AccountKey::of(user.id), user.used);
  json::object out = user_value(user, used, access_token);
  out["version"] = user.version;
  return out;
}

Result<UserChange> read_user_change(const json::object& body) {
  Fields fields(body);
  const auto text = [&](std::string_view name) { return std::string(fields->string(name).value_or("")); };
  UserChange out;
  out.username = text("username");
  out.display_name = text("display_name");
  out.email = text("email");
  out.group = text("group");
  out.password = Secret(text("password"));
  out.id = fields->integer("id", 0, kMaxId).value_or(0);
  out.role = fields->integer("role", 0, std::numeric_limits<std::int32_t>::max()).value_or(0);
  out.status = fields->integer("status", 0, 3).value_or(0);
  out.version = fields->integer("version", 1, kMaxId);
  if (count_characters(out.display_name) > kMaxDisplayName) {
    fields->refuse("display_name", "must have at most " + std::to_string(kMaxDisplayName) + " characters");
  }
  if (count_characters(out.email) > kMaxEmail) {
    fields->refuse("email", "must have at most " + std::to_string(kMaxEmail) + " characters");
  }
  if (!out.email.empty() && (out.email.find('@') == std::string::npos || trim(out.email) != out.email)) {
    fields->refuse("email", "must be a mail address");
  }
  if (!fields.ok()) return fields.failure();
  if (!out.username.empty()) {
    if (auto fine = identity::check_username(out.username); !fine) return std::unexpected(std::move(fine.error()));
  }
  return out;
}

net::Task<Result<std::string>> hash_new_password(Context& ctx, const Secret& password, const std::string& username) {
  if (password.empty()) co_return std::string();
  if (auto fine = identity::check_new_password(password, username); !fine) {
    co_return std::unexpected(std::move(fine.error()));
  }
  const int cost = ctx.accounts_options().bcrypt_cost;
  co_return co_await ctx.read([&password, cost](store::Session&) { return crypto::hash_password(password, cost); });
}

}  // namespace tollgate::manage
