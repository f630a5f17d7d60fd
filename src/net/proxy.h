#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "net/byte_stream.h"
#include "net/dialer.h"
#include "net/task.h"

namespace tollgate::net {

/// Asks the proxy at the other end of `stream` for a connection to `host` and `port`. Afterwards the stream is that
/// connection. All arguments must outlive the call.
/// Errors: upstream_connect_failed (what the proxy said is in the detail, never its credentials), upstream_timeout,
/// the signal's reason.
Task<Result<void>> pass_proxy(ByteStream& stream, const Proxy& proxy, const std::string& host, std::uint16_t port,
                              Deadline deadline, CancelSignal* signal);

}  // namespace tollgate::net
