#include "relay/upstream_headers.h"

#include <algorithm>

#include "base/strings.h"

namespace tollgate::relay {
const http::HeaderBlock& upstream_headers(const catalog::UpstreamHeaders& own, const http::Headers* client,
                                          std::span<const std::string_view> forwarded, http::HeaderBlock& buffer) {
  const bool passes_on =
      client != nullptr && std::ranges::any_of(forwarded, [&](std::string_view name) { return client->has(name); });
  if (!passes_on) return own.ready;
  buffer.clear();
  for (const auto& [name, value] : own.fixed) buffer.add(name, value.reveal());
  for (const std::string_view name : forwarded) {
    if (buffer.has(name)) continue;
    for (const http::HeaderField& field : *client) {
      if (iequals(field.name, name)) buffer.add(name, field.value);
    }
  }
  for (const auto& [name, value] : own.replaceable) {
    if (!buffer.has(name)) buffer.add(name, value);
  }
  catalog::UpstreamHeaders::add_general(buffer);
  return buffer;
}

}  // namespace tollgate::relay
