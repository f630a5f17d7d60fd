#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "app/gateway.h"
#include "app/parts.h"
#include "base/clock.h"
#include "base/ids.h"
#include "store/channels.h"
#include "store/groups.h"
#include "store/prices.h"
#include "store/tokens.h"
#include "store/users.h"
#include "support/http_client.h"

namespace tollgate::testing {

/// A folder that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// What a token may do; the rest of the row is its default.
struct TokenSpec {
  Quota quota = 1'000'000'000;
  bool unlimited = false;
};

/// A caller that was made for a test.
struct TestCaller {
  UserId user;
  TokenId token;
  std::string key;  ///< `sk-...`
};

/// What an account looks like in the database once everything is flushed.
struct Books {
  Quota granted = 0;
  Quota used = 0;
  [[nodiscard]] Quota balance() const { return granted - used; }
};

/// A whole gateway on a folder of its own, a free port and one worker, in this process. Made and used by the test's
/// thread. Its functions throw std::runtime_error when the gateway refuses what a test takes for granted.
class TestGateway {
 public:
  /// @param settings  Key to text, as flags: `{"relay.retries", "0"}`.
  explicit TestGateway(std::map<std::string, std::string> settings = {}, const Clock* clock = nullptr,
                       std::span<const console::File> console_files = {});
  ~TestGateway();

  [[nodiscard]] std::uint16_t port() const { return gateway_->port(); }
  [[nodiscard]] app::Gateway& gateway() { return *gateway_; }
  [[nodiscard]] app::Gateway::Parts& parts() { return gateway_->parts(); }
  [[nodiscard]] const std::filesystem::path& data_dir() const { return folder_.path(); }
  /// Stops it and starts another one on the same folder (and a new port).
  void restart();

  /// A user with a balance and one token. Names are made up.
  TestCaller add_caller(Quota user_quota = 1'000'000'000, TokenSpec token = {});
  /// In force when this returns.
  void change_user(const TestCaller& caller, const std::function<void(store::UserRow&)>& change);
  void change_token(const TestCaller& caller, const std::function<void(store::TokenRow&)>& change);
  /// A group that anybody may choose, at a rate that nobody meets; published when this returns.
  void add_group(std::string_view symbol, std::string_view ratio, std::string_view fallback = {});
  /// A channel of the given provider at `base_url`; published when this returns. @return its id.
  ChannelId add_channel(std::string_view provider, std::string_view base_url, std::string_view models,
                        const store::ChannelRow& other = {});
  void update_channel(ChannelId id, const std::function<void(store::ChannelRow&)>& change);
  [[nodiscard]] store::ChannelRow channel(ChannelId id);
  /// Quota a token; `input` and `output` as ratios (1 = one quota a token).
  void set_price(std::string_view model, std::string_view input, std::string_view output);
  void set_price(const store::PriceRow& row);
  void publish();

  /// Waits until every charge is in the database.
  void flush();
  [[nodiscard]] Books user_books(UserId user);
  [[nodiscard]] Books token_books(TokenId token);
  [[nodiscard]] Quota channel_used(ChannelId channel);
  /// Runs a query that gives one whole number on the main database, after a flush.
  [[nodiscard]] std::int64_t number(std::string_view sql);

  /// Runs a job on a storage thread.
  template <class Fn>
  auto on_storage(Fn fn) {
    return parts().storage->main().run_blocking(std::move(fn));
  }

  /// The same for one that only reads: it comes through although the thread's connection was lost before.
  template <class Fn>
  auto read_storage(Fn fn) {
    return parts().storage->main().read_blocking(std::move(fn));
  }

  /// One request with a caller's key.
  HttpAnswer post(const TestCaller& caller, std::string_view path, std::string_view body, HeaderList headers = {});
  HttpAnswer get(const TestCaller& caller, std::string_view path, HeaderList headers = {});

 private:
  void start();
  std::map<std::string, std::string> settings_;
  const Clock* clock_;
  std::span<const console::File> console_files_;
  TemporaryFolder folder_;
  std::unique_ptr<app::Gateway> gateway_;
  int made_ = 0;
};

}  // namespace tollgate::testing
