#include "catalog/token.h"

#include <algorithm>

#include "base/strings.h"
#include "config/settings.h"
#include "json/value.h"
#include "store/tokens.h"

namespace tollgate::catalog {
namespace {

// Texts of a JSON array; nothing if it is none.
std::vector<std::string> texts_of(const std::string& json) {
  std::vector<std::string> out;
  auto parsed = json::parse(json);
  if (!parsed || !parsed->is_array()) return out;
  for (const json::value& value : parsed->get_array()) {
    if (value.is_string()) out.emplace_back(trim(json::view(value.get_string())));
  }
  return out;
}

}  // namespace

TokenFacts facts_from(const store::TokenAccess& access) {
  const store::TokenRow& row = access.token;
  TokenFacts out;
  out.token = row.id;
  out.user = row.user;
  out.token_name = row.name;
  out.username = access.username;
  out.billing_tag = row.billing_tag;
  out.role = access.user_role;
  out.token_enabled = row.status == store::TokenStatus::enabled;
  out.user_enabled = access.user_status == store::UserStatus::enabled;
  out.expires_at = row.expires_at;
  out.unlimited = row.unlimited;
  out.group = row.group;
  out.backup_group = row.backup_group;
  out.user_group = access.user_group;
  out.heartbeat = row.heartbeat;
  out.heartbeat_seconds = row.heartbeat_seconds;

  out.models_limited = row.models_limited;
  if (row.models_limited) {
    out.models = texts_of(row.models);
    std::ranges::sort(out.models);
    out.models.shrink_to_fit();
  }
  if (row.ips_limited && !trim(row.ips).empty()) {
    const std::vector<std::string> entries = texts_of(row.ips);
    for (const std::string& entry : entries) {
      if (const auto network = net::IpNetwork::parse(entry)) out.addresses.push_back(*network);
    }
    // A list that says something, but nothing that can be read, keeps everybody out.
    const std::string_view text = trim(row.ips);
    out.addresses_limited = !entries.empty() || (text != "[]" && text != "null");
  }
  return out;
}

Result<void> check_usable(const TokenFacts& facts, std::int64_t now_unix_s) {
  if (!facts.user_enabled) return fail(ErrorCode::account_disabled, "the account of this API key is disabled");
  if (!facts.token_enabled) return fail(ErrorCode::disabled_api_key, "this API key is disabled");
  if (facts.expires_at > 0 && facts.expires_at < now_unix_s) {
    return fail(ErrorCode::expired_api_key, "this API key has expired");
  }
  return {};
}

Result<void> check_address(const TokenFacts& facts, const net::IpAddress& client) {
  if (!facts.addresses_limited ||
      std::ranges::any_of(facts.addresses, [&](const net::IpNetwork& network) { return network.contains(client); })) {
    return {};
  }
  return fail(ErrorCode::ip_not_allowed, "this API key may not be used from the address " + client.to_string());
}

Result<void> check_pin(const TokenFacts& facts, const Pin& pin) {
  if (pin.kind == Pin::Kind::none ||
      static_cast<std::int32_t>(facts.role) >= static_cast<std::int32_t>(store::Role::admin)) {
    return {};
  }
  return fail(ErrorCode::channel_pin_not_allowed, "only administrators may name a channel behind the API key");
}

Result<GroupChain> resolve_groups(const Catalog& catalog, const TokenFacts& facts) {
  const bool admin = static_cast<std::int32_t>(facts.role) >= static_cast<std::int32_t>(store::Role::admin);
  const auto may_use = [&](const Group& group) { return admin || group.is_public || group.symbol == facts.user_group; };

  const std::string& symbol = !facts.group.empty()          ? facts.group
                              : !facts.backup_group.empty() ? facts.backup_group
                                                            : facts.user_group;
  const Group* primary = catalog.find_group(symbol);
  if (primary == nullptr) {
    return fail(ErrorCode::group_not_allowed, "group '" + symbol + "' does not exist or is disabled");
  }
  if (!may_use(*primary)) {
    return fail(ErrorCode::group_not_allowed, "group '" + symbol + "' is not open to this account");
  }
  GroupChain out;
  out.add(primary);
  if (const Group* backup = facts.backup_group.empty() ? nullptr : catalog.find_group(facts.backup_group);
      backup != nullptr && may_use(*backup)) {
    out.add(backup);
  }
  out.add(primary->fallback);
  return out;
}

Result<RateDecision> take_rate(const Catalog& catalog, const TokenFacts& facts, std::int64_t now_ns) {
  const Group* group = catalog.find_group(facts.user_group);
  if (group == nullptr) {
    return fail(ErrorCode::group_not_allowed,
                "group '" + facts.user_group + "' of this account does not exist or is disabled");
  }
  if (!facts.rate) return RateDecision{.limit = group->rate.per_minute, .remaining = group->rate.per_minute};
  return facts.rate->take(group->rate, now_ns);
}

Error rate_error(const RateDecision& decision) {
  Error error(ErrorCode::rate_limit_exceeded,
              decision.limit == 0
                  ? "this account's group allows no requests"
                  : "rate limit reached: " + std::to_string(decision.limit) + " requests a minute for this account");
  if (decision.retry_after_ms > 0) error.retry_after_ms(decision.retry_after_ms);
  return error;
}

Result<void> check_model(const TokenFacts& facts, std::string_view model) {
  if (!facts.models_limited || std::ranges::binary_search(facts.models, base_model(model))) return {};
  return fail(Error(ErrorCode::model_not_allowed, facts.models.empty()
                                                      ? std::string("this API key allows no model")
                                                      : "model '" + std::string(clip_utf8(model, 200)) +
                                                            "' is not among those that this API key allows")
                  .param("model"));
}

Result<CallSlots> take_slots(const Catalog& catalog, const TokenFacts& facts) {
  CallSlots out;
  const auto refused = [](std::string_view who, std::int64_t limit) {
    return fail(Error(ErrorCode::rate_limit_exceeded, "too many requests of this " + std::string(who) +
                                                          " at once: " + std::to_string(limit) + " are allowed")
                    .retry_after_ms(1'000));
  };
  const std::int64_t user_limit = catalog.settings().user_concurrency;
  if (facts.user_calls && user_limit > 0) {
    out.user = ConcurrencyCell::enter(facts.user_calls, user_limit);
    if (!out.user) return refused("account", user_limit);
  }
  const std::int64_t token_limit = catalog.settings().token_concurrency;
  if (facts.token_calls && token_limit > 0) {
    out.token = ConcurrencyCell::enter(facts.token_calls, token_limit);
    if (!out.token) return refused("API key", token_limit);
  }
  return out;
}

}  // namespace tollgate::catalog
