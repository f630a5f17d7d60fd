#include "manage/price_json.h"

#include <limits>
#include <optional>
#include <utility>

#include "base/decimal.h"
#include "base/ids.h"
#include "base/strings.h"
#include "ledger/prices.h"
#include "manage/fields.h"

namespace tollgate::manage {
namespace {

constexpr std::size_t kMaxModel = 191;
constexpr std::size_t kMaxPrices = 50'000;

std::optional<Decimal> decimal_of(const json::value& value) {
  if (const auto* whole = value.if_int64()) return Decimal(*whole);
  if (const auto* number = value.if_double()) return Decimal::from_double(*number);
  if (const auto* text = value.if_string()) {
    if (const auto parsed = Decimal::parse(json::view(*text))) return *parsed;
  }
  return std::nullopt;
}

std::unexpected<Error> wrong(std::string_view path, std::string_view member, std::string_view why) {
  std::string name(path);
  name += member;
  std::string message = name + " " + std::string(why);
  return fail(Error(ErrorCode::invalid_request, std::move(message)).param(std::move(name)));
}

Result<Decimal> ratio_of(const json::object& from, std::string_view path, std::string_view member) {
  const json::value* value = json::find(from, member);
  if (value == nullptr) return Decimal();
  const auto number = decimal_of(*value);
  if (!number) return wrong(path, member, "must be a number");
  if (number->is_negative()) return wrong(path, member, "must not be negative");
  return *number;
}

/// Ratios from dollars: half of those for a million tokens; of `times`, 500 of those for a call.
Result<void> read_usd(const json::object& usd, std::string_view path, ledger::RatioSpec& to) {
  const Decimal factor = to.per_call ? Decimal(kQuotaPerUsd / 1'000) : *Decimal::from_parts(kQuotaPerUsd, 6);
  for (const auto& [member, ratio] : {std::pair("input", &to.input), std::pair("output", &to.output)}) {
    const auto dollars = ratio_of(usd, std::string(path) + "usd.", member);
    if (!dollars) return std::unexpected(dollars.error());
    const auto exact = Decimal::mul(*dollars, factor);
    if (!exact) return wrong(path, std::string("usd.") + member, "has too many digits");
    *ratio = *exact;
  }
  return {};
}

}  // namespace

Result<store::PriceRow> read_price(const json::object& from, std::string_view path) {
  const json::object members = fold_names(from);
  Fields fields(members);
  store::PriceRow out;
  out.model = std::string(trim(fields->string("model").value_or("")));
  const std::string_view type = fields->string("type").value_or("");
  out.owner = static_cast<std::int32_t>(
      fields->integer("channel_type", 0, std::numeric_limits<std::int32_t>::max()).value_or(0));
  out.locked = fields->boolean("locked").value_or(false);
  const json::object* extra = fields->object_at("extra_ratios");
  const json::object* usd = fields->object_at("usd");
  if (!fields.ok()) {
    const Error error = fields.failure().error();
    return fail(Error(error.code(), std::string(path) + error.message()).param(std::string(path) + error.param()));
  }
  if (out.model.empty()) return wrong(path, "model", "is missing");
  if (out.model.size() > kMaxModel) return wrong(path, "model", "must have at most 191 bytes");
  if (type.empty()) return wrong(path, "type", "is missing: tokens or times");
  if (type != "tokens" && type != "times") return wrong(path, "type", "must be tokens or times");
  out.type = type == "times" ? store::PriceType::times : store::PriceType::tokens;

  ledger::RatioSpec ratios;
  ratios.per_call = out.type == store::PriceType::times;
  for (const auto& [member, to] : {std::pair("input", &ratios.input), std::pair("output", &ratios.output)}) {
    const auto ratio = ratio_of(members, path, member);
    if (!ratio) return std::unexpected(ratio.error());
    *to = *ratio;
  }
  if (usd != nullptr) {
    if (auto read = read_usd(*usd, path, ratios); !read) return std::unexpected(read.error());
  }
  out.input = ratios.input.to_string();
  out.output = ratios.output.to_string();
  if (extra != nullptr && !extra->empty()) {
    for (const auto& [key, value] : *extra) {
      const auto ratio = decimal_of(value);
      if (!ratio) return wrong(path, "extra_ratios." + std::string(key), "must be a number");
      ratios.extra_ratios.emplace(std::string(key), *ratio);
    }
    out.extra_ratios = json::serialize(*extra);
  }
  const auto spec = ledger::price_from_ratios(ratios, out.model);
  if (!spec) return std::unexpected(spec.error());
  if (const auto price = ledger::Price::from(*spec, 0); !price) return std::unexpected(price.error());
  return out;
}

Result<std::vector<store::PriceRow>> read_price_list(const json::value& from) {
  const json::array* list = from.if_array();
  if (const auto* document = from.if_object()) list = json::find_array(*document, "data");
  if (list == nullptr) return fail(ErrorCode::invalid_request, "the body must be a list of prices");
  if (list->empty()) return fail(ErrorCode::invalid_request, "the list of prices is empty");
  if (list->size() > kMaxPrices) return fail(ErrorCode::invalid_request, "the list of prices is too long");
  std::vector<store::PriceRow> out;
  out.reserve(list->size());
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string path = "[" + std::to_string(i) + "].";
    const auto* one = (*list)[i].if_object();
    if (one == nullptr) return wrong(path, "price", "must be an object");
    auto price = read_price(*one, path);
    if (!price) return std::unexpected(std::move(price.error()));
    out.push_back(std::move(*price));
  }
  return out;
}

}  // namespace tollgate::manage
