#include "manage/log_detail.h"

#include <optional>
#include <string>

#include "base/strings.h"
#include "catalog/builder.h"
#include "dialects/registry.h"
#include "ledger/bill.h"
#include "llm/usage.h"

namespace tollgate::manage {
namespace {

json::array attempts_of(const store::LogRow& row) {
  auto parsed = json::parse(row.attempts);
  if (!parsed || !parsed->is_array()) return {};
  return std::move(parsed->get_array());
}

std::int64_t channel_of(const json::value& attempt) {
  const auto* object = attempt.if_object();
  const json::value* channel = object != nullptr ? json::find(*object, "channel") : nullptr;
  return channel != nullptr && channel->is_int64() ? channel->get_int64() : 0;
}

json::object attempt_value(std::int64_t channel, std::string_view error, const LogNames& names) {
  const auto known = names.channels.find(channel);
  return {{"channel_id", channel},
          {"channel_name", known == names.channels.end() ? std::string() : known->second.name},
          {"error", error},
          {"answered", error.empty()}};
}

/// Each try in its order. The log keeps them only where there were several; of more than four, the first three and the
/// last.
json::array attempt_values(const store::LogRow& row, const LogNames& names) {
  json::array out;
  for (const json::value& attempt : attempts_of(row)) {
    if (const std::int64_t channel = channel_of(attempt); channel != 0) {
      out.emplace_back(attempt_value(channel, json::find_string(attempt.get_object(), "error"), names));
    }
  }
  if (out.empty() && row.channel) out.emplace_back(attempt_value(row.channel.value, names.name(row.error), names));
  return out;
}

std::int64_t skipped_attempts(const store::LogRow& row) {
  for (const json::value& attempt : attempts_of(row)) {
    const auto* object = attempt.if_object();
    const json::value* skipped = object != nullptr ? json::find(*object, "skipped") : nullptr;
    if (skipped != nullptr && skipped->is_int64()) return skipped->get_int64();
  }
  return 0;
}

llm::Usage usage_of(const store::LogRow& row) {
  llm::Usage out;
  out.input_uncached = row.input_tokens;
  out.cache_read = row.cache_read_tokens;
  out.cache_write_5m = row.cache_write_tokens;
  out.cache_write_1h = row.cache_write_1h_tokens;
  out.input_audio = row.input_audio_tokens;
  out.input_image = row.input_image_tokens;
  out.output = row.output_tokens;
  out.reasoning = row.reasoning_tokens;
  out.output_audio = row.output_audio_tokens;
  out.output_image = row.output_image_tokens;
  out.web_searches = row.web_searches;
  return out;
}

/// Null if the price is not known: the operator's default one, or a row from before prices had versions.
json::value bill_value(const store::LogRow& row, const LogNames& names) {
  const auto known = names.prices.find(row.price_version);
  if (row.type != store::LogType::consume || known == names.prices.end()) return nullptr;
  const auto price = catalog::price_of_row(known->second);
  const auto ratio = Decimal::from_parts(row.group_ratio_micros, 6);
  if (!price || !ratio) return nullptr;
  const ledger::Bill bill = ledger::bill_of(usage_of(row), *price, *ratio);
  json::array lines;
  for (const ledger::BillLine& line : bill.lines) {
    lines.emplace_back(
        json::object{{"kind", line.kind}, {"count", line.count}, {"price", line.price}, {"amount", line.amount}});
  }
  return json::object{{"per_call", price->per_call()},
                      {"price_version", row.price_version},
                      {"priced_model", known->second.model},
                      {"lines", std::move(lines)},
                      {"sum", bill.sum},
                      {"group_ratio", bill.group_ratio.to_string()},
                      {"quota", bill.quota}};
}

std::string_view dialect_name(std::int32_t number) {
  const llm::Dialect* dialect = dialects::find(static_cast<llm::DialectId>(number));
  return dialect != nullptr ? dialect->name : std::string_view();
}

std::string_view detail_text(const json::object& details, std::string_view key, std::string_view fallback) {
  const std::string_view text = json::find_string(details, key);
  return text.empty() ? fallback : text;
}

}  // namespace

std::vector<ChannelId> attempted_channels(const store::LogRow& row) {
  std::vector<ChannelId> out;
  for (const json::value& attempt : attempts_of(row)) {
    if (const std::int64_t channel = channel_of(attempt); channel != 0) out.push_back(ChannelId{channel});
  }
  return out;
}

json::object log_detail_value(const store::LogRow& row, const LogNames& names, LogReader reader) {
  const bool all = reader == LogReader::operator_;
  auto parsed = json::parse_object(row.details);
  const json::object details = parsed ? std::move(*parsed) : json::object();
  const std::int32_t client = row.dialects % 256, upstream = row.dialects / 256;
  json::object out{{"row", log_value(row, names, reader)},
                   {"operation", detail_text(details, "operation", "chat")},
                   {"client_dialect", dialect_name(client)},
                   {"upstream_dialect", nullptr},
                   {"mode", nullptr},
                   {"upstream_model", nullptr},
                   {"attempts", nullptr},
                   {"attempts_left_out", skipped_attempts(row)},
                   {"bill", bill_value(row, names)}};
  if (!all) return out;
  const std::string_view sent = names.name(row.upstream_model);
  out["upstream_dialect"] = dialect_name(upstream);
  out["mode"] = client != upstream ? "convert" : detail_text(details, "mode", "bytes");
  out["upstream_model"] = sent.empty() ? names.name(row.model) : sent;
  out["attempts"] = attempt_values(row, names);
  return out;
}

}  // namespace tollgate::manage
