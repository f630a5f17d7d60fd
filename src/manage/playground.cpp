#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "catalog/token_cache.h"
#include "json/scan.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "relay/admission.h"
#include "relay/caller.h"
#include "relay/worker_relay.h"

namespace tollgate::manage {
namespace {

struct Question {
  std::string group;  ///< empty: the caller's own
  std::string text;   ///< the body without its member `group`, and padding; empty if there was none

  [[nodiscard]] std::string_view body(std::string_view as_it_came) const {
    return text.empty() ? as_it_came : std::string_view(text).substr(0, text.size() - json::kScanPadding);
  }
};

/// `group` is a word between the console and us, and must not reach a provider. A body that cannot be read is left for
/// the relay to refuse.
Result<Question> read_question(std::string_view body, std::size_t max_bytes) {
  Question out;
  if (!json::find_member(body, "group")) return out;
  auto tree = json::parse_object(body, {.max_bytes = max_bytes});
  if (!tree) return std::unexpected(std::move(tree.error()));
  const json::value& group = tree->at("group");
  if (!group.is_string() && !group.is_null()) {
    return fail(Error(ErrorCode::invalid_request, "group must be the name of a group").param("group"));
  }
  if (group.is_string()) out.group = json::view(group.get_string());
  tree->stable_erase("group");
  json::serialize_to(*tree, out.text);
  out.text.append(json::kScanPadding, ' ');
  return out;
}

/// The caller as if they had shown a key of theirs that limits nothing but, perhaps, the group.
net::Task<Result<relay::Caller>> caller_of(Context& ctx, const std::string& group) {
  auto load = [&](store::Session& db) { return ctx.services.tokens.for_user_blocking(db, ctx.principal().user); };
  auto facts = co_await ctx.read(std::move(load));
  if (!facts) co_return std::unexpected(std::move(facts.error()));
  if (!group.empty()) {
    auto grouped = std::make_shared<catalog::TokenFacts>(**facts);
    grouped->group = group;
    *facts = std::move(grouped);
  }
  co_return relay::Caller{.facts = std::move(*facts), .pin = {}, .address = ctx.address};
}

net::Task<Result<Reply>> chat(Context& ctx) {
  const auto max_bytes = static_cast<std::size_t>(ctx.settings->max_body_bytes);
  const auto body = co_await ctx.exchange.read_body(max_bytes);
  if (!body) co_return std::unexpected(body.error());
  const auto read = [&] { return read_question(*body, max_bytes); };
  auto question = body->size() <= relay::kWorkOnLoopBytes
                      ? read()
                      : co_await ctx.services.offload.run([&](net::NoContext&) { return read(); }, Deadline::never());
  if (!question) co_return std::unexpected(std::move(question.error()));
  auto caller = co_await caller_of(ctx, question->group);
  if (!caller) co_return std::unexpected(std::move(caller.error()));
  co_await relay::serve_chat_for(ctx.services.relay_of(ctx.exchange.worker()), ctx.exchange, std::move(*caller),
                                 question->body(*body));
  co_return already_sent();
}

constexpr std::array kRows{
    Row{Method::post, "/pg/chat/completions", Permission::user, &chat, {.model_call = true}},
};

}  // namespace

std::span<const Row> playground_routes() { return kRows; }

}  // namespace tollgate::manage
