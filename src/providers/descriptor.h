#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "json/value.h"
#include "llm/conversion.h"
#include "llm/ids.h"
#include "llm/usage.h"
#include "providers/local.h"

/// What is known of each provider, as data and pure functions. Providers open no sockets.
namespace tollgate::providers {

using llm::DialectId;
using llm::Operation;

/// A set of operations: bit `1 << Operation`.
using Operations = std::uint32_t;
[[nodiscard]] constexpr Operations bit(Operation operation) { return 1u << static_cast<unsigned>(operation); }
template <class... More>
[[nodiscard]] constexpr Operations operations(More... more) {
  return (0u | ... | bit(more));
}
[[nodiscard]] constexpr bool has(Operations set, Operation operation) { return (set & bit(operation)) != 0; }

/// How the channel's key is presented.
enum class Auth : std::uint8_t {
  none,
  bearer,     ///< Authorization: Bearer <key>; without a key, no field at all
  x_api_key,  ///< x-api-key: <key>
  api_key,    ///< api-key: <key>
};

/// A dialect whose key is presented in another way than the provider's `auth`.
struct DialectAuth {
  DialectId dialect;
  Auth auth;
};

/// What a provider can do. For every one that a descriptor declares, a fixture shows it (tests check that).
enum class Capability : std::uint32_t {
  chat = 1u << 0,
  stream = 1u << 1,
  tools = 1u << 2,
  images = 1u << 3,  ///< as input
  reasoning = 1u << 4,
  json_schema = 1u << 5,
  completions = 1u << 6,
  embeddings = 1u << 7,
  moderations = 1u << 8,
  count_tokens = 1u << 9,
  models = 1u << 10,  ///< lists its models
};
using Capabilities = std::uint32_t;
template <class... More>
[[nodiscard]] constexpr Capabilities capabilities(More... more) {
  return (0u | ... | static_cast<std::uint32_t>(more));
}
[[nodiscard]] constexpr bool has(Capabilities set, Capability one) {
  return (set & static_cast<std::uint32_t>(one)) != 0;
}

/// A path that differs from the dialect's own (target.h). `{model}` stands for the checked and escaped name.
/// It starts with `/` and is appended to the base URL as it is; empty: the dialect lacks the operation here.
struct PathRow {
  DialectId dialect;
  Operation operation;
  std::string_view path;
};

/// A field that every request carries.
struct HeaderRow {
  std::string_view name;
  std::string_view value;
  bool replaceable = false;  ///< the client's own value, if it sent one, goes instead
};

/// One field of a channel's form. What the operator enters stands in the channel's `options` under `name`, except for
/// `other_field`, which is the channel's `other` text.
struct OptionField {
  enum class Kind : std::uint8_t { text, secret, integer, boolean, choice, map };
  std::string_view name;
  std::string_view title;
  std::string_view help{};
  Kind kind = Kind::text;
  std::string_view default_value{};             ///< as JSON; empty: none
  std::span<const std::string_view> choices{};  ///< of a choice
  bool required = false;
  /// Sent as this header field, if it is set. Only text, secret and choice.
  std::string_view header{};
};
/// The name that stands for the channel's `other` text instead of a member of `options`.
inline constexpr std::string_view kOtherField = "other";

/// What a descriptor's functions may know of a channel. Views into the catalog's channel.
struct ChannelFacts {
  std::string_view base_url;  ///< without its last slash
  std::string_view other{};
  const json::object* options = nullptr;  ///< null: none
  const json::object* plugin = nullptr;   ///< the predecessors' column; null: none
};

struct ProviderDescriptor {
  std::int32_t number = 0;  ///< stored with every channel: never reused, never changed. Below 1000: one-hub's
  std::string_view slug;    ///< stable: URLs, metrics
  std::string_view title;   ///< for people; also the owner in lists of models
  std::string_view site{};  ///< where keys are made; empty if unknown

  std::string_view default_base_url{};  ///< empty: the operator must give one, unless it is local
  /// What OpenAI's paths start with here. Empty where the base URL has it already.
  std::string_view version = "/v1";
  Auth auth = Auth::bearer;
  std::span<const DialectAuth> dialect_auth{};
  std::span<const DialectId> dialects;  ///< most native first
  Operations operations = bit(Operation::chat);
  std::span<const PathRow> paths{};  ///< exceptions
  std::string_view models_path{};    ///< of the list of models; empty: the dialect's own
  std::span<const HeaderRow> headers{};
  /// Fields of the client's request that are passed on within the same dialect, in lower case.
  std::span<const std::string_view> forwarded_headers{};

  Capabilities capabilities = 0;
  /// Models to offer when a channel is made; the first is the one it is tested with. Local providers serve just these.
  std::span<const std::string_view> models{};
  std::span<const OptionField> options{};

  llm::UpstreamFacts facts{};
  /// Facts that depend on the model.
  void (*facts_of_model)(std::string_view model, llm::UpstreamFacts& facts) = nullptr;
  /// Changes a body in the provider's first dialect where the provider departs from it.
  void (*adjust)(json::object& body) = nullptr;
  /// Only a request that has one of these top-level members needs `adjust`; empty: every request does.
  std::span<const std::string_view> adjust_when{};

  llm::UsageReader read_usage = nullptr;  ///< nullptr: the dialect's
  /// Knows some failed answers better than the dialect; nullopt: it does not know this one.
  std::optional<Error> (*classify_error)(int status, std::string_view body) = nullptr;
  bool errors_with_status_200 = false;  ///< ask `classify_error` about successful plain answers too

  /// Where this operation's requests go if the channel's own settings say so: a path starting with `/`, or an empty
  /// one where the operator switched the operation off; nullopt: as everywhere else.
  std::optional<std::string> (*path_of_channel)(const ChannelFacts& channel, Operation operation) = nullptr;
  /// Answers without any network. The relay then connects to nothing and plays the script.
  LocalAnswer (*local)(const LocalCall& call) = nullptr;
};

}  // namespace tollgate::providers
