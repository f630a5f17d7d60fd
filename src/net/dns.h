#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "net/address.h"
#include "net/offload.h"
#include "net/task.h"
#include "telemetry/metrics.h"

namespace tollgate::net {

/// Addresses of a name, in the system's order of preference; never empty. Immutable and shared.
using AddressList = std::shared_ptr<const std::vector<IpAddress>>;

/// Looks a name up, blocking. Any thread. Errors: upstream_connect_failed.
using ResolveFunction = std::function<Result<std::vector<IpAddress>>(const std::string& host)>;
/// getaddrinfo, both families.
[[nodiscard]] Result<std::vector<IpAddress>> resolve_by_system(const std::string& host);

struct DnsOptions {
  std::int64_t ttl_ms = 30'000;
  std::int64_t failure_ttl_ms = 1'000;     ///< a failure without older addresses is remembered this long
  std::int64_t stale_ms = 24 * 3'600'000;  ///< how long old addresses serve when looking up fails
  std::size_t max_names = 4096;
};

/// How look-ups ended: with addresses, with none, or with none but older ones to go on with. Of the worker's thread.
struct DnsCounts {
  telemetry::Counter ok, failed, stale;
};

/// Names of one worker: looked up once at a time on an offload thread, kept 30 s, used stale when looking up fails.
class DnsCache {
 public:
  DnsCache(Worker& worker, Offload& offload, ResolveFunction resolve = resolve_by_system, DnsOptions options = {},
           DnsCounts counts = {});
  ~DnsCache();

  /// A literal address is its own answer. Errors: upstream_connect_failed (unknown name), upstream_timeout (deadline).
  MaybeTask<Result<AddressList>> resolve(std::string_view host, Deadline deadline);

  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tollgate::net
