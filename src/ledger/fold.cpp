#include "ledger/fold.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "llm/operation.h"
#include "llm/plan.h"

namespace tollgate::ledger {

namespace {

std::int64_t settled_at(const CallFacts& facts) { return (facts.created_ms + facts.latency_ms) / 1000; }

void write_ip(const std::array<std::uint8_t, 16>& ip, std::string& out) {
  out.clear();
  char text[INET6_ADDRSTRLEN];
  static constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::ranges::all_of(ip, [](std::uint8_t b) { return b == 0; })) return;
  const bool v4 = std::ranges::equal(kMapped, std::span(ip).first(12));
  if (::inet_ntop(v4 ? AF_INET : AF_INET6, ip.data() + (v4 ? 12 : 0), text, sizeof(text)) != nullptr) out = text;
}

void write_attempts(const CallFacts& facts, std::string& out) {
  out.clear();
  if (facts.attempt_count < 2) return;
  const std::size_t kept = std::min<std::size_t>(facts.attempt_count, kKeptAttempts);
  out += '[';
  for (std::size_t i = 0; i < kept; ++i) {
    const Attempt& attempt = facts.attempts[i];
    if (i > 0) out += ',';
    if (i + 1 == kKeptAttempts && facts.attempt_count > kKeptAttempts) {
      fmt::format_to(std::back_inserter(out), "{{\"skipped\":{}}},", facts.attempt_count - kKeptAttempts);
    }
    fmt::format_to(std::back_inserter(out), "{{\"channel\":{}", attempt.channel.value);
    if (attempt.error) fmt::format_to(std::back_inserter(out), ",\"error\":\"{}\"", traits_of(*attempt.error).name);
    out += '}';
  }
  out += ']';
}

void write_details(const CallRecord& record, std::string& out) {
  out.clear();
  const auto operation = static_cast<std::size_t>(record.facts.operation);
  if (record.facts.operation != llm::Operation::chat && operation < llm::kOperations.size()) {
    fmt::format_to(std::back_inserter(out), "{{\"operation\":\"{}\"", llm::kOperations[operation].name);
  }
  // Bytes is the rule, and conversion shows in the dialects.
  if (record.facts.mode == static_cast<std::uint8_t>(llm::Mode::patch)) {
    out += out.empty() ? "{\"mode\":\"patch\"" : ",\"mode\":\"patch\"";
  }
  if (record.per_call) out += out.empty() ? "{\"per_call\":true" : ",\"per_call\":true";
  if (!out.empty()) out += '}';
}

std::int64_t micros(Decimal ratio) {
  const Int128 millionths = Int128{ratio.mantissa()} * 1'000'000 / pow10(ratio.scale());
  return narrow_int64(millionths).value_or(0);
}

/// The log's narrow columns hold 31 bits; nothing that large is a call's time or count.
std::int64_t narrow(std::int64_t value) {
  return std::clamp<std::int64_t>(value, 0, std::numeric_limits<std::int32_t>::max());
}

/// Sums stay within int64 even if every call of a batch costs as much as there is.
void add_quota(Quota& sum, Quota quota) {
  if (__builtin_add_overflow(sum, quota, &sum)) sum = std::numeric_limits<Quota>::max();
}

/// The request id is text the gateway made; bytes that no database takes (a damaged writer) are left out.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

Entry entry_of(const CallRecord& record) {
  if (record.kind == RecordKind::settle) return {.charge = true, .log = !record.facts.no_log};
  const bool told = record.facts.status != 0 || record.facts.error != NameId::none;
  return {.charge = false, .log = record.kind == RecordKind::release && told && !record.facts.no_log};
}

void make_log_row(const CallRecord& record, const NameIds& names, bool recovered, store::LogRow& row) {
  using store::NameKind;
  const CallFacts& facts = record.facts;
  const llm::Usage& usage = record.usage;
  row.created_at = settled_at(facts);
  row.type = record.kind == RecordKind::settle ? store::LogType::consume : store::LogType::error;
  row.user = record.user;
  row.token = record.token;
  row.channel = facts.channel;
  row.model = names.of(NameKind::model, facts.model);
  row.upstream_model = facts.upstream_model == facts.model ? 0 : names.of(NameKind::model, facts.upstream_model);
  row.group = names.of(NameKind::group, facts.group);
  row.error = names.of(NameKind::error, facts.error);
  row.quota = record.quota;
  row.input_tokens = usage.input_uncached.value_or(0);
  row.cache_read_tokens = usage.cache_read.value_or(0);
  row.cache_write_tokens = usage.cache_write_5m.value_or(0);
  row.cache_write_1h_tokens = usage.cache_write_1h.value_or(0);
  row.input_audio_tokens = usage.input_audio.value_or(0);
  row.input_image_tokens = usage.input_image.value_or(0);
  row.output_tokens = usage.output.value_or(0);
  row.reasoning_tokens = usage.reasoning.value_or(0);
  row.output_audio_tokens = usage.output_audio.value_or(0);
  row.output_image_tokens = usage.output_image.value_or(0);
  row.web_searches = narrow(usage.web_searches.value_or(0));
  row.price_version = record.price_version;
  row.group_ratio_micros = micros(record.group_ratio);
  row.duration_ms = narrow(facts.latency_ms);
  row.first_byte_ms = narrow(facts.first_byte_ms);
  row.flags = (facts.stream ? store::kLogStream : 0) | (facts.backup_group ? store::kLogBackupGroup : 0) |
              (facts.estimated ? store::kLogEstimated : 0) | (facts.cut_short ? store::kLogInterrupted : 0) |
              (recovered ? store::kLogRecovered : 0);
  row.status = facts.status;
  row.dialects =
      static_cast<std::int32_t>(facts.client_dialect) + 256 * static_cast<std::int32_t>(facts.upstream_dialect);
  row.request_id.clear();
  if (is_plain(facts.request_id.view())) row.request_id = facts.request_id.view();
  write_ip(facts.client_ip, row.ip);
  write_attempts(facts, row.attempts);
  write_details(record, row.details);
}

void Fold::add(const CallRecord& record) {
  const Entry entry = entry_of(record);
  if (!entry.charge && !entry.log) return;
  const CallFacts& facts = record.facts;
  const std::int64_t at = settled_at(facts);

  store::StatisticRow& sums = statistics_[{store::hour_of(at), record.user.value, facts.channel.value, facts.model}];
  if (!entry.charge) {
    ++sums.errors;
    return;
  }
  const llm::Usage& usage = record.usage;
  ++sums.requests;
  add_quota(sums.quota, record.quota);
  sums.prompt_tokens += usage.input_total();
  sums.completion_tokens += usage.output_total();
  sums.cache_read_tokens += usage.cache_read.value_or(0);
  sums.duration_ms += facts.latency_ms;

  const auto charge = [&](Deltas& to, std::int64_t id) {
    if (id == 0) return;
    store::UsageDelta& delta = to[id];
    delta.id = id;
    add_quota(delta.used, record.quota);
    ++delta.requests;
    delta.accessed_at = std::max(delta.accessed_at, at);
  };
  charge(users_, record.user.value);
  charge(tokens_, record.token.value);
  charge(channels_, facts.channel.value);
}

void Fold::clear() {
  users_.clear();
  tokens_.clear();
  channels_.clear();
  statistics_.clear();
}

std::vector<store::UsageDelta> Fold::sorted(const Deltas& deltas) {
  std::vector<store::UsageDelta> out;
  out.reserve(deltas.size());
  for (const auto& [id, delta] : deltas) out.push_back(delta);
  std::ranges::sort(out, {}, &store::UsageDelta::id);
  return out;
}

std::vector<store::StatisticRow> Fold::statistics(const NameIds& names) const {
  std::vector<store::StatisticRow> out;
  out.reserve(statistics_.size());
  for (const auto& [key, sums] : statistics_) {
    store::StatisticRow& row = out.emplace_back(sums);
    row.bucket = key.bucket;
    row.user = UserId{key.user};
    row.channel = ChannelId{key.channel};
    row.model = names.of(store::NameKind::model, key.model);
  }
  std::ranges::sort(out, {}, [](const store::StatisticRow& row) {
    return std::tuple(row.bucket, row.user.value, row.channel.value, row.model);
  });
  return out;
}

}  // namespace tollgate::ledger
