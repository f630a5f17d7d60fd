#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>

#include "base/strings.h"
#include "catalog/builder.h"
#include "manage/channel_json.h"
#include "manage/channel_write.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "store/channels.h"

/// Channels that share a tag are edited as one: the same settings, one key each.
namespace tollgate::manage {
namespace {

Error no_tag() { return {ErrorCode::not_found, "there is no such tag"}; }

Result<std::string> tag_of(const Context& ctx) {
  std::string tag = ctx.path_text("tag");
  if (tag.empty()) return fail(Error(ErrorCode::invalid_request, "tag is missing").param("tag"));
  return tag;
}

net::Task<Result<Reply>> tags(Context& ctx) {
  const auto found = co_await ctx.read([](Session& db) { return store::list_channel_tags(db); });
  if (!found) co_return std::unexpected(found.error());
  json::array out;
  for (const std::string& tag : *found) out.push_back({{"id", 0}, {"tag", tag}});
  co_return ok(out);
}

net::Task<Result<Reply>> list(Context& ctx) {
  if (const auto may = ctx.require_proof(); !may) co_return std::unexpected(may.error());
  const auto tag = tag_of(ctx);
  if (!tag) co_return std::unexpected(tag.error());
  const auto rows = co_await ctx.read([&](Session& db) { return store::load_channels_by_tag(db, *tag); });
  if (!rows) co_return std::unexpected(rows.error());
  const ChannelSecrets secrets = channel_secrets(ctx.services);
  json::array out;
  for (const ChannelRow& row : *rows) {
    const auto health = ctx.services.health.stats(row.id);
    out.push_back(channel_value(row, &secrets, health ? &*health : nullptr, ctx.services.clock.mono_ns() / 1'000'000));
  }
  co_return ok(out);
}

/// The first channel of the tag with the keys of all of them.
net::Task<Result<Reply>> show(Context& ctx) {
  if (const auto may = ctx.require_proof(); !may) co_return std::unexpected(may.error());
  const auto tag = tag_of(ctx);
  if (!tag) co_return std::unexpected(tag.error());
  const auto rows = co_await ctx.read([&](Session& db) { return store::load_channels_by_tag(db, *tag); });
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return fail(no_tag());
  const ChannelSecrets secrets = channel_secrets(ctx.services);
  std::string keys;
  json::object channel_of_key;
  for (const ChannelRow& row : *rows) {
    const std::string key = secrets.keys(row);
    if (!keys.empty()) keys += '\n';
    keys += key;
    channel_of_key[row.key_hash] = row.id.value;
  }
  json::object out = channel_value(rows->front(), &secrets, nullptr, 0);
  out["key"] = keys;
  out["KeyMap"] = std::move(channel_of_key);
  co_return ok(out);
}

/// What all channels of a tag share, from the body; name, key, status, weight and priority stay each channel's own.
ChannelChange shared_part(const ChannelChange& change) {
  ChannelChange out;
  out.base_url = change.base_url;
  out.other = change.other;
  out.models = change.models;
  out.groups = change.groups;
  out.tag = change.tag;
  out.model_mapping = change.model_mapping;
  out.headers = change.headers;
  out.parameters = change.parameters;
  out.proxy = change.proxy;
  out.test_model = change.test_model;
  out.only_chat = change.only_chat;
  out.plugin = change.plugin;
  out.prompt_counting = change.prompt_counting;
  out.disabled_stream = change.disabled_stream;
  out.compatible_response = change.compatible_response;
  out.allow_extra_body = change.allow_extra_body;
  out.status_mapping = change.status_mapping;
  out.system_prompt = change.system_prompt;
  out.options = change.options;
  out.auto_disable = change.auto_disable;
  return out;
}

std::vector<std::string> distinct_keys(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view line : lines_of(text)) {
    if (!line.empty() && std::ranges::find(out, line) == out.end()) out.emplace_back(line);
  }
  return out;
}

/// Channels whose key is not in the list go, keys that no channel has get one, all get the shared settings.
Result<void> rewrite(Session& db, const Context& ctx, const std::string& tag, const ChannelChange& change,
                     const std::vector<std::string>& keys) {
  auto rows = store::load_channels_by_tag(db, tag);
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail(no_tag());
  const ChannelSecrets secrets = channel_secrets(ctx.services);
  const ChannelChange shared = shared_part(change);
  const ChannelRow model = rows->front();
  std::vector<ChannelId> gone;
  std::vector<std::string> kept;
  for (ChannelRow& row : *rows) {
    const std::string key(trim(secrets.keys(row)));
    if (std::ranges::find(keys, key) == keys.end()) {
      gone.push_back(row.id);
      continue;
    }
    kept.push_back(key);
    apply_channel_change(shared, true, secrets, row);
    row.updated_at = ctx.now_s;
    if (auto saved = save_channel(db, ctx, row, "channel.tag"); !saved) return saved;
  }
  if (const auto deleted = delete_channels(db, ctx, gone, "channel.delete"); !deleted) {
    return std::unexpected(deleted.error());
  }
  std::int64_t number = static_cast<std::int64_t>(kept.size());
  for (const std::string& key : keys) {
    if (std::ranges::find(kept, key) != kept.end()) continue;
    ChannelRow row = model;
    row.id = ChannelId{};
    row.used = 0;
    row.request_count = 0;
    row.tested_at = row.response_ms = 0;
    row.balance_micros = row.balance_updated_at = 0;
    row.status = ChannelStatus::enabled;
    row.version = 1;
    row.created_at = row.updated_at = ctx.now_s;
    apply_channel_change(shared, true, secrets, row);
    row.name = change.name.value_or(model.name) + "_" + std::to_string(++number);
    secrets.set_keys(row, key);
    if (auto usable = check_usable(ctx, row); !usable) return usable;
    const auto id = store::create_channel(db, row);
    if (!id) return std::unexpected(id.error());
    const auto noted = store::add_audit(db, ctx.audit("channel.create", "channel", id->value, row.name));
    if (!noted) return std::unexpected(noted.error());
  }
  return {};
}

net::Task<Result<Reply>> update(Context& ctx) {
  const auto tag = tag_of(ctx);
  if (!tag) co_return std::unexpected(tag.error());
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  const auto change = read_channel_change(*body);
  if (!change) co_return std::unexpected(change.error());
  const auto keys = distinct_keys(change->key ? change->key->reveal() : std::string());
  if (keys.empty()) co_return fail(Error(ErrorCode::invalid_request, "key must not be empty").param("key"));
  auto job = [&](Session& db) -> Result<void> {
    return store::transaction(db, "rewrite_tag", [&] { return rewrite(db, ctx, *tag, *change, keys); });
  };
  const auto done = co_await ctx.run(std::move(job));
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.published();
  co_return ok();
}

/// Deletes the tag's channels that `which` picks.
net::Task<Result<Reply>> remove_those(Context& ctx, bool (*which)(const ChannelRow&)) {
  const auto tag = tag_of(ctx);
  if (!tag) co_return std::unexpected(tag.error());
  auto job = [&](Session& db) -> Result<std::int64_t> {
    const auto rows = store::load_channels_by_tag(db, *tag);
    if (!rows) return std::unexpected(rows.error());
    std::vector<ChannelId> ids;
    for (const ChannelRow& row : *rows) {
      if (which(row)) ids.push_back(row.id);
    }
    return delete_channels(db, ctx, ids, "channel.delete");
  };
  const auto gone = co_await ctx.run(std::move(job));
  if (!gone) co_return std::unexpected(gone.error());
  co_await ctx.published();
  co_return ok(json::value(*gone));
}

net::Task<Result<Reply>> remove(Context& ctx) {
  return remove_those(ctx, [](const ChannelRow&) { return true; });
}

net::Task<Result<Reply>> remove_disabled(Context& ctx) {
  return remove_those(ctx, [](const ChannelRow& row) {
    return row.status == ChannelStatus::disabled || row.status == ChannelStatus::auto_disabled;
  });
}

/// Changes every channel of the tag in one transaction. An unknown tag has none, which is no error.
net::Task<Result<std::vector<ChannelId>>> change_all(Context& ctx, std::string tag,
                                                     std::function<void(ChannelRow&)> edit) {
  auto job = [&](Session& db) -> Result<std::vector<ChannelId>> {
    return store::transaction(db, "change_tag", [&]() -> Result<std::vector<ChannelId>> {
      auto rows = store::load_channels_by_tag(db, tag);
      if (!rows) return std::unexpected(rows.error());
      std::vector<ChannelId> changed;
      for (ChannelRow& row : *rows) {
        edit(row);
        row.updated_at = ctx.now_s;
        if (auto saved = save_channel(db, ctx, row, "channel.tag"); !saved) return std::unexpected(saved.error());
        changed.push_back(row.id);
      }
      return changed;
    });
  };
  auto changed = co_await ctx.run(std::move(job));
  if (changed) co_await ctx.published();
  co_return changed;
}

net::Task<Result<Reply>> set_priority(Context& ctx) {
  const auto tag = tag_of(ctx);
  if (!tag) co_return std::unexpected(tag.error());
  const auto body = co_await ctx.body();
  if (!body) co_return std::unexpected(body.error());
  Fields fields(*body);
  const std::string_view type = fields->required_string("type");
  const auto value = fields->integer("value", -1'000'000'000, 1'000'000'000);
  if (fields.ok() && type != "priority") fields->refuse("type", "must be priority");
  if (fields.ok() && !value) fields->refuse("value", "is required");
  if (!fields.ok()) co_return fields.failure();
  const auto changed =
      co_await change_all(ctx, *tag, [priority = *value](ChannelRow& row) { row.priority = priority; });
  if (!changed) co_return std::unexpected(changed.error());
  co_return ok();
}

net::Task<Result<Reply>> set_status(Context& ctx) {
  const auto tag = tag_of(ctx);
  if (!tag) co_return std::unexpected(tag.error());
  const std::string word = ctx.path_text("status");
  if (word != "enable" && word != "disable") {
    co_return fail(Error(ErrorCode::invalid_request, "status must be enable or disable").param("status"));
  }
  const ChannelStatus status = word == "enable" ? ChannelStatus::enabled : ChannelStatus::disabled;
  const auto changed = co_await change_all(ctx, *tag, [status](ChannelRow& row) {
    row.status = status;
    row.disabled_reason.clear();
    row.disabled_at = 0;
  });
  if (!changed) co_return std::unexpected(changed.error());
  if (status == ChannelStatus::enabled) {
    for (const ChannelId id : *changed) ctx.services.health.reset(id, false);
  }
  co_return ok();
}

constexpr std::array kRows{
    Row{Method::get, "/api/channel_tag/_all", Permission::admin, &tags},
    Row{Method::get, "/api/channel_tag/:tag/list", Permission::admin, &list},
    Row{Method::get, "/api/channel_tag/:tag", Permission::admin, &show},
    Row{Method::put, "/api/channel_tag/:tag", Permission::admin, &update},
    Row{Method::del, "/api/channel_tag/:tag", Permission::admin, &remove},
    Row{Method::del, "/api/channel_tag/:tag/disabled", Permission::admin, &remove_disabled},
    Row{Method::put, "/api/channel_tag/:tag/priority", Permission::admin, &set_priority},
    Row{Method::put, "/api/channel_tag/:tag/status/:status", Permission::admin, &set_status},
};

}  // namespace

std::span<const Row> channel_tag_routes() { return kRows; }

}  // namespace tollgate::manage
