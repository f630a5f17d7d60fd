#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/ids.h"

namespace tollgate::crash {

/// What the database says was charged.
struct Books {
  struct Row {
    std::int64_t rows = 0;
    std::int64_t quota = 0;
  };
  std::map<std::string, Row> log;  ///< charged calls by request id
  std::int64_t log_rows = 0, log_quota = 0;
  std::int64_t users = 0, user_requests = 0;
  std::int64_t tokens = 0, token_requests = 0;
  std::int64_t channels = 0, channel_requests = 0;
  std::int64_t statistics = 0, statistics_requests = 0;
  std::int64_t open_journals = 0;  ///< of earlier starts
  std::int64_t quarantined = 0;
};

/// Reads them from a gateway's database, while it runs or not. Throws std::runtime_error.
Books read_books(const std::filesystem::path& data_dir);

/// Fills the database of a stopped gateway: a user, tokens, one channel for each dialect, prices of 1 quota an input
/// token and 2 an output token. @return the tokens' keys.
std::vector<std::string> prepare(const std::filesystem::path& data_dir, const std::string& provider);

}  // namespace tollgate::crash
