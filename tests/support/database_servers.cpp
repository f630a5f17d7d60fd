#include "support/database_servers.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tollgate::testing {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr auto kPatience = std::chrono::seconds(60);

/// The servers refuse to run as root: then they run as one of their own users.
struct Account {
  uid_t uid = ::geteuid();
  gid_t gid = ::getegid();
  bool switches = false;
};

Account account_of(std::string_view name) {
  Account out;
  if (out.uid != 0) return out;
  const passwd* entry = ::getpwnam(std::string(name).c_str());
  if (entry == nullptr) entry = ::getpwnam("nobody");
  if (entry == nullptr) throw std::runtime_error("no unprivileged user to run a database server as");
  return {entry->pw_uid, entry->pw_gid, true};
}

const Account& account(ServerKind kind) {
  static const std::array<Account, 2> accounts{account_of("postgres"), account_of("mysql")};
  return accounts[static_cast<std::size_t>(kind)];
}

std::string program(const Words& folders, const std::string& name) {
  for (const std::string& folder : folders) {
    const fs::path path = fs::path(folder) / name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  throw std::runtime_error(name + " is not installed; the tests need PostgreSQL and MariaDB servers");
}

Words postgresql_folders() {
  Words out;
  std::error_code error;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", error))
    out.push_back(version.path() / "bin");
  out.insert(out.end(), {"/usr/local/bin", "/usr/bin"});
  return out;
}

const Words kMariadbFolders{"/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"};

/// Starts a program; what it prints goes to `output`. It dies with this process.
int spawn(const Words& words, const Account& as, const std::string& output, int death_signal) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const int pid = ::fork();
  if (pid < 0) throw std::runtime_error("fork failed");
  if (pid > 0) return pid;
  const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  const int in = ::open("/dev/null", O_RDONLY);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(out, 2);
  for (int fd = 3; fd < 256; ++fd) ::close(fd);
  if (as.switches && (::setgroups(0, nullptr) != 0 || ::setgid(as.gid) != 0 || ::setuid(as.uid) != 0)) ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, death_signal);
  ::signal(SIGPIPE, SIG_DFL);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void expect_success(int pid, const std::string& what, const std::string& output) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error(what + " failed:\n" + text_of(output));
}

std::string log_file(const std::string& folder, ServerKind kind) {
  return folder + (kind == ServerKind::postgresql ? "/postgresql.log" : "/mariadb.log");
}

std::string home(const std::string& folder, ServerKind kind) {
  return folder + (kind == ServerKind::postgresql ? "/pg" : "/my");
}

/// A MariaDB that starts removes temporary files that look left over, another's too: each has a folder of its own.
int initialize(const std::string& folder, ServerKind kind) {
  const Account& as = account(kind);
  const std::string at = home(folder, kind);
  fs::create_directory(at);
  if (as.switches && ::chown(at.c_str(), as.uid, as.gid) != 0) throw std::runtime_error("chown failed");
  if (kind == ServerKind::postgresql) {
    return spawn({program(postgresql_folders(), "initdb"), "-D", at + "/data", "-U", "tollgate", "--auth=trust",
                  "--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C"},
                 as, log_file(folder, kind), SIGKILL);
  }
  return spawn({program(kMariadbFolders, "mariadb-install-db"), "--no-defaults", "--datadir=" + at + "/data",
                "--tmpdir=" + at, "--auth-root-authentication-method=normal", "--skip-test-db"},
               as, log_file(folder, kind), SIGKILL);
}

int launch(const std::string& folder, ServerKind kind) {
  const std::string at = home(folder, kind);
  if (kind == ServerKind::postgresql) {
    Words words{program(postgresql_folders(), "postgres"), "-D", at + "/data", "-k", at};
    for (const char* setting : {"listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=60",
                                "shared_buffers=32MB", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0",
                                "jit=off", "dynamic_shared_memory_type=mmap", "logging_collector=off"}) {
      words.insert(words.end(), {"-c", setting});
    }
    return spawn(words, account(kind), log_file(folder, kind), SIGQUIT);
  }
  return spawn({program(kMariadbFolders, "mariadbd"), "--no-defaults", "--datadir=" + at + "/data", "--tmpdir=" + at,
                "--socket=" + at + "/my.sock", "--pid-file=" + at + "/my.pid", "--skip-networking", "--skip-log-bin",
                "--innodb-flush-log-at-trx-commit=2", "--innodb-doublewrite=0", "--innodb-buffer-pool-size=48M",
                "--innodb-log-file-size=16M", "--innodb-use-native-aio=0", "--performance-schema=off",
                "--skip-name-resolve", "--max-connections=60", "--max-allowed-packet=16M"},
               account(kind), log_file(folder, kind), SIGKILL);
}

}  // namespace

