#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dialects/registry.h"
#include "dialects/testing.h"
#include "json/value.h"
#include "llm/sse.h"

/// What the fuzz targets of all dialects check.
namespace tollgate::fuzz {

inline void check(bool holds) {
  if (!holds) std::abort();
}

inline llm::Conversion conversion(const llm::Dialect& client, const llm::Dialect& upstream) {
  return dialects::test::fixed_conversion(client.id, upstream.id);
}

/// Any JSON object is parsed as a request or refused; what is parsed is rendered in every dialect, as JSON, or refused.
inline void request(const llm::Dialect& dialect, std::string_view text) {
  auto body = json::parse_object(text);
  if (!body) return;
  const auto parsed = dialect.parse_request(*body);
  if (!parsed) {
    check(parsed.error().code() == ErrorCode::invalid_request && !parsed.error().message().empty());
  } else {
    for (const llm::Dialect* upstream : dialects::all()) {
      llm::Conversion context = conversion(dialect, *upstream);
      const auto rendered = upstream->render_request(*parsed, context);
      if (!rendered) {
        check(!rendered.error().param().empty());
        continue;
      }
      check(json::parse_object(json::serialize(*rendered), {.max_bytes = SIZE_MAX, .max_depth = 128}).has_value());
    }
  }
  for (const llm::Dialect* client : dialects::all()) {
    const llm::Conversion context = conversion(*client, dialect);
    if (const auto response = dialect.parse_response(*body, context)) {
      check(json::parse_object(json::serialize(client->render_response(*response, context)),
                               {.max_bytes = SIZE_MAX, .max_depth = 128})
                .has_value());
    }
  }
  dialect.add_system_prompt(*body, "prompt", (text.size() & 1u) != 0);
}

inline std::string relayed(const llm::Dialect& upstream, const llm::Dialect& client, std::string_view text,
                           std::size_t cut) {
  const llm::Conversion context = conversion(client, upstream);
  dialects::test::Relay relay(upstream, client, context);
  relay.feed(text.substr(0, cut));
  relay.feed(text.substr(cut));
  relay.finish();
  check(relay.over());
  check(!relay.spoke_after_end());
  return relay.out();
}

/// Any bytes end as an answer or as a failure, the same for any cut, and what the client gets is well-formed.
inline void stream(const llm::Dialect& upstream, std::string_view text) {
  const std::size_t cut = text.empty() ? 0 : static_cast<unsigned char>(text.front()) * 37u % (text.size() + 1);
  for (const llm::Dialect* client : dialects::all()) {
    const std::string whole = relayed(upstream, *client, text, text.size());
    check(whole == relayed(upstream, *client, text, cut));
    llm::SseSplitter splitter;
    splitter.feed(whole, [&](std::string_view event) {
      std::string scratch;
      const std::string_view data = llm::read_sse_event(event, scratch).data;
      check(data.empty() || data == "[DONE]" || json::parse_object(data).has_value());
      check(client->tap(event, nullptr).kind != llm::Tap::Kind::malformed);
      return true;
    });
    check(splitter.rest().empty());
  }
  llm::SseSplitter splitter;
  splitter.feed(text, [&](std::string_view event) {
    (void)upstream.tap(event, nullptr);
    return true;
  });
  (void)upstream.tap_plain(text, nullptr);
  const Error error = upstream.parse_error(400, text);
  check(json::parse_object(upstream.render_error(error, "id", false)).has_value());
}

}  // namespace tollgate::fuzz
