#pragma once

#include "base/error.h"
#include "json/value.h"
#include "manage/context.h"

/// What an operator should look at.
namespace tollgate::manage {

/// Channels that do not serve as they should, and why. Blocking.
[[nodiscard]] Result<json::array> unhealthy_channels(store::Session& db, const Context& ctx,
                                                     const catalog::Catalog& catalog);
/// What is not as it should be, each by a code that front-ends have words for. What only root can mend is told to root
/// only. Blocking.
[[nodiscard]] Result<json::array> warnings(store::Session& db, const Context& ctx, const catalog::Catalog& catalog);

}  // namespace tollgate::manage
