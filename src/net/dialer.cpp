#include "net/dialer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "net/event.h"
#include "net/proxy.h"
#include "net/tcp.h"

namespace tollgate::net {
namespace {

using StreamResult = Result<std::unique_ptr<ByteStream>>;

// How long one address is given before the next is tried beside it (RFC 8305 says 250 ms).
constexpr std::int64_t kNextAddressMs = 250;
constexpr std::size_t kMaxAddresses = 8;

/// Attempts at several addresses of one name; the first to connect wins.
struct Race {
  explicit Race(Worker& owner) : worker(owner), news(owner) {}
  Worker& worker;
  Event news;
  std::unique_ptr<ByteStream> winner;
  std::size_t running = 0;
  std::optional<Error> failure;
  CancelSignal losers;
  bool over = false;
};

Task<void> run_attempt(std::shared_ptr<Race> race, IpAddress address, std::uint16_t port, Deadline deadline) {
  auto connected = co_await tcp_connect(race->worker, address, port, deadline, &race->losers);
  --race->running;
  if (race->over) co_return;
  if (connected) {
    race->over = true;
    race->winner = std::move(*connected);
  } else if (!race->failure || race->failure->code() != ErrorCode::upstream_timeout) {
    race->failure = std::move(connected.error());
  }
  race->news.set();
}

/// Alternates the families, beginning with the one the system prefers.
std::vector<IpAddress> interleave(const std::vector<IpAddress>& addresses) {
  std::vector<IpAddress> first, second, out;
  for (const IpAddress& address : addresses) {
    (address.is_v6() == addresses.front().is_v6() ? first : second).push_back(address);
  }
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) out.push_back(first[i]);
    if (i < second.size()) out.push_back(second[i]);
  }
  if (out.size() > kMaxAddresses) out.resize(kMaxAddresses);
  return out;
}

Task<StreamResult> connect_any(Worker& worker, std::vector<IpAddress> addresses, std::uint16_t port, Deadline deadline,
                               CancelSignal* signal) {
  if (addresses.size() == 1) co_return co_await tcp_connect(worker, addresses.front(), port, deadline, signal);
  const auto race = std::make_shared<Race>(worker);
  struct End {
    Race& race;
    ~End() {
      race.over = true;
      race.losers.trigger(ErrorCode::client_gone);
    }
  } const end{*race};
  std::size_t next = 0;
  while (!race->winner) {
    if (signal != nullptr && signal->canceled()) co_return fail(signal->error());
    if (deadline.passed(worker.now_ns())) {
      co_return fail(Error(ErrorCode::upstream_timeout, "connecting to the provider took too long"));
    }
    race->news.reset();
    if (next < addresses.size()) {
      ++race->running;
      worker.spawn(run_attempt(race, addresses[next++], port, deadline));
      if (race->news.is_set()) continue;
    } else if (race->running == 0) {
      break;
    }
    const Deadline pause = next < addresses.size() ? worker.in_ms(kNextAddressMs) : Deadline::never();
    co_await race->news.wait(deadline.sooner(pause), signal);
  }
  if (race->winner) co_return std::move(race->winner);
  co_return std::unexpected(std::move(*race->failure));
}

Error not_public(const std::string& host) {
  return Error(ErrorCode::upstream_connect_failed, "this address may not be used: it is not public").detail(host);
}

}  // namespace

struct Dialer::State {
  State(Worker& owner, DnsCache& names) : worker(owner), dns(names) {}
  Worker& worker;
  DnsCache& dns;
  TlsSessionCache sessions;

  Task<Result<std::vector<IpAddress>>> addresses_of(const std::string& host, bool guarded, Deadline deadline) {
    auto found = co_await dns.resolve(host, deadline);
    if (!found) co_return std::unexpected(std::move(found.error()));
    std::vector<IpAddress> out = interleave(**found);
    if (guarded) {
      std::erase_if(out, [](const IpAddress& address) { return !address.is_public(); });
      if (out.empty()) co_return fail(not_public(host));
    }
    co_return out;
  }

  Task<StreamResult> open(const Endpoint& endpoint, Deadline deadline, CancelSignal* signal) {
    if (endpoint.proxy.kind == ProxyKind::none) {
      auto addresses = co_await addresses_of(endpoint.host, endpoint.guarded, deadline);
      if (!addresses) co_return std::unexpected(std::move(addresses.error()));
      co_return co_await connect_any(worker, std::move(*addresses), endpoint.port, deadline, signal);
    }
    // A guarded name is resolved here and the proxy told the address: what was checked is what is connected to.
    std::string target = endpoint.host;
    if (endpoint.guarded) {
      auto checked = co_await addresses_of(endpoint.host, true, deadline);
      if (!checked) co_return std::unexpected(std::move(checked.error()));
      target = checked->front().to_string();
    }
    auto proxies = co_await addresses_of(endpoint.proxy.host, false, deadline);
    if (!proxies) co_return std::unexpected(std::move(proxies.error()));
    auto stream = co_await connect_any(worker, std::move(*proxies), endpoint.proxy.port, deadline, signal);
    if (stream && endpoint.proxy.kind == ProxyKind::https_connect) {
      stream = co_await secure_proxy(endpoint, std::move(*stream), deadline, signal);
    }
    if (!stream) co_return stream;
    auto through = co_await pass_proxy(**stream, endpoint.proxy, target, endpoint.port, deadline, signal);
    if (!through) co_return std::unexpected(std::move(through.error()));
    co_return stream;
  }

  Task<StreamResult> secure_proxy(const Endpoint& endpoint, std::unique_ptr<ByteStream> stream, Deadline deadline,
                                  CancelSignal* signal) {
    // Whoever lets anybody answer for an upstream has not said so of the proxy, which is told credentials.
    auto context = TlsContext::for_client({.verify = true, .ca_pem = endpoint.trust.ca_pem});
    if (!context) co_return std::unexpected(std::move(context.error()));
    TlsClientOptions options{.peer = "proxy",
                             .server_name = endpoint.proxy.host,
                             .sessions = &sessions,
                             .session_key = "proxy of " + endpoint.key,
                             .signal = signal};
    co_return co_await tls_connect(worker, release_descriptor(std::move(stream)), std::move(*context),
                                   std::move(options), deadline);
  }

  Task<StreamResult> secure(const Endpoint& endpoint, std::unique_ptr<ByteStream> stream, Deadline deadline,
                            CancelSignal* signal) {
    auto context = TlsContext::for_client(endpoint.trust);
    if (!context) co_return std::unexpected(std::move(context.error()));
    TlsClientOptions options{
        .server_name = endpoint.host, .sessions = &sessions, .session_key = endpoint.key, .signal = signal};
    if (endpoint.proxy.kind == ProxyKind::https_connect) {
      co_return co_await tls_connect_inside(std::move(stream), std::move(*context), std::move(options), deadline);
    }
    co_return co_await tls_connect(worker, release_descriptor(std::move(stream)), std::move(*context),
                                   std::move(options), deadline);
  }
};

Dialer::Dialer(Worker& worker, DnsCache& dns) : state_(std::make_unique<State>(worker, dns)) {}

Dialer::~Dialer() = default;

Task<StreamResult> Dialer::dial(const Endpoint& endpoint, DialDeadlines deadlines, CancelSignal* signal) {
  Worker& worker = state_->worker;
  auto stream = co_await state_->open(endpoint, worker.in_ms(deadlines.connect_ms), signal);
  if (!stream || !endpoint.tls) co_return stream;
  co_return co_await state_->secure(endpoint, std::move(*stream), worker.in_ms(deadlines.tls_ms), signal);
}

}  // namespace tollgate::net
