#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ledger/ledger.h"
#include "store/database.h"
#include "store/logs.h"
#include "support/fake_clock.h"

/// What the ledger's tests share: a database with accounts, and a ledger over it that can be started, crashed and
/// started again.
namespace tollgate::ledger::testing {

/// A folder that goes with the test.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Sums {
  Quota users = 0, tokens = 0, channels = 0, statistics = 0, logs = 0;
  std::int64_t user_requests = 0, token_requests = 0, channel_requests = 0, statistic_requests = 0, log_rows = 0;
  [[nodiscard]] bool agree() const {
    return users == tokens && users == channels && users == statistics && users == logs &&
           user_requests == token_requests && user_requests == channel_requests &&
           user_requests == statistic_requests && user_requests == log_rows;
  }
};
void PrintTo(const Sums& sums, std::ostream* out);

class Books {
 public:
  /// @param main_dsn, log_dsn  Forms of SQL_DSN; empty: a SQLite file of its own, and none.
  explicit Books(const std::string& main_dsn = {}, const std::string& log_dsn = {});
  ~Books();

  /// Small segments and no background work: flushes happen when a test asks for them.
  Settings settings;

  UserId user(Quota granted);
  TokenId token(UserId owner, Quota granted, bool unlimited = false);
  ChannelId channel();
  void grant(AccountKey account, Quota amount);

  /// Starts the ledger; it must succeed.
  Ledger& start(unsigned workers = 1);
  Result<std::unique_ptr<Ledger>> try_start(unsigned workers = 1);
  /// Ends it without a drain: what is in the journal stays there.
  void crash() { ledger_.reset(); }
  void flush();
  void drain();

  [[nodiscard]] Ledger& ledger() { return *ledger_; }
  [[nodiscard]] WorkerLedger& worker(unsigned index = 0) { return ledger_->worker(index); }
  Account account(UserId user, TokenId token);

  /// Facts of a call of a model through a channel, with a request id of its own.
  CallFacts facts(ChannelId channel);

  [[nodiscard]] store::Session& db() { return *db_; }
  [[nodiscard]] store::Session& log_db() { return log_db_ ? *log_db_ : *db_; }
  [[nodiscard]] const store::Databases& databases() const { return databases_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  /// The journals of the ledger, one folder each, sorted.
  [[nodiscard]] std::vector<std::filesystem::path> journal_folders() const;

  Quota used(AccountKey account);
  Sums sums();
  /// Newest first.
  std::vector<store::LogRow> log_rows();
  std::int64_t number(std::string_view sql);
  std::string text(std::string_view sql);
  void execute(std::string_view sql);

  tollgate::testing::FakeClock clock;

 private:
  TempFolder folder_;
  store::Databases databases_;
  std::unique_ptr<store::Session> db_, log_db_;
  std::unique_ptr<Ledger> ledger_;
  int made_ = 0;
};

llm::Usage tokens(std::int64_t input, std::int64_t output);
/// `quota` a token, in and out.
Price per_token(std::int64_t quota = 1);

}  // namespace tollgate::ledger::testing
