#include "manage/log_json.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/decimal.h"
#include "base/strings.h"
#include "manage/channel_json.h"

namespace tollgate::manage {
namespace {

double number_of(std::string_view decimal) {
  const auto parsed = Decimal::parse(decimal);
  return parsed ? parsed->to_double() : 0.0;
}

json::value tree_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  auto parsed = json::parse(text);
  return parsed ? std::move(*parsed) : json::value(nullptr);
}

/// Multipliers of a price, by the predecessors' names; those that a price does not state as the ledger has them
/// (ledger::price_from_ratios): 1, but for Claude's caches.
class Multipliers {
 public:
  explicit Multipliers(const store::PriceRow& price)
      : claude_(istarts_with(price.model, "claude") || icontains(price.model, "/claude")) {
    if (auto parsed = json::parse_object(price.extra_ratios)) stated_ = std::move(*parsed);
  }
  [[nodiscard]] double of(std::string_view key) const {
    if (key == "cached_tokens") {
      if (const auto read = stated_of("cached_read_tokens")) return *read;
    }
    if (const auto stated = stated_of(key)) return *stated;
    if (key == "cached_write_1h_tokens") {
      if (const auto five_minutes = stated_of("cached_write_tokens")) return *five_minutes;
      return claude_ ? 2.0 : 1.0;
    }
    if (key == "cached_tokens") return claude_ ? 0.1 : 1.0;
    if (key == "cached_write_tokens") return claude_ ? 1.25 : 1.0;
    return 1.0;
  }

 private:
  [[nodiscard]] std::optional<double> stated_of(std::string_view key) const {
    const json::value* value = json::find(stated_, key);
    if (value == nullptr) return std::nullopt;
    if (value->is_double()) return value->get_double();
    if (value->is_int64()) return static_cast<double>(value->get_int64());
    if (value->is_string()) return number_of(json::view(value->get_string()));
    return std::nullopt;
  }
  bool claude_;
  json::object stated_;
};

json::object metadata_of(const store::LogRow& row, const LogNames& names) {
  const auto price = names.prices.find(row.price_version);
  const bool priced = price != names.prices.end();
  const bool per_call = priced && price->second.type == store::PriceType::times;
  const bool backup = row.has(store::kLogBackupGroup);
  const std::string_view group = names.name(row.group);
  json::object out{{"group_name", group},
                   {"backup_group_name", backup ? group : std::string_view()},
                   {"is_backup_group", backup},
                   {"price_type", per_call ? "times" : "tokens"},
                   {"group_ratio", static_cast<double>(row.group_ratio_micros) / 1e6},
                   {"input_ratio", priced ? number_of(price->second.input) : 0.0},
                   {"output_ratio", priced ? number_of(price->second.output) : 0.0}};
  // The operator's default price, or a row from before prices had versions: the ratios above say nothing.
  if (!priced) out["price_unknown"] = true;
  if (row.first_byte_ms > 0) out["first_response"] = row.first_byte_ms;

  const store::PriceRow none;
  const Multipliers multipliers(priced ? price->second : none);
  const auto extra = [&](std::string_view key, std::int64_t count) {
    if (count <= 0) return;
    out[key] = count;
    out[std::string(key) + "_ratio"] = multipliers.of(key);
  };
  extra("cached_tokens", row.cache_read_tokens);
  extra("cached_write_tokens", row.cache_write_tokens);
  extra("cached_write_1h_tokens", row.cache_write_1h_tokens);
  extra("input_audio_tokens", row.input_audio_tokens);
  extra("input_image_tokens", row.input_image_tokens);
  extra("reasoning_tokens", row.reasoning_tokens);
  extra("output_audio_tokens", row.output_audio_tokens);
  extra("output_image_tokens", row.output_image_tokens);
  if (row.web_searches > 0) {
    out["extra_billing"] = json::object{{"web_search", {{"type", "web_search"}, {"call_count", row.web_searches}}}};
  }
  return out;
}

std::vector<std::int64_t> sorted(const std::set<std::int64_t>& from) { return {from.begin(), from.end()}; }

template <class Id>
std::vector<Id> ids_of(const std::set<std::int64_t>& from) {
  std::vector<Id> out;
  for (const std::int64_t id : from) out.push_back(Id{id});
  return out;
}

template <class Map>
std::string_view text_in(const Map& map, std::int64_t id) {
  const auto found = map.find(id);
  return found == map.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

std::string_view LogNames::name(std::int64_t id) const { return text_in(names, id); }

LogReferences references_of(const std::vector<store::LogRow>& rows) {
  std::set<std::int64_t> names, prices, users, tokens, channels;
  const auto note = [](std::set<std::int64_t>& to, std::int64_t id) {
    if (id != 0) to.insert(id);
  };
  for (const store::LogRow& row : rows) {
    for (const std::int64_t id : {row.model, row.upstream_model, row.group, row.error}) note(names, id);
    note(prices, row.price_version);
    note(users, row.user.value);
    note(tokens, row.token.value);
    note(channels, row.channel.value);
  }
  return {.names = sorted(names),
          .prices = sorted(prices),
          .users = ids_of<UserId>(users),
          .tokens = ids_of<TokenId>(tokens),
          .channels = ids_of<ChannelId>(channels)};
}

json::object log_value(const store::LogRow& row, const LogNames& names, LogReader reader) {
  const bool all = reader == LogReader::operator_;
  const bool call = row.type == store::LogType::consume || row.type == store::LogType::error;
  json::object out{{"id", all ? row.id : 0},
                   {"user_id", row.user.value},
                   {"created_at", row.created_at},
                   {"type", static_cast<std::int64_t>(row.type)},
                   {"content", row.content},
                   {"username", text_in(names.users, row.user.value)},
                   {"token_name", text_in(names.tokens, row.token.value)},
                   {"model_name", names.name(row.model)},
                   {"quota", row.quota},
                   {"prompt_tokens", row.prompt_tokens()},
                   {"completion_tokens", row.completion_tokens()},
                   {"channel_id", row.channel.value},
                   {"request_time", row.duration_ms},
                   {"is_stream", row.has(store::kLogStream)},
                   {"source_ip", row.ip},
                   {"metadata", call ? json::value(metadata_of(row, names)) : json::value(nullptr)},
                   {"channel", nullptr},
                   // Ours.
                   {"request_id", row.request_id},
                   {"token_id", row.token.value},
                   {"input_tokens", row.input_tokens},
                   {"price_version", row.price_version},
                   {"status", row.status},
                   {"error", names.name(row.error)},
                   {"estimated", row.has(store::kLogEstimated)},
                   {"interrupted", row.has(store::kLogInterrupted)},
                   {"recovered", row.has(store::kLogRecovered)},
                   {"unbilled", row.has(store::kLogUnbilled)}};
  if (!all) return out;
  if (const auto channel = names.channels.find(row.channel.value); channel != names.channels.end()) {
    out["channel"] = channel_stub(channel->second);
  }
  out["upstream_model"] = names.name(row.upstream_model);
  out["attempts"] = tree_or_null(row.attempts);
  out["details"] = tree_or_null(row.details);
  return out;
}

}  // namespace tollgate::manage
