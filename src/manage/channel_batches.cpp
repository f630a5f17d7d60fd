#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "manage/channel_json.h"
#include "manage/channel_write.h"
#include "manage/context.h"
#include "manage/deletion.h"
#include "manage/resources.h"
#include "store/channels.h"

/// Several channels at once: one transaction, in force on every worker when it is answered.
namespace tollgate::manage {
namespace {

std::vector<ChannelId> read_channels(const Fields& fields) {
  std::vector<ChannelId> out;
  for (const std::int64_t id : read_ids(fields)) out.push_back(ChannelId{id});
  return out;
}

/// The same, of calls that name at least one.
std::vector<ChannelId> read_some_channels(const Fields& fields) {
  auto out = read_channels(fields);
  if (fields.ok() && out.empty()) fields->refuse("ids", "must not be empty");
  return out;
}

/// Error: not_found, naming those that there are not.
Result<std::vector<ChannelRow>> load_all_of(Session& db, const std::vector<ChannelId>& ids) {
  auto rows = store::load_channels(db, ids);
  if (!rows || rows->size() == ids.size()) return rows;
  std::vector<ChannelId> found;
  for (const ChannelRow& row : *rows) found.push_back(row.id);
  return fail(missing("channels", ids, found));
}

// --- as the predecessors have it: what does not exist is passed over ---

struct Batch {
  std::vector<ChannelId> ids;
  std::string value;
};

Result<Batch> read_batch(const json::object& body) {
  Fields fields(body);
  Batch out;
  out.value = fields->required_string("value");
  if (fields.ok() && out.value.empty()) fields->refuse("value", "must not be empty");
  out.ids = read_channels(fields);
  if (!fields.ok()) return fields.failure();
  return out;
}

net::Task<Result<Reply>> remove(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto batch = read_batch(*body);
  if (!batch) co_return std::unexpected(batch.error());
  auto job = [&](Session& db) -> Result<std::int64_t> {
    return delete_channels(db, ctx, batch->ids, "channel.delete");
  };
  const auto gone = co_await ctx.run(std::move(job));
  if (!gone) co_return std::unexpected(gone.error());
  co_await ctx.published();
  co_return ok(json::value(*gone));
}

/// Changes the channels of the list that exist; answers with their number.
net::Task<Result<Reply>> change(Context& ctx, void (*edit)(ChannelRow&, const std::string&)) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto batch = read_batch(*body);
  if (!batch) co_return std::unexpected(batch.error());
  auto job = [&](Session& db) -> Result<std::int64_t> {
    return store::transaction(db, "change_channels", [&]() -> Result<std::int64_t> {
      std::int64_t changed = 0;
      for (const ChannelId id : batch->ids) {
        auto row = store::find_channel(db, id);
        if (!row) return std::unexpected(row.error());
        if (!*row) continue;
        edit(**row, batch->value);
        (*row)->updated_at = ctx.now_s;
        if (auto saved = save_channel(db, ctx, **row, "channel.batch"); !saved) return std::unexpected(saved.error());
        ++changed;
      }
      return changed;
    });
  };
  const auto changed = co_await ctx.run(std::move(job));
  if (!changed) co_return std::unexpected(changed.error());
  co_await ctx.published();
  co_return ok(json::value(*changed));
}

net::Task<Result<Reply>> set_other(Context& ctx) {
  return change(ctx, [](ChannelRow& row, const std::string& value) { row.other = value; });
}

net::Task<Result<Reply>> drop_model(Context& ctx) {
  return change(ctx, [](ChannelRow& row, const std::string& value) { row.models = without_entry(row.models, value); });
}

// --- all or none ---

/// Runs `write`, a function of a session that answers with a number of channels, in a transaction with one audit row.
template <class Write>
net::Task<Result<Reply>> change_all(Context& ctx, const std::vector<ChannelId>& ids, std::string_view action,
                                    Write write) {
  auto job = [&](Session& db) -> Result<std::int64_t> {
    return store::transaction(db, action, [&]() -> Result<std::int64_t> {
      auto changed = write(db);
      if (!changed) return changed;
      const auto noted = store::add_audit(db, ctx.audit(std::string(action), "channel", 0, listed(ids)));
      if (!noted) return std::unexpected(noted.error());
      return changed;
    });
  };
  const auto changed = co_await ctx.run(std::move(job));
  if (!changed) co_return std::unexpected(changed.error());
  co_await ctx.published();
  co_return ok(json::value(*changed));
}

Result<void> check_all_usable(const Context& ctx, const std::vector<ChannelRow>& rows) {
  for (const ChannelRow& row : rows) {
    if (auto usable = check_usable(ctx, row); !usable) {
      return fail(Error(usable.error().code(), row.name + ": " + usable.error().message()).param("ids"));
    }
  }
  return {};
}

net::Task<Result<Reply>> set_status(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  const auto ids = read_some_channels(fields);
  const auto status = fields->integer("status", 1, 2);
  if (fields.ok() && !status) fields->refuse("status", "is required: 1 to enable, 2 to disable");
  if (!fields.ok()) co_return fields.failure();
  const ChannelStatus to = *status == 1 ? ChannelStatus::enabled : ChannelStatus::disabled;
  auto write = [&](Session& db) -> Result<std::int64_t> {
    const auto rows = load_all_of(db, ids);
    if (!rows) return std::unexpected(rows.error());
    if (to == ChannelStatus::enabled) {
      if (auto usable = check_all_usable(ctx, *rows); !usable) return std::unexpected(usable.error());
    }
    return store::set_channels_status(db, ids, to, ctx.now_s);
  };
  auto reply = co_await change_all(ctx, ids, "channel.status", std::move(write));
  if (reply && to == ChannelStatus::enabled) {
    for (const ChannelId id : ids) ctx.services.health.reset(id, false);
  }
  co_return reply;
}

net::Task<Result<Reply>> set_tag(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  const auto ids = read_some_channels(fields);
  const std::string tag(trim(fields->string("tag").value_or("")));
  if (tag.size() > kMaxChannelName) fields->refuse("tag", "is too long");
  if (!fields.ok()) co_return fields.failure();
  auto write = [&](Session& db) -> Result<std::int64_t> {
    if (const auto rows = load_all_of(db, ids); !rows) return std::unexpected(rows.error());
    return store::set_channels_tag(db, ids, tag, ctx.now_s);
  };
  co_return co_await change_all(ctx, ids, "channel.tag", std::move(write));
}

net::Task<Result<Reply>> restore(Context& ctx) {
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  const auto ids = read_some_channels(fields);
  if (!fields.ok()) co_return fields.failure();
  auto write = [&](Session& db) -> Result<std::int64_t> {
    auto back = store::restore_channels(db, ids, restorable_since(ctx.now_s), ctx.now_s);
    if (!back) return back;
    if (const auto rows = load_all_of(db, ids); !rows) return std::unexpected(rows.error());
    return back;
  };
  co_return co_await change_all(ctx, ids, "channel.restore", std::move(write));
}

constexpr std::array kRows{
    Row{Method::del, "/api/channel/batch", Permission::admin, &remove},
    Row{Method::put, "/api/channel/batch/azure_api", Permission::admin, &set_other},
    Row{Method::put, "/api/channel/batch/del_model", Permission::admin, &drop_model},
    Row{Method::post, "/api/channel/batch/status", Permission::admin, &set_status},
    Row{Method::post, "/api/channel/batch/tag", Permission::admin, &set_tag},
    Row{Method::post, "/api/channel/restore", Permission::admin, &restore},
};

}  // namespace

std::span<const Row> channel_batch_routes() { return kRows; }

}  // namespace tollgate::manage
