#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/secret.h"
#include "catalog/health.h"
#include "catalog/index.h"
#include "catalog/model_mapping.h"
#include "catalog/rate_limit.h"
#include "http/message.h"
#include "ledger/prices.h"
#include "llm/dialect.h"
#include "llm/ids.h"
#include "net/dialer.h"
#include "providers/descriptor.h"

namespace tollgate::config {
struct Settings;
}

/// The immutable snapshot that requests route by. Built on a storage thread (builder.h), handed to each worker
/// (publisher.h), pinned once by a request. Everything in it may be read by any thread and lives as long as the
/// snapshot.
namespace tollgate::catalog {

class Overrides;

/// A group of users: what they pay, how fast they may call, where they go when it has nothing.
struct Group {
  std::uint32_t ordinal = 0;
  std::string symbol;  ///< what users, tokens and channels name
  std::string title;
  Decimal ratio{1};  ///< multiplies prices
  Rate rate;         ///< requests a minute of each of its users
  bool is_public = false;
  const Group* fallback = nullptr;  ///< enabled, and another group
};

/// Header fields of a channel's requests in one dialect and with one key: credentials, the provider's own, the
/// channel's (`model_headers`; the provider's win). Names as they are sent. Holds the key: never log it.
struct UpstreamHeaders {
  llm::DialectId dialect = llm::DialectId::openai_chat;
  std::vector<std::pair<std::string, Secret>> fixed;
  /// Sent unless the client's request has that field and the provider forwards it.
  std::vector<std::pair<std::string, std::string>> replaceable;
  /// All of it, with what every JSON request has, as the bytes to send when the client has nothing to pass on.
  http::HeaderBlock ready;

  /// Adds what every JSON request has, unless it is there. Of both ways to make a request's fields the last step.
  static void add_general(http::HeaderBlock& out);
};

/// One of a channel's keys.
struct ChannelKey {
  Secret value;  ///< empty for providers that want none
  KeyCell* health = nullptr;
  /// Where to connect: base URL, proxy and trust. Shared by all that connect to the same. Null for a local provider.
  /// Copy it to keep it beyond the snapshot.
  std::shared_ptr<const net::Endpoint> endpoint;
  std::vector<UpstreamHeaders> headers;  ///< one for each of the channel's dialects

  /// Null if the channel does not speak it.
  [[nodiscard]] const UpstreamHeaders* headers_for(llm::DialectId dialect) const;
};

/// Where an operation's requests go in one dialect: behind the host, the base URL's path included.
struct UpstreamPath {
  llm::DialectId dialect = llm::DialectId::openai_chat;
  llm::Operation operation = llm::Operation::chat;
  bool needs_model = false;  ///< holds `{model}`: see providers::path_for_model
  std::string path;
};

/// In which order several keys of a channel are used.
enum class Rotation : std::uint8_t { in_turn, random };

/// How the operator's system prompt meets the caller's.
enum class PromptMode : std::uint8_t { prepend, only_if_absent };

/// Limits of a channel's calls that its options set; 0: the gateway's setting.
struct ChannelTimeouts {
  std::int64_t connect_ms = 0, tls_ms = 0, first_byte_ms = 0, idle_ms = 0, total_ms = 0;
};

/// An enabled channel, ready to use.
struct Channel {
  // What choosing looks at.
  ChannelCell* health = nullptr;
  std::uint32_t ordinal = 0;
  std::uint32_t operations = 0;  ///< bit 1 << llm::Operation
  Rotation rotation = Rotation::in_turn;
  bool only_chat = false;                    ///< not for requests with tools
  std::vector<ChannelKey> keys;              ///< at least one
  std::vector<std::string> disabled_stream;  ///< sorted: models that it does not stream

  ChannelId id;
  std::string name;
  std::string tag;
  const providers::ProviderDescriptor* provider = nullptr;
  std::int64_t priority = 0;
  std::uint32_t weight = 1;

  std::string base_url;             ///< without its last slash
  std::vector<UpstreamPath> paths;  ///< what it offers, by operation, then dialect, most native first
  /// The dialects of `paths`, in the same order: those of one operation are dialects_for().
  std::vector<const llm::Dialect*> path_dialects;

  ModelMapping mapping;
  std::unique_ptr<const Overrides> overrides;       ///< null: none
  std::vector<std::pair<int, int>> status_mapping;  ///< sorted: upstream's status → what it counts as
  std::string system_prompt;
  PromptMode prompt_mode = PromptMode::prepend;
  std::string test_model;  ///< empty: the provider's own
  ChannelTimeouts timeouts;
  bool auto_disable = true;
  bool allow_extra_body = false;
  bool compatible_response = false;
  std::int32_t prompt_counting = 1;  ///< pre_cost: 1 all, 2 no images, 3 nothing

