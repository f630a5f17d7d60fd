#include "store/prices.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "base/decimal.h"
#include "store/columns.h"
#include "store/query.h"

namespace tollgate::store {
namespace {

constexpr auto everything = [](auto& row, auto&& column) {
  column("model", row.model);
  column("type", row.type);
  column("owner_id", row.owner);
  column("input", row.input);
  column("output", row.output);
  column("extra_ratios", row.extra_ratios);
  column("locked", row.locked);
  column("version_id", row.version);
  column("updated_at", row.updated_at);
};

using Prices = std::map<std::string, PriceRow, std::less<>>;

std::vector<PriceRow> prices_where(Session& db, const Conditions& where) {
  static const std::string select = fmt::format("SELECT {} FROM prices", column_list<PriceRow>(everything));
  std::vector<PriceRow> out;
  PriceRow row;
  Query q(db, fmt::format("{}{} ORDER BY model", select, where.sql()));
  where.bind(q);
  everything(row, Receiver{q});
  while (q.next()) out.push_back(row);
  return out;
}

std::optional<PriceRow> price_of(Session& db, std::string_view model) {
  auto rows = prices_where(db, Conditions().add("model = :model", "model", std::string(model)));
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

Prices all_prices(Session& db) {
  Prices out;
  for (PriceRow& row : prices_where(db, {})) out.emplace(row.model, std::move(row));
  return out;
}

Result<std::string> plain_ratio(std::string_view text, std::string_view field, std::string_view model) {
  const auto ratio = Decimal::parse(text);
  if (!ratio || ratio->is_negative()) {
    return fail(Error(ErrorCode::invalid_request,
                      fmt::format("the {} price of \"{}\" is not a decimal number of 0 or more", field, model))
                    .param(std::string(field)));
  }
  return ratio->to_string();
}

/// The row with its ratios in plain spelling.
Result<PriceRow> checked(const PriceRow& row) {
  PriceRow out = row;
  if (row.model.empty())
    return fail(Error(ErrorCode::invalid_request, "a price needs the name of its model").param("model"));
  auto input = plain_ratio(row.input, "input", row.model);
  if (!input) return std::unexpected(std::move(input.error()));
  auto output = plain_ratio(row.output, "output", row.model);
  if (!output) return std::unexpected(std::move(output.error()));
  out.input = std::move(*input);
  out.output = std::move(*output);
  return out;
}

bool charges_alike(const PriceRow& a, const PriceRow& b) {
  return a.model == b.model && a.type == b.type && a.input == b.input && a.output == b.output &&
         a.extra_ratios == b.extra_ratios;
}

/// Writes a checked row, over `before` if there is one. What is charged alike keeps its version.
std::int64_t write_price(Session& db, PriceRow row, const PriceRow* before, std::int64_t now) {
  row.updated_at = now;
  if (before != nullptr && charges_alike(row, *before)) {
    row.version = before->version;
  } else {
    Query q(db,
            "INSERT INTO price_versions (model, type, input, output, extra_ratios, created_at) "
            "VALUES (:model, :type, :input, :output, :extra_ratios, :now)");
    q.use("model", row.model).use("type", row.type).use("input", row.input).use("output", row.output);
    q.use("extra_ratios", row.extra_ratios).use("now", now);
    row.version = q.insert();
  }
  if (before != nullptr) {
    static const std::string sql =
        fmt::format("UPDATE prices SET {} WHERE model = :before", assignments<PriceRow>(everything));
    Query q(db, sql);
    everything(row, Binder{q});
    q.use("before", before->model).execute();
  } else {
    static const std::string sql = insert_sql<PriceRow>("prices", everything);
    Query q(db, sql);
    everything(row, Binder{q});
    q.execute();
  }
  return row.version;
}

std::int64_t remove_price(Session& db, std::string_view model) {
  Query q(db, "DELETE FROM prices WHERE model = :model");
  return q.use("model", model).execute();
}

std::unexpected<Error> taken(std::string_view model) {
  return fail(Error(ErrorCode::conflict, fmt::format("the model \"{}\" has a price already", model)).param("model"));
}

std::vector<PriceRow> versions_where(Session& db, const std::vector<std::int64_t>& versions) {
  std::vector<PriceRow> out;
  PriceRow row;
  Query q(db, fmt::format("SELECT id, model, type, input, output, extra_ratios, created_at FROM price_versions "
                          "WHERE id IN ({}) ORDER BY id",
                          id_list(versions)));
  q.into(row.version, row.model, row.type, row.input, row.output, row.extra_ratios, row.updated_at);
  while (q.next()) out.push_back(row);
  return out;
}

}  // namespace

Result<std::vector<PriceRow>> load_prices(Session& db) {
  return guarded(db, "load_prices", [&]() -> Result<std::vector<PriceRow>> { return prices_where(db, {}); });
}

Result<std::optional<PriceRow>> find_price(Session& db, std::string_view model) {
  return guarded(db, "find_price", [&]() -> Result<std::optional<PriceRow>> { return price_of(db, model); });
}

Result<std::optional<PriceRow>> find_price_version(Session& db, std::int64_t version) {
  return guarded(db, "find_price_version", [&]() -> Result<std::optional<PriceRow>> {
    auto rows = versions_where(db, {version});
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  });
}

Result<std::vector<PriceRow>> find_price_versions(Session& db, const std::vector<std::int64_t>& versions) {
  return guarded(db, "find_price_versions",
                 [&]() -> Result<std::vector<PriceRow>> { return versions_where(db, versions); });
}

Result<std::int64_t> create_price(Session& db, const PriceRow& row, std::int64_t now) {
  const auto fresh = checked(row);
  if (!fresh) return std::unexpected(fresh.error());
  return transaction(db, "create_price", [&]() -> Result<std::int64_t> {
    if (price_of(db, row.model)) return taken(row.model);
    return write_price(db, *fresh, nullptr, now);
  });
}

Result<std::int64_t> update_price(Session& db, std::string_view model, const PriceRow& row, std::int64_t now) {
  const auto fresh = checked(row);
  if (!fresh) return std::unexpected(fresh.error());
  return transaction(db, "update_price", [&]() -> Result<std::int64_t> {
    const auto before = price_of(db, model);
    if (!before) return fail(ErrorCode::not_found, fmt::format("the model \"{}\" has no price", model));
    if (row.model != model && price_of(db, row.model)) return taken(row.model);
    return write_price(db, *fresh, &*before, now);
  });
}

Result<std::int64_t> put_price(Session& db, const PriceRow& row, std::int64_t now) {
  const auto fresh = checked(row);
  if (!fresh) return std::unexpected(fresh.error());
  return transaction(db, "put_price", [&]() -> Result<std::int64_t> {
    const auto before = price_of(db, row.model);
    return write_price(db, *fresh, before ? &*before : nullptr, now);
  });
}

Result<void> delete_price(Session& db, std::string_view model) {
  return guarded(db, "delete_price", [&]() -> Result<void> {
    if (remove_price(db, model) > 0) return {};
    return fail(ErrorCode::not_found, fmt::format("the model \"{}\" has no price", model));
  });
}

Result<std::int64_t> delete_prices(Session& db, const std::vector<std::string>& models) {
  return transaction(db, "delete_prices", [&]() -> Result<std::int64_t> {
    std::int64_t deleted = 0;
    for (const std::string& model : models) deleted += remove_price(db, model);
    return deleted;
  });
}

Result<std::int64_t> sync_prices(Session& db, const std::vector<PriceRow>& rows, PriceSync mode, std::int64_t now) {
  Prices wanted;
  for (const PriceRow& row : rows) {
    auto fresh = checked(row);
    if (!fresh) return std::unexpected(std::move(fresh.error()));
    wanted[row.model] = std::move(*fresh);
  }
  return transaction(db, "sync_prices", [&]() -> Result<std::int64_t> {
    const Prices there = all_prices(db);
    std::int64_t written = 0;
    for (const auto& [model, row] : wanted) {
      const auto before = there.find(model);
      const bool exists = before != there.end();
      if (exists && (before->second.locked || mode == PriceSync::add)) continue;
      if (!exists && mode == PriceSync::update) continue;
      write_price(db, row, exists ? &before->second : nullptr, now);
      ++written;
    }
    if (mode == PriceSync::overwrite) {
      for (const auto& [model, row] : there) {
        if (!row.locked && !wanted.contains(model)) remove_price(db, model);
      }
    }
    return written;
  });
}

Result<void> replace_prices(Session& db, const std::vector<std::string>& original,
                            const std::vector<std::string>& models, const PriceRow& price, std::int64_t now) {
  std::vector<PriceRow> rows;
  std::set<std::string, std::less<>> names;
  for (const std::string& model : models) {
    PriceRow row = price;
    row.model = model;
    auto fresh = checked(row);
    if (!fresh) return std::unexpected(std::move(fresh.error()));
    if (names.insert(model).second) rows.push_back(std::move(*fresh));
  }
  return transaction(db, "replace_prices", [&]() -> Result<void> {
    const Prices there = all_prices(db);
    for (const std::string& model : original) {
      if (!names.contains(model)) remove_price(db, model);
    }
    for (const PriceRow& row : rows) {
      const auto before = there.find(row.model);
      write_price(db, row, before == there.end() ? nullptr : &before->second, now);
    }
    return {};
  });
}

}  // namespace tollgate::store
