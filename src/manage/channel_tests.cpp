#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/strings.h"
#include "catalog/builder.h"
#include "manage/after_test.h"
#include "manage/channel_json.h"
#include "manage/channel_write.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "net/worker.h"
#include "providers/target.h"
#include "relay/channel_test.h"
#include "relay/worker_relay.h"
#include "store/channels.h"
#include "telemetry/log.h"

namespace tollgate::manage {
namespace {

using http::Method;
using store::ChannelRow;
using store::ChannelStatus;
using store::Session;

/// A channel as stored, and ready to be called.
struct Subject {
  ChannelRow row;
  catalog::Channel channel;
};

Result<catalog::Channel> build(Services& services, const config::Settings& settings, const ChannelRow& row) {
  catalog::Builder builder(services.sealer, services.health);
  return builder.build_channel(row, settings);
}

/// Writes down what a test found. Blocking. @return whether the channel's status was changed.
Result<bool> note_outcome(Session& db, const ChannelRow& row, const relay::ChannelTestOutcome& outcome,
                          const AfterTest& after, std::int64_t now_s) {
  if (!outcome.failure) {
    if (auto noted = store::note_channel_test(db, row.id, outcome.latency_ms, now_s); !noted) {
      return std::unexpected(noted.error());
    }
  }
  switch (after.action) {
    case AfterTest::Action::none:
      return false;
    case AfterTest::Action::enable:
      return store::set_channel_status(db, row.id, ChannelStatus::auto_disabled, ChannelStatus::enabled, {}, now_s);
    case AfterTest::Action::disable:
      return store::set_channel_status(db, row.id, ChannelStatus::enabled, ChannelStatus::auto_disabled, after.reason,
                                       now_s);
  }
  return false;
}

struct Tested {
  std::string model;
  relay::ChannelTestOutcome outcome;
};

/// Asks the channel, with the model that is named or the one it is tested with. Errors: invalid_request, client_gone.
net::Task<Result<Tested>> ask(Context& ctx, const Subject& subject, std::string model) {
  if (model.empty()) model = relay::test_model_of(subject.channel, subject.row.models);
  if (model.empty()) {
    co_return fail(Error(ErrorCode::invalid_request, "name a model to test with: the channel has none").param("model"));
  }
  auto outcome = co_await relay::test_channel(ctx.services.relay_of(ctx.exchange.worker()), subject.channel,
                                              *ctx.settings, model, ctx.exchange.cancel_signal());
  if (outcome.failure && outcome.failure->code() == ErrorCode::client_gone) co_return fail(*outcome.failure);
  co_return Tested{.model = std::move(model), .outcome = std::move(outcome)};
}

Reply test_reply(const Tested& tested) {
  const std::optional<Error>& failure = tested.outcome.failure;
  json::object out{{"success", !failure},
                   {"message", failure ? std::string_view(failure->message()) : std::string_view()},
                   {"time", static_cast<double>(tested.outcome.latency_ms) / 1000.0},
                   {"modelName", tested.model},
                   {"upstream_model", tested.outcome.upstream_model}};
  if (failure) {
    out["code"] = failure->name();
    if (!failure->detail().empty()) out["detail"] = failure->detail();
  }
  return raw(std::move(out));
}

net::Task<Result<Reply>> test_one(Context& ctx) {
  const auto id = ctx.path_id();
  if (!id) co_return std::unexpected(id.error());
  auto load = [&](Session& db) -> Result<Subject> {
    auto row = load_channel(db, ChannelId{*id});
    if (!row) return std::unexpected(row.error());
    auto channel = build(ctx.services, *ctx.settings, *row);
    if (!channel) return std::unexpected(channel.error());
    return Subject{.row = std::move(*row), .channel = std::move(*channel)};
  };
  const auto subject = co_await ctx.read(std::move(load));
  if (!subject) co_return std::unexpected(subject.error());
  const auto tested = co_await ask(ctx, *subject, ctx.query().text("model"));
  if (!tested) co_return std::unexpected(tested.error());
  const relay::ChannelTestOutcome& outcome = tested->outcome;

  const AfterTest after = after_test(subject->row, outcome, *ctx.settings, false);
  // A deadline of its own: the context's may have passed while the provider was thinking.
  const Deadline deadline = ctx.exchange.worker().in_ms(ctx.settings->storage_timeout_ms);
  const std::int64_t now_s = ctx.services.clock.unix_seconds();
  auto write = [&](Session& db) { return note_outcome(db, subject->row, outcome, after, now_s); };
  const auto changed = co_await ctx.services.storage.main().run(std::move(write), deadline);
  if (!changed) co_return std::unexpected(changed.error());
  if (*changed) co_await ctx.published();
  if (!outcome.failure) ctx.services.health.reset(subject->row.id, false);

  co_return test_reply(*tested);
}

/// The one run over all channels that there may be at a time.
class Run {
 public:
  explicit Run(std::shared_ptr<std::atomic<bool>> flag) : flag_(std::move(flag)) {}
  ~Run() {
    if (flag_) flag_->store(false);
  }
  Run(Run&&) noexcept = default;
  Run& operator=(Run&&) = delete;
  Run(const Run&) = delete;

