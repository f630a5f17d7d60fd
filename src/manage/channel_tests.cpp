#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/strings.h"
#include "manage/channel_json.h"
#include "manage/channel_trial.h"
#include "manage/channel_write.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "providers/target.h"
#include "relay/channel_test.h"
#include "relay/worker_relay.h"
#include "store/channels.h"

namespace tollgate::manage {
namespace {

/// Errors: also client_gone.
net::Task<Result<Tested>> ask_now(Context& ctx, const Subject& subject, std::string model) {
  auto tested = co_await ask(ctx.services, ctx.exchange.worker(), *ctx.settings, subject, std::move(model),
                             ctx.exchange.cancel_signal());
  if (tested && tested->outcome.failure && tested->outcome.failure->code() == ErrorCode::client_gone) {
    co_return fail(*tested->outcome.failure);
  }
  co_return tested;
}

net::Task<Result<Reply>> test_one(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  const auto subject =
      co_await ctx.read([&](Session& db) { return load_subject(db, ctx.services, *ctx.settings, ChannelId{*id}); });
  if (!subject) co_return std::unexpected(subject.error());
  const auto tested = co_await ask_now(ctx, *subject, ctx.query().text("model"));
  if (!tested) co_return std::unexpected(tested.error());
  const auto changed =
      co_await follow_up(ctx.services, ctx.exchange.worker(), *ctx.settings, subject->row, tested->outcome, false);
  if (!changed) co_return std::unexpected(changed.error());
  co_return raw(tested_value(*tested));
}

Result<std::string> path_of_models(const ChannelRow& row, const catalog::Channel& channel) {
  const auto object_of = [](const std::string& text) -> json::object {
    auto parsed = json::parse_object(text);
    return parsed ? std::move(*parsed) : json::object();
  };
  const json::object options = object_of(row.options);
  const json::object plugin = object_of(row.plugin);
  return providers::models_path(
      *channel.provider, {.base_url = channel.base_url, .other = row.other, .options = &options, .plugin = &plugin});
}

/// The channel that a form describes, saved or not: without a key in the body, with those of the channel `id`.
/// Blocking.
Result<Subject> draft(Session& db, Services& services, const config::Settings& settings, const ChannelChange& change) {
  const ChannelSecrets secrets = channel_secrets(services);
  ChannelRow row;
  const auto keys = lines_of(change.key ? std::string_view(change.key->reveal()) : std::string_view());
  const auto key = std::ranges::find_if(keys, [](std::string_view line) { return !line.empty(); });
  if (key == keys.end() && change.id > 0) {
    auto stored = load_channel(db, ChannelId{change.id});
    if (!stored) return std::unexpected(stored.error());
    row = std::move(*stored);
    row.id = ChannelId{};
  }
  apply_channel_change(change, true, secrets, row);
  if (key != keys.end()) secrets.set_keys(row, *key);
  return subject_of(services, settings, std::move(row));
}

/// What the provider itself says it serves, for the form of a channel that may not be saved yet.
net::Task<Result<Reply>> provider_models(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto change = read_channel_change(*body);
  if (!change) co_return std::unexpected(change.error());
  const auto subject = co_await ctx.read([&](Session& db) { return draft(db, ctx.services, *ctx.settings, *change); });
  if (!subject) co_return std::unexpected(subject.error());
  const catalog::Channel& channel = subject->channel;
  json::array out;
  if (channel.local()) {
    for (const std::string_view model : channel.provider->models) out.emplace_back(model);
    co_return ok(out);
  }
  const auto path = path_of_models(subject->row, channel);
  if (!path) co_return std::unexpected(path.error());
  const auto models = co_await relay::fetch_models(ctx.services.relay_of(ctx.exchange.worker()), channel, *ctx.settings,
                                                   *path, ctx.exchange.cancel_signal());
  if (!models) co_return std::unexpected(models.error());
  for (const std::string& model : *models) out.emplace_back(model);
  co_return ok(out);
}

/// Tests a channel as its form describes it, so that a wrong key is found before it is saved. Stores nothing.
net::Task<Result<Reply>> probe(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto change = read_channel_change(*body);
  if (!change) co_return std::unexpected(change.error());
  Fields fields(*body);
  const std::string model(fields->string("model").value_or(""));
  if (!fields.ok()) co_return fields.failure();
  const auto subject = co_await ctx.read([&](Session& db) { return draft(db, ctx.services, *ctx.settings, *change); });
  if (!subject) co_return std::unexpected(subject.error());
  const auto tested = co_await ask_now(ctx, *subject, model);
  if (!tested) co_return std::unexpected(tested.error());
  co_return raw(tested_value(*tested));
}

constexpr std::array kRows{
    Row{Method::get, "/api/channel/test/:id", Permission::admin, &test_one, {.acts = true}},
    Row{Method::post, "/api/channel/provider_models_list", Permission::admin, &provider_models},
    Row{Method::post, "/api/channel/probe", Permission::admin, &probe},
};

}  // namespace

std::span<const Row> channel_test_routes() { return kRows; }

}  // namespace tollgate::manage
