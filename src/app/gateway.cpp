#include "app/gateway.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>
#include <utility>

#include "app/demo_channel.h"
#include "app/operations.h"
#include "app/parts.h"
#include "base/strings.h"
#include "console/routes.h"
#include "identity/first_root.h"
#include "manage/dispatch.h"
#include "net/tcp.h"
#include "relay/routes.h"
#include "store/options.h"
#include "store/seed.h"
#include "telemetry/log.h"

namespace tollgate::app {
namespace {

Result<std::string> read_file(const std::string& path, std::string_view setting) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return fail(ErrorCode::invalid_request, std::string(setting) + ": the file '" + path + "' cannot be read");
  }
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// Options as the settings' loader wants them: in clear.
Result<std::map<std::string, std::string>> read_options(store::Session& db, const crypto::Sealer& sealer) {
  const auto rows = store::load_options(db);
  if (!rows) return std::unexpected(rows.error());
  std::map<std::string, std::string> options;
  for (const store::OptionRow& row : *rows) {
    if (!row.sealed) {
      options[row.name] = row.value;
    } else if (auto plain = sealer.open_text(row.value, catalog::sealed::kOption)) {
      options[row.name] = plain->reveal();
    } else {
      log::failure(log::Level::error, "an option cannot be decrypted", plain.error(), {{"option", row.name}});
    }
  }
  return options;
}

Result<void> open_storage(Gateway::Parts& parts) {
  const auto settings = parts.settings();
  const std::filesystem::path data_dir = settings->data_dir;
  const std::filesystem::path sqlite =
      settings->sqlite_path.empty() ? data_dir / "tollgate.db" : std::filesystem::path(settings->sqlite_path);
  auto main_dsn = store::parse_dsn(settings->sql_dsn.reveal(), "SQL_DSN", sqlite);
  if (!main_dsn) return std::unexpected(std::move(main_dsn.error()));
  // Set by itself it counts more than what an address says.
  const bool patience_is_set = settings->source(config::Key::sqlite_busy_timeout_ms) != config::Source::fallback;
  const auto patience = static_cast<int>(settings->sqlite_busy_timeout_ms);
  if (patience_is_set) main_dsn->busy_timeout_ms = patience;
  std::optional<store::Dsn> log_dsn;
  if (!settings->log_sql_dsn.empty()) {
    auto parsed = store::parse_dsn(settings->log_sql_dsn.reveal(), "LOG_SQL_DSN", data_dir / "tollgate-log.db");
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    log_dsn = std::move(*parsed);
    if (patience_is_set) log_dsn->busy_timeout_ms = patience;
  }
  auto databases = store::open_databases(*main_dsn, log_dsn, parts.now_s());
  if (!databases) return std::unexpected(std::move(databases.error()));
  parts.databases = std::move(*databases);
  parts.storage = std::make_unique<store::Storage>(
      parts.databases, store::ExecutorOptions{.threads = static_cast<std::size_t>(settings->storage_threads),
                                              .queue_limit = static_cast<std::size_t>(settings->storage_queue),
                                              .clock = &parts.clock});
  return {};
}

/// A database belongs to one master key: with another one its secrets cannot be read, and tokens cannot be found.
Result<void> check_master_key(Gateway::Parts& parts, store::Session& db) {
  const auto stored = store::claim_meta_value(db, store::kMetaMasterKeyCheck, parts.master_key->check_value());
  if (!stored) return std::unexpected(stored.error());
  return parts.master_key->verify(*stored);
}

Result<void> prepare_database(Gateway::Parts& parts) {
  return parts.storage->main().run_blocking([&](store::Session& db) -> Result<void> {
    if (auto right = check_master_key(parts, db); !right) return right;
    const auto seeded = store::seed_database(db, parts.now_s());
    if (!seeded) return std::unexpected(seeded.error());
    const auto settings = parts.settings();
    if (*seeded && settings->demo_provider) {
      if (auto made = create_demo_channel_once(db, parts.now_s()); !made) return std::unexpected(made.error());
    }
    auto options = read_options(db, *parts.sealer);
    if (!options) return std::unexpected(std::move(options.error()));
    for (const config::Problem& problem : parts.holder.set_options(std::move(*options)).warnings) {
      parts.warnings.push_back(problem.text());
    }
    auto root = identity::create_root_if_missing(db, *parts.accounts, *parts.token_hash, *parts.sealer,
                                                 {.password = settings->initial_root_password,
                                                  .token = settings->initial_root_token,
                                                  .access_token = settings->initial_root_access_token,
                                                  .keep_token = settings->reveal_tokens,
                                                  .bcrypt_cost = static_cast<int>(settings->bcrypt_cost)},
                                                 parts.now_s());
    if (!root) return std::unexpected(std::move(root.error()));
    if (*root) {
      if ((*root)->password_is_random) parts.first_start.root_password = (*root)->password;
      if ((*root)->token_is_random) parts.first_start.root_token = (*root)->token;
    }
    return {};
  });
}

ledger::Settings ledger_settings(const config::Settings& settings, unsigned workers) {
  ledger::Settings out;
  out.data_dir = settings.data_dir;
  out.workers = workers;
  constexpr std::int64_t kSlotBytes = 256;
  out.journal.slots_per_segment =
      static_cast<std::uint32_t>(std::max<std::int64_t>(settings.journal_segment_bytes / kSlotBytes, 64));
  out.journal.min_free_bytes = settings.journal_min_free_bytes;
  out.sync_interval_ms = settings.journal_sync_interval_ms;
  out.flush_interval_ms = settings.journal_flush_interval_ms;
  out.sync_frequency_s = std::max<std::int64_t>(settings.sync_frequency_ms / 1000, 1);
  out.segment_retention_s = settings.journal_retention_ms / 1000;
  return out;
}

Result<void> start_catalog(Gateway::Parts& parts) {
  const auto settings = parts.settings();
  parts.disable_writer = std::make_unique<catalog::DisableWriter>(*parts.workers, *parts.storage, parts.clock,
                                                                  [&parts] { parts.publisher->catalog_changed(); });
  parts.health = std::make_unique<catalog::Health>(
      [&parts](catalog::DisableDecision decision) { parts.disable_writer->take(std::move(decision)); });
  parts.builder = std::make_unique<catalog::Builder>(*parts.sealer, *parts.health);
  parts.tokens = std::make_unique<catalog::StoredTokens>(*parts.storage, *parts.ledger, *parts.token_hash,
                                                         parts.generations, parts.clock);
  const auto settings_for_build = [&parts](store::Session& db) -> std::shared_ptr<const config::Settings> {
    if (auto options = read_options(db, *parts.sealer)) parts.holder.set_options(std::move(*options));
    return parts.holder.current();
  };
  parts.publisher = std::make_unique<catalog::Publisher>(
      *parts.workers, *parts.storage, *parts.builder, parts.generations, settings_for_build,
      catalog::Publisher::Options{.poll_ms = settings->sync_frequency_ms});
  return parts.publisher->start();
}

void start_relays(Gateway::Parts& parts) {
  const auto settings = parts.settings();
  parts.relay_services = std::make_unique<relay::RelayServices>(
      relay::RelayServices{.catalogs = *parts.publisher,
                           .ledger = *parts.ledger,
                           .tokens = *parts.tokens,
                           .token_generations = parts.generations,
                           .metrics = *parts.metrics,
                           .offload = *parts.offload,
                           .dns = {.ttl_ms = settings->dns_ttl_ms},
                           .client = {.max_idle_per_endpoint = static_cast<std::size_t>(settings->pool_idle_per_host),
                                      .max_idle = static_cast<std::size_t>(settings->pool_idle_total),
                                      .idle_timeout_ms = settings->pool_idle_timeout_ms,
                                      .head = {}},
                           .token_cache = {.refresh_ms = settings->sync_frequency_ms},
                           .bad_keys = std::make_shared<relay::BadKeys>()});
  parts.relays.resize(parts.workers->size());
  parts.workers->on_each([&parts](net::Worker& worker) {
    parts.relays[worker.index()] = std::make_unique<relay::WorkerRelay>(*parts.relay_services, worker);
  });
}

Result<http::ServerOptions> server_options(const config::Settings& settings) {
  http::ServerOptions out;
  out.listen.host = settings.host;
  out.listen.port = static_cast<std::uint16_t>(settings.port);
  if (!settings.tls_cert_file.empty()) {
    auto certificate = read_file(settings.tls_cert_file, "tls.cert_file");
    if (!certificate) return std::unexpected(std::move(certificate.error()));
    auto key = read_file(settings.tls_key_file, "tls.key_file");
    if (!key) return std::unexpected(std::move(key.error()));
    out.certificate_pem = std::move(*certificate);
    out.key_pem = Secret(std::move(*key));
  }
  out.base_path = settings.console_base_path;
  if (out.base_path.ends_with('/')) out.base_path.pop_back();
  out.head.max_head_bytes = static_cast<std::size_t>(settings.max_head_bytes);
  out.head.max_fields = static_cast<std::size_t>(settings.max_headers);
  out.max_body_bytes = static_cast<std::size_t>(settings.max_body_bytes);
  out.max_bodies_bytes = static_cast<std::size_t>(settings.body_budget_bytes);
  if (settings.max_connections > 0) out.max_connections = static_cast<std::size_t>(settings.max_connections);
  out.head_timeout_ms = settings.head_timeout_ms;
  out.idle_timeout_ms = settings.idle_timeout_ms;
  out.body_timeout_ms = settings.body_timeout_ms;
  out.write_timeout_ms = settings.write_timeout_ms;
  return out;
}

Result<void> start_server(Gateway::Parts& parts) {
  auto options = server_options(*parts.settings());
  if (!options) return std::unexpected(std::move(options.error()));
  const relay::RelayOf relay_of = [&parts](const net::Worker& worker) -> relay::WorkerRelay& {
    return *parts.relays[worker.index()];
  };
  std::vector<http::Route> routes = relay::relay_routes(relay_of);
  parts.manage_services = std::make_unique<manage::Services>(manage::Services{.storage = *parts.storage,
                                                                              .ledger = *parts.ledger,
                                                                              .publisher = *parts.publisher,
                                                                              .tokens = *parts.tokens,
                                                                              .health = *parts.health,
                                                                              .settings = parts.holder,
                                                                              .accounts = *parts.accounts,
                                                                              .sealer = *parts.sealer,
                                                                              .token_hash = *parts.token_hash,
                                                                              .metrics = *parts.metrics,
                                                                              .offload = *parts.offload,
                                                                              .clock = parts.clock,
                                                                              .relay_of = relay_of,
                                                                              .version = std::string(kVersion),
                                                                              .started_at = parts.now_s()});
  parts.upkeep = std::make_unique<manage::Upkeep>(*parts.manage_services, (*parts.workers)[0]);
  parts.manage_services->upkeep = parts.upkeep.get();
  parts.upkeep->start();
  for (http::Route& route : manage::manage_routes(*parts.manage_services)) routes.push_back(std::move(route));
  for (http::Route& route : operations_routes(parts)) routes.push_back(std::move(route));
  for (http::Route& route : console::console_routes(parts.console_files, options->base_path + "/")) {
    routes.push_back(std::move(route));
  }
  parts.server = std::make_unique<http::Server>(std::move(*options), std::move(routes), unknown_path_renderer());
  return parts.server->start(*parts.workers);
}

std::size_t worker_count(const config::Settings& settings) {
  if (settings.workers > 0) return static_cast<std::size_t>(settings.workers);
  return std::max(1U, std::thread::hardware_concurrency());
}

const Clock& clock_or_system(const Clock* clock) {
  static const SystemClock kSystem;
  return clock != nullptr ? *clock : kSystem;
}

}  // namespace