 private:
  std::shared_ptr<std::atomic<bool>> flag_;
};

enum class Scope : std::uint8_t { all, disabled };

bool in_scope(const ChannelRow& row, Scope scope) {
  return scope == Scope::all || row.status != ChannelStatus::enabled;
}

/// One channel of a run. @return whether its status was changed.
net::Task<Result<bool>> test_in_run(Services& services, net::Worker& worker, ChannelRow row,
                                    std::shared_ptr<const config::Settings> settings) {
  const auto deadline = [&] { return worker.in_ms(settings->storage_timeout_ms); };
  auto job = [&](Session&) { return build(services, *settings, row); };
  const auto channel = co_await services.storage.main().read(std::move(job), deadline());
  relay::ChannelTestOutcome outcome;
  if (channel) {
    net::CancelSignal never;
    const std::string model = relay::test_model_of(*channel, row.models);
    if (model.empty()) co_return false;
    outcome = co_await relay::test_channel(services.relay_of(worker), *channel, *settings, model, never);
  } else {
    outcome.failure = channel.error();
  }
  const AfterTest after = after_test(row, outcome, *settings, true);
  const std::int64_t now_s = services.clock.unix_seconds();
  auto write = [&](Session& db) { return note_outcome(db, row, outcome, after, now_s); };
  const auto changed = co_await services.storage.main().run(std::move(write), deadline());
  if (changed && !outcome.failure) services.health.reset(row.id, false);
  if (outcome.failure) {
    log::failure(log::Level::info, "a channel's test failed", *outcome.failure,
                 {{"channel", std::to_string(row.id.value)}});
  }
  co_return changed;
}

net::Task<void> test_all(Services& services, net::Worker& worker, Scope scope, Run run) {
  const auto settings = services.settings.current();
  const auto rows = co_await services.storage.main().read([](Session& db) { return store::load_channels(db); },
                                                          worker.in_ms(settings->storage_timeout_ms));
  if (!rows) {
    log::failure(log::Level::warn, "channels could not be tested", rows.error(), {});
    co_return;
  }
  bool first = true;
  for (const ChannelRow& row : *rows) {
    if (!in_scope(row, scope)) continue;
    if (!first && settings->polling_interval_ms > 0) co_await worker.sleep(settings->polling_interval_ms);
    first = false;
    const auto changed = co_await test_in_run(services, worker, row, settings);
    if (changed && *changed) {
      if (auto published = co_await services.publisher.publish(); !published) {
        log::failure(log::Level::warn, "a channel's new status is saved but not yet in force", published.error(), {});
      }
    }
  }
}

net::Task<Result<Reply>> start_test_of_all(Context& ctx) {
  const std::string scope = ctx.query().text("scope");
  if (!scope.empty() && scope != "all" && scope != "disabled") {
    co_return fail(Error(ErrorCode::invalid_request, "scope must be all or disabled").param("scope"));
  }
  if (ctx.services.testing_channels->exchange(true))
    co_return fail(ErrorCode::conflict, "a test of all channels is running");
  net::Worker& worker = ctx.exchange.worker();
  worker.spawn(test_all(ctx.services, worker, scope == "disabled" ? Scope::disabled : Scope::all,
                        Run(ctx.services.testing_channels)));
  co_return ok();
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
  auto channel = build(services, settings, row);
  if (!channel) return std::unexpected(channel.error());
  return Subject{.row = std::move(row), .channel = std::move(*channel)};
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
    co_return ok(std::move(out));
  }
  const auto path = path_of_models(subject->row, channel);
  if (!path) co_return std::unexpected(path.error());
  const auto models = co_await relay::fetch_models(ctx.services.relay_of(ctx.exchange.worker()), channel, *ctx.settings,
                                                   *path, ctx.exchange.cancel_signal());
  if (!models) co_return std::unexpected(models.error());
  for (const std::string& model : *models) out.emplace_back(model);
  co_return ok(std::move(out));
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
  const auto tested = co_await ask(ctx, *subject, model);
  if (!tested) co_return std::unexpected(tested.error());
  co_return test_reply(*tested);
}

constexpr std::array kRows{
    Row{Method::get, "/api/channel/test", Permission::admin, &start_test_of_all, {.acts = true}},
    Row{Method::get, "/api/channel/test/:id", Permission::admin, &test_one, {.acts = true}},
    Row{Method::post, "/api/channel/provider_models_list", Permission::admin, &provider_models},
    Row{Method::post, "/api/channel/probe", Permission::admin, &probe},
};

}  // namespace

std::span<const Row> channel_test_routes() { return kRows; }

}  // namespace tollgate::manage
