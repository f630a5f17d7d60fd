#include "relay/upstream_headers.h"

#include "base/strings.h"

namespace tollgate::relay {
namespace {

void add_missing(http::HeaderBlock& out, std::string_view name, std::string_view value) {
  if (!out.has(name)) out.add(name, value);
}

}  // namespace

void upstream_headers(http::HeaderBlock& out, const catalog::UpstreamHeaders& own, const http::Headers* client,
                      std::span<const std::string_view> forwarded) {
  out.clear();
  for (const auto& [name, value] : own.fixed) out.add(name, value.reveal());
  if (client != nullptr) {
    for (const std::string_view name : forwarded) {
      if (!client->has(name) || out.has(name)) continue;
      for (const http::HeaderField& field : *client) {
        if (iequals(field.name, name)) out.add(name, field.value);
      }
    }
  }
  for (const auto& [name, value] : own.replaceable) add_missing(out, name, value);
  add_missing(out, "Content-Type", "application/json");
  add_missing(out, "Accept", "application/json, text/event-stream");
  add_missing(out, "User-Agent", "tollgate");
}

}  // namespace tollgate::relay
