#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "providers/descriptor.h"

/// Where requests go and what they carry. Pure; made once per channel when the snapshot is built, not per request.
namespace tollgate::providers {

/// Operations that a channel of this provider offers in at least one of its dialects: the descriptor's, less those
/// that the channel's own settings switch off.
[[nodiscard]] Operations operations_of(const ProviderDescriptor& provider, const ChannelFacts& channel);

/// Path, behind the host, of an operation in one of the provider's dialects, the base URL's own path included.
/// Starts with `/`; may hold `{model}`, see `path_for_model`. A version in both base URL and path counts once, so that
/// `https://host` and `https://host/v1` mean the same.
/// Errors: not_supported (the provider lacks the operation in that dialect, or the channel switched it off).
[[nodiscard]] Result<std::string> request_path(const ProviderDescriptor& provider, const ChannelFacts& channel,
                                               DialectId dialect, Operation operation);
/// The same for `GET` of its list of models, in its first dialect. Errors: not_supported.
[[nodiscard]] Result<std::string> models_path(const ProviderDescriptor& provider, const ChannelFacts& channel);

[[nodiscard]] bool needs_model(std::string_view path);
/// Puts a model's name into a path, escaped. A path without a place for it comes back as it is.
/// Errors: invalid_request (empty, `.` or `..`, longer than 256 bytes, control characters).
[[nodiscard]] Result<std::string> path_for_model(std::string_view path, std::string_view model);
/// Text as one segment of a path: everything but letters, digits and `-._~:@` is escaped.
[[nodiscard]] std::string escape_segment(std::string_view text);

/// Header fields of every request of one key in one dialect: credentials, the provider's own, those of the channel's
/// options. Names as they are sent. Hold the key: never log them.
struct RequestHeaders {
  std::vector<std::pair<std::string, Secret>> fixed;
  /// Sent unless the client's request has that field and it is passed on (`forwarded_headers`).
  std::vector<std::pair<std::string, std::string>> replaceable;
};
/// Errors: channel_not_usable (a key that cannot stand in a header field).
[[nodiscard]] Result<RequestHeaders> request_headers(const ProviderDescriptor& provider, const ChannelFacts& channel,
                                                     DialectId dialect, std::string_view key);

/// What a conversion must know of the upstream for one model.
[[nodiscard]] llm::UpstreamFacts facts_for(const ProviderDescriptor& provider, std::string_view model);

/// Whether this body must be changed by `adjust`. A scan of the body for providers that have one, else nothing.
[[nodiscard]] bool needs_adjusting(const ProviderDescriptor& provider, std::string_view body);

/// Checks the channel's own options against the schema. Errors: invalid_request; `param` is `options.<name>`.
[[nodiscard]] Result<void> check_options(const ProviderDescriptor& provider, const json::object& options);
/// The schema for the console: an array of {name, title, help, type, default, choices, required}.
[[nodiscard]] json::array options_schema(const ProviderDescriptor& provider);
/// The whole descriptor for `GET /api/providers`: number, slug, title, base URL, dialects, operations, ...
[[nodiscard]] json::object describe(const ProviderDescriptor& provider);

}  // namespace tollgate::providers
