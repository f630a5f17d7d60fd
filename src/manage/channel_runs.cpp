#include "manage/channel_runs.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "manage/channel_trial.h"
#include "manage/context.h"
#include "manage/event_stream.h"
#include "manage/resources.h"
#include "manage/upkeep.h"
#include "net/worker.h"
#include "relay/channel_test.h"
#include "store/channels.h"
#include "telemetry/log.h"

namespace tollgate::manage {
namespace {

using SettingsRef = std::shared_ptr<const config::Settings>;

constexpr std::size_t kMaxCheckedModels = 500;

/// Setting of the call: all channels, or those that are disabled.
Result<bool> only_disabled(const Context& ctx) {
  const std::string scope = ctx.query().text("scope");
  if (!scope.empty() && scope != "all" && scope != "disabled") {
    return fail(Error(ErrorCode::invalid_request, "scope must be all or disabled").param("scope"));
  }
  return scope == "disabled";
}

net::Task<Result<std::vector<ChannelRow>>> load_rows(Services& services, net::Worker& worker, SettingsRef settings,
                                                     bool disabled_only) {
  auto rows = co_await services.storage.main().read([](Session& db) { return store::load_channels(db); },
                                                    worker.in_ms(settings->storage_timeout_ms));
  if (rows && disabled_only) {
    std::erase_if(*rows, [](const ChannelRow& row) { return row.status == ChannelStatus::enabled; });
  }
  co_return rows;
}

/// What came of one channel of a run.
struct RunResult {
  Tested tested;
  bool changed = false;  ///< of its status
};

/// A channel that cannot be called, or names no model, has failed its test.
net::Task<RunResult> test_in_run(Services& services, net::Worker& worker, SettingsRef settings, ChannelRow row,
                                 net::CancelSignal& signal) {
  RunResult out;
  auto build = [&](Session&) { return subject_of(services, *settings, row); };
  const auto subject =
      co_await services.storage.main().read(std::move(build), worker.in_ms(settings->storage_timeout_ms));
  auto tested = subject ? co_await ask(services, worker, *settings, *subject, {}, signal)
                        : Result<Tested>(std::unexpected(subject.error()));
  if (!tested) {
    out.tested.outcome.failure = std::move(tested.error());
    co_return out;
  }
  out.tested = std::move(*tested);
  if (signal.canceled()) co_return out;
  const auto changed = co_await follow_up(services, worker, *settings, row, out.tested.outcome, true);
  if (!changed) log::failure(log::Level::warn, "a channel's test could not be written down", changed.error(), {});
  out.changed = changed && *changed;
  if (out.tested.outcome.failure) {
    log::failure(log::Level::info, "a channel's test failed", *out.tested.outcome.failure,
                 {{"channel", std::to_string(row.id.value)}});
  }
  co_return out;
}

// --- in the background ---

net::Task<Result<Reply>> start_test_of_all(Context& ctx) {
  const auto disabled_only = only_disabled(ctx);
  if (!disabled_only) co_return std::unexpected(disabled_only.error());
  auto run = ChannelRun::begin(ctx.services);
  if (!run) co_return std::unexpected(run.error());
  ctx.services.upkeep->test_channels_now(*disabled_only, std::move(*run));
  co_return ok();
}

// --- while somebody looks on ---

json::object result_value(const ChannelRow& row, const RunResult& result) {
  json::object out = tested_value(result.tested);
  out["id"] = row.id.value;
  out["name"] = row.name;
  out["status_changed"] = result.changed;
  return out;
}

/// Tests one channel after the other and tells of each; ends when the reader leaves.
net::Task<Result<Reply>> watch_test_of_all(Context& ctx) {
  const auto disabled_only = only_disabled(ctx);
  if (!disabled_only) co_return std::unexpected(disabled_only.error());
  const auto run = ChannelRun::begin(ctx.services);
  if (!run) co_return std::unexpected(run.error());
  net::Worker& worker = ctx.exchange.worker();
  const auto rows = co_await load_rows(ctx.services, worker, ctx.settings, *disabled_only);
  if (!rows) co_return std::unexpected(rows.error());

  net::CancelSignal& leaving = ctx.exchange.cancel_signal();
  EventStream events(ctx);
  bool there = co_await events.send("start", json::object{{"total", rows->size()}});
  std::int64_t failed = 0;
  for (const ChannelRow& row : *rows) {
    if (&row != &rows->front()) there = co_await worker.sleep(ctx.settings->polling_interval_ms, &leaving) && there;
    if (!there) co_return already_sent();
    const RunResult result = co_await events.during(test_in_run(ctx.services, worker, ctx.settings, row, leaving));
    if (leaving.canceled()) co_return already_sent();
    if (result.tested.outcome.failure) ++failed;
    there = co_await events.send("result", result_value(row, result));
  }
  (void)co_await events.send("done", json::object{{"tested", rows->size()}, {"failed", failed}});
  co_await events.end();
  co_return already_sent();
}

// --- one channel over its models ---

struct CheckWanted {
  ChannelId id;
  std::vector<std::string> models;  ///< none: all that the channel names in full
};

Result<CheckWanted> read_check(const json::object& body) {
  Fields fields(body);
  CheckWanted out;
  out.id = ChannelId{fields->integer("id", 1, kMaxId).value_or(0)};
  if (fields.ok() && !out.id) fields->refuse("id", "is missing");
  for (const std::string_view model : split_list(fields->string("models").value_or(""))) out.models.emplace_back(model);
  if (out.models.size() > kMaxCheckedModels) fields->refuse("models", "must name at most 500");
  if (!fields.ok()) return fields.failure();
  return out;
}

/// Results of the predecessor's: 0 failed, 1 answered, 2 not known.
int check_status(const relay::ChannelTestOutcome& outcome) {
  if (!outcome.failure) return 1;
  return outcome.failure->code() == ErrorCode::not_supported ? 2 : 0;
}

/// The predecessor's form, with one step of the several it has, and the members of a test beside.
json::object check_value(const Tested& tested) {
  json::object out = tested_value(tested);
  json::object result{
      {"name", "answer"}, {"status", check_status(tested.outcome)}, {"remark", json::find_string(out, "message")}};
  json::object step{{"name", "basic"}, {"results", json::array{std::move(result)}}, {"response", nullptr}};
  out["model"] = tested.model;
  out["process"] = json::array{std::move(step)};
  return out;
}

net::Task<Result<Reply>> check_models(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  auto wanted = read_check(*body);
  if (!wanted) co_return std::unexpected(wanted.error());
  const auto subject =
      co_await ctx.read([&](Session& db) { return load_subject(db, ctx.services, *ctx.settings, wanted->id); });
  if (!subject) co_return std::unexpected(subject.error());
  if (wanted->models.empty()) {
    for (const std::string_view model : split_list(subject->row.models)) {
      if (!model.ends_with('*') && wanted->models.size() < kMaxCheckedModels) wanted->models.emplace_back(model);
    }
  }
  net::CancelSignal& leaving = ctx.exchange.cancel_signal();
  EventStream events(ctx);
  for (const std::string& model : wanted->models) {
    const auto tested =
        co_await events.during(ask(ctx.services, ctx.exchange.worker(), *ctx.settings, *subject, model, leaving));
    if (leaving.canceled() || !tested) co_return already_sent();
    if (!co_await events.send("result", check_value(*tested))) co_return already_sent();
  }
  (void)co_await events.send("done", "completed");
  co_await events.end();
  co_return already_sent();
}

constexpr std::array kRows{
    Row{Method::get, "/api/channel/test", Permission::admin, &start_test_of_all, {.acts = true}},
    Row{Method::get, "/api/sse/channel/test_all", Permission::admin, &watch_test_of_all, {.acts = true}},
    Row{Method::post, "/api/sse/channel/check", Permission::admin, &check_models},
};

}  // namespace

Result<ChannelRun> ChannelRun::begin(const Services& services) {
  if (services.testing_channels->exchange(true)) return fail(ErrorCode::conflict, "a test of all channels is running");
  return ChannelRun(services.testing_channels);
}

net::Task<void> test_channels(Services& services, net::Worker& worker, bool disabled_only, ChannelRun run,
                              net::CancelSignal& stop) {
  const SettingsRef settings = services.settings.current();
  const auto rows = co_await load_rows(services, worker, settings, disabled_only);
  if (!rows) {
    log::failure(log::Level::warn, "channels could not be tested", rows.error(), {});
    co_return;
  }
  for (const ChannelRow& row : *rows) {
    if (&row != &rows->front()) co_await worker.sleep(settings->polling_interval_ms, &stop);
    if (stop.canceled()) co_return;
    (void)co_await test_in_run(services, worker, settings, row, stop);
  }
}

std::span<const Row> channel_run_routes() { return kRows; }

}  // namespace tollgate::manage
