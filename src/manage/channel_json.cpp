#include "manage/channel_json.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/strings.h"
#include "catalog/builder.h"
#include "providers/registry.h"

namespace tollgate::manage {
namespace {

constexpr std::size_t kMaxText = 60'000;
constexpr std::int64_t kMaxWeight = 1'000'000;
constexpr std::int64_t kMaxPriority = 1'000'000'000;

std::string opened(const crypto::Sealer& sealer, std::string_view envelope, std::string_view purpose) {
  if (envelope.empty()) return {};
  const auto text = sealer.open_text(envelope, purpose);
  return text ? text->reveal() : std::string();
}

std::string sealed_or_empty(const crypto::Sealer& sealer, std::string_view text, std::string_view purpose) {
  return text.empty() ? std::string() : sealer.seal_text(text, purpose);
}

/// JSON text of a column as a tree; null if there is none.
json::value tree_of(std::string_view text) {
  if (trim(text).empty()) return nullptr;
  auto parsed = json::parse(text);
  return parsed ? std::move(*parsed) : json::value(nullptr);
}

std::string_view breaker_name(catalog::ChannelCell::Breaker breaker) {
  switch (breaker) {
    case catalog::ChannelCell::Breaker::closed:
      return "closed";
    case catalog::ChannelCell::Breaker::open:
      return "open";
    case catalog::ChannelCell::Breaker::trial:
      return "trial";
  }
  return "closed";
}

std::int64_t seconds_until(std::int64_t until_ms, std::int64_t now_ms) {
  return until_ms > now_ms ? (until_ms - now_ms + 999) / 1000 : 0;
}

json::object health_value(const catalog::Health::Stats& stats, std::int64_t now_ms) {
  const bool waits = stats.state.breaker == catalog::ChannelCell::Breaker::open;
  return {{"breaker", breaker_name(stats.state.breaker)},
          {"breaker_seconds", waits ? seconds_until(stats.state.until_ms, now_ms) : 0},
          {"failures_in_row", stats.state.failures_in_row},
          {"cooldown_seconds", seconds_until(stats.cooling_until_ms, now_ms)},
          {"keys", stats.keys},
          {"keys_cooling", std::ranges::count_if(stats.cooled_keys_ms, [&](auto ms) { return ms > now_ms; })},
          {"keys_off", stats.keys_off},
          {"in_flight", stats.in_flight},
          {"latency_ms", stats.latency_us / 1000},
          {"answered", stats.answered},
          {"failed", stats.failed},
          {"limited", stats.limited},
          {"opened", stats.opened},
          {"off", stats.off}};
}

class Members {
 public:
  explicit Members(const Fields& fields) : fields_(fields) {}

  std::optional<std::string> text(std::string_view name, std::size_t most = kMaxText) const {
    const auto value = fields_->string(name);
    if (!value) return std::nullopt;
    if (value->size() > most) fields_->refuse(name, "must have at most " + std::to_string(most) + " bytes");
    return std::string(*value);
  }
  /// A text that holds a JSON object, or the object itself.
  std::optional<std::string> object(std::string_view name) const {
    const json::value* value = json::find(fields_->raw(), name);
    if (value == nullptr) return std::nullopt;
    if (value->is_object()) return json::serialize(*value);
    const auto given = text(name);
    if (!given) return std::nullopt;
    const std::string_view trimmed = trim(*given);
    if (trimmed.empty() || trimmed == "null") return std::string();
    if (const auto parsed = json::parse_object(trimmed); !parsed) {
      fields_->refuse(name, "must be a JSON object: " + parsed.error().message());
      return std::nullopt;
    }
    return std::string(trimmed);
  }
  /// An array of texts, as JSON text.
  std::optional<std::string> list(std::string_view name) const {
    const json::array* value = fields_->array_at(name);
    if (value == nullptr) return std::nullopt;
    for (const json::value& item : *value) {
      if (!item.is_string()) {
        fields_->refuse(name, "must hold texts only");
        return std::nullopt;
      }
    }
    return json::serialize(json::value(*value));
  }

