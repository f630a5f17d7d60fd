#include "telemetry/process_stats.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/strings.h"

namespace tollgate::telemetry {
namespace {

std::string read_file(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<int> count_descriptors() {
  DIR* folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return std::nullopt;
  int count = 0;
  while (const dirent* entry = ::readdir(folder)) count += entry->d_name[0] != '.' ? 1 : 0;
  ::closedir(folder);
  return count - 1;  // the folder itself
}

std::optional<double> boot_time() {
  const std::string stat = read_file("/proc/stat");
  const auto at = stat.find("\nbtime ");
  if (at == std::string::npos) return std::nullopt;
  const std::string_view line = std::string_view(stat).substr(at + 7);
  const auto value = parse_int(line.substr(0, line.find('\n')));
  if (!value) return std::nullopt;
  return static_cast<double>(*value);
}

}  // namespace

std::vector<std::pair<Metric, double>> process_stats() {
  std::vector<std::pair<Metric, double>> out;
  // After the name in parentheses, which may hold anything, the fields are numbers from the third on.
  const std::string stat = read_file("/proc/self/stat");
  const auto name_end = stat.rfind(')');
  if (name_end != std::string::npos) {
    const auto fields = split_list(std::string_view(stat).substr(name_end + 1), ' ');
    const auto field = [&](std::size_t number) -> std::optional<double> {
      if (number - 3 >= fields.size()) return std::nullopt;
      const auto value = parse_int(fields[number - 3]);
      return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
    };
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    if (const auto user = field(14), system = field(15); user && system) {
      out.emplace_back(Metric::process_cpu_seconds, (*user + *system) / ticks);
    }
    if (const auto threads = field(20)) out.emplace_back(Metric::process_threads, *threads);
    if (const auto start = field(22), boot = boot_time(); start && boot) {
      out.emplace_back(Metric::process_start_time, *boot + *start / ticks);
    }
    if (const auto size = field(23)) out.emplace_back(Metric::process_virtual_memory, *size);
    if (const auto pages = field(24)) {
      out.emplace_back(Metric::process_resident_memory, *pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
    }
  }
  if (const auto count = count_descriptors()) out.emplace_back(Metric::process_open_fds, *count);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    out.emplace_back(Metric::process_max_fds, static_cast<double>(limit.rlim_cur));
  }
  return out;
}

}  // namespace tollgate::telemetry
