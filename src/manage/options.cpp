#include "store/options.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/strings.h"
#include "catalog/builder.h"
#include "config/settings.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "store/session.h"

namespace tollgate::manage {
namespace {

using config::Key;
using http::Method;

/// Keys of this ending are not listed at all, as with the predecessors; other secrets are listed as empty.
bool is_hidden(std::string_view name) { return name.ends_with("Token") || name.ends_with("Secret"); }

net::Task<Result<Reply>> list(Context& ctx) {
  json::array out;
  for (const config::Row& row : config::rows()) {
    if (row.option.empty() || is_hidden(row.option)) continue;
    out.emplace_back(json::object{{"key", row.option},
                                  {"value", row.secret() ? std::string() : config::value_text(*ctx.settings, row)}});
  }
  co_return ok(std::move(out));
}

/// What must be set before a switch may be turned on.
struct Guard {
  std::string_view option;
  std::array<Key, 5> needs;
  std::size_t count;
  std::string_view message;
};
constexpr std::array kGuards{
    Guard{"GitHubOAuthEnabled", {Key::github_client_id}, 1, "set GitHubClientId before GitHubOAuthEnabled"},
    Guard{"OIDCAuthEnabled",
          {Key::oidc_client_id, Key::oidc_client_secret, Key::oidc_issuer, Key::oidc_scopes, Key::oidc_username_claims},
          5,
          "set OIDCClientId, OIDCClientSecret, OIDCIssuer, OIDCScopes and OIDCUsernameClaims before OIDCAuthEnabled"},
    Guard{"EmailDomainRestrictionEnabled",
          {Key::email_domain_whitelist},
          1,
          "set EmailDomainWhitelist before EmailDomainRestrictionEnabled"},
    Guard{"WeChatAuthEnabled", {Key::wechat_server}, 1, "set WeChatServerAddress before WeChatAuthEnabled"},
    Guard{"TurnstileCheckEnabled", {Key::turnstile_site_key}, 1, "set TurnstileSiteKey before TurnstileCheckEnabled"},
};

Result<void> check_guards(const config::Settings& settings, std::string_view name, std::string_view value) {
  for (const Guard& guard : kGuards) {
    if (guard.option != name || value != "true") continue;
    for (std::size_t i = 0; i < guard.count; ++i) {
      if (config::value_text(settings, config::row(guard.needs[i])).empty()) {
        return fail(Error(ErrorCode::invalid_request, std::string(guard.message)).param(std::string(name)));
      }
    }
  }
  return {};
}

Error unknown_option(std::string_view name) {
  std::vector<std::string_view> names;
  for (const config::Row& row : config::rows()) {
    if (!row.option.empty()) names.push_back(row.option);
  }
  std::string text = "there is no option '" + std::string(clip_utf8(name, 60)) + "'";
  if (const std::string_view near = nearest(name, names); !near.empty()) {
    text += "; did you mean '" + std::string(near) + "'?";
  }
  return Error(ErrorCode::invalid_request, std::move(text)).param("key");
}

/// An option as a request gives it. The predecessors answer 400 where the body is no such object.
Result<std::pair<std::string, std::string>> read_option(const json::object& body) {
  Fields fields(body);
  std::pair<std::string, std::string> out{fields->required_string("key"), fields->string("value").value_or("")};
  if (!fields.ok()) return fields.failure();
  return out;
}

net::Task<Result<Reply>> change(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body && body.error().code() != ErrorCode::invalid_json) co_return std::unexpected(body.error());
  if (!body) co_return refused(400, body.error().message());
  const auto option = read_option(*body);
  if (!option) co_return refused(400, option.error().message());
  const auto& [name, value] = *option;

  const config::Row* row = config::find_option(name);
  if (row == nullptr) co_return std::unexpected(unknown_option(name));
  // An empty secret takes the stored one away.
  const bool cleared = row->secret() && value.empty();
  if (!cleared) {
    if (auto fine = config::SettingsHolder::check_option(name, value); !fine) {
      co_return std::unexpected(std::move(fine.error()));
    }
  }
  if (auto fine = check_guards(*ctx.settings, name, value); !fine) co_return std::unexpected(std::move(fine.error()));

  store::OptionRow saved;
  saved.name = name;
  saved.sealed = row->secret();
  saved.value = row->secret() ? ctx.services.sealer.seal_text(value, catalog::sealed::kOption) : value;
  saved.updated_at = ctx.now_s;
  auto job = [&](store::Session& db) {
    return store::transaction(db, "change_option", [&]() -> Result<void> {
      if (cleared) {
        if (auto gone = store::delete_option(db, name); !gone) return std::unexpected(std::move(gone.error()));
      } else if (auto set = store::set_option(db, saved); !set) {
        return set;
      }
      auto noted = store::add_audit(db, ctx.audit("option.update", "option", 0, name));
      if (!noted) return std::unexpected(std::move(noted.error()));
      return {};
    });
  };
  const auto done = co_await ctx.run(std::move(job));
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.published();

  const config::Source source = ctx.services.settings.current()->source(row->id);
  if (source != config::Source::option && source != config::Source::fallback) {
    co_return ok_saying("saved, but not in force: the " + std::string(config::source_name(source)) + " sets " +
                        std::string(row->key));
  }
  co_return ok();
}

net::Task<Result<Reply>> safe_tools(Context&) { co_return ok(json::array{"Keyword"}); }

constexpr std::array kRows{
    Row{Method::get, "/api/option/", Permission::root, &list},
    Row{Method::put, "/api/option/", Permission::root, &change},
    Row{Method::get, "/api/option/safe_tools", Permission::root, &safe_tools},
};

}  // namespace

std::span<const Row> option_routes() { return kRows; }

}  // namespace tollgate::manage