  Channel();
  Channel(Channel&&) noexcept;
  Channel& operator=(Channel&&) noexcept;
  ~Channel();

  [[nodiscard]] bool supports(llm::Operation operation) const {
    return (operations >> static_cast<unsigned>(operation) & 1U) != 0;
  }
  [[nodiscard]] bool streams(std::string_view model) const;
  [[nodiscard]] bool local() const { return provider->local != nullptr; }
  /// What an operation may be asked in, most native first; empty if the channel does not offer it.
  [[nodiscard]] std::span<const llm::Dialect* const> dialects_for(llm::Operation operation) const;
  /// Null if the channel does not offer that.
  [[nodiscard]] const UpstreamPath* path_for(llm::DialectId dialect, llm::Operation operation) const;
  /// What an upstream's status counts as on this channel.
  [[nodiscard]] int mapped_status(int status) const;
};

/// A channel that is in the database but cannot be used, and why; also those that are disabled.
struct UnusableChannel {
  ChannelId id;
  std::string name;
  std::string reason;   ///< for the operator; holds no secret
  bool broken = false;  ///< it is enabled: its row is at fault
};

/// A price with who makes the model (the predecessors' channel_type), for listings.
struct PriceEntry {
  ledger::Price price;
  std::int32_t owner = 0;
};

class Catalog {
 public:
  Catalog();
  ~Catalog();
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  [[nodiscard]] std::uint64_t generation() const { return generation_; }  ///< counts builds
  [[nodiscard]] const config::Settings& settings() const { return *settings_; }
  [[nodiscard]] const std::shared_ptr<const config::Settings>& shared_settings() const { return settings_; }
  [[nodiscard]] const HealthPolicy& health_policy() const { return health_policy_; }
  [[nodiscard]] Health& health() const { return *health_; }

  // --- groups ---
  [[nodiscard]] const std::vector<std::unique_ptr<const Group>>& groups() const { return groups_; }
  /// Null if there is none or it is disabled.
  [[nodiscard]] const Group* find_group(std::string_view symbol) const;

  // --- channels ---
  [[nodiscard]] const std::vector<Channel>& channels() const { return channels_; }  ///< by ordinal
  [[nodiscard]] const Channel* find_channel(ChannelId id) const;
  [[nodiscard]] const std::vector<UnusableChannel>& unusable_channels() const { return unusable_; }  ///< by id
  [[nodiscard]] const UnusableChannel* find_unusable(ChannelId id) const;

  // --- models ---
  /// Channels of the group that serve the model, by priority; empty if the group does not know it. No allocation.
  [[nodiscard]] Candidates candidates(const Group& group, std::string_view model) const {
    return index_.find(group.ordinal, model);
  }
  /// What `GET /v1/models` lists for the group: exact names, sorted.
  [[nodiscard]] std::vector<std::string_view> models_of(const Group& group) const {
    return index_.models_of(group.ordinal);
  }
  [[nodiscard]] const Index& index() const { return index_; }

  // --- prices ---
  /// The exact price, else that of the longest pattern that fits. Null: the model has none. No allocation.
  [[nodiscard]] const PriceEntry* find_price(std::string_view model) const;
  /// What a call is charged: the price of the name it is billed under, else of the name that was asked for, else the
  /// operator's default. Errors: model_price_missing.
  [[nodiscard]] Result<const ledger::Price*> price_of(const MappedModel& mapped, std::string_view requested) const;
  /// Who makes the model, by its price; empty if unknown.
  [[nodiscard]] std::string_view owner_of(std::string_view model) const;

  /// Rough size in memory, for metrics.
  [[nodiscard]] std::size_t bytes() const;

 private:
  friend class Builder;

  std::uint64_t generation_ = 0;
  std::shared_ptr<const config::Settings> settings_;
  HealthPolicy health_policy_;
  Health* health_ = nullptr;
  std::vector<std::unique_ptr<const Group>> groups_;  // by symbol
  std::vector<Channel> channels_;                     // by ordinal, which is by id
  std::vector<UnusableChannel> unusable_;             // by id
  Index index_;
  std::vector<std::pair<std::string, PriceEntry>> prices_;          // exact, sorted
  std::vector<std::pair<std::string, PriceEntry>> price_patterns_;  // longest first, without the star
  std::optional<ledger::Price> default_price_;
  std::vector<std::pair<std::int64_t, std::string>> owners_;  // by id
};

}  // namespace tollgate::catalog
