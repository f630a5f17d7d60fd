// Fills a gateway's SQLite database for measuring: users, tokens, channels, prices. The gateway made the database at a
// first start and is stopped. Writes the keys that the load is sent with, one a line.
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "catalog/builder.h"
#include "crypto/master_key.h"
#include "crypto/random.h"
#include "sockets.h"
#include "store/channels.h"
#include "store/database.h"
#include "store/grants.h"
#include "store/groups.h"
#include "store/logs.h"
#include "store/names.h"
#include "store/prices.h"
#include "store/session.h"
#include "store/statistics.h"
#include "store/tokens.h"
#include "store/users.h"
#include "telemetry/request_id.h"

namespace tollgate::bench {
namespace {

constexpr std::string_view kModel = "bench-chat";
constexpr std::string_view kTlsModel = "bench-tls";
constexpr std::int32_t kOpenAi = 1;   // the provider's number
constexpr int kServingChannels = 10;  // of those that serve kModel the gateway has to choose
constexpr int kOtherModels = 200;     // what the other channels serve
constexpr int kUsersWithLoad = 500;
constexpr int kTokensWithLoad = 2;  // of each of these users
constexpr std::int64_t kCallsSpanSeconds = 30 * std::int64_t{86'400};
constexpr std::size_t kCallsAStatement = 10'000;
constexpr Quota kBalance = Quota{1} << 40;  // no run can spend it

struct Counts {
  int users = 10'000;
  int tokens = 100'000;
  int channels = 1'000;
  int calls = 0;  ///< in the log
};

struct Seeding {
  std::filesystem::path data_dir;
  std::string provider, tls_provider;
  std::filesystem::path keys_out;
  Counts counts;
};

/// The result's value. An error ends the program, and with it the transaction: everything is filled, or nothing.
template <class T>
T must(Result<T> result) {
  if (!result) die("seed: " + std::string(result.error().message()) + " " + std::string(result.error().detail()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Seeder {
 public:
  Seeder(store::Session& db, const crypto::MasterKey& master, const Seeding& seeding)
      : db_(db), hash_(master.token_hash()), sealer_(master.sealer()), seeding_(seeding), now_(std::time(nullptr)) {}

  void fill() {
    open_default_group();
    add_prices();
    add_channels();
    add_users_and_tokens();
    add_calls();
  }

 private:
  // An unlimited rate: what is measured is the relay, not its limits.
  void open_default_group() {
    auto group = must(store::find_group_by_symbol(db_, store::kDefaultGroup));
    if (!group) die("seed: the database has no group `default`: start the gateway on it once");
    group->api_rate = 60'000'000;
    group->ratio = "1";
    must(store::update_group(db_, *group));
  }

  void add_prices() {
    // One quota unit for a token of input, two for one of output: every charge is exact without rounding.
    store::PriceRow price;
    price.input = "1";
    price.output = "2";
    const auto put = [&](std::string_view model) {
      price.model = model;
      must(store::put_price(db_, price, now_));
    };
    put(kModel);
    put(kTlsModel);
    for (int i = 0; i < kOtherModels; ++i) put(other_model(i));
  }

  void add_channels() {
    for (int i = 0; i < seeding_.counts.channels; ++i) {
      store::ChannelRow channel;
      channel.type = kOpenAi;
      channel.name = "bench " + std::to_string(i);
      channel.base_url = i == 0 ? seeding_.tls_provider : seeding_.provider;
      channel.models = models_of(i);
      channel.groups = store::kDefaultGroup;
      const std::string key = "sk-bench-" + std::to_string(i);
      channel.key_hash = hash_(key).hex();
      channel.keys_sealed = sealer_.seal_text(key, catalog::sealed::kChannelKeys);
      channel.created_at = channel.updated_at = now_;
      must(store::create_channel(db_, channel));
    }
  }

  static std::string other_model(int i) { return "bench-other-" + std::to_string(i % kOtherModels); }

  static std::string models_of(int channel) {
    if (channel == 0) return std::string(kTlsModel);
    if (channel <= kServingChannels) return std::string(kModel);
    std::string models = other_model(channel);
    for (int i = 1; i < 5; ++i) models += "," + other_model(channel * 7 + i);
    return models;
  }

  void add_users_and_tokens() {
    std::ofstream keys(seeding_.keys_out);
    const Counts& counts = seeding_.counts;
    for (int i = 0; i < counts.users; ++i) {
      store::UserRow user;
      user.username = "bench" + std::to_string(i);
      user.display_name = user.username;
      user.invite_code = crypto::random_alnum(8);
      user.created_at = user.updated_at = now_;
      const UserId id = must(store::create_user(db_, user));
      grant(store::AccountKind::user, id.value);
      const int tokens = counts.tokens / counts.users + (i < counts.tokens % counts.users ? 1 : 0);
      for (int j = 0; j < tokens; ++j) add_token(id, j, i < kUsersWithLoad && j < kTokensWithLoad ? &keys : nullptr);
    }
    keys.close();
    if (!keys) die("seed: cannot write " + seeding_.keys_out.string());
  }

  // Those that the load uses are limited, so that their balance is looked at.
  void add_token(UserId owner, int number, std::ofstream* keys) {
    const Secret shown = crypto::random_token_key();
    const std::string key(shown.reveal().substr(3));  // without `sk-`
    store::TokenRow token;
    token.user = owner;
    token.name = "bench " + std::to_string(number);
    token.key_hash = hash_(key).hex();
    token.key_sealed = sealer_.seal_text(key, catalog::sealed::kTokenKey);
    token.key_hint = key.substr(key.size() - 4);
    token.unlimited = keys == nullptr;
    token.created_at = token.updated_at = now_;
    const TokenId id = must(store::create_token(db_, token));
    if (keys == nullptr) return;
    grant(store::AccountKind::token, id.value);
    *keys << shown.reveal() << '\n';
  }

  /// What log rows name by number.
  struct LogNames {
    std::vector<std::int64_t> models;
    std::int64_t group = 0, error = 0;
  };

  LogNames intern_log_names() {
    const auto intern = [&](store::NameKind kind, const std::vector<std::string>& texts) {
      return must(store::intern_names(db_, kind, texts));
    };
    std::vector<std::string> models;
    for (int i = 0; i < kOtherModels; ++i) models.push_back(other_model(i));
    return {.models = intern(store::NameKind::model, models),
            .group = intern(store::NameKind::group, {std::string(store::kDefaultGroup)}).front(),
            .error = intern(store::NameKind::error, {"upstream_timeout"}).front()};
  }

  // Calls of the last thirty days, spread evenly: what the management API's lists are measured with.
  void add_calls() {
    if (seeding_.counts.calls == 0) return;
    const LogNames names = intern_log_names();
    std::vector<store::LogRow> rows;
    std::vector<store::StatisticRow> sums;
    for (std::int64_t i = 0; i < seeding_.counts.calls; ++i) {
      rows.push_back(call(i, names));
      sums.push_back(sum_of(rows.back()));
      if (rows.size() < kCallsAStatement && i + 1 < seeding_.counts.calls) continue;
      must(store::insert_logs(db_, rows));
      must(store::add_statistics(db_, sums));
      rows.clear();
      sums.clear();
    }
  }

  // One in three is no stream, one in a hundred fails.
  store::LogRow call(std::int64_t i, const LogNames& names) {
    const Counts& counts = seeding_.counts;
    store::LogRow row;
    row.created_at = now_ - (counts.calls - i) * kCallsSpanSeconds / counts.calls;
    row.user = UserId{i * 7 % counts.users + 2};
    row.token = TokenId{i * 7 % counts.tokens + 2};
    row.channel = ChannelId{i * 11 % counts.channels + 1};
    row.model = names.models[static_cast<std::size_t>(i * 13 % kOtherModels)];
    row.group = names.group;
    row.quota = row.input_tokens = 100 + i % 900;
    row.output_tokens = i % 300;
    row.group_ratio_micros = 1'000'000;
    row.duration_ms = 200 + i % 5'000;
    if (i % 3 != 0) {
      row.flags = store::kLogStream;
      row.first_byte_ms = 100 + i % 700;
    }
    row.status = 200;
    row.request_id = request_ids_.next(row.created_at * 1'000'000'000).view();
    row.ip = "192.0.2.1";
    if (i % 100 != 0) return row;
    row.type = store::LogType::error;
    row.quota = 0;
    row.error = names.error;
    row.status = 504;
    return row;
  }

  static store::StatisticRow sum_of(const store::LogRow& row) {
    const bool failed = row.type == store::LogType::error;
    return {.bucket = store::hour_of(row.created_at),
            .user = row.user,
            .channel = row.channel,
            .model = row.model,
            .requests = failed ? 0 : 1,
            .errors = failed ? 1 : 0,
            .quota = row.quota,
            .prompt_tokens = row.input_tokens,
            .completion_tokens = row.output_tokens,
            .cache_read_tokens = 0,
            .duration_ms = row.duration_ms};
  }

  void grant(store::AccountKind kind, std::int64_t account) {
    store::GrantRow row;
    row.kind = kind;
    row.account = account;
    row.amount = kBalance;
    row.reason = store::GrantReason::initial;
    row.reference = "bench-" + std::to_string(static_cast<int>(kind)) + "-" + std::to_string(account);
    row.created_at = now_;
    must(store::change_grant(db_, row));
  }

  store::Session& db_;
  crypto::KeyedHash hash_;
  crypto::Sealer sealer_;
  const Seeding& seeding_;
  std::int64_t now_;
  telemetry::RequestIdGenerator request_ids_;
};

void seed(const Seeding& seeding) {
  const auto file = seeding.data_dir / "tollgate.db";
  if (!std::filesystem::exists(file)) die("seed: no " + file.string() + ": start the gateway on this folder once");
  const auto master = must(crypto::load_master_key(Secret(), seeding.data_dir, false));
  const auto dsn = must(store::parse_dsn("", "--data-dir", file));
  const auto database = must(store::Database::open(dsn, store::Database::Kind::main, std::time(nullptr)));
  const auto db = must(database->connect());
  must(store::transaction(*db, "seed", [&]() -> Result<bool> {
    Seeder(*db, master, seeding).fill();
    return true;
  }));
}

}  // namespace
}  // namespace tollgate::bench

int main(int argc, char** argv) {
  tollgate::bench::Seeding seeding;
  CLI::App app("Fills the database of a stopped gateway for measuring.");
  app.add_option("--data-dir", seeding.data_dir)->required();
  app.add_option("--provider", seeding.provider, "base address of the mock provider")->required();
  app.add_option("--tls-provider", seeding.tls_provider, "the same, of the one that speaks TLS")->required();
  app.add_option("--keys-out", seeding.keys_out, "file for the keys of the load")->required();
  app.add_option("--users", seeding.counts.users)->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--tokens", seeding.counts.tokens)->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--channels", seeding.counts.channels)->capture_default_str()->check(CLI::Range(2, 1'000'000));
  app.add_option("--calls", seeding.counts.calls, "rows of the log")->check(CLI::NonNegativeNumber);
  CLI11_PARSE(app, argc, argv);
  tollgate::bench::seed(seeding);
  return 0;
}
