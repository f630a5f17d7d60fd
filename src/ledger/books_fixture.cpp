#include "ledger/books_fixture.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <stdlib.h>

#include "store/channels.h"
#include "store/grants.h"
#include "store/ledger_accounts.h"
#include "store/query.h"
#include "store/tokens.h"
#include "store/users.h"

namespace tollgate::ledger::testing {

namespace fs = std::filesystem;

namespace {

template <class T>
T must(Result<T> result, const char* what) {
  if (!result) {
    throw std::runtime_error(fmt::format("{}: {} ({})", what, result.error().message(), result.error().detail()));
  }
  return std::move(*result);
}
void must(Result<void> result, const char* what) {
  if (!result) {
    throw std::runtime_error(fmt::format("{}: {} ({})", what, result.error().message(), result.error().detail()));
  }
}

}  // namespace

TempFolder::TempFolder() {
  // In memory where there is such a place: these tests sync much.
  std::error_code ignored;
  const fs::path parent = fs::is_directory("/dev/shm", ignored) ? "/dev/shm" : fs::temp_directory_path();
  std::string name = (parent / "tollgate-ledger-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void PrintTo(const Sums& sums, std::ostream* out) {
  *out << fmt::format("quota: users {} tokens {} channels {} statistics {} logs {}; calls: {} {} {} {} {}", sums.users,
                      sums.tokens, sums.channels, sums.statistics, sums.logs, sums.user_requests, sums.token_requests,
                      sums.channel_requests, sums.statistic_requests, sums.log_rows);
}

Books::Books(const std::string& main_dsn, const std::string& log_dsn) {
  const auto main = must(store::parse_dsn(main_dsn, "SQL_DSN", folder_.path() / "tollgate.db"), "main dsn");
  std::optional<store::Dsn> log;
  if (!log_dsn.empty()) log = must(store::parse_dsn(log_dsn, "LOG_SQL_DSN", folder_.path() / "log.db"), "log dsn");
  databases_ = must(store::open_databases(main, log, clock.unix_seconds()), "databases");
  db_ = must(databases_.main().connect(), "connect");
  if (databases_.log_is_separate()) log_db_ = must(databases_.log().connect(), "connect");
  settings.data_dir = folder_.path();
  settings.journal = {.slots_per_segment = 64, .segments_ahead = 2, .max_bytes = 64 << 20, .min_free_bytes = 0};
  settings.sync_interval_ms = 3'600'000;
  settings.flush_interval_ms = 3'600'000;
  settings.flusher_nice = 0;
}

Books::~Books() = default;

UserId Books::user(Quota granted) {
  store::UserRow row;
  row.username = fmt::format("user{}", ++made_);
  row.invite_code = fmt::format("invite{}", made_);
  const UserId id = must(store::create_user(*db_, row), "user");
  if (granted != 0) grant(AccountKey::of(id), granted);
  return id;
}

TokenId Books::token(UserId owner, Quota granted, bool unlimited) {
  store::TokenRow row;
  row.user = owner;
  row.name = "t";
  row.key_hash = fmt::format("hash{}", ++made_);
  row.unlimited = unlimited;
  const TokenId id = must(store::create_token(*db_, row), "token");
  if (granted != 0) grant(AccountKey::of(id), granted);
  return id;
}

ChannelId Books::channel() {
  store::ChannelRow row;
  row.name = fmt::format("channel{}", ++made_);
  return must(store::create_channel(*db_, row), "channel");
}

void Books::grant(AccountKey account, Quota amount) {
  store::GrantRow row;
  row.kind = account.kind;
  row.account = account.id;
  row.amount = amount;
  row.reference = fmt::format("grant{}", ++made_);
  must(store::change_grant(*db_, row), "grant");
}

Result<std::unique_ptr<Ledger>> Books::try_start(unsigned workers) {
  settings.workers = workers;
  return Ledger::start(databases_, settings, clock);
}

Ledger& Books::start(unsigned workers) {
  ledger_.reset();
  ledger_ = must(try_start(workers), "ledger");
  return *ledger_;
}

void Books::flush() { must(ledger_->flush_blocking(Deadline::never()), "flush"); }

void Books::drain() {
  must(ledger_->drain(Deadline::after_ms(clock.mono_ns(), 1'000)), "drain");
  ledger_.reset();
}

Account Books::account(UserId user, TokenId token) {
  return must(ledger_->load_blocking(*db_, user, token), "account");
}

CallFacts Books::facts(ChannelId channel) {
  CallFacts out;
  const std::string id = fmt::format("{:031}", ++made_);
  std::memcpy(out.request_id.text.data(), id.data(), telemetry::RequestId::kSize);
  out.created_ms = clock.unix_ms();
  out.latency_ms = 10;
  out.status = 200;
  out.model = worker().name("gpt-4o");
  out.group = worker().name("default");
  out.channel = channel;
  return out;
}

std::vector<fs::path> Books::journal_folders() const {
  std::vector<fs::path> out;
  for (const auto& ledger : fs::directory_iterator(folder_.path() / "journal")) {
    for (const auto& journal : fs::directory_iterator(ledger.path())) out.push_back(journal.path());
  }
  std::ranges::sort(out);
  return out;
}

Quota Books::used(AccountKey account) {
  return must(store::find_account_states(*db_, account.kind, std::span(&account.id, 1)), "state").at(0).used;
}

namespace {
std::int64_t number_of(store::Session& db, std::string_view sql) {
  return must(store::guarded(db, "test",
                             [&]() -> Result<std::int64_t> {
                               std::int64_t value = 0;
                               store::Query query(db, sql);
                               query.into(value).next();
                               return value;
                             }),
              "query");
}
}  // namespace

std::int64_t Books::number(std::string_view sql) { return number_of(*db_, sql); }

std::string Books::text(std::string_view sql) {
  return must(store::guarded(*db_, "test",
                             [&]() -> Result<std::string> {
                               std::string value;
                               store::Query query(*db_, sql);
                               query.into(value).next();
                               return value;
                             }),
              "query");
}

void Books::execute(std::string_view sql) {
  must(store::guarded(*db_, "test",
                      [&]() -> Result<void> {
                        store::execute(*db_, sql);
                        return {};
                      }),
       "statement");
}

Sums Books::sums() {
  const auto sum = [&](std::string_view what, std::string_view table) {
    return number(fmt::format("SELECT SUM({}) FROM {}", what, table));
  };
  Sums out;
  out.users = sum("used", "users");
  out.tokens = sum("used", "tokens");
  out.channels = sum("used", "channels");
  out.statistics = sum("quota", "statistics");
  out.logs = number_of(log_db(), "SELECT SUM(quota) FROM logs");
  out.user_requests = sum("request_count", "users");
  out.token_requests = sum("request_count", "tokens");
  out.channel_requests = sum("request_count", "channels");
  out.statistic_requests = sum("requests", "statistics");
  out.log_rows = number_of(log_db(), "SELECT COUNT(*) FROM logs WHERE type = 2");
  return out;
}

std::vector<store::LogRow> Books::log_rows() {
  store::LogPageRequest page;
  page.limit = 1'000;
  return must(store::list_logs(log_db(), {}, page), "logs").rows;
}

llm::Usage tokens(std::int64_t input, std::int64_t output) {
  llm::Usage usage;
  usage.input_uncached = input;
  usage.output = output;
  return usage;
}

Price per_token(std::int64_t quota) {
  return Price::from({.input = Decimal(quota), .output = Decimal(quota)}, 3).value();
}

}  // namespace tollgate::ledger::testing