Gateway::Parts::Parts(GatewayOptions given)
    : holder(std::move(given.inputs), std::move(given.settings)),
      clock(clock_or_system(given.clock)),
      console_files(given.console_files) {}

Gateway::Gateway(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Gateway>> Gateway::start(GatewayOptions options) {
  const bool lock_data_dir = options.lock_data_dir;
  const Clock* clock = options.clock;
  auto gateway = std::unique_ptr<Gateway>(new Gateway(std::make_unique<Parts>(std::move(options))));
  Parts& parts = *gateway->parts_;
  const auto settings = parts.settings();

  const net::ListenOptions listen{.host = settings->host, .port = static_cast<std::uint16_t>(settings->port)};
  if (auto free = net::probe_port(listen); !free) return std::unexpected(std::move(free.error()));
  if (lock_data_dir) {
    auto lock = DataLock::take(settings->data_dir);
    if (!lock) return std::unexpected(std::move(lock.error()));
    parts.lock = std::move(*lock);
  }
  auto key = crypto::load_master_key(settings->master_key, settings->data_dir, true);
  if (!key) return std::unexpected(std::move(key.error()));
  parts.master_key = std::make_unique<crypto::MasterKey>(*key);
  parts.sealer = std::make_unique<crypto::Sealer>(key->sealer());
  parts.token_hash = std::make_unique<crypto::KeyedHash>(key->token_hash());
  parts.access_hash = std::make_unique<crypto::KeyedHash>(key->signing_key("access_token").reveal());
  parts.metrics = std::make_unique<telemetry::Metrics>(telemetry::MetricsOptions{.version = kVersion});

  if (auto opened = open_storage(parts); !opened) return std::unexpected(std::move(opened.error()));
  parts.cookies = std::make_unique<identity::CookieSigner>(
      settings->session_secret.empty() ? key->signing_key("session") : settings->session_secret);
  parts.accounts = std::make_unique<identity::Accounts>(*parts.storage, *parts.cookies, *parts.access_hash,
                                                        *parts.sealer, parts.clock);
  if (auto prepared = prepare_database(parts); !prepared) return std::unexpected(std::move(prepared.error()));

  parts.offload = net::make_offload({.threads = 2, .thread_name = "offload", .clock = &parts.clock});
  const std::size_t workers = worker_count(*settings);
  auto books = ledger::Ledger::start(parts.databases, ledger_settings(*settings, static_cast<unsigned>(workers)),
                                     parts.clock, parts.metrics.get());
  if (!books) return std::unexpected(std::move(books.error()));
  parts.ledger = std::move(*books);

  parts.workers = std::make_unique<net::WorkerPool>(
      workers, net::WorkerOptions{.clock = clock, .thread_name = "worker", .on_uncaught = {}});
  parts.workers->start();
  if (auto started = start_catalog(parts); !started) return std::unexpected(std::move(started.error()));
  start_relays(parts);
  parts.scrapes = register_scrapes(parts);
  if (auto serving = start_server(parts); !serving) return std::unexpected(std::move(serving.error()));
  return gateway;
}

Gateway::~Gateway() { stop(parts_->settings()->drain_timeout_ms); }

std::uint16_t Gateway::port() const { return parts_->server->port(); }

const FirstStart& Gateway::first_start() const { return parts_->first_start; }

const std::vector<std::string>& Gateway::warnings() const { return parts_->warnings; }

std::string Gateway::address() const {
  const auto settings = parts_->settings();
  const bool any = settings->host == "0.0.0.0" || settings->host == "::";
  const std::string host = any                                             ? "localhost"
                           : settings->host.find(':') == std::string::npos ? settings->host
                                                                           : "[" + settings->host + "]";
  return (settings->tls_cert_file.empty() ? "http://" : "https://") + host + ":" + std::to_string(port());
}

Result<void> Gateway::reload() {
  auto change = parts_->holder.reload();
  if (!change) return std::unexpected(std::move(change.error()));
  for (const config::Problem& problem : change->warnings) log::warn(problem.text());
  for (const config::Key key : change->need_restart) {
    log::warn("a changed setting takes effect at the next start", {{"key", config::row(key).key}});
  }
  if (const auto level = log::parse_level(parts_->settings()->log_level)) log::set_level(*level);
  log::reopen();
  return parts_->publisher->publish_blocking();
}

bool Gateway::stop(std::int64_t drain_ms) {
  Parts& parts = *parts_;
  if (std::exchange(parts.stopped, true)) return true;
  bool clean = true;
  if (parts.server) clean = parts.server->drain(drain_ms) && clean;
  parts.scrapes.clear();
  if (parts.upkeep) parts.upkeep->stop();
  if (parts.workers && !parts.relays.empty()) {
    parts.workers->on_each([&parts](net::Worker& worker) { parts.relays[worker.index()].reset(); });
  }
  if (parts.publisher) parts.publisher->stop();
  if (parts.workers) parts.workers->stop();
  if (parts.ledger) {
    constexpr std::int64_t kDrainMs = 30'000;
    const auto drained = parts.ledger->drain(Deadline::after_ms(parts.clock.mono_ns(), kDrainMs));
    if (!drained) {
      log::failure(log::Level::error, "the books could not be closed; the next start will", drained.error());
      clean = false;
    }
  }
  if (parts.storage) parts.storage->stop();
  return clean;
}

}  // namespace tollgate::app
