#include "support/test_gateway.h"

#include <stdexcept>
#include <system_error>
#include <utility>

#include <stdlib.h>

#include "config/loader.h"
#include "crypto/random.h"
#include "providers/registry.h"
#include "store/grants.h"
#include "store/query.h"
#include "telemetry/log.h"

namespace tollgate::testing {
namespace {

template <class T>
T must(Result<T> result, std::string_view what) {
  if (!result) {
    throw std::runtime_error(std::string(what) + ": " + result.error().message() + " (" + result.error().detail() +
                             ")");
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  // In memory where there is such a place: a gateway syncs its journal and its database often.
  std::error_code ignored;
  const std::filesystem::path parent =
      std::filesystem::is_directory("/dev/shm", ignored) ? "/dev/shm" : std::filesystem::temp_directory_path();
  std::string name = (parent / "tollgate-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TestGateway::TestGateway(std::map<std::string, std::string> settings, const Clock* clock,
                         std::span<const console::File> console_files)
    : settings_(std::move(settings)), clock_(clock), console_files_(console_files) {
  start();
}

TestGateway::~TestGateway() = default;

void TestGateway::start() {
  log::set_level(log::Level::error);
  config::Inputs inputs;
  inputs.file = folder_.path() / "config.yaml";
  inputs.flags = settings_;
  const auto preset = [&](const char* key, std::string_view value) { inputs.flags.try_emplace(key, value); };
  preset("data_dir", folder_.path().string());
  preset("host", "127.0.0.1");
  preset("port", "0");
  preset("workers", "1");
  preset("storage.threads", "2");
  preset("journal.flush_interval", "20ms");
  preset("journal.segment_bytes", "1MiB");
  preset("journal.min_free_bytes", "0");
  preset("security.bcrypt_cost", "4");
  preset("log_level", "error");
  preset("logs.access", "false");
  config::Loaded loaded = config::load(inputs);
  if (!loaded.ok()) throw std::runtime_error(loaded.errors());
  gateway_ = must(app::Gateway::start({.inputs = std::move(inputs),
                                       .settings = std::move(loaded.settings),
                                       .clock = clock_,
                                       .console_files = console_files_}),
                  "start");
}

void TestGateway::restart() {
  gateway_.reset();
  start();
}

TestCaller TestGateway::add_caller(Quota user_quota, TokenSpec token) {
  const int number = ++made_;
  const Secret key = crypto::random_token_key();
  const std::int64_t now = parts().now_s();
  TestCaller caller{.user = {}, .token = {}, .key = key.reveal()};
  must(on_storage([&](store::Session& db) -> Result<void> {
         store::UserRow user;
         user.username = "user" + std::to_string(number);
         user.display_name = user.username;
         user.invite_code = "i" + std::to_string(number);
         user.created_at = now;
         auto user_id = store::create_user(db, user);
         if (!user_id) return std::unexpected(user_id.error());
         caller.user = *user_id;
         store::TokenRow row;
         row.user = *user_id;
         row.name = "token" + std::to_string(number);
         row.key_hash = (*parts().token_hash)(std::string_view(key.reveal()).substr(3)).hex();
         row.unlimited = token.unlimited;
         row.created_at = now;
         auto token_id = store::create_token(db, row);
         if (!token_id) return std::unexpected(token_id.error());
         caller.token = *token_id;
         const auto grant = [&](store::AccountKind kind, std::int64_t account, Quota amount) -> Result<void> {
           if (amount == 0) return {};
           auto granted = store::change_grant(db, {.kind = kind,
                                                   .account = account,
                                                   .amount = amount,
                                                   .reason = store::GrantReason::initial,
                                                   .remark = {},
                                                   .actor = {},
                                                   .reference = crypto::uuid4(),
                                                   .created_at = now});
           if (!granted) return std::unexpected(granted.error());
           return {};
         };
         if (auto done = grant(store::AccountKind::user, caller.user.value, user_quota); !done) return done;
         return grant(store::AccountKind::token, caller.token.value, token.quota);
       }),
       "add_caller");
  parts().publisher->token_changed(caller.user, true);
  return caller;
}

void TestGateway::change_user(const TestCaller& caller, const std::function<void(store::UserRow&)>& change) {
  auto row = must(on_storage([&](store::Session& db) { return store::find_user(db, caller.user); }), "change_user");
  change(*row);
  must(on_storage([&](store::Session& db) { return store::update_user(db, *row); }), "change_user");
  parts().publisher->token_changed(caller.user);
}

void TestGateway::change_token(const TestCaller& caller, const std::function<void(store::TokenRow&)>& change) {
  auto row = must(on_storage([&](store::Session& db) { return store::find_token(db, caller.token); }), "change_token");
  change(*row);
  must(on_storage([&](store::Session& db) { return store::update_token(db, *row); }), "change_token");
  parts().publisher->token_changed(caller.user);
}

void TestGateway::add_group(std::string_view symbol, std::string_view ratio, std::string_view fallback) {
  store::GroupRow row;
  row.symbol = row.name = symbol;
  row.ratio = ratio;
  row.fallback = fallback;
  row.is_public = true;
  row.api_rate = 60'000'000;
  must(on_storage([&](store::Session& db) { return store::create_group(db, row); }), "add_group");
  publish();
}

ChannelId TestGateway::add_channel(std::string_view provider, std::string_view base_url, std::string_view models,
                                   const store::ChannelRow& other) {
  const providers::ProviderDescriptor* descriptor = providers::find(provider);
  if (descriptor == nullptr) throw std::runtime_error("no provider " + std::string(provider));
  store::ChannelRow row = other;
  row.type = descriptor->number;
  if (row.name.empty()) row.name = "channel" + std::to_string(++made_);
  row.base_url = base_url;
  row.models = models;
  if (row.groups.empty()) row.groups = "default";
  if (row.keys_sealed.empty()) {
    row.keys_sealed = parts().sealer->seal_text("upstream-key", catalog::sealed::kChannelKeys);
  }
  const ChannelId id = must(on_storage([&](store::Session& db) { return store::create_channel(db, row); }), "channel");
  publish();
  return id;
}

void TestGateway::update_channel(ChannelId id, const std::function<void(store::ChannelRow&)>& change) {
  store::ChannelRow row = channel(id);
  change(row);
  must(on_storage([&](store::Session& db) { return store::update_channel(db, row); }), "update_channel");
  publish();
}

store::ChannelRow TestGateway::channel(ChannelId id) {
  auto row = must(read_storage([&](store::Session& db) { return store::find_channel(db, id); }), "channel");
  if (!row) throw std::runtime_error("no such channel");
  return std::move(*row);
}

void TestGateway::set_price(std::string_view model, std::string_view input, std::string_view output) {
  store::PriceRow row;
  row.model = model;
  row.input = input;
  row.output = output;
  set_price(row);
}

void TestGateway::set_price(const store::PriceRow& row) {
  must(on_storage([&](store::Session& db) { return store::put_price(db, row, parts().now_s()); }), "set_price");
  publish();
}

void TestGateway::publish() { must(parts().publisher->publish_blocking(), "publish"); }

void TestGateway::flush() { must(parts().ledger->flush_blocking(Deadline::never()), "flush"); }

Books TestGateway::user_books(UserId user) {
  flush();
  auto row = must(read_storage([&](store::Session& db) { return store::find_user(db, user); }), "user_books");
  return {.granted = row->granted, .used = row->used};
}

Books TestGateway::token_books(TokenId token) {
  flush();
  auto row = must(read_storage([&](store::Session& db) { return store::find_token(db, token); }), "token_books");
  return {.granted = row->granted, .used = row->used};
}

Quota TestGateway::channel_used(ChannelId id) {
  flush();
  return channel(id).used;
}

std::int64_t TestGateway::number(std::string_view sql) {
  flush();
  return must(read_storage([&](store::Session& db) {
                return store::guarded(db, "test_number", [&]() -> Result<std::int64_t> {
                  std::int64_t value = 0;
                  store::Query query(db, sql);
                  query.into(value);
                  if (!query.next()) return fail(ErrorCode::not_found, "no row");
                  return value;
                });
              }),
              "number");
}

HttpAnswer TestGateway::post(const TestCaller& caller, std::string_view path, std::string_view body,
                             HeaderList headers) {
  headers.emplace_back("Authorization", "Bearer " + caller.key);
  headers.emplace_back("Content-Type", "application/json");
  return http_request(port(), "POST", path, body, headers);
}

HttpAnswer TestGateway::get(const TestCaller& caller, std::string_view path, HeaderList headers) {
  headers.emplace_back("Authorization", "Bearer " + caller.key);
  return http_request(port(), "GET", path, {}, headers);
}

}  // namespace tollgate::testing
