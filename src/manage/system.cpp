#include <array>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "config/settings.h"
#include "manage/context.h"
#include "manage/resources.h"
#include "providers/registry.h"

namespace tollgate::manage {
namespace {

/// A setting as /api/status shows it: typed, as the predecessors have it.
json::value status_value(const config::Settings& settings, const config::Row& row) {
  const config::Value value = config::get(settings, row.id);
  switch (row.kind) {
    case config::Kind::Boolean:
      return std::get<bool>(value);
    case config::Kind::Integer:
      return std::get<std::int64_t>(value);
    case config::Kind::Ratio:
      return std::get<Decimal>(value).to_double();
    case config::Kind::List: {
      json::array out;
      for (const std::string& entry : std::get<std::vector<std::string>>(value)) out.emplace_back(entry);
      return out;
    }
    default:
      return json::value(config::shown_text(settings, row));
  }
}

net::Task<Result<Reply>> status(Context& ctx) {
  json::object data{{"version", ctx.services.version}, {"start_time", ctx.services.started_at}};
  for (const config::Row& row : config::rows()) {
    if (!row.status.empty() && !row.secret()) data[row.status] = status_value(*ctx.settings, row);
  }
  // An unset one is an empty text here, although the options list has it as an empty object.
  if (ctx.settings->source(config::Key::recharge_discount) == config::Source::fallback) data["RechargeDiscount"] = "";
  // What later parts bring; front-ends want the members.
  data["telegram_bot"] = "";
  data["UserInvoiceMonth"] = false;
  data["UptimeDomain"] = "";
  data["UptimePageName"] = "";
  data["UptimeEnabled"] = false;
  co_return ok(data);
}

net::Task<Result<Reply>> notice(Context& ctx) { co_return ok(json::value(ctx.settings->notice)); }
net::Task<Result<Reply>> about(Context& ctx) { co_return ok(json::value(ctx.settings->about)); }
net::Task<Result<Reply>> home_page(Context& ctx) { co_return ok(json::value(ctx.settings->home_page_content)); }

/// What channels can be of, with what a channel's form needs to know.
net::Task<Result<Reply>> providers_list(Context& ctx) {
  json::array out;
  for (const providers::ProviderDescriptor* provider : providers::all())
    out.emplace_back(provider_value(*provider, ctx.language()));
  co_return ok_in_language(std::move(out));
}

constexpr std::array kRows{
    Row{Method::get, "/api/status", Permission::open, &status},
    Row{Method::get, "/api/notice", Permission::open, &notice},
    Row{Method::get, "/api/about", Permission::open, &about},
    Row{Method::get, "/api/home_page_content", Permission::open, &home_page},
    Row{Method::get, "/api/providers", Permission::admin, &providers_list},
};

}  // namespace

std::span<const Row> system_routes() { return kRows; }

}  // namespace tollgate::manage
