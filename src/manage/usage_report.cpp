#include "manage/usage_report.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "manage/dates.h"
#include "store/channels.h"
#include "store/names.h"

namespace tollgate::manage {

json::value UsageReport::value(std::string_view label, std::int64_t (*id_of)(const store::StatisticRow&)) const {
  if (rows.empty()) return nullptr;
  const auto name_of = [&](const store::StatisticRow& row) {
    const auto found = names.find(id_of(row));
    return found == names.end() ? std::string_view() : std::string_view(found->second);
  };
  std::vector<const store::StatisticRow*> sorted;
  for (const store::StatisticRow& row : rows) sorted.push_back(&row);
  std::ranges::sort(sorted, {}, [&](const auto* row) { return std::pair(row->bucket, name_of(*row)); });
  json::array out;
  for (const store::StatisticRow* row : sorted) {
    out.emplace_back(json::object{{"Date", date_text(row->bucket)},
                                  {"RequestCount", row->requests},
                                  {"Quota", row->quota},
                                  {"PromptTokens", row->prompt_tokens},
                                  {"CompletionTokens", row->completion_tokens},
                                  {"RequestTime", row->duration_ms},
                                  {label, name_of(*row)}});
  }
  return out;
}

Result<UsageReport> report_models(store::Session& db, const store::StatisticFilter& filter) {
  UsageReport out;
  auto rows = store::sum_statistics(db, filter, store::kByDay | store::kByModel, 0);
  if (!rows) return std::unexpected(std::move(rows.error()));
  out.rows = std::move(*rows);
  std::vector<std::int64_t> ids;
  for (const store::StatisticRow& row : out.rows) ids.push_back(row.model);
  const auto names = store::find_names(db, ids);
  if (!names) return std::unexpected(names.error());
  for (const store::NameRow& name : *names) out.names[name.id] = name.text;
  return out;
}

Result<UsageReport> report_channels(store::Session& db, const store::StatisticFilter& filter) {
  UsageReport out;
  auto rows = store::sum_statistics(db, filter, store::kByDay | store::kByChannel, 0);
  if (!rows) return std::unexpected(std::move(rows.error()));
  out.rows = std::move(*rows);
  std::vector<ChannelId> ids;
  for (const store::StatisticRow& row : out.rows) ids.push_back(row.channel);
  const auto names = store::find_channel_names(db, ids);
  if (!names) return std::unexpected(names.error());
  for (const store::ChannelName& name : *names) out.names[name.id.value] = name.name;
  return out;
}

}  // namespace tollgate::manage
