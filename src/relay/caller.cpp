#include "relay/caller.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "config/settings.h"
#include "http/message.h"
#include "relay/client_address.h"
#include "relay/worker_relay.h"

namespace tollgate::relay {
namespace {

catalog::CredentialSources credential_sources(const http::RequestHead& head, std::string& query_key) {
  catalog::CredentialSources sources;
  for (const http::HeaderField& field : head.headers) {
    // By length first: this runs for every field of every request.
    const auto take = [&](std::string_view name, std::string_view& into) {
      if (into.empty() && field.name.size() == name.size() && iequals(field.name, name)) into = field.value;
    };
    switch (field.name.size()) {
      case 7:
        take("api-key", sources.api_key);
        break;
      case 9:
        take("x-api-key", sources.x_api_key);
        break;
      case 13:
        take("authorization", sources.authorization);
        take("mj-api-secret", sources.mj_api_secret);
        break;
      case 14:
        take("x-goog-api-key", sources.x_goog_api_key);
        break;
      default:
        break;
    }
  }
  if (!head.query.empty()) {
    if (auto key = http::query_value(head.query, "key")) {
      query_key = std::move(*key);
      sources.query_key = query_key;
    }
  }
  return sources;
}

/// Errors: rate_limit_exceeded, for a key that would have to be looked up, from an address with too many unknown ones.
Result<void> may_find(WorkerRelay& relay, const http::Exchange& exchange, std::string_view key) {
  const BadKeys& bad_keys = *relay.services.bad_keys;
  if (!bad_keys.refusing(relay.worker.now_ns()) || relay.tokens.has(key)) return {};
  const config::Settings& settings = relay.catalog()->settings();
  return bad_keys.check(client_address(exchange, settings), settings.bad_key_rate_limit, relay.worker.now_ns());
}

void note_unknown(WorkerRelay& relay, const http::Exchange& exchange) {
  const config::Settings& settings = relay.catalog()->settings();
  relay.services.bad_keys->note(client_address(exchange, settings), settings.bad_key_rate_limit, relay.worker.now_ns());
}

}  // namespace

net::Task<Result<Caller>> identify_caller(WorkerRelay& relay, http::Exchange& exchange,
                                          catalog::CredentialStyle style) {
  std::string query_key;
  const auto credential = catalog::parse_credential(credential_sources(exchange.head(), query_key), style);
  if (!credential) co_return std::unexpected(credential.error());
  if (auto may = may_find(relay, exchange, credential->key); !may) co_return std::unexpected(std::move(may.error()));
  auto facts = co_await relay.tokens.find(credential->key);
  if (!facts) {
    if (facts.error().code() == ErrorCode::invalid_api_key) note_unknown(relay, exchange);
    co_return std::unexpected(std::move(facts.error()));
  }
  Caller caller{.facts = std::move(*facts),
                .pin = credential->pin,
                .address = client_address(exchange, relay.catalog()->settings())};
  const catalog::TokenFacts& known = *caller.facts;
  if (auto usable = catalog::check_usable(known, relay.worker.now_unix_ms() / 1000); !usable) {
    co_return std::unexpected(std::move(usable.error()));
  }
  if (auto allowed = catalog::check_address(known, caller.address); !allowed) {
    co_return std::unexpected(std::move(allowed.error()));
  }
  if (auto allowed = catalog::check_pin(known, caller.pin); !allowed) {
    co_return std::unexpected(std::move(allowed.error()));
  }
  co_return caller;
}

}  // namespace tollgate::relay
