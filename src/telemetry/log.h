#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/error.h"

/// Structured logs. `log::info("listening", {{"host", host}, {"port", port}})` writes one line,
///
///     2026-01-31T12:00:00.123Z info listening host=0.0.0.0 port=3000                                         (text)
///     {"time":"2026-01-31T12:00:00.123Z","level":"info","msg":"listening","host":"0.0.0.0","port":3000}      (json)
///
/// Any thread. A call formats into a buffer of its thread, redacts (redact.h) and copies the line into a bounded queue:
/// 0.2 to 0.8 µs, never a write, never a wait; when the queue is full the line is dropped and counted. One writer
/// thread takes what has gathered five times a second, sooner for warnings, errors and when much has gathered, and
/// writes it to the file or to stderr in one go. Before `start` and after `stop`, lines go to stderr directly.
namespace tollgate::log {

enum class Level : std::uint8_t { debug, info, warn, error, off };
enum class Format : std::uint8_t { text, json };

[[nodiscard]] std::optional<Level> parse_level(std::string_view name);

/// One key and its value. Keys are literals of [a-z0-9_]; values are copied into the line at once, so they may be
/// temporaries of the calling statement.
struct Field {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;
  std::string_view key;
  Value value;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  Field(std::string_view k, T v) : key(k) {
    if constexpr (std::is_signed_v<T>) {
      value = static_cast<std::int64_t>(v);
    } else {
      value = static_cast<std::uint64_t>(v);
    }
  }
};
using Fields = std::initializer_list<Field>;

void write(Level level, std::string_view message, Fields fields = {});
inline void debug(std::string_view message, Fields fields = {});
inline void info(std::string_view message, Fields fields = {});
inline void warn(std::string_view message, Fields fields = {});
inline void error(std::string_view message, Fields fields = {});
/// A failure with its name, message and private detail, and what was being done.
void failure(Level level, std::string_view message, const Error& error, Fields fields = {});

/// Whether lines of this level are wanted: one relaxed load. Ask before preparing costly fields.
[[nodiscard]] bool enabled(Level level);
void set_level(Level level);

/// Whether `every_ms` have passed since the last time this returned true for `state`: for lines that a storm of
/// failures would repeat. `state` is a static of the caller, starting at 0.
[[nodiscard]] bool every(std::atomic<std::int64_t>& state, std::int64_t every_ms);

/// One line per answered request. Absent values (empty, negative) are left out. `path` without its query.
struct Access {
  std::string_view request_id, method, path, client, model, upstream_model, error, user_agent;
  int status = 0;
  std::int64_t latency_us = -1, first_byte_us = -1;
  std::int64_t bytes_in = -1, bytes_out = -1;
  std::int64_t user_id = 0, token_id = 0, channel_id = 0;
  std::int64_t input_tokens = -1, output_tokens = -1, quota = -1;
  int attempts = 0;
};
/// Written at level info, message `access`, when access logging is on.
void access(const Access& line);
[[nodiscard]] bool access_enabled();

struct Options {
  Level level = Level::info;
  Format format = Format::text;
  bool access = true;
  /// Folder of the files; empty: stderr.
  std::filesystem::path dir;
  std::string file_name = "tollgate.log";
  /// A file past this size, or of an earlier day (UTC) if `daily`, is renamed to `tollgate.2026-01-31.<n>.log`.
  std::int64_t max_file_bytes = 100 << 20;
  bool daily = true;
  /// Renamed files beyond this number, or older than this, are deleted; 0: no limit.
  int keep_files = 10;
  int keep_days = 7;
  /// Bytes of lines that may wait for the writer.
  std::size_t queue_bytes = 4 << 20;
};

/// Starts the writer; once per process until `stop`. Errors: invalid_request when the folder or file cannot be made.
Result<void> start(const Options& options);
/// Writes what has gathered and ends the writer. Safe to call twice.
void stop();
/// Waits until all lines written so far are in the file. For tests and before a crash report.
void flush();
/// Opens the file anew, after an outside tool renamed it (SIGHUP). Any thread; takes effect with the next write.
void reopen();
/// Lines dropped since start, because the queue was full or the file could not be written.
[[nodiscard]] std::uint64_t dropped();

inline void debug(std::string_view message, Fields fields) {
  if (enabled(Level::debug)) write(Level::debug, message, fields);
}
inline void info(std::string_view message, Fields fields) {
  if (enabled(Level::info)) write(Level::info, message, fields);
}
inline void warn(std::string_view message, Fields fields) {
  if (enabled(Level::warn)) write(Level::warn, message, fields);
}
inline void error(std::string_view message, Fields fields) {
  if (enabled(Level::error)) write(Level::error, message, fields);
}

}  // namespace tollgate::log
