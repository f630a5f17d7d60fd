#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "config/loader.h"
#include "console/files.h"

namespace tollgate::app {

/// What a first start made up and must be told once.
struct FirstStart {
  std::optional<Secret> root_password;  ///< only if it is random
  std::optional<Secret> root_token;     ///< only if it is random
};

struct GatewayOptions {
  config::Inputs inputs;                              ///< for reloading
  config::Settings settings;                          ///< what `config::load(inputs)` gave, without errors
  const Clock* clock = nullptr;                       ///< the system's if null; must outlive the gateway
  std::span<const console::File> console_files = {};  ///< none: no console; outlive the gateway
  bool lock_data_dir = true;  ///< tests that start several in one process on folders of their own may leave it
};

/// A whole gateway in one object: databases, ledger, workers, server. Made, and destroyed, by one thread that is not
/// one of its own.
class Gateway {
 public:
  /// Starts everything, in an order in which each part finds what it needs, and returns once it serves.
  ///
  /// Errors, each naming what to do: invalid_request (data directory, master key, certificate, DSN), conflict (another
  /// process on the same data directory or database, or the port is taken), storage_unavailable.
  static Result<std::unique_ptr<Gateway>> start(GatewayOptions options);
  /// Stops as `stop` with the settings' drain limit, if that was not done.
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const FirstStart& first_start() const;
  /// `http://host:port`, for people.
  [[nodiscard]] std::string address() const;
  /// Warnings of the start, for the log.
  [[nodiscard]] const std::vector<std::string>& warnings() const;

  /// Reads the configuration again; all or nothing. Errors: invalid_request with every problem.
  Result<void> reload();
  /// Closes the listeners, finishes what is under way within `drain_ms`, and settles the books. Idempotent.
  /// @return whether everything ended by itself and every charge is in the database.
  bool stop(std::int64_t drain_ms);

  struct Parts;
  /// For tests: the parts it is made of.
  [[nodiscard]] Parts& parts() { return *parts_; }

 private:
  explicit Gateway(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace tollgate::app
