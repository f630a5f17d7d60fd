#include "manage/channel_trial.h"

#include <optional>
#include <utility>

#include "catalog/builder.h"
#include "config/settings.h"
#include "manage/after_test.h"
#include "manage/channel_write.h"
#include "telemetry/log.h"

namespace tollgate::manage {
namespace {

/// Blocking. @return whether the channel's status was changed.
Result<bool> note(store::Session& db, const store::ChannelRow& row, const relay::ChannelTestOutcome& outcome,
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

}  // namespace

Result<Subject> subject_of(const Services& services, const config::Settings& settings, store::ChannelRow row) {
  catalog::Builder builder(services.sealer, services.health);
  auto channel = builder.build_channel(row, settings);
  if (!channel) return std::unexpected(channel.error());
  return Subject{.row = std::move(row), .channel = std::move(*channel)};
}

Result<Subject> load_subject(store::Session& db, const Services& services, const config::Settings& settings,
                             ChannelId id) {
  auto row = load_channel(db, id);
  if (!row) return std::unexpected(row.error());
  return subject_of(services, settings, std::move(*row));
}

net::Task<Result<Tested>> ask(const Services& services, net::Worker& worker, const config::Settings& settings,
                              const Subject& subject, std::string model, net::CancelSignal& signal) {
  if (model.empty()) model = relay::test_model_of(subject.channel, subject.row.models);
  if (model.empty()) {
    co_return fail(Error(ErrorCode::invalid_request, "name a model to test with: the channel has none").param("model"));
  }
  auto outcome = co_await relay::test_channel(services.relay_of(worker), subject.channel, settings, model, signal);
  co_return Tested{.model = std::move(model), .outcome = std::move(outcome)};
}

net::Task<Result<bool>> follow_up(Services& services, net::Worker& worker, const config::Settings& settings,
                                  const store::ChannelRow& row, const relay::ChannelTestOutcome& outcome, bool in_run) {
  const AfterTest after = after_test(row, outcome, settings, in_run);
  const std::int64_t now_s = services.clock.unix_seconds();
  auto write = [&](store::Session& db) { return note(db, row, outcome, after, now_s); };
  // A deadline of its own: a call's may have passed while the provider was thinking.
  const auto changed =
      co_await services.storage.main().run(std::move(write), worker.in_ms(settings.storage_timeout_ms));
  if (!changed) co_return changed;
  if (*changed) {
    if (auto published = co_await services.publisher.publish(); !published) {
      log::failure(log::Level::error, "a channel's new status is saved but not yet in force", published.error(), {});
    }
  }
  if (!outcome.failure) services.health.reset(row.id, false);
  co_return changed;
}

json::object tested_value(const Tested& tested) {
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
  return out;
}

}  // namespace tollgate::manage
