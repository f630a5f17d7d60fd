#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "json/value.h"
#include "manage/context.h"
#include "store/groups.h"
#include "store/tokens.h"

/// Tokens as the management API shows and takes them. Pure.
namespace tollgate::manage {

/// What status a token has at `now`, in the predecessors' numbers: 1 enabled, 2 disabled, 3 expired, 4 exhausted.
[[nodiscard]] int shown_token_status(const store::TokenRow& token, Quota used, std::int64_t now_s);

/// @param used      Live.
/// @param key       Without `sk-`; empty where it is not shown.
/// @param with_tag  Whether the caller may see the billing tag.
[[nodiscard]] json::object token_value(const store::TokenRow& token, Quota used, std::string_view key, bool with_tag,
                                       std::int64_t now_s);

/// What a body says of a token; what it leaves out is not there.
struct TokenChange {
  std::int64_t id = 0;
  std::int64_t user = 0;  ///< administrators: the new owner; 0: as it is
  std::optional<std::string> name;
  std::optional<int> status;
  std::optional<std::int64_t> expires_at;  ///< 0: never
  std::optional<Quota> remain;
  std::optional<Quota> echoed_used;  ///< what the client was shown as used
  std::optional<bool> unlimited;
  std::optional<std::string> group, backup_group;
  std::optional<std::int64_t> version;

  /// The member `setting`: if it is there, all of it is.
  struct Setting {
    bool heartbeat = false;
    std::int32_t heartbeat_seconds = 0;
    bool models_limited = false;
    std::string models;  ///< JSON array
    bool ips_limited = false;
    std::string ips;  ///< JSON array
    std::string billing_tag;
  };
  std::optional<Setting> setting;
};

inline constexpr std::size_t kMaxTokenName = 30;  ///< bytes
inline constexpr std::int64_t kMaxSetQuota = kQuotaLimit / 2;

/// @param body  With its members' names in lower case (Context::body).
/// Errors: invalid_request, naming the member.
[[nodiscard]] Result<TokenChange> read_token_change(const json::object& body);

/// Writes what the body says into the row, all but owner, status and balance.
/// @param with_tag  Whether the caller may set the billing tag; if not, it stays.
void apply_token_change(const TokenChange& change, bool with_tag, store::TokenRow& token);

/// What `granted` becomes when a client sets the remaining balance: exactly `remain` is left, unless the client only
/// echoes what it was shown: then nothing changes, whatever was spent in between.
[[nodiscard]] Quota granted_for(const TokenChange& change, Quota granted, Quota used);

/// Whether a user of `own_group` may give a token this group. Errors: group_not_allowed.
[[nodiscard]] Result<void> check_group(std::string_view symbol, const std::optional<store::GroupRow>& group,
                                       std::string_view own_group);

}  // namespace tollgate::manage
