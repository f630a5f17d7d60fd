#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/ids.h"
#include "store/page.h"

namespace tollgate::store {

class Session;

/// Who changed what through the management API. Never updated.
struct AuditRow {
  std::int64_t id = 0;
  std::int64_t created_at = 0;
  UserId actor;        ///< 0: the gateway itself, or the command line
  std::string action;  ///< such as channel.update
  std::string target;  ///< such as channel
  std::int64_t target_id = 0;
  std::string summary;  ///< names of what changed; never a secret
  std::string ip;
  std::string request_id;
};

struct AuditFilter {
  UserId actor;
  std::string action, target;
  std::int64_t target_id = 0;
  std::int64_t from = 0, to = 0;  ///< Unix seconds, inclusive; 0 open
};

/// Both block. Errors: those of `guarded` (session.h).
Result<std::int64_t> add_audit(Session& db, const AuditRow& row);
/// Newest first; `page.order` is not looked at.
Result<Page<AuditRow>> list_audit(Session& db, const AuditFilter& filter, const PageRequest& page);

}  // namespace tollgate::store
