#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/token.h"
#include "http/exchange.h"
#include "net/task.h"

namespace tollgate::relay {

class WorkerRelay;

/// How a list of models is spelled.
enum class ModelListStyle : std::uint8_t { openai, claude };

/// Exact names that the caller may ask for: those served in any of their groups, within the token's own list; sorted.
/// Views into the snapshot.
[[nodiscard]] std::vector<std::string_view> visible_models(const catalog::Catalog& catalog,
                                                           const catalog::TokenFacts& caller,
                                                           const catalog::GroupChain& groups);

[[nodiscard]] std::string render_model_list(ModelListStyle style, const catalog::Catalog& catalog,
                                            const std::vector<std::string_view>& models);
[[nodiscard]] std::string render_model(ModelListStyle style, const catalog::Catalog& catalog, std::string_view model);

/// `GET /v1/models` and `/v1/models/{id}`. Anthropic's clients are known by their `anthropic-version` field and get
/// their own spelling.
net::Task<void> serve_models(WorkerRelay& relay, http::Exchange& exchange, ModelListStyle style);

/// `POST /v1/messages/count_tokens`: an estimate, free of charge (see json::estimate_prompt_tokens).
net::Task<void> serve_count_tokens(WorkerRelay& relay, http::Exchange& exchange);

}  // namespace tollgate::relay
