#include "net/dns.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>

#include "net/event.h"

namespace tollgate::net {

Result<std::vector<IpAddress>> resolve_by_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  std::vector<IpAddress> out;
  for (const addrinfo* entry = error == 0 ? found : nullptr; entry != nullptr; entry = entry->ai_next) {
    const auto address = IpAddress::of(entry->ai_addr);
    if (address && std::ranges::find(out, *address) == out.end()) out.push_back(*address);
  }
  if (found != nullptr) ::freeaddrinfo(found);
  if (out.empty()) {
    return fail(Error(ErrorCode::upstream_connect_failed, "the provider's host name could not be resolved")
                    .detail(host + ": " + (error != 0 ? ::gai_strerror(error) : "no address")));
  }
  return out;
}

struct DnsCache::State {
  struct Entry {
    explicit Entry(Worker& worker) : looked_up(worker) {}
    AddressList addresses;
    std::int64_t fetched_ns = 0;
    std::int64_t failed_ns = 0;
    std::optional<Error> failure;
    bool looking_up = false;
    Event looked_up;
  };

  State(Worker& owner, Offload& threads, ResolveFunction function, DnsOptions settings, DnsCounts counters)
      : worker(owner), offload(threads), resolve(std::move(function)), options(settings), counts(counters) {}

  [[nodiscard]] bool fresh(const Entry& entry) const {
    return entry.addresses && worker.now_ns() - entry.fetched_ns < options.ttl_ms * 1'000'000;
  }
  [[nodiscard]] bool failed_lately(const Entry& entry) const {
    return entry.failure && worker.now_ns() - entry.failed_ns < options.failure_ttl_ms * 1'000'000;
  }
  [[nodiscard]] bool usable_stale(const Entry& entry) const {
    return entry.addresses && worker.now_ns() - entry.fetched_ns < options.stale_ms * 1'000'000;
  }

  void make_room() {
    if (entries.size() < options.max_names) return;
    std::erase_if(entries, [this](const auto& entry) { return !entry.second->looking_up && !fresh(*entry.second); });
    // All of them in use within half a minute: start over rather than grow.
    if (entries.size() >= options.max_names) {
      std::erase_if(entries, [](const auto& entry) { return !entry.second->looking_up; });
    }
  }

  Worker& worker;
  Offload& offload;
  ResolveFunction resolve;
  DnsOptions options;
  DnsCounts counts;
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> entries;

  static Task<void> look_up(std::shared_ptr<State> state, std::shared_ptr<Entry> entry, std::string host);
  static Task<Result<AddressList>> wait_for(std::shared_ptr<State> state, std::string host, Deadline deadline);
};

namespace {

// Longer than the system's resolver tries by itself, so that its own words are the ones reported.
constexpr std::int64_t kLookUpMs = 30'000;

}  // namespace

Task<void> DnsCache::State::look_up(std::shared_ptr<State> state, std::shared_ptr<Entry> entry, std::string host) {
  auto found = co_await state->offload.run([state, host](NoContext&) { return state->resolve(host); },
                                           state->worker.in_ms(kLookUpMs));
  if (found && !found->empty()) {
    entry->addresses = std::make_shared<const std::vector<IpAddress>>(std::move(*found));
    entry->fetched_ns = state->worker.now_ns();
    entry->failure.reset();
    state->counts.ok.add();
  } else {
    (state->usable_stale(*entry) ? state->counts.stale : state->counts.failed).add();
    entry->failed_ns = state->worker.now_ns();
    entry->failure = found ? Error(ErrorCode::upstream_connect_failed, "the provider's host name has no address")
                           : std::move(found.error());
  }
  entry->looking_up = false;
  entry->looked_up.set();
}

Task<Result<AddressList>> DnsCache::State::wait_for(std::shared_ptr<State> state, std::string host, Deadline deadline) {
  std::shared_ptr<Entry> entry;
  if (const auto it = state->entries.find(host); it != state->entries.end()) {
    entry = it->second;
  } else {
    state->make_room();
    entry = state->entries.emplace(host, std::make_shared<Entry>(state->worker)).first->second;
  }
  if (!entry->looking_up && !state->failed_lately(*entry)) {
    entry->looking_up = true;
    entry->looked_up.reset();
    state->worker.spawn(look_up(state, entry, host));
  }
  bool in_time = true;
  if (entry->looking_up) in_time = co_await entry->looked_up.wait(deadline);
  if (state->fresh(*entry) || state->usable_stale(*entry)) co_return entry->addresses;
  if (!in_time) {
    co_return fail(Error(ErrorCode::upstream_timeout, "resolving the provider's host name took too long").detail(host));
  }
  co_return std::unexpected(*entry->failure);
}

DnsCache::DnsCache(Worker& worker, Offload& offload, ResolveFunction resolve, DnsOptions options, DnsCounts counts)
    : state_(std::make_shared<State>(worker, offload, std::move(resolve), options, counts)) {}

DnsCache::~DnsCache() = default;

MaybeTask<Result<AddressList>> DnsCache::resolve(std::string_view host, Deadline deadline) {
  if (const auto literal = IpAddress::parse(host)) {
    return Result<AddressList>(std::make_shared<const std::vector<IpAddress>>(1, *literal));
  }
  const auto it = state_->entries.find(host);
  if (it != state_->entries.end() && state_->fresh(*it->second)) return Result<AddressList>(it->second->addresses);
  return State::wait_for(state_, std::string(host), deadline);
}

std::size_t DnsCache::size() const { return state_->entries.size(); }

}  // namespace tollgate::net
