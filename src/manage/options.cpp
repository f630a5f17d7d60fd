#include "store/options.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "catalog/builder.h"
#include "config/settings.h"
#include "manage/context.h"
#include "manage/option_meta.h"
#include "manage/resources.h"
#include "store/session.h"

namespace tollgate::manage {
namespace {

using config::Key;

constexpr std::size_t kMaxBatch = 500;

/// Keys of this ending are not listed at all, as with the predecessors; other secrets are listed as empty.
bool is_hidden(std::string_view name) { return name.ends_with("Token") || name.ends_with("Secret"); }

net::Task<Result<Reply>> list(Context& ctx) {
  json::array out;
  for (const config::Row& row : config::rows()) {
    if (row.option.empty() || is_hidden(row.option)) continue;
    out.emplace_back(json::object{{"key", row.option},
                                  {"value", row.secret() ? std::string() : config::value_text(*ctx.settings, row)}});
  }
  co_return ok(out);
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

/// Whether the option may get this value beside the given settings. An empty secret takes the stored one away.
Result<void> check(const config::Settings& settings, std::string_view name, std::string_view value) {
  const config::Row* row = config::find_option(name);
  if (row == nullptr) return fail(unknown_option(name));
  if (!row->secret() || !value.empty()) {
    if (auto fine = config::SettingsHolder::check_option(name, value); !fine) return fine;
  }
  return check_guards(settings, name, value);
}

/// Blocking; inside a transaction.
Result<void> save(Session& db, const Context& ctx, const std::string& name, const std::string& value) {
  const config::Row& row = *config::find_option(name);
  if (row.secret() && value.empty()) {
    if (auto gone = store::delete_option(db, name); !gone) return std::unexpected(gone.error());
  } else {
    store::OptionRow saved;
    saved.name = name;
    saved.sealed = row.secret();
    saved.value = row.secret() ? ctx.services.sealer.seal_text(value, catalog::sealed::kOption) : value;
    saved.updated_at = ctx.now_s;
    if (auto set = store::set_option(db, saved); !set) return set;
  }
  const auto noted = store::add_audit(db, ctx.audit("option.update", "option", 0, name));
  if (!noted) return std::unexpected(noted.error());
  return {};
}

/// What wins over an option that was just saved; nothing if it is in force.
std::optional<config::Source> winner(const Context& ctx, std::string_view name) {
  const config::Source source = ctx.services.settings.current()->source(config::find_option(name)->id);
  if (source == config::Source::option || source == config::Source::fallback) return std::nullopt;
  return source;
}

net::Task<Result<Reply>> change(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body && body.error().code() != ErrorCode::invalid_json) co_return std::unexpected(body.error());
  if (!body) co_return refused(400, body.error().message());
  const auto option = read_option(*body);
  if (!option) co_return refused(400, option.error().message());
  const auto& [name, value] = *option;
  if (auto fine = check(*ctx.settings, name, value); !fine) co_return std::unexpected(std::move(fine.error()));
  auto job = [&](Session& db) {
    return store::transaction(db, "change_option", [&] { return save(db, ctx, name, value); });
  };
  const auto done = co_await ctx.run(std::move(job));
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.published();
  if (const auto source = winner(ctx, name)) {
    co_return ok_saying("saved, but not in force: the " + std::string(config::source_name(*source)) + " sets " +
                        std::string(config::find_option(name)->key));
  }
  co_return ok();
}

using Options = std::vector<std::pair<std::string, std::string>>;

Result<Options> read_options(const json::object& body) {
  Fields fields(body);
  Options out;
  const json::array* list = fields->required_array("options");
  if (list != nullptr && (list->empty() || list->size() > kMaxBatch)) {
    fields->refuse("options", "must have 1 to " + std::to_string(kMaxBatch) + " items");
  }
  if (list == nullptr || !fields.ok()) return fields.failure();
  for (const json::value& item : *list) {
    const auto* object = item.if_object();
    auto option = object != nullptr ? read_option(*object) : fail(Error(ErrorCode::invalid_request, "must be objects"));
    if (!option)
      return fail(Error(ErrorCode::invalid_request, "options: " + option.error().message()).param("options"));
    const bool twice = std::ranges::find(out, option->first, &Options::value_type::first) != out.end();
    if (twice)
      return fail(
          Error(ErrorCode::invalid_request, "options: '" + option->first + "' is there twice").param("options"));
    out.push_back(std::move(*option));
  }
  return out;
}

/// What is wrong with each, as if all others were set already.
json::array problems_of(const config::Settings& settings, const Options& options) {
  config::Settings then = settings;
  for (const auto& [name, value] : options) {
    const config::Row* row = config::find_option(name);
    if (row == nullptr) continue;
    if (auto parsed = config::parse_value(*row, value))
      config::set(then, row->id, std::move(*parsed), config::Source::option);
  }
  json::array out;
  for (const auto& [name, value] : options) {
    if (const auto fine = check(then, name, value); !fine) {
      out.emplace_back(json::object{{"key", name}, {"message", fine.error().message()}});
    }
  }
  return out;
}

/// Several settings, all or none.
net::Task<Result<Reply>> change_several(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto options = read_options(*body);
  if (!options) co_return std::unexpected(options.error());
  if (json::array problems = problems_of(*ctx.settings, *options); !problems.empty()) {
    co_return raw(json::object{{"success", false},
                               {"message", json::find_string(problems.front().as_object(), "message")},
                               {"errors", std::move(problems)}});
  }
  auto job = [&](Session& db) {
    return store::transaction(db, "change_options", [&]() -> Result<void> {
      for (const auto& [name, value] : *options) {
        if (auto saved = save(db, ctx, name, value); !saved) return saved;
      }
      return {};
    });
  };
  const auto done = co_await ctx.run(std::move(job));
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.published();
  json::array outdone;
  for (const auto& [name, value] : *options) {
    if (winner(ctx, name)) outdone.emplace_back(name);
  }
  co_return ok(json::object{{"not_in_force", std::move(outdone)}});
}

net::Task<Result<Reply>> meta(Context& ctx) {
  json::array out;
  for (const config::Row& row : config::rows()) out.push_back(option_meta(*ctx.settings, row, ctx.language()));
  co_return ok_in_language(std::move(out));
}

net::Task<Result<Reply>> safe_tools(Context&) { co_return ok(json::array{"Keyword"}); }

constexpr std::array kRows{
    Row{Method::get, "/api/option/", Permission::root, &list},
    Row{Method::put, "/api/option/", Permission::root, &change},
    Row{Method::get, "/api/option/meta", Permission::root, &meta},
    Row{Method::put, "/api/option/batch", Permission::root, &change_several},
    Row{Method::get, "/api/option/safe_tools", Permission::root, &safe_tools},
};

}  // namespace

std::span<const Row> option_routes() { return kRows; }

}  // namespace tollgate::manage
