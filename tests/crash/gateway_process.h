#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace tollgate::crash {

/// The gateway's real binary, as a process that can be killed. Its log goes to `gateway.log` beside the data.
class GatewayProcess {
 public:
  explicit GatewayProcess(std::filesystem::path data_dir) : data_dir_(std::move(data_dir)) {}
  ~GatewayProcess();
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;

  /// Starts it; returns at once.
  void spawn(unsigned workers);
  /// Waits until it says where it answers. @return the port; none if it ended before that.
  [[nodiscard]] std::optional<std::uint16_t> wait_until_ready();
  /// kill -9, and waits for its end.
  void kill();
  /// SIGTERM, and waits. @return its exit code, or -1 if a signal ended it.
  int stop();
  /// What it logged since the first start.
  [[nodiscard]] std::string log() const;

 private:
  int wait_for_end();

  std::filesystem::path data_dir_;
  pid_t pid_ = -1;
  int output_ = -1;
};

}  // namespace tollgate::crash
