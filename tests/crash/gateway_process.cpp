#include "gateway_process.h"

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tollgate::crash {
namespace {

constexpr std::string_view kGreeting = " answers at http://127.0.0.1:";

std::vector<std::string> command(const std::filesystem::path& data_dir, unsigned workers) {
  return {TOLLGATE_BINARY, "--data-dir=" + data_dir.string(), "--host=127.0.0.1", "--port=0",
          "--workers=" + std::to_string(workers), "--log-level=error", "--set=logs.access=false",
          "--set=security.bcrypt_cost=4",
          // Small and often, so that a kill meets every step: new segments, syncs and flushes.
          "--set=journal.segment_bytes=1MiB", "--set=journal.sync_interval=15ms", "--set=journal.flush_interval=25ms",
          "--set=journal.min_free_bytes=0"};
}

}  // namespace

GatewayProcess::~GatewayProcess() { kill(); }

void GatewayProcess::spawn(unsigned workers) {
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const std::filesystem::path log = data_dir_.parent_path() / "gateway.log";
  const int log_file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::vector<std::string> words = command(data_dir_, workers);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ == 0) {
    ::dup2(pipe_ends[1], STDOUT_FILENO);
    ::dup2(log_file, STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(pipe_ends[1]);
  ::close(log_file);
  output_ = pipe_ends[0];
}

std::optional<std::uint16_t> GatewayProcess::wait_until_ready() {
  std::string said;
  char bytes[4096];
  for (;;) {
    const ssize_t n = ::read(output_, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return std::nullopt;
    said.append(bytes, static_cast<std::size_t>(n));
    const std::size_t found = said.find(kGreeting);
    if (found == std::string::npos) continue;
    const std::size_t from = found + kGreeting.size(), to = said.find('\n', from);
    if (to == std::string::npos) continue;
    std::uint16_t port = 0;
    std::from_chars(said.data() + from, said.data() + to, port);
    return port;
  }
}

void GatewayProcess::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait_for_end();
}

int GatewayProcess::stop() {
  ::kill(pid_, SIGTERM);
  return wait_for_end();
}

int GatewayProcess::wait_for_end() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  ::close(std::exchange(output_, -1));
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string GatewayProcess::log() const {
  std::ifstream file(data_dir_.parent_path() / "gateway.log");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace tollgate::crash
