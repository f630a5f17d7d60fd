#include "identity/first_root.h"

#include <algorithm>
#include <string_view>

#include "base/strings.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "identity/passwords.h"
#include "store/grants.h"
#include "store/options.h"
#include "store/session.h"
#include "store/tokens.h"
#include "store/users.h"

namespace tollgate::identity {
namespace {

constexpr std::string_view kTokenKeyPurpose = "token.key";
constexpr std::string_view kPrefix = "sk-";
constexpr std::string_view kMetaFirstPassword = "first_password";

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// What is kept to recognize the first password: not its hash, which the account's row has until it is replaced.
std::string first_password_mark(const crypto::KeyedHash& hash, const store::UserRow& user) {
  return std::to_string(user.id.value) + ":" + hash("first password:" + user.password_hash).hex();
}

// The key without its prefix, if callers can use it as it is: nothing in it may read as a suffix.
Result<std::string> usable_key(std::string_view text) {
  text = trim(text);
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  const bool visible = std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  if (text.size() < 8 || text.size() > 128 || !visible) {
    return fail(Error(ErrorCode::invalid_request,
                      "the first token must be 8 to 128 visible characters without blanks and without '#'")
                    .param("initial_root_token"));
  }
  if (text.size() > 49 && text[48] == '-' && std::ranges::all_of(text.substr(0, 48), is_alnum) &&
      std::ranges::all_of(text.substr(49), [](char c) { return c >= '0' && c <= '9'; })) {
    return fail(Error(ErrorCode::invalid_request, "the first token ends in what would read as the number of a channel")
                    .param("initial_root_token"));
  }
  return std::string(text);
}

Result<MadeRoot> create(store::Session& db, const Accounts& accounts, const crypto::KeyedHash& token_hash,
                        const crypto::Sealer& sealer, const FirstRoot& wanted, std::int64_t now) {
  MadeRoot out;
  out.password_is_random = wanted.password.empty();
  out.password = out.password_is_random ? crypto::random_password() : wanted.password;
  if (auto fine = check_new_password(out.password, "root"); !fine) return std::unexpected(std::move(fine.error()));
  auto hash = crypto::hash_password(out.password, wanted.bcrypt_cost);
  if (!hash) return std::unexpected(std::move(hash.error()));
  out.token_is_random = wanted.token.empty();
  auto key = usable_key(out.token_is_random ? crypto::random_token_key().reveal() : wanted.token.reveal());
  if (!key) return std::unexpected(std::move(key.error()));
  out.token = Secret(std::string(kPrefix) + *key);

  store::UserRow user;
  user.username = "root";
  user.display_name = "Root User";
  user.password_hash = std::move(*hash);
  user.role = Role::root;
  user.created_at = user.updated_at = now;
  if (!wanted.access_token.empty()) accounts.put_access_token(user, wanted.access_token);
  auto id = store::create_user(db, user);
  if (!id) return std::unexpected(std::move(id.error()));
  out.user = user.id = *id;
  if (out.password_is_random) {
    auto marked = store::set_meta_value(db, kMetaFirstPassword, first_password_mark(token_hash, user));
    if (!marked) return std::unexpected(std::move(marked.error()));
  }

  store::GrantRow grant;
  grant.account = id->value;
  grant.amount = kRootQuota;
  grant.reason = store::GrantReason::initial;
  grant.reference = "initial:user:" + std::to_string(id->value);
  grant.created_at = now;
  if (auto granted = store::change_grant(db, grant); !granted) return std::unexpected(std::move(granted.error()));

  store::TokenRow token;
  token.user = *id;
  token.name = "default";
  token.key_hash = token_hash(*key).hex();
  token.key_hint = key->substr(key->size() - 4);
  if (wanted.keep_token) token.key_sealed = sealer.seal_text(*key, kTokenKeyPurpose);
  token.unlimited = true;
  token.created_at = token.updated_at = now;
  if (auto made = store::create_token(db, token); !made) return std::unexpected(std::move(made.error()));
  return out;
}

}  // namespace

Result<std::optional<MadeRoot>> create_root_if_missing(store::Session& db, const Accounts& accounts,
                                                       const crypto::KeyedHash& token_hash,
                                                       const crypto::Sealer& sealer, const FirstRoot& wanted,
                                                       std::int64_t now_unix_s) {
  using Outcome = Result<std::optional<MadeRoot>>;
  auto outcome = store::transaction(db, "create_root", [&]() -> Outcome {
    auto there = store::any_user_with_role(db, Role::root);
    if (!there) return std::unexpected(std::move(there.error()));
    if (*there) return std::nullopt;
    auto made = create(db, accounts, token_hash, sealer, wanted, now_unix_s);
    if (!made) return std::unexpected(std::move(made.error()));
    return std::move(*made);
  });
  if (outcome || outcome.error().code() != ErrorCode::conflict) return outcome;
  // Another process was faster, or somebody else has the name.
  auto there = store::any_user_with_role(db, Role::root);
  if (there && *there) return std::nullopt;
  return fail(
      ErrorCode::conflict,
      "there is no user with the role root, but a user or token of the name or key that the first one would get");
}

Result<bool> first_password_in_use(store::Session& db, const crypto::KeyedHash& token_hash) {
  const auto mark = store::meta_value(db, kMetaFirstPassword);
  if (!mark) return std::unexpected(mark.error());
  const auto id = parse_int(std::string_view(*mark).substr(0, mark->find(':')));
  if (!id) return false;
  const auto user = store::find_user(db, UserId{*id});
  if (!user) return std::unexpected(user.error());
  return *user && first_password_mark(token_hash, **user) == *mark;
}

}  // namespace tollgate::identity
