#include "catalog/credential.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace tollgate::catalog {
namespace {

constexpr std::size_t kMaxKey = 256;
constexpr std::string_view kWebSocketKey = "openai-insecure-api-key.";

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view strip(std::string_view text) {
  text = trim(text);
  constexpr std::string_view kBearer = "Bearer";
  if (istarts_with(text, kBearer) && (text.size() == kBearer.size() || text[kBearer.size()] == ' ')) {
    text = trim(text.substr(kBearer.size()));
  }
  if (text.starts_with("sk-")) text.remove_prefix(3);
  return text;
}

std::string_view websocket_key(std::string_view protocols) {
  while (!protocols.empty()) {
    const std::size_t comma = std::min(protocols.find(','), protocols.size());
    const std::string_view item = trim(protocols.substr(0, comma));
    if (item.starts_with(kWebSocketKey)) return item.substr(kWebSocketKey.size());
    protocols.remove_prefix(std::min(comma + 1, protocols.size()));
  }
  return {};
}

std::unexpected<Error> bad_pin() {
  return fail(ErrorCode::channel_pin_not_allowed, "what follows the API key names no channel");
}

Result<ChannelId> channel_of(std::string_view text) {
  const bool digits = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  const auto id = digits ? parse_int(text) : std::nullopt;
  if (!id || *id <= 0) return bad_pin();
  return ChannelId{*id};
}

Result<Credential> take_apart(std::string_view text) {
  Credential out;
  const std::size_t hash = text.find('#');
  out.key = text.substr(0, hash);
  if (out.key.empty()) return fail(ErrorCode::missing_api_key, "no API key was given");
  std::string_view suffix = hash == std::string_view::npos ? std::string_view{} : text.substr(hash + 1);
  if (hash != std::string_view::npos) {
    out.pin.kind = Pin::Kind::use;
    if (suffix.starts_with('!')) {
      out.pin.kind = Pin::Kind::exclude;
      suffix.remove_prefix(1);
    } else if (const std::size_t more = suffix.find('#'); more != std::string_view::npos) {
      if (suffix.substr(more + 1) != "ignore") return bad_pin();
      out.pin.kind = Pin::Kind::pass_through_use;
      suffix = suffix.substr(0, more);
    }
  } else if (text.size() > 49 && text[48] == '-' && std::ranges::all_of(text.substr(0, 48), is_alnum) &&
             std::ranges::all_of(text.substr(49), [](char c) { return c >= '0' && c <= '9'; })) {
    // Keys of 59 characters may hold a dash of their own, hence only behind 48 letters or digits.
    out.key = text.substr(0, 48);
    out.pin.kind = Pin::Kind::use;
    suffix = text.substr(49);
  }
  const auto visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (out.key.size() > kMaxKey || !std::ranges::all_of(out.key, visible)) {
    return fail(ErrorCode::invalid_api_key, "the API key is not valid");
  }
  if (out.pin.kind != Pin::Kind::none) {
    auto channel = channel_of(suffix);
    if (!channel) return std::unexpected(std::move(channel.error()));
    out.pin.channel = *channel;
  }
  return out;
}

}  // namespace

Result<Credential> parse_key(std::string_view text) { return take_apart(strip(text)); }

Result<Credential> parse_credential(const CredentialSources& sources, CredentialStyle style) {
  const std::string_view websocket = websocket_key(sources.websocket_protocol);
  std::array<std::string_view, 7> order{};
  switch (style) {
    case CredentialStyle::openai:
      order = {sources.authorization, websocket, sources.api_key, sources.x_api_key, sources.x_goog_api_key};
      break;
    case CredentialStyle::claude:
      order = {sources.x_api_key, sources.authorization, sources.api_key, sources.x_goog_api_key};
      break;
    case CredentialStyle::gemini:
      order = {sources.x_goog_api_key, sources.query_key, sources.authorization, sources.x_api_key, sources.api_key};
      break;
    case CredentialStyle::midjourney:
      order = {sources.mj_api_secret, sources.authorization, sources.x_api_key};
      break;
  }
  for (const std::string_view source : order) {
    if (const std::string_view text = strip(source); !text.empty()) return take_apart(text);
  }
  return fail(ErrorCode::missing_api_key, "no API key was given");
}

}  // namespace tollgate::catalog
