#include "identity/accounts.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "identity/passwords.h"
#include "json/value.h"
#include "store/executor.h"
#include "store/sessions.h"
#include "telemetry/log.h"

namespace tollgate::identity {
namespace {

// A session that is used is prolonged, but not with every call.
constexpr std::int64_t kProlongEveryS = 3'600;
constexpr std::int64_t kProlongedInALife = 8;
constexpr std::string_view kProvedAt = "proved_at";
constexpr std::size_t kMaxUserAgent = 255;
constexpr std::size_t kMaxAddress = 64;
constexpr std::string_view kAccessTokenPurpose = "user.access_token";

std::string_view access_token_of(std::string_view authorization) {
  std::string_view text = trim(authorization);
  if (istarts_with(text, "Bearer ")) text = trim(text.substr(7));
  const bool plausible =
      text.size() >= 8 && text.size() <= 64 && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
  return plausible ? text : std::string_view{};
}

Error wrong_password() { return {ErrorCode::invalid_request, "user name or password is wrong"}; }
Error disabled_account() { return {ErrorCode::account_disabled, "this account is disabled"}; }

/// A caller, and when his session was last prolonged.
struct Found {
  Principal principal;
  std::int64_t seen_at = 0;
};

/// Signing in is giving the password, too.
std::int64_t proved_at(const store::SignInRow& record) {
  if (record.data.empty()) return record.created_at;
  const auto data = json::parse_object(record.data);
  const json::value* at = data ? json::find(*data, kProvedAt) : nullptr;
  return at != nullptr && at->is_int64() ? at->get_int64() : record.created_at;
}

Found principal_of(const store::UserRow& user, Principal::Via via) {
  Found out;
  out.principal.user = user.id;
  out.principal.username = user.username;
  out.principal.display_name = user.display_name;
  out.principal.role = user.role;
  out.principal.group = user.group;
  out.principal.via = via;
  return out;
}

Result<std::optional<Found>> find_by_session(store::Session& db, const std::string& id_hash, std::int64_t now) {
  auto record = store::find_sign_in(db, id_hash, now);
  if (!record) return std::unexpected(std::move(record.error()));
  if (!*record) return std::nullopt;
  auto user = store::find_user(db, (*record)->user);
  if (!user) return std::unexpected(std::move(user.error()));
  if (!*user) return std::nullopt;
  if ((*user)->status != store::UserStatus::enabled) return fail(disabled_account());
  Found out = principal_of(**user, Principal::Via::session);
  out.principal.session = id_hash;
  out.principal.proved_at = proved_at(**record);
  out.principal.session_ends_at = (*record)->expires_at;
  out.seen_at = (*record)->seen_at;
  return out;
}

Result<Found> find_caller(store::Session& db, const std::optional<std::string>& session, const std::string& access_hash,
                          const std::string& user_header, std::int64_t now) {
  std::optional<Found> found;
  if (session) {
    auto by_session = find_by_session(db, *session, now);
    if (!by_session) return std::unexpected(std::move(by_session.error()));
    found = std::move(*by_session);
  }
  if (!found && !access_hash.empty()) {
    auto user = store::find_user_by_access_token(db, access_hash);
    if (!user) return std::unexpected(std::move(user.error()));
    if (*user) {
      if ((*user)->status != store::UserStatus::enabled) return fail(disabled_account());
      found = principal_of(**user, Principal::Via::access_token);
    }
  }
  if (!found) return fail(not_signed_in());
  if (!user_header.empty() && user_header != std::to_string(found->principal.user.value)) {
    return fail(ErrorCode::permission_denied, "New-Api-User names another user than the one who is signed in");
  }
  return std::move(*found);
}

}  // namespace

Error not_signed_in() { return {ErrorCode::invalid_api_key, "not signed in, or the access token is not valid"}; }

Accounts::Accounts(store::Storage& storage, const CookieSigner& signer, const crypto::KeyedHash& access_hash,
                   const crypto::Sealer& sealer, const Clock& clock)
    : storage_(storage), signer_(signer), access_hash_(access_hash), sealer_(sealer), clock_(clock) {}

net::Task<Result<Principal>> Accounts::authenticate(Presented shown, AccountsOptions options, Deadline deadline) {
  auto session = signer_.verify(cookie_value(shown.cookie_header));
  const std::string_view token = access_token_of(shown.authorization);
  if (!session && token.empty()) co_return fail(not_signed_in());

  const std::int64_t now = clock_.unix_seconds();
  auto job = [session, access = token.empty() ? std::string() : access_hash_(token).hex(),
              user = std::string(trim(shown.user_header)),
              now](store::Session& db) { return find_caller(db, session, access, user, now); };
  auto found = co_await storage_.read(std::move(job), deadline);
  if (!found) co_return std::unexpected(std::move(found.error()));
  const std::int64_t prolong_after_s = std::min(kProlongEveryS, options.session_lifetime_s / kProlongedInALife);
  const bool by_session = found->principal.via == Principal::Via::session;
  if (by_session && !shown.unattended && now - found->seen_at >= prolong_after_s) {
    const std::int64_t until = now + options.session_lifetime_s;
    found->principal.session_ends_at = until;
    auto touched = co_await storage_.run([id = found->principal.session, now, until](
                                             store::Session& db) { return store::touch_sign_in(db, id, now, until); },
                                         deadline);
    // The call itself is none the worse for it.
    if (!touched) log::failure(log::Level::warn, "a session could not be prolonged", touched.error());
  }
  co_return std::move(found->principal);
}

Result<Principal> Accounts::authenticate_blocking(store::Session& db, const Presented& shown) {
  const auto session = signer_.verify(cookie_value(shown.cookie_header));
  const std::string_view token = access_token_of(shown.authorization);
  if (!session && token.empty()) return fail(not_signed_in());
  auto found = find_caller(db, session, token.empty() ? std::string() : access_hash_(token).hex(),
                           std::string(trim(shown.user_header)), clock_.unix_seconds());
  if (!found) return std::unexpected(std::move(found.error()));
  return std::move(found->principal);
}

net::Task<Result<SignIn>> Accounts::sign_in(std::string name, Secret password, std::string address,
                                            std::string user_agent, AccountsOptions options, Deadline deadline) {
  if (!options.password_login)
    co_return fail(ErrorCode::permission_denied, "signing in with a password is switched off");
  const std::string account(trim(name));
  if (account.empty() || password.empty()) co_return fail(wrong_password());
  if (auto allowed = throttle_.check(account, address, clock_.mono_ns()); !allowed) {
    co_return std::unexpected(std::move(allowed.error()));
  }

  struct Checked {
    store::UserRow user;
    std::string renewed_hash;
  };
  // Hashing takes some 50 ms: on a reading thread, so that writers do not wait for it.
  auto check = [&account, &password, cost = options.bcrypt_cost](store::Session& db) -> Result<std::optional<Checked>> {
    auto user = store::find_user_by_name(db, account);
    if (user && !*user) user = store::find_user_by_email(db, account);
    if (!user) return std::unexpected(std::move(user.error()));
    if (!*user || (*user)->password_hash.empty()) {
      static_cast<void>(crypto::verify_nobody(password, cost));
      return std::nullopt;
    }
    if (!crypto::verify_password(password, (*user)->password_hash)) return std::nullopt;
    Checked out{std::move(**user), {}};
    if (crypto::wants_rehash(out.user.password_hash, cost)) {
      if (auto renewed = crypto::hash_password(password, cost)) out.renewed_hash = std::move(*renewed);
    }
    return out;
  };
  auto checked = co_await storage_.read(check, deadline);
  if (!checked) co_return std::unexpected(std::move(checked.error()));
  if (!*checked) {
    throttle_.failed(account, address, clock_.mono_ns());
    log::info("sign-in refused", {{"client", address}});
    co_return fail(wrong_password());
  }
  throttle_.succeeded(account, address);
  if ((*checked)->user.status != store::UserStatus::enabled) co_return fail(disabled_account());

  auto open = [this, &checked, &address, &user_agent, &options](store::Session& db) -> Result<SignIn> {
    store::UserRow& user = (*checked)->user;
    if (!(*checked)->renewed_hash.empty()) {
      user.password_hash = (*checked)->renewed_hash;
      if (auto updated = store::update_user(db, user)) {
        ++user.version;
      } else {
        log::failure(log::Level::warn, "a password hash could not be renewed", updated.error());
      }
    }
    return open_session(db, user, address, user_agent, options);
  };
  co_return co_await storage_.run(open, deadline);
}

net::Task<Result<void>> Accounts::prove(Principal who, Secret password, std::string address, Deadline deadline) {
  if (auto allowed = throttle_.check(who.username, address, clock_.mono_ns()); !allowed) co_return allowed;
  auto check = [&](store::Session& db) -> Result<bool> {
    auto user = store::find_user(db, who.user);
    if (!user) return std::unexpected(std::move(user.error()));
    return *user && password_is(**user, password);
  };
  auto right = co_await storage_.read(check, deadline);
  if (!right) co_return std::unexpected(std::move(right.error()));
  if (!*right) {
    throttle_.failed(who.username, address, clock_.mono_ns());
    co_return fail(Error(ErrorCode::invalid_request, "the password is wrong").param("password"));
  }
  throttle_.succeeded(who.username, address);
  const std::string data = json::serialize(json::object{{kProvedAt, clock_.unix_seconds()}});
  co_return co_await storage_.run([&](store::Session& db) { return store::set_sign_in_data(db, who.session, data); },
                                  deadline);
}

Result<SignIn> Accounts::open_session(store::Session& db, const store::UserRow& user, std::string_view address,
                                      std::string_view user_agent, const AccountsOptions& options) {
  CookieSigner::Issued issued = signer_.issue();
  const std::int64_t now = clock_.unix_seconds();
  store::SignInRow row;
  row.id_hash = std::move(issued.id_hash);
  row.user = user.id;
  row.created_at = row.seen_at = now;
  row.expires_at = now + options.session_lifetime_s;
  row.ip = clip_utf8(address, kMaxAddress);
  // What a browser calls itself may be anything; the column takes text.
  for (const char c : clip_utf8(user_agent, kMaxUserAgent)) {
    row.user_agent += c >= 0x20 && c < 0x7f ? c : '?';
  }
  if (auto created = store::create_sign_in(db, row); !created) return std::unexpected(std::move(created.error()));
  if (auto touched = store::touch_user(db, user.id, now, row.ip); !touched) {
    return std::unexpected(std::move(touched.error()));
  }
  SignIn out{std::move(issued.value), user};
  out.user.last_login_at = now;
  out.user.last_login_ip = row.ip;
  return out;
}

Result<void> Accounts::sign_out(store::Session& db, std::string_view cookie_header) {
  const auto session = signer_.verify(cookie_value(cookie_header));
  if (!session) return {};
  auto ended = store::delete_sign_in(db, *session);
  if (!ended) return std::unexpected(std::move(ended.error()));
  return {};
}

Result<void> Accounts::end_sessions(store::Session& db, UserId user, std::string_view except) {
  auto ended = store::delete_sign_ins(db, user, except);
  if (!ended) return std::unexpected(std::move(ended.error()));
  return {};
}

Result<void> Accounts::set_password(store::Session& db, UserId id, const Secret& password,
                                    const AccountsOptions& options, std::string_view keep_session) {
  auto user = store::find_user(db, id);
  if (!user) return std::unexpected(std::move(user.error()));
  if (!*user) return fail(ErrorCode::not_found, "no such user");
  if (auto fine = check_new_password(password, (*user)->username); !fine) return fine;
  auto hash = crypto::hash_password(password, options.bcrypt_cost);
  if (!hash) return std::unexpected(std::move(hash.error()));
  (*user)->password_hash = std::move(*hash);
  (*user)->updated_at = clock_.unix_seconds();
  return store::transaction(db, "set_password", [&]() -> Result<void> {
    if (auto updated = store::update_user(db, **user); !updated) return updated;
    return end_sessions(db, id, keep_session);
  });
}

bool Accounts::password_is(const store::UserRow& user, const Secret& password) const {
  if (user.password_hash.empty()) {
    static_cast<void>(crypto::verify_nobody(password));
    return false;
  }
  return crypto::verify_password(password, user.password_hash);
}

Result<Secret> Accounts::renew_access_token(store::Session& db, UserId id) {
  auto user = store::find_user(db, id);
  if (!user) return std::unexpected(std::move(user.error()));
  if (!*user) return fail(ErrorCode::not_found, "no such user");
  Secret token = crypto::random_access_token();
  put_access_token(**user, token);
  (*user)->updated_at = clock_.unix_seconds();
  if (auto updated = store::update_user(db, **user); !updated) return std::unexpected(std::move(updated.error()));
  return token;
}

void Accounts::put_access_token(store::UserRow& row, const Secret& token) const {
  row.access_token_hash = token.empty() ? std::string() : access_hash_(token.reveal()).hex();
  row.access_token_sealed = token.empty() ? std::string() : sealer_.seal_text(token.reveal(), kAccessTokenPurpose);
}

Result<std::optional<Secret>> Accounts::access_token(const store::UserRow& row) const {
  if (row.access_token_sealed.empty()) return std::nullopt;
  auto token = sealer_.open_text(row.access_token_sealed, kAccessTokenPurpose);
  if (!token) return std::unexpected(std::move(token.error()));
  return std::move(*token);
}

}  // namespace tollgate::identity
