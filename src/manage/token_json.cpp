#include "manage/token_json.h"

#include <limits>
#include <utility>

#include "base/strings.h"
#include "net/address.h"

namespace tollgate::manage {
namespace {

constexpr std::int64_t kLeastHeartbeat = 30, kMostHeartbeat = 90;  // seconds, the predecessor's bounds
constexpr std::size_t kMaxListItems = 1'000;
constexpr std::size_t kMaxItemBytes = 191;

json::value list_or_empty(std::string_view text) {
  if (text.empty()) return json::array();
  auto parsed = json::parse(text);
  if (!parsed || !parsed->is_array()) return json::array();
  return std::move(*parsed);
}

/// An array of texts, as JSON text. Blank items are left out.
std::string read_list(const json::Reader& from, std::string_view key, bool addresses) {
  const json::array* list = from.array_at(key);
  json::array out;
  if (list == nullptr) return json::serialize(json::value(out));
  if (list->size() > kMaxListItems) {
    from.refuse(key, "must have at most " + std::to_string(kMaxListItems) + " items");
    return {};
  }
  for (const json::value& item : *list) {
    const auto* text = item.if_string();
    if (text == nullptr) {
      from.refuse(key, "must hold texts only");
      return {};
    }
    const std::string_view word = trim(json::view(*text));
    if (word.empty()) continue;
    if (word.size() > kMaxItemBytes) {
      from.refuse(key, "must not hold texts longer than " + std::to_string(kMaxItemBytes) + " bytes");
      return {};
    }
    if (addresses && !net::IpNetwork::parse(word)) {
      from.refuse(
          key, "must hold addresses and networks such as 10.0.0.0/8, not '" + std::string(clip_utf8(word, 60)) + "'");
      return {};
    }
    out.emplace_back(word);
  }
  return json::serialize(json::value(std::move(out)));
}

TokenChange::Setting read_setting(const json::Reader& from) {
  TokenChange::Setting out;
  json::Problems& problems = from.problems();
  if (const auto* heartbeat = from.object_at("heartbeat")) {
    const json::Path path = from.at("heartbeat");
    const json::Reader reader(*heartbeat, path, problems);
    out.heartbeat = reader.boolean("enabled").value_or(false);
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    const std::int64_t seconds = reader.integer("timeout_seconds", 0, kMost).value_or(0);
    out.heartbeat_seconds = static_cast<std::int32_t>(seconds);
    if (out.heartbeat && (seconds < kLeastHeartbeat || seconds > kMostHeartbeat)) {
      reader.refuse("timeout_seconds", "must be between 30 and 90");
    }
  }
  if (const auto* limits = from.object_at("limits")) {
    const json::Path limits_path = from.at("limits");
    const json::Reader reader(*limits, limits_path, problems);
    if (const auto* models = reader.object_at("limit_model_setting")) {
      const json::Path path = reader.at("limit_model_setting");
      const json::Reader inner(*models, path, problems);
      out.models_limited = inner.boolean("enabled").value_or(false);
      out.models = read_list(inner, "models", false);
    }
    if (const auto* ips = reader.object_at("limits_ip_setting")) {
      const json::Path path = reader.at("limits_ip_setting");
      const json::Reader inner(*ips, path, problems);
      out.ips_limited = inner.boolean("enabled").value_or(false);
      out.ips = read_list(inner, "whitelist", true);
    }
  }
  out.billing_tag = std::string(from.string("billing_tag").value_or(""));
  if (out.billing_tag.size() > kMaxItemBytes) {
    from.refuse("billing_tag", "must have at most " + std::to_string(kMaxItemBytes) + " bytes");
  }
  return out;
}

std::optional<std::string> text_of(const Fields& fields, std::string_view name) {
  const auto text = fields->string(name);
  if (!text) return std::nullopt;
  return std::string(*text);
}

}  // namespace

int shown_token_status(const store::TokenRow& token, Quota used, std::int64_t now_s) {
  if (token.status != store::TokenStatus::enabled) return 2;
  if (token.expires_at > 0 && token.expires_at < now_s) return 3;
  if (!token.unlimited && token.granted - used <= 0) return 4;
  return 1;
}

json::object token_value(const store::TokenRow& token, Quota used, std::string_view key, bool with_tag,
                         std::int64_t now_s) {
  json::object setting{
      {"heartbeat", {{"enabled", token.heartbeat}, {"timeout_seconds", token.heartbeat_seconds}}},
      {"limits",
       {{"limit_model_setting", {{"enabled", token.models_limited}, {"models", list_or_empty(token.models)}}},
        {"limits_ip_setting", {{"enabled", token.ips_limited}, {"whitelist", list_or_empty(token.ips)}}}}}};
  if (with_tag && !token.billing_tag.empty()) setting["billing_tag"] = token.billing_tag;
  return {{"id", token.id.value},
          {"user_id", token.user.value},
          {"key", key},
          {"key_hint", token.key_hint},
          {"status", shown_token_status(token, used, now_s)},
          {"name", token.name},
          {"created_time", token.created_at},
          {"accessed_time", token.accessed_at > 0 ? token.accessed_at : token.created_at},
          {"expired_time", token.expires_at > 0 ? token.expires_at : -1},
          {"remain_quota", token.granted - used},
          {"unlimited_quota", token.unlimited},
          {"used_quota", used},
          {"request_count", token.request_count},
          {"group", token.group},
          {"backup_group", token.backup_group},
          {"setting", std::move(setting)},
          {"version", token.version}};
}

Result<TokenChange> read_token_change(const json::object& body) {
  Fields fields(body);
  TokenChange out;
  out.id = fields->integer("id", 0, kMaxId).value_or(0);
  out.user = fields->integer("user_id", 0, kMaxId).value_or(0);
  out.name = text_of(fields, "name");
  if (out.name && out.name->size() > kMaxTokenName) {
    fields->refuse("name", "must have at most " + std::to_string(kMaxTokenName) + " bytes");
  }
  if (const auto status = fields->integer("status", 0, 4)) out.status = static_cast<int>(*status);
  if (const auto expires = fields->integer("expired_time", -1, kMaxId)) out.expires_at = *expires > 0 ? *expires : 0;
  out.remain = fields->integer("remain_quota", -kMaxSetQuota, kMaxSetQuota);
  out.echoed_used = fields->integer("used_quota", -kQuotaLimit, kQuotaLimit);
  out.unlimited = fields->boolean("unlimited_quota");
  out.group = text_of(fields, "group");
  out.backup_group = text_of(fields, "backup_group");
  out.version = fields->integer("version", 1, kMaxId);
  if (const auto* setting = fields->object_at("setting")) {
    const json::Path path = fields->at("setting");
    out.setting = read_setting(json::Reader(*setting, path, fields.reader().problems()));
  }
  if (!fields.ok()) return fields.failure();
  return out;
}

void apply_token_change(const TokenChange& change, bool with_tag, store::TokenRow& token) {
  if (change.name) token.name = *change.name;
  if (change.expires_at) token.expires_at = *change.expires_at;
  if (change.unlimited) token.unlimited = *change.unlimited;
  if (change.group) token.group = *change.group;
  if (change.backup_group) token.backup_group = *change.backup_group;
  if (!change.setting) return;
  const TokenChange::Setting& setting = *change.setting;
  token.heartbeat = setting.heartbeat;
  token.heartbeat_seconds = setting.heartbeat_seconds;
  token.models_limited = setting.models_limited;
  token.models = setting.models;
  token.ips_limited = setting.ips_limited;
  token.ips = setting.ips;
  if (with_tag) token.billing_tag = setting.billing_tag;
}

Quota granted_for(const TokenChange& change, Quota granted, Quota used) {
  if (!change.remain) return granted;
  if (change.echoed_used && *change.remain + *change.echoed_used == granted) return granted;
  return used + *change.remain;
}

Result<void> check_group(std::string_view symbol, const std::optional<store::GroupRow>& group,
                         std::string_view own_group) {
  if (symbol.empty()) return {};
  if (!group || !group->enabled) {
    return fail(ErrorCode::group_not_allowed, "there is no group '" + std::string(clip_utf8(symbol, 60)) + "'");
  }
  if (!group->is_public && symbol != own_group) {
    return fail(ErrorCode::group_not_allowed, "the user's group may not use the group '" + std::string(symbol) + "'");
  }
  return {};
}

}  // namespace tollgate::manage