 private:
  const Fields& fields_;
};

template <class T>
void put(const std::optional<T>& from, T& to, bool partial) {
  if (!from) return;
  if (partial && *from == T{}) return;
  to = *from;
}

}  // namespace

std::string ChannelSecrets::keys(const store::ChannelRow& row) const {
  return opened(sealer, row.keys_sealed, catalog::sealed::kChannelKeys);
}

void ChannelSecrets::set_keys(store::ChannelRow& row, std::string_view text) const {
  row.keys_sealed = sealed_or_empty(sealer, text, catalog::sealed::kChannelKeys);
  row.key_hash = text.empty() ? std::string() : hash(text).hex();
}

std::string ChannelSecrets::proxy(const store::ChannelRow& row) const {
  return opened(sealer, row.proxy_sealed, catalog::sealed::kChannelProxy);
}

std::string ChannelSecrets::headers(const store::ChannelRow& row) const {
  return opened(sealer, row.headers_sealed, catalog::sealed::kChannelHeaders);
}

json::object channel_value(const store::ChannelRow& row, const ChannelSecrets* secrets,
                           const catalog::Health::Stats* health, std::int64_t now_ms) {
  json::object out{{"id", row.id.value},
                   {"type", row.type},
                   {"key", secrets != nullptr ? secrets->keys(row) : std::string()},
                   {"status", static_cast<std::int64_t>(row.status)},
                   {"name", row.name},
                   {"weight", row.weight},
                   {"created_time", row.created_at},
                   {"test_time", row.tested_at},
                   {"response_time", row.response_ms},
                   {"base_url", row.base_url},
                   {"other", row.other},
                   {"balance", static_cast<double>(row.balance_micros) / 1e6},
                   {"balance_updated_time", row.balance_updated_at},
                   {"models", row.models},
                   {"group", row.groups},
                   {"tag", row.tag},
                   {"used_quota", row.used},
                   {"request_count", row.request_count},
                   {"model_mapping", row.model_mapping},
                   {"model_headers", secrets != nullptr ? secrets->headers(row) : std::string()},
                   {"custom_parameter", row.parameters},
                   {"priority", row.priority},
                   {"proxy", secrets != nullptr ? secrets->proxy(row) : std::string()},
                   {"test_model", row.test_model},
                   {"only_chat", row.only_chat},
                   {"pre_cost", row.prompt_counting},
                   {"compatible_response", row.compatible_response},
                   {"allow_extra_body", row.allow_extra_body},
                   {"plugin", tree_of(row.plugin)},
                   {"options", tree_of(row.options)},
                   {"system_prompt", row.system_prompt},
                   {"status_code_mapping", row.status_mapping},
                   {"auto_disable", row.auto_disable},
                   {"disabled_reason", row.disabled_reason},
                   {"disabled_time", row.disabled_at},
                   {"version", row.version}};
  if (!row.disabled_stream.empty()) out["disabled_stream"] = tree_of(row.disabled_stream);
  if (health != nullptr) out["health"] = health_value(*health, now_ms);
  return out;
}

json::object channel_stub(const store::ChannelName& name) {
  return {{"id", name.id.value},
          {"type", name.type},
          {"key", ""},
          {"status", 0},
          {"name", name.name},
          {"weight", nullptr},
          {"created_time", 0},
          {"test_time", 0},
          {"response_time", 0},
          {"base_url", nullptr},
          {"other", ""},
          {"balance", 0},
          {"balance_updated_time", 0},
          {"models", ""},
          {"group", ""},
          {"tag", ""},
          {"used_quota", 0},
          {"model_mapping", nullptr},
          {"model_headers", nullptr},
          {"custom_parameter", nullptr},
          {"priority", nullptr},
          {"proxy", nullptr},
          {"test_model", ""},
          {"only_chat", false},
          {"pre_cost", 0},
          {"compatible_response", false},
          {"allow_extra_body", false},
          {"plugin", nullptr}};
}

Result<ChannelChange> read_channel_change(const json::object& body) {
  Fields fields(body);
  const Members members(fields);
  ChannelChange out;
  out.id = fields->integer("id", 0, kMaxId).value_or(0);
  out.version = fields->integer("version", 1, kMaxId);
  if (const auto type = fields->integer("type", 0, std::numeric_limits<std::int32_t>::max())) {
    out.type = static_cast<std::int32_t>(*type);
  }
  if (const auto status = fields->integer("status", 0, 3)) out.status = static_cast<store::ChannelStatus>(*status);
  if (const auto key = fields->string("key")) {
    if (key->size() > kMaxText) fields->refuse("key", "is too long");
    out.key = Secret(*key);
  }
  out.name = members.text("name", kMaxChannelName);
  out.base_url = members.text("base_url");
  out.other = members.text("other");
  out.models = members.text("models");
  out.groups = members.text("group");
  out.tag = members.text("tag", kMaxChannelName);
  out.model_mapping = members.object("model_mapping");
  out.headers = members.object("model_headers");
  out.parameters = members.object("custom_parameter");
  out.status_mapping = members.object("status_code_mapping");
  out.options = members.object("options");
  out.plugin = members.object("plugin");
  out.proxy = members.text("proxy");
  out.test_model = members.text("test_model", kMaxChannelName);
  out.system_prompt = members.text("system_prompt");
  out.disabled_stream = members.list("disabled_stream");
  out.weight = fields->integer("weight", 0, kMaxWeight);
  out.priority = fields->integer("priority", -kMaxPriority, kMaxPriority);
  out.prompt_counting = fields->integer("pre_cost", 0, 3);
  out.only_chat = fields->boolean("only_chat");
  out.compatible_response = fields->boolean("compatible_response");
  out.allow_extra_body = fields->boolean("allow_extra_body");
  out.auto_disable = fields->boolean("auto_disable");
  out.one_channel = fields->boolean("one_channel").value_or(false);
  if (!fields.ok()) return fields.failure();
  return out;
}

void apply_channel_change(const ChannelChange& change, bool partial, const ChannelSecrets& secrets,
                          store::ChannelRow& row) {
  put(change.type, row.type, partial);
  put(change.status, row.status, partial);
  if (change.key) {
    if (const std::string_view keys = trim(change.key->reveal()); !keys.empty()) secrets.set_keys(row, keys);
  }
  put(change.name, row.name, partial);
  put(change.other, row.other, partial);
  put(change.models, row.models, partial);
  put(change.groups, row.groups, partial);
  put(change.tag, row.tag, partial);
  put(change.test_model, row.test_model, partial);
  put(change.disabled_stream, row.disabled_stream, partial);
  put(change.plugin, row.plugin, partial);
  put(change.only_chat, row.only_chat, partial);
  put(change.compatible_response, row.compatible_response, partial);
  put(change.allow_extra_body, row.allow_extra_body, partial);
  put(change.base_url, row.base_url, false);
  put(change.weight, row.weight, false);
  put(change.priority, row.priority, false);
  put(change.model_mapping, row.model_mapping, false);
  put(change.parameters, row.parameters, false);
  // Ours: what is there is meant.
  put(change.status_mapping, row.status_mapping, false);
  put(change.system_prompt, row.system_prompt, false);
  put(change.options, row.options, false);
  put(change.auto_disable, row.auto_disable, false);
  if (change.headers) {
    row.headers_sealed = sealed_or_empty(secrets.sealer, *change.headers, catalog::sealed::kChannelHeaders);
  }
  if (change.proxy)
    row.proxy_sealed = sealed_or_empty(secrets.sealer, trim(*change.proxy), catalog::sealed::kChannelProxy);
  if (change.prompt_counting && *change.prompt_counting > 0) {
    row.prompt_counting = static_cast<std::int32_t>(*change.prompt_counting);
  }
  if (row.groups.empty()) row.groups = "default";
  if (row.status == store::ChannelStatus::unknown) row.status = store::ChannelStatus::enabled;
  if (row.status == store::ChannelStatus::enabled) {
    row.disabled_reason.clear();
    row.disabled_at = 0;
  }
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t end = text.find('\n');
    out.push_back(trim(text.substr(0, end)));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

Result<std::vector<store::ChannelRow>> new_channel_rows(const ChannelChange& change, const ChannelSecrets& secrets,
                                                        std::int64_t now_s) {
  if (!change.type || *change.type == 0) {
    return fail(Error(ErrorCode::invalid_request, "type is missing: the number of the provider").param("type"));
  }
  const providers::ProviderDescriptor* provider = providers::find(*change.type);
  const bool keyless = provider != nullptr && (provider->local != nullptr || provider->auth == providers::Auth::none);
  const std::string keys = change.key ? change.key->reveal() : std::string();
  const auto lines = change.one_channel ? std::vector<std::string_view>{trim(keys)} : lines_of(keys);
  const auto base_urls = lines_of(change.base_url ? std::string_view(*change.base_url) : std::string_view());

  std::vector<store::ChannelRow> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty() && !(keyless && lines.size() == 1)) continue;
    ChannelChange one = change;
    one.key = Secret(lines[i]);
    one.base_url = std::string(i < base_urls.size() && !base_urls[i].empty() ? base_urls[i] : base_urls.front());
    if (i > 0) one.name = change.name.value_or("") + "_" + std::to_string(i + 1);
    store::ChannelRow row;
    row.created_at = row.updated_at = now_s;
    apply_channel_change(one, false, secrets, row);
    out.push_back(std::move(row));
  }
  if (out.empty()) return fail(Error(ErrorCode::invalid_request, "key is missing").param("key"));
  return out;
}

std::string without_entry(std::string_view list, std::string_view entry) {
  std::string out;
  for (const std::string_view item : split_list(list)) {
    if (item == entry) continue;
    if (!out.empty()) out += ',';
    out += item;
  }
  return out;
}

}  // namespace tollgate::manage
