#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "catalog/catalog.h"
#include "catalog/chooser.h"
#include "catalog/rate_limit.h"
#include "ledger/cells.h"
#include "net/address.h"
#include "store/users.h"

namespace tollgate::store {
struct TokenAccess;
}

namespace tollgate::catalog {

/// What a request must know of its token and that token's owner. Immutable once made; each worker has its own, so that
/// holding one costs no traffic between threads.
struct TokenFacts {
  TokenId token;  ///< 0 for a call without a token (a session's)
  UserId user;
  std::string token_name;
  std::string username;
  std::string billing_tag;
  store::Role role = store::Role::common;
  bool token_enabled = true;
  bool user_enabled = true;
  std::int64_t expires_at = 0;  ///< Unix seconds; 0 never
  bool unlimited = false;

  std::string group;         ///< the token's own; empty: the user's
  std::string backup_group;  ///< empty: none
  std::string user_group;

  bool models_limited = false;
  std::vector<std::string> models;  ///< sorted; limited and empty allows nothing
  bool addresses_limited = false;
  std::vector<net::IpNetwork> addresses;

  bool heartbeat = false;
  std::int32_t heartbeat_seconds = 0;

  ledger::Account account;
  std::shared_ptr<RateCell> rate;
  std::shared_ptr<ConcurrencyCell> user_calls;
  std::shared_ptr<ConcurrencyCell> token_calls;
};
using TokenRef = std::shared_ptr<const TokenFacts>;

/// From the database's rows; account and cells are left empty. An entry of the address list that cannot be read allows
/// nobody, rather than everybody.
[[nodiscard]] TokenFacts facts_from(const store::TokenAccess& access);

/// The checks of a request in the order in which they are made (relay.md 2.2-2.4). All pure but for `take_rate`.
/// A balance is not looked at here: reserving decides, and a free model needs none.

/// Owner and token enabled, not expired.
/// Errors: account_disabled, disabled_api_key, expired_api_key.
[[nodiscard]] Result<void> check_usable(const TokenFacts& facts, std::int64_t now_unix_s);
/// Error: ip_not_allowed.
[[nodiscard]] Result<void> check_address(const TokenFacts& facts, const net::IpAddress& client);
/// Error: channel_pin_not_allowed unless there is no pin or the owner is an administrator.
[[nodiscard]] Result<void> check_pin(const TokenFacts& facts, const Pin& pin);
/// The token's group, else its backup group, else its owner's; then the token's backup group and the first group's
/// fallback, as far as they exist. A group that the token names must be public or its owner's own also now, not only
/// when the token was saved; administrators may use any.
/// Error: group_not_allowed (also for one that does not exist or is disabled, by its name).
[[nodiscard]] Result<GroupChain> resolve_groups(const Catalog& catalog, const TokenFacts& facts);
/// Counts the request at the rate of the owner's own group.
/// Errors: group_not_allowed (that group does not exist or is disabled). `RateDecision::allowed` says the rest: answer
/// rate_limit_exceeded with `rate_error`.
[[nodiscard]] Result<RateDecision> take_rate(const Catalog& catalog, const TokenFacts& facts, std::int64_t now_ns);
[[nodiscard]] Error rate_error(const RateDecision& decision);
/// @param model  As asked for; what follows a `#` is an argument and not looked at. Error: model_not_allowed.
[[nodiscard]] Result<void> check_model(const TokenFacts& facts, std::string_view model);

/// Places among the calls in flight of user and token, held until the call ends.
struct CallSlots {
  ConcurrencyCell::Slot user, token;
};
/// By the settings limits.user_concurrency and limits.token_concurrency. Error: rate_limit_exceeded.
[[nodiscard]] Result<CallSlots> take_slots(const Catalog& catalog, const TokenFacts& facts);

/// A model's name without its argument (`name#argument`, relay.md 5.2).
[[nodiscard]] constexpr std::string_view base_model(std::string_view model) { return model.substr(0, model.find('#')); }

}  // namespace tollgate::catalog
