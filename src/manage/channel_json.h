#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "catalog/health.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "json/value.h"
#include "manage/context.h"
#include "store/channels.h"

/// Channels as the management API shows and takes them.
namespace tollgate::manage {

/// Of its name, its tag and its test model: bytes.
inline constexpr std::size_t kMaxChannelName = 191;

/// How a channel's secrets are sealed and found.
struct ChannelSecrets {
  const crypto::Sealer& sealer;
  const crypto::KeyedHash& hash;

  /// An envelope that does not open is shown as nothing.
  [[nodiscard]] std::string keys(const store::ChannelRow& row) const;
  void set_keys(store::ChannelRow& row, std::string_view text) const;
  [[nodiscard]] std::string proxy(const store::ChannelRow& row) const;
  [[nodiscard]] std::string headers(const store::ChannelRow& row) const;
};

/// @param secrets  Null: key, proxy and headers are blank.
/// @param health   Null: nothing is known of it.
/// @param now_ms   On the clock of health.
[[nodiscard]] json::object channel_value(const store::ChannelRow& row, const ChannelSecrets* secrets,
                                         const catalog::Health::Stats* health, std::int64_t now_ms);
/// What a log row shows of a channel: every member of the predecessors', only id, type and name filled.
[[nodiscard]] json::object channel_stub(const store::ChannelName& name);

/// What a body says of a channel; what it leaves out is not there.
struct ChannelChange {
  std::int64_t id = 0;
  std::optional<std::int64_t> version;
  std::optional<std::int32_t> type;
  std::optional<store::ChannelStatus> status;
  std::optional<Secret> key;  ///< several: one a line
  std::optional<std::string> name, base_url, other, models, groups, tag, model_mapping, headers, parameters, proxy,
      test_model, status_mapping, system_prompt, options, plugin, disabled_stream;
  std::optional<std::int64_t> weight, priority, prompt_counting;
  std::optional<bool> only_chat, compatible_response, allow_extra_body, auto_disable;
  /// Creating: all lines of `key` belong to one channel, instead of one channel a line.
  bool one_channel = false;
};

/// @param body  With its members' names in lower case (Context::body).
/// Errors: invalid_request, naming the member: wrong kinds, texts that should be JSON and are not, too long ones.
[[nodiscard]] Result<ChannelChange> read_channel_change(const json::object& body);

/// Writes into the row what the body says. An empty `key` leaves the keys as they are.
///
/// @param partial  The predecessors' rule for a body without models (a switch, a priority typed into the list): members
///                 that are there but empty, 0 or false do not count, except for those that are nullable in their
///                 form (base_url, weight, priority, model_mapping, headers, parameters, proxy).
void apply_channel_change(const ChannelChange& change, bool partial, const ChannelSecrets& secrets,
                          store::ChannelRow& row);

/// Rows for a body that creates channels: one for each line of `key` that is not blank, named `name`, `name_2`, ... by
/// the line's number, with the base URL of the same line or the first one.
/// Errors: invalid_request (no key, no type).
[[nodiscard]] Result<std::vector<store::ChannelRow>> new_channel_rows(const ChannelChange& change,
                                                                      const ChannelSecrets& secrets,
                                                                      std::int64_t now_s);

/// A comma list without one of its entries.
[[nodiscard]] std::string without_entry(std::string_view list, std::string_view entry);

/// The lines of a text, blanks around them cut, empty ones kept.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

[[nodiscard]] inline ChannelSecrets channel_secrets(const Services& services) {
  return {.sealer = services.sealer, .hash = services.token_hash};
}

}  // namespace tollgate::manage
