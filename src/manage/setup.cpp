#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string>

#include <unistd.h>

#include "catalog/catalog.h"
#include "identity/first_root.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "providers/registry.h"
#include "store/channels.h"
#include "store/database.h"
#include "store/options.h"
#include "store/server_facts.h"
#include "store/session.h"
#include "store/tokens.h"
#include "store/users.h"

/// The console's wizard: what a fresh gateway still wants, and whether its storage is fit for work.
namespace tollgate::manage {
namespace {

constexpr std::string_view kMetaStorageCheck = "storage_check";

/// What the database knows of the steps. Blocking.
struct Progress {
  bool first_password = false;
  bool token = false;
  std::optional<store::ChannelRow> demo;
};

Result<std::optional<store::ChannelRow>> find_demo(Session& db) {
  const providers::ProviderDescriptor* provider = providers::find("demo");
  if (provider == nullptr) return std::nullopt;
  store::ChannelFilter filter;
  filter.type = provider->number;
  auto page = store::list_channels(db, filter, {.offset = 0, .limit = 1, .order = "id"});
  if (!page) return std::unexpected(page.error());
  if (page->rows.empty()) return std::nullopt;
  return std::move(page->rows.front());
}

Result<Progress> load_progress(Session& db, const Context& ctx) {
  Progress out;
  const auto first = identity::first_password_in_use(db, ctx.services.token_hash);
  if (!first) return std::unexpected(first.error());
  out.first_password = *first;
  // The first token is made with the account: it counts once it was used.
  const UserId self = ctx.caller()->user;
  const auto tokens = store::count_tokens(db, self);
  if (!tokens) return std::unexpected(tokens.error());
  const auto user = store::find_user(db, self);
  if (!user) return std::unexpected(user.error());
  out.token = *tokens > 1 || (*user && (*user)->request_count > 0);
  auto demo = find_demo(db);
  if (!demo) return std::unexpected(demo.error());
  out.demo = std::move(*demo);
  return out;
}

bool serves_a_provider(const catalog::Catalog& catalog) {
  return std::ranges::any_of(catalog.channels(), [](const catalog::Channel& channel) { return !channel.local(); });
}

bool has_a_name(const config::Settings& settings) {
  return settings.source(config::Key::system_name) != config::Source::fallback ||
         settings.source(config::Key::server_address) != config::Source::fallback;
}

/// Whether the wizard is due; to root, with what it has done.
net::Task<Result<Reply>> show(Context& ctx) {
  json::object out{{"needed", !ctx.settings->setup_done}, {"version", ctx.services.version}, {"steps", nullptr}};
  if (!ctx.caller() || !ctx.caller()->is(identity::Role::root)) co_return ok(out);
  const auto progress = co_await ctx.read([&](Session& db) { return load_progress(db, ctx); });
  if (!progress) co_return std::unexpected(progress.error());
  json::object steps{{"root_password", !progress->first_password},
                     {"site", has_a_name(*ctx.settings)},
                     {"provider", serves_a_provider(*ctx.services.publisher.on(ctx.exchange.worker()))},
                     {"token", progress->token},
                     {"demo", nullptr}};
  if (progress->demo) {
    steps["demo"] = json::object{{"id", progress->demo->id.value},
                                 {"enabled", progress->demo->status == store::ChannelStatus::enabled}};
  }
  out["steps"] = std::move(steps);
  co_return ok(out);
}

net::Task<Result<Reply>> finish(Context& ctx) {
  const config::Row& row = config::row(config::Key::setup_done);
  auto job = [&](Session& db) {
    return store::transaction(db, "finish_setup", [&]() -> Result<void> {
      store::OptionRow option;
      option.name = row.option;
      option.value = "true";
      option.updated_at = ctx.now_s;
      if (auto set = store::set_option(db, option); !set) return set;
      const auto noted = store::add_audit(db, ctx.audit("setup.done", "option", 0, option.name));
      if (!noted) return std::unexpected(noted.error());
      return {};
    });
  };
  const auto done = co_await ctx.run(std::move(job));
  if (!done) co_return std::unexpected(done.error());
  co_await ctx.published();
  co_return ok();
}

/// The folder that the journal is in. Blocking.
json::object folder_value(const config::Settings& settings) {
  std::error_code failed;
  const std::filesystem::path full = std::filesystem::absolute(settings.data_dir, failed);
  const std::filesystem::space_info space = std::filesystem::space(full, failed);
  const auto bytes = [&](std::uintmax_t count) { return failed ? 0 : static_cast<std::int64_t>(count); };
  return {{"path", full.string()},
          {"free_bytes", bytes(space.available)},
          {"total_bytes", bytes(space.capacity)},
          {"needed_bytes", settings.journal_min_free_bytes},
          {"writable", ::access(full.c_str(), W_OK) == 0}};
}

/// @param writable  Whether a row could be written.
Result<json::object> database_value(Session& db, const store::Dsn& dsn, const Clock& clock, bool writable) {
  const auto facts = store::server_facts(db);
  if (!facts) return std::unexpected(facts.error());
  return json::object{{"engine", store::engine_name(dsn.engine)},
                      {"version", facts->version},
                      {"location", dsn.describe()},
                      {"writable", writable},
                      {"clock_difference_s", facts->clock - clock.unix_seconds()}};
}

net::Task<Result<json::object>> check_database(Context& ctx, store::Executor& executor) {
  auto write = [&](Session& db) { return store::set_meta_value(db, kMetaStorageCheck, std::to_string(ctx.now_s)); };
  const auto written = co_await executor.run(std::move(write), ctx.deadline);
  auto look = [&](Session& db) {
    return database_value(db, executor.database().dsn(), ctx.services.clock, written.has_value());
  };
  co_return co_await executor.read(std::move(look), ctx.deadline);
}

net::Task<Result<Reply>> check_storage(Context& ctx) {
  store::Executor& main = ctx.services.storage.main();
  store::Executor& log = ctx.services.storage.log();
  auto database = co_await check_database(ctx, main);
  if (!database) co_return std::unexpected(database.error());
  json::value log_database = nullptr;
  if (&log != &main) {
    auto value = co_await check_database(ctx, log);
    if (!value) co_return std::unexpected(value.error());
    log_database = std::move(*value);
  }
  auto folder = co_await ctx.read([&](Session&) -> Result<json::object> { return folder_value(*ctx.settings); });
  if (!folder) co_return std::unexpected(folder.error());
  co_return ok(json::object{
      {"database", std::move(*database)}, {"log_database", std::move(log_database)}, {"data_dir", std::move(*folder)}});
}

constexpr std::array kRows{
    Row{Method::get, "/api/setup", Permission::visitor, &show},
    Row{Method::post, "/api/setup/done", Permission::root, &finish},
    Row{Method::get, "/api/setup/storage", Permission::root, &check_storage},
};

}  // namespace

std::span<const Row> setup_routes() { return kRows; }

}  // namespace tollgate::manage