DatabaseServers& DatabaseServers::instance() {
  struct Attempt {
    std::unique_ptr<DatabaseServers> servers;
    std::string failure;
    Attempt() {
      try {
        servers.reset(new DatabaseServers);
      } catch (const std::exception& e) {
        failure = e.what();  // every test that wants them is to fail, but not after waiting for it again
      }
    }
  };
  static const Attempt attempt;
  if (!attempt.servers) throw std::runtime_error(attempt.failure);
  return *attempt.servers;
}

DatabaseServers::DatabaseServers() {
  std::string pattern = (fs::temp_directory_path() / "tollgate-db-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
  folder_ = pattern;
  fs::permissions(folder_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  for (const ServerKind kind : {ServerKind::postgresql, ServerKind::mariadb}) {
    std::ofstream(log_file(folder_, kind)).close();
    fs::permissions(log_file(folder_, kind), static_cast<fs::perms>(0666));
  }
  try {
    const int postgresql = initialize(folder_, ServerKind::postgresql);
    const int mariadb = initialize(folder_, ServerKind::mariadb);
    expect_success(postgresql, "initdb", log_file(folder_, ServerKind::postgresql));
    pids_[0] = launch(folder_, ServerKind::postgresql);
    expect_success(mariadb, "mariadb-install-db", log_file(folder_, ServerKind::mariadb));
    pids_[1] = launch(folder_, ServerKind::mariadb);
    wait_ready(ServerKind::postgresql);
    wait_ready(ServerKind::mariadb);
  } catch (...) {
    tear_down();  // no destructor runs for what was never made
    throw;
  }
}

DatabaseServers::~DatabaseServers() { tear_down(); }

void DatabaseServers::tear_down() {
  stop(ServerKind::postgresql);
  stop(ServerKind::mariadb);
  std::error_code error;
  fs::remove_all(folder_, error);
}

std::string DatabaseServers::dsn(ServerKind kind, std::string_view name) const {
  const std::string at = home(folder_, kind);
  if (kind == ServerKind::postgresql) return "postgres:///" + std::string(name) + "?host=" + at + "&user=tollgate";
  return "root@unix(" + at + "/my.sock)/" + std::string(name);
}

std::string DatabaseServers::create_database(ServerKind kind, std::string_view name) {
  run_sql(kind, "CREATE DATABASE " + std::string(name));
  return dsn(kind, name);
}

void DatabaseServers::run_sql(ServerKind kind, const std::string& sql) {
  const std::string at = home(folder_, kind);
  const std::string output = folder_ + "/client.log";
  const Account self{};
  const Words words = kind == ServerKind::postgresql ? Words{program(postgresql_folders(), "psql"),
                                                             "-X",
                                                             "-q",
                                                             "-h",
                                                             at,
                                                             "-U",
                                                             "tollgate",
                                                             "-d",
                                                             "postgres",
                                                             "-c",
                                                             sql}
                                                     : Words{program(kMariadbFolders, "mariadb"),
                                                             "--no-defaults",
                                                             "--socket=" + at + "/my.sock",
                                                             "-u",
                                                             "root",
                                                             "-e",
                                                             sql};
  std::ofstream(output).close();
  expect_success(spawn(words, self, output, SIGKILL), "\"" + sql + "\"", output);
}

void DatabaseServers::wait_ready(ServerKind kind) {
  int& pid = pids_[static_cast<std::size_t>(kind)];
  const auto until = std::chrono::steady_clock::now() + kPatience;
  // Waiting for another process that gives no sign: there is only asking again.
  while (true) {
    try {
      run_sql(kind, "SELECT 1");
      return;
    } catch (const std::runtime_error& e) {
      int status = 0;
      const bool ended = ::waitpid(pid, &status, WNOHANG) == pid;
      if (ended) pid = -1;
      if (ended || std::chrono::steady_clock::now() > until) {
        throw std::runtime_error("the database server does not start: " + std::string(e.what()) + "\n" +
                                 text_of(log_file(folder_, kind)));
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void DatabaseServers::stop(ServerKind kind) {
  int& pid = pids_[static_cast<std::size_t>(kind)];
  if (pid <= 0) return;
  // PostgreSQL's children end by themselves on an immediate shutdown, but not on a kill of their parent.
  ::kill(pid, kind == ServerKind::postgresql ? SIGQUIT : SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  pid = -1;
}

void DatabaseServers::start(ServerKind kind) {
  int& pid = pids_[static_cast<std::size_t>(kind)];
  if (pid > 0) return;
  std::error_code error;
  fs::remove(home(folder_, kind) + "/my.sock", error);
  pid = launch(folder_, kind);
  wait_ready(kind);
}

}  // namespace tollgate::testing
