#include "books.h"

#include <ctime>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <sqlite3.h>

#include "catalog/builder.h"
#include "crypto/master_key.h"
#include "crypto/random.h"
#include "store/channels.h"
#include "store/database.h"
#include "store/grants.h"
#include "store/groups.h"
#include "store/prices.h"
#include "store/session.h"
#include "store/tokens.h"
#include "store/users.h"

namespace tollgate::crash {
namespace {

constexpr std::int32_t kOpenAi = 1, kAnthropic = 14;  // the providers' numbers
constexpr int kTokens = 4;
constexpr Quota kBalance = Quota{1} << 40;

/// Reads one database, each query in the same snapshot.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) {
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr);
    db_.reset(db);
    if (code != SQLITE_OK) fail();
    sqlite3_busy_timeout(db, 10'000);
    each("BEGIN", [](sqlite3_stmt*) {});
  }

  template <class Fn>
  void each(const char* sql, Fn use) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_.get(), sql, -1, &statement, nullptr) != SQLITE_OK) fail();
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> owned(statement, &sqlite3_finalize);
    int code = 0;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) use(statement);
    if (code != SQLITE_DONE) fail();
  }

  std::int64_t one(const char* sql) {
    std::int64_t value = 0;
    each(sql, [&](sqlite3_stmt* row) { value = sqlite3_column_int64(row, 0); });
    return value;
  }

  void two(const char* sql, std::int64_t& first, std::int64_t& second) {
    each(sql, [&](sqlite3_stmt* row) {
      first = sqlite3_column_int64(row, 0);
      second = sqlite3_column_int64(row, 1);
    });
  }

 private:
  [[noreturn]] void fail() { throw std::runtime_error(std::string("sqlite: ") + sqlite3_errmsg(db_.get())); }
  std::unique_ptr<sqlite3, decltype(&sqlite3_close)> db_{nullptr, &sqlite3_close};
};

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message() + " " + result.error().detail());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

class Preparation {
 public:
  Preparation(store::Session& db, const crypto::MasterKey& master, std::int64_t now)
      : db_(db), hash_(master.token_hash()), sealer_(master.sealer()), now_(now) {}

  void open_default_group() {
    auto group = must(store::find_group_by_symbol(db_, store::kDefaultGroup));
    if (!group) throw std::runtime_error("no group `default`");
    group->api_rate = 60'000'000;
    group->ratio = "1";
    must(store::update_group(db_, *group));
  }

  void add_channel(std::int32_t provider, const std::string& base_url, const std::string& model) {
    store::ChannelRow channel;
    channel.type = provider;
    channel.name = model;
    channel.base_url = base_url;
    channel.models = model;
    channel.groups = store::kDefaultGroup;
    channel.keys_sealed = sealer_.seal_text("sk-upstream", catalog::sealed::kChannelKeys);
    channel.created_at = channel.updated_at = now_;
    must(store::create_channel(db_, channel));
    store::PriceRow price;
    price.model = model;
    price.input = "1";
    price.output = "2";
    must(store::put_price(db_, price, now_));
  }

  UserId add_user() {
    store::UserRow user;
    user.username = user.display_name = "caller";
    user.invite_code = "caller";
    user.created_at = user.updated_at = now_;
    const UserId id = must(store::create_user(db_, user));
    grant(store::AccountKind::user, id.value);
    return id;
  }

  std::string add_token(UserId owner, int number) {
    const Secret shown = crypto::random_token_key();
    store::TokenRow token;
    token.user = owner;
    token.name = "token " + std::to_string(number);
    token.key_hash = hash_(std::string_view(shown.reveal()).substr(3)).hex();  // without `sk-`
    token.unlimited = false;
    token.created_at = token.updated_at = now_;
    grant(store::AccountKind::token, must(store::create_token(db_, token)).value);
    return shown.reveal();
  }

 private:
  void grant(store::AccountKind kind, std::int64_t account) {
    store::GrantRow row;
    row.kind = kind;
    row.account = account;
    row.amount = kBalance;
    row.reason = store::GrantReason::initial;
    row.reference = crypto::uuid4();
    row.created_at = now_;
    must(store::change_grant(db_, row));
  }

  store::Session& db_;
  crypto::KeyedHash hash_;
  crypto::Sealer sealer_;
  std::int64_t now_;
};

}  // namespace

Books read_books(const std::filesystem::path& data_dir) {
  Reader db(data_dir / "tollgate.db");
  Books books;
  db.each("SELECT request_id, COUNT(*), SUM(quota) FROM logs WHERE type = 2 GROUP BY request_id",
          [&](sqlite3_stmt* row) {
            const std::string id(reinterpret_cast<const char*>(sqlite3_column_text(row, 0)));
            books.log[id] = {.rows = sqlite3_column_int64(row, 1), .quota = sqlite3_column_int64(row, 2)};
          });
  db.two("SELECT COUNT(*), COALESCE(SUM(quota), 0) FROM logs WHERE type = 2", books.log_rows, books.log_quota);
  db.two("SELECT SUM(used), SUM(request_count) FROM users", books.users, books.user_requests);
  db.two("SELECT SUM(used), SUM(request_count) FROM tokens", books.tokens, books.token_requests);
  db.two("SELECT SUM(used), SUM(request_count) FROM channels", books.channels, books.channel_requests);
  db.two("SELECT COALESCE(SUM(quota), 0), COALESCE(SUM(requests), 0) FROM statistics", books.statistics,
         books.statistics_requests);
  books.open_journals =
      db.one("SELECT COUNT(*) FROM journals WHERE live <> 0 AND epoch < (SELECT MAX(epoch) FROM journals)");
  books.quarantined = db.one("SELECT COUNT(*) FROM quarantine");
  return books;
}

std::vector<std::string> prepare(const std::filesystem::path& data_dir, const std::string& provider) {
  const std::int64_t now = std::time(nullptr);
  const auto master = must(crypto::load_master_key(Secret(), data_dir, false));
  const auto dsn = must(store::parse_dsn("", "--data-dir", data_dir / "tollgate.db"));
  const auto database = must(store::Database::open(dsn, store::Database::Kind::main, now));
  const auto db = must(database->connect());
  std::vector<std::string> keys;
  must(store::transaction(*db, "prepare", [&]() -> Result<bool> {
    Preparation preparation(*db, master, now);
    preparation.open_default_group();
    preparation.add_channel(kOpenAi, provider, "chat");
    preparation.add_channel(kAnthropic, provider, "messages");
    const UserId user = preparation.add_user();
    for (int i = 0; i < kTokens; ++i) keys.push_back(preparation.add_token(user, i));
    return true;
  }));
  return keys;
}

}  // namespace tollgate::crash
