#pragma once

#include "base/error.h"

namespace tollgate::store {
class Session;
}

namespace tollgate::app {

/// Gives a fresh database a channel of the built-in demo provider, so that the first call works without any provider's
/// key and without a network. Once: an operator who deletes it is not given it again. Blocking.
/// @return whether it was made now.
Result<bool> create_demo_channel_once(store::Session& db, std::int64_t now_unix_s);

}  // namespace tollgate::app
