#include "manage/context.h"

#include "base/strings.h"
#include "net/worker.h"
#include "relay/client_address.h"
#include "telemetry/log.h"

namespace tollgate::manage {

Context::Context(Services& all, http::Exchange& call, const Row& route, std::string_view id)
    : services(all),
      exchange(call),
      row(route),
      settings(all.settings.current()),
      deadline(call.worker().in_ms(settings->storage_timeout_ms)),
      now_s(all.clock.unix_seconds()),
      address(relay::client_address(call, *settings)),
      request_id(id),
      query_(call.head().query) {}

std::string Context::path_text(std::string_view name) const {
  return http::percent_decode(exchange.params().get(name), false).value_or(std::string());
}

Result<std::int64_t> Context::path_id(std::string_view name) const {
  const std::string text = path_text(name);
  const auto number = parse_int(text);
  if (number && *number > 0) return *number;
  return fail(Error(ErrorCode::invalid_request, std::string(name) + " must be a whole number above 0, not '" +
                                                    std::string(clip_utf8(text, 60)) + "'")
                  .param(std::string(name)));
}

bool Context::needs_proof() const {
  const std::int64_t lasts_s = settings->session_proof_ms / 1000;
  return lasts_s > 0 && caller_->via == identity::Principal::Via::session && now_s - caller_->proved_at >= lasts_s;
}

Result<void> Context::require_proof() const {
  if (!needs_proof()) return {};
  return fail(ErrorCode::password_needed, "give your password once more: it is asked before this");
}

Language Context::language() const { return preferred_language(exchange.head().headers.get("accept-language")); }

net::Task<Result<json::value>> Context::document() {
  const auto text = co_await exchange.read_body(kMaxBodyBytes);
  if (!text) co_return std::unexpected(text.error());
  co_return json::parse(*text, {.max_bytes = kMaxBodyBytes});
}

net::Task<Result<json::object>> Context::body() {
  const auto whole = co_await document();
  if (!whole) co_return std::unexpected(whole.error());
  const auto* object = whole->if_object();
  if (object == nullptr) co_return fail(ErrorCode::invalid_json, "the body must be a JSON object");
  co_return fold_names(*object);
}

net::Task<void> Context::published() {
  const auto published = co_await services.publisher.publish();
  if (!published) {
    log::failure(log::Level::error, "a change is saved but not yet in force", published.error(),
                 {{"request_id", request_id}});
  }
}

net::Task<void> Context::account_changed(UserId user, std::vector<ledger::AccountKey> granted, bool token_made) {
  if (!granted.empty()) {
    const auto reloaded = co_await services.ledger.reload(std::move(granted));
    if (!reloaded) {
      log::failure(log::Level::error, "a changed balance is saved but not yet in force", reloaded.error(),
                   {{"request_id", request_id}});
    }
  }
  services.publisher.token_changed(user, token_made);
}

store::AuditRow Context::audit(std::string action, std::string target, std::int64_t target_id,
                               std::string summary) const {
  store::AuditRow out;
  out.created_at = now_s;
  if (caller_) out.actor = caller_->user;
  out.action = std::move(action);
  out.target = std::move(target);
  out.target_id = target_id;
  out.summary = std::move(summary);
  out.ip = address.to_string();
  out.request_id = request_id;
  return out;
}

net::Task<void> Context::write_log(store::LogType type, UserId user, Quota quota, std::string content) {
  store::LogRow entry;
  entry.created_at = now_s;
  entry.type = type;
  entry.user = user;
  entry.quota = quota;
  entry.request_id = request_id;
  entry.ip = address.to_string();
  entry.content = std::move(content);
  const auto written = co_await run_log([&entry](store::Session& db) { return store::insert_log(db, entry); });
  if (!written) {
    log::failure(log::Level::warn, "a entry of the log could not be written", written.error(),
                 {{"request_id", request_id}});
  }
}

identity::AccountsOptions Context::accounts_options() const {
  return {.session_lifetime_s = settings->session_lifetime_ms / 1000,
          .bcrypt_cost = static_cast<int>(settings->bcrypt_cost),
          .password_login = settings->password_login};
}

}  // namespace tollgate::manage
