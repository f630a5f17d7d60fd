#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "config/settings.h"
#include "http/exchange.h"
#include "identity/principal.h"
#include "json/value.h"
#include "ledger/cells.h"
#include "manage/fields.h"
#include "manage/paging.h"
#include "manage/reply.h"
#include "manage/route.h"
#include "manage/services.h"
#include "manage/words.h"
#include "net/address.h"
#include "net/task.h"
#include "relay/caller.h"
#include "store/audit.h"
#include "store/logs.h"

namespace tollgate::manage {

/// Bodies of management calls. A list of channel keys fits.
inline constexpr std::size_t kMaxBodyBytes = std::size_t{8} << 20;

/// One management call: who makes it, what it says, and what it is answered with. Worker thread; lives until the
/// handler's task ends. A job given to `read` or `run` may refer to it, and to the handler's own variables: the
/// awaiting task outlives the job.
class Context {
 public:
  Context(Services& services, http::Exchange& exchange, const Row& row, std::string_view request_id);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Services& services;
  http::Exchange& exchange;
  const Row& row;
  const std::shared_ptr<const config::Settings> settings;
  const Deadline deadline;       ///< for storage
  const std::int64_t now_s;      ///< Unix seconds
  const net::IpAddress address;  ///< the caller's, behind trusted proxies
  const std::string request_id;

  /// Who is calling. Routes for user, admin and root only.
  [[nodiscard]] const identity::Principal& principal() const { return *caller_; }
  /// The same for Permission::visitor: nothing if nobody is signed in.
  [[nodiscard]] const std::optional<identity::Principal>& caller() const { return caller_; }
  /// Whether the caller must give the password once more before what `require_proof` guards. Never with access tokens.
  [[nodiscard]] bool needs_proof() const;
  /// Error: password_needed.
  [[nodiscard]] Result<void> require_proof() const;
  /// Permission::key only.
  [[nodiscard]] const relay::Caller& key_caller() const { return *key_caller_; }

  /// A path parameter, unescaped.
  [[nodiscard]] std::string path_text(std::string_view name) const;
  /// A path parameter as an id above 0. Error: invalid_request, naming it.
  [[nodiscard]] Result<std::int64_t> path_id(std::string_view name = "id") const;
  [[nodiscard]] const QueryFields& query() const { return query_; }
  /// What the caller reads best.
  [[nodiscard]] Language language() const;
  [[nodiscard]] Result<Paging> paging() const { return read_paging(query_); }

  /// The body, an object, with the names of its own members (not those of inner objects) in lower case.
  /// Errors: invalid_json, request_too_large, client_gone.
  net::Task<Result<json::object>> body();
  /// The body as it came, parsed: for arrays, and maps whose keys are data.
  net::Task<Result<json::value>> document();

  /// A job on a storage thread (see store::Executor): `read` must not write.
  template <class Fn>
  auto read(Fn fn) {
    return services.storage.main().read(std::move(fn), deadline);
  }
  template <class Fn>
  auto run(Fn fn) {
    return services.storage.main().run(std::move(fn), deadline);
  }
  /// The same on the database of the log.
  template <class Fn>
  auto read_log(Fn fn) {
    return services.storage.log().read(std::move(fn), deadline);
  }
  template <class Fn>
  auto run_log(Fn fn) {
    return services.storage.log().run(std::move(fn), deadline);
  }

  /// Channels, groups, prices, owners or options were changed and committed: answers when every worker has them, so
  /// that a script's next call sees them. A failure is logged, not returned: the change is made, and will be seen soon.
  net::Task<void> published();
  /// A user, or a token of that user, was changed and committed; `granted`: also what they may spend.
  net::Task<void> account_changed(UserId user, std::vector<ledger::AccountKey> granted = {}, bool token_made = false);

  /// An audit row of this call, to be written in the job that makes the change: `store::add_audit(db, ctx.audit(...))`.
  /// @param summary  Names of what changed; never a secret.
  [[nodiscard]] store::AuditRow audit(std::string action, std::string target, std::int64_t target_id,
                                      std::string summary = {}) const;
  /// A row in the log for people to read (not a call): changed balances and the like. That it could not be written is
  /// logged, and makes the change none the worse.
  net::Task<void> write_log(store::LogType type, UserId user, Quota quota, std::string content);
  /// Options of identity::Accounts, from the settings.
  [[nodiscard]] identity::AccountsOptions accounts_options() const;

  // For dispatch.
  void set_caller(identity::Principal principal) { caller_ = std::move(principal); }
  void set_key_caller(relay::Caller caller) { key_caller_ = std::move(caller); }

 private:
  QueryFields query_;
  std::optional<identity::Principal> caller_;
  std::optional<relay::Caller> key_caller_;
};

}  // namespace tollgate::manage
