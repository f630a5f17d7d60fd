#include "catalog/channel_builder.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

#include "base/strings.h"
#include "catalog/builder.h"
#include "catalog/overrides.h"
#include "config/settings.h"
#include "crypto/hash.h"
#include "dialects/registry.h"
#include "json/value.h"
#include "llm/operation.h"
#include "providers/registry.h"
#include "providers/target.h"

namespace tollgate::catalog {
namespace {

constexpr std::int64_t kMaxTimeoutMs = std::int64_t{7} * 86'400'000;

std::unexpected<Error> unusable(std::string reason) { return fail(ErrorCode::channel_not_usable, std::move(reason)); }

std::unexpected<Error> unusable(std::string_view what, const Error& error) {
  return unusable(std::string(what) + ": " + error.message());
}

Result<json::object> object_of(const std::string& text, std::string_view what) {
  const std::string_view trimmed = trim(text);
  if (trimmed.empty() || trimmed == "null") return json::object{};
  auto parsed = json::parse_object(trimmed);
  if (!parsed) return unusable(what, parsed.error());
  return parsed;
}

// Keys are told apart by a hash of theirs, in memory only.
std::uint64_t fingerprint_of(const Secret& key) {
  const crypto::Digest digest = crypto::sha256(key.reveal());
  std::uint64_t out = 0;
  std::memcpy(&out, digest.bytes.data(), sizeof(out));
  return out;
}

// What the gateway itself reads of a channel's options, in the member `gateway`.
Result<void> read_gateway_options(const json::value& value, Channel& out, bool& verify) {
  const json::object* object = value.if_object();
  if (object == nullptr) return unusable("options.gateway is not an object");
  for (const auto& member : *object) {
    const std::string_view key(member.key());
    const auto wrong = [&](std::string_view wanted) {
      return unusable("options.gateway." + std::string(key) + " is not " + std::string(wanted));
    };
    const std::string_view text = json::find_string(*object, key);
    if (key == "key_rotation") {
      if (text != "in_turn" && text != "random") return wrong("in_turn or random");
      out.rotation = text == "random" ? Rotation::random : Rotation::in_turn;
      continue;
    }
    if (key == "system_prompt_mode") {
      if (text != "prepend" && text != "only_if_absent") return wrong("prepend or only_if_absent");
      out.prompt_mode = text == "prepend" ? PromptMode::prepend : PromptMode::only_if_absent;
      continue;
    }
    if (key == "tls_verify") {
      if (!member.value().is_bool()) return wrong("true or false");
      verify = member.value().get_bool();
      continue;
    }
    std::int64_t* timeout = key == "connect_timeout_ms"      ? &out.timeouts.connect_ms
                            : key == "tls_timeout_ms"        ? &out.timeouts.tls_ms
                            : key == "first_byte_timeout_ms" ? &out.timeouts.first_byte_ms
                            : key == "idle_timeout_ms"       ? &out.timeouts.idle_ms
                            : key == "total_timeout_ms"      ? &out.timeouts.total_ms
                                                             : nullptr;
    if (timeout == nullptr) return unusable("options.gateway." + std::string(key) + " is unknown");
    const std::int64_t* ms = member.value().if_int64();
    if (ms == nullptr || *ms < 0 || *ms > kMaxTimeoutMs) return wrong("a number of milliseconds up to a week");
    *timeout = *ms;
  }
  return {};
}

}  // namespace

struct ChannelBuilder::Parsed {
  json::object options;
  json::object plugin;
  std::string proxy;
  bool verify = true;
  std::vector<std::pair<std::string, std::string>> headers;
  providers::ChannelFacts facts;
};

Result<Channel> ChannelBuilder::build(const store::ChannelRow& row) {
  Channel out;
  Parsed parsed;
  out.id = row.id;
  out.name = row.name;
  out.tag = row.tag;
  out.priority = row.priority;
  out.weight = static_cast<std::uint32_t>(std::clamp<std::int64_t>(row.weight, 1, 1'000'000));
  out.only_chat = row.only_chat;
  out.prompt_counting = row.prompt_counting;
  out.compatible_response = row.compatible_response;
  out.allow_extra_body = row.allow_extra_body;
  out.auto_disable = row.auto_disable;
  out.system_prompt = row.system_prompt;
  out.test_model = row.test_model;

  out.provider = providers::find(row.type);
  if (out.provider == nullptr) {
    const std::string_view known = providers::find_missing(row.type);
    const std::string number = std::to_string(row.type);
    return unusable(known.empty()
                        ? "there is no provider number " + number
                        : "this version does not speak to " + std::string(known) + " (number " + number + ") yet");
  }
  std::string_view base = trim(row.base_url);
  if (base.empty()) base = out.provider->default_base_url;
  while (base.ends_with('/')) base.remove_suffix(1);
  if (base.empty() && !out.local()) return unusable("the provider has no address of its own: give a base URL");
  out.base_url = base;

  if (auto done = read_options(row, out, parsed); !done) return std::unexpected(std::move(done.error()));
  parsed.facts = {out.base_url, row.other, &parsed.options, &parsed.plugin};
  if (auto done = read_edits(row, out); !done) return std::unexpected(std::move(done.error()));
  if (auto done = read_paths(out, parsed); !done) return std::unexpected(std::move(done.error()));
  if (auto done = read_keys(row, out, parsed); !done) return std::unexpected(std::move(done.error()));
  return out;
}

Result<void> ChannelBuilder::read_options(const store::ChannelRow& row, Channel& out, Parsed& parsed) const {
  auto options = object_of(row.options, "options");
  if (!options) return std::unexpected(std::move(options.error()));
  parsed.options = std::move(*options);
  if (const json::value* own = parsed.options.if_contains("gateway")) {
    if (auto done = read_gateway_options(*own, out, parsed.verify); !done) return done;
    parsed.options.erase("gateway");
  }
  if (auto checked = providers::check_options(*out.provider, parsed.options); !checked) {
    return unusable("options", checked.error());
  }
  auto plugin = object_of(row.plugin, "plugin");
  if (!plugin) return std::unexpected(std::move(plugin.error()));
  parsed.plugin = std::move(*plugin);

  if (!row.proxy_sealed.empty()) {
    auto proxy = sealer_.open_text(row.proxy_sealed, sealed::kChannelProxy);
    if (!proxy) return unusable("the proxy cannot be decrypted", proxy.error());
    parsed.proxy = proxy->reveal();
  }
  if (trim(parsed.proxy).empty()) parsed.proxy = settings_.upstream_proxy.reveal();
  if (!row.headers_sealed.empty()) {
    auto text = sealer_.open_text(row.headers_sealed, sealed::kChannelHeaders);
    if (!text) return unusable("the headers cannot be decrypted", text.error());
    auto headers = parse_headers(text->reveal());
    if (!headers) return unusable("model_headers", headers.error());
    parsed.headers = std::move(*headers);
  }
  return {};
}

Result<void> ChannelBuilder::read_edits(const store::ChannelRow& row, Channel& out) const {
  auto mapping = ModelMapping::parse(row.model_mapping);
  if (!mapping) return unusable("model_mapping", mapping.error());
  out.mapping = std::move(*mapping);

  auto overrides = Overrides::parse(row.parameters);
  if (!overrides) return unusable("custom_parameter", overrides.error());
  if (!overrides->empty()) out.overrides = std::make_unique<const Overrides>(std::move(*overrides));

  auto statuses = object_of(row.status_mapping, "status_code_mapping");
  if (!statuses) return std::unexpected(std::move(statuses.error()));
  for (const auto& member : *statuses) {
    const auto from = parse_int(std::string_view(member.key()));
    std::optional<std::int64_t> to;
    if (const auto* number = member.value().if_int64()) to = *number;
    if (const auto* text = member.value().if_string()) to = parse_int(json::view(*text));
    const auto status = [](const auto& s) { return s && *s >= 100 && *s <= 599; };
    if (!status(from) || !status(to)) {
      return unusable("status_code_mapping: '" + std::string(member.key()) + "' and its value are not HTTP statuses");
    }
    out.status_mapping.emplace_back(static_cast<int>(*from), static_cast<int>(*to));
  }
  std::ranges::sort(out.status_mapping);

  if (const std::string_view text = trim(row.disabled_stream); !text.empty() && text != "null") {
    auto list = json::parse(text);
    if (!list) return unusable("disabled_stream", list.error());
    if (!list->is_array()) return unusable("disabled_stream is not an array");
    for (const json::value& model : list->get_array()) {
      if (!model.is_string()) return unusable("disabled_stream holds something other than names of models");
      out.disabled_stream.emplace_back(json::view(model.get_string()));
    }
    std::ranges::sort(out.disabled_stream);
  }
  return {};
}

Result<void> ChannelBuilder::read_paths(Channel& out, const Parsed& parsed) const {
  const providers::Operations offered = providers::operations_of(*out.provider, parsed.facts);
  for (const llm::OperationTraits& operation : llm::kOperations) {
    if (!providers::has(offered, operation.operation)) continue;
    for (const llm::DialectId id : out.provider->dialects) {
      const llm::Dialect* dialect = dialects::find(id);
      if (dialect == nullptr) continue;
      auto path = providers::request_path(*out.provider, parsed.facts, id, operation.operation);
      if (!path) {
        if (path.error().code() == ErrorCode::not_supported) continue;
        return unusable("path", path.error());
      }
      const bool needs_model = providers::needs_model(*path);
      out.paths.push_back({id, operation.operation, needs_model, std::move(*path)});
      out.path_dialects.push_back(dialect);
      out.operations |= providers::bit(operation.operation);
    }
  }
  if (out.operations == 0) return unusable("its settings switch off everything that the provider offers");
  return {};
}

Result<void> ChannelBuilder::read_keys(const store::ChannelRow& row, Channel& out, const Parsed& parsed) {
  std::vector<Secret> keys;
  if (!row.keys_sealed.empty()) {
    auto text = sealer_.open_text(row.keys_sealed, sealed::kChannelKeys);
    if (!text) return unusable("the key cannot be decrypted", text.error());
    keys = split_keys(*text);
  }
  if (keys.empty()) keys.emplace_back();

  std::vector<std::uint64_t> fingerprints;
  for (Secret& value : keys) {
    ChannelKey key;
    if (!out.local()) {
      auto where = endpoint(out.base_url, parsed.proxy, value, parsed.verify);
      if (!where) return std::unexpected(std::move(where.error()));
      key.endpoint = std::move(*where);
    }
    for (const llm::DialectId id : out.provider->dialects) {
      if (std::ranges::find(out.paths, id, &UpstreamPath::dialect) == out.paths.end()) continue;
      auto made = providers::request_headers(*out.provider, parsed.facts, id, value.reveal());
      if (!made) return unusable("headers", made.error());
      UpstreamHeaders headers{id, std::move(made->fixed), std::move(made->replaceable), {}};
      for (const auto& [name, text] : parsed.headers) {
        const auto same = [&](const auto& field) { return iequals(field.first, name); };
        if (std::ranges::any_of(headers.fixed, same)) continue;  // credentials and the provider's own win
        std::erase_if(headers.replaceable, same);
        headers.fixed.emplace_back(name, Secret(text));
      }
      for (const auto& [name, text] : headers.fixed) headers.ready.add(name, text.reveal());
      for (const auto& [name, text] : headers.replaceable) headers.ready.add(name, text);
      UpstreamHeaders::add_general(headers.ready);
      key.headers.push_back(std::move(headers));
    }
    const std::uint64_t fingerprint = fingerprint_of(value);
    fingerprints.push_back(fingerprint);
    key.health = &health_.key(out.id, fingerprint);
    key.value = std::move(value);
    out.keys.push_back(std::move(key));
  }
  out.health = &health_.channel(out.id);
  health_.use_keys(out.id, fingerprints, out.auto_disable);
  return {};
}

Result<std::shared_ptr<const net::Endpoint>> ChannelBuilder::endpoint(const std::string& base_url, std::string proxy,
                                                                      const Secret& key, bool verify) {
  // `%s` in a proxy's address tells keys apart, so that a key always leaves by the same way.
  if (const std::size_t at = proxy.find("%s"); at != std::string::npos) {
    proxy.replace(at, 2, crypto::sha256(key.reveal()).hex().substr(0, 32));
  }
  std::string id = base_url + '\n' + proxy + '\n' + (verify ? "1" : "0");
  if (const auto known = endpoints_.find(id); known != endpoints_.end()) return known->second;

  std::string base_path;
  auto parsed = net::Endpoint::parse(base_url, &base_path);
  if (!parsed) return unusable("base URL", parsed.error());
  if (!trim(proxy).empty()) {
    auto by = net::Proxy::parse(trim(proxy));
    if (!by) return unusable("proxy", by.error());
    parsed->proxy = std::move(*by);
  }
  parsed->trust.verify = verify;
  if (parsed->tls && verify) {
    if (!ca_pem_) return unusable("upstream.ca_file", ca_pem_.error());
    parsed->trust.ca_pem = *ca_pem_;
  }
  parsed->seal();
  auto out = std::make_shared<const net::Endpoint>(std::move(*parsed));
  endpoints_.emplace(std::move(id), out);
  return out;
}

}  // namespace tollgate::catalog
