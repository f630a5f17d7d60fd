#include "relay/worker_relay.h"

#include <cstring>
#include <string>
#include <utility>

#include "crypto/random.h"

namespace tollgate::relay {
namespace {

constexpr std::size_t kSpareAdmissions = 64;
constexpr std::int64_t kSweepEveryMs = 60'000;

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  const std::string bytes = crypto::random_bytes(sizeof seed);
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

}  // namespace

WorkerRelay::WorkerRelay(RelayServices& all, net::Worker& own)
    : services(all),
      worker(own),
      metrics(all.metrics.make_cells()),
      names(own, all.offload, net::resolve_by_system, all.dns, metrics.look_ups()),
      dialer(own, names),
      client(own, dialer, all.client, metrics.connects()),
      books(all.ledger.worker(static_cast<unsigned>(own.index()))),
      tokens(own, all.tokens, all.token_generations, all.token_cache, metrics.tokens()),
      rng(random_seed()) {
  worker.arm(*this, worker.in_ms(kSweepEveryMs));
}

WorkerRelay::~WorkerRelay() = default;

void WorkerRelay::on_timer() {
  tokens.sweep();
  worker.arm(*this, worker.in_ms(kSweepEveryMs));
}

std::unique_ptr<Admission> WorkerRelay::take_admission() {
  if (spare_.empty()) return std::make_unique<Admission>();
  auto admission = std::move(spare_.back());
  spare_.pop_back();
  return admission;
}

void WorkerRelay::give_back(std::unique_ptr<Admission> admission) {
  admission->clear();
  if (spare_.size() < kSpareAdmissions) spare_.push_back(std::move(admission));
}

}  // namespace tollgate::relay
