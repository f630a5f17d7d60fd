#include "store/preferences.h"

#include <array>
#include <string>
#include <utility>

#include "manage/context.h"
#include "manage/resources.h"
#include "store/session.h"

/// How somebody likes a front-end to be, kept for the account, so that every browser has it.
namespace tollgate::manage {
namespace {

constexpr std::size_t kMaxPreferences = std::size_t{32} << 10;

net::Task<Result<Reply>> show(Context& ctx) {
  const auto stored = co_await ctx.read([&](Session& db) { return store::find_preferences(db, ctx.principal().user); });
  if (!stored) co_return std::unexpected(stored.error());
  if (stored->empty()) co_return ok(json::object());
  auto preferences = json::parse_object(*stored);
  if (!preferences) co_return std::unexpected(preferences.error());
  co_return ok(*preferences);
}

net::Task<Result<Reply>> replace(Context& ctx) {
  const auto document = co_await ctx.document();
  if (!document) co_return std::unexpected(document.error());
  if (!document->is_object()) co_return fail(ErrorCode::invalid_json, "the body must be a JSON object");
  const std::string text = json::serialize(*document);
  if (text.size() > kMaxPreferences) {
    co_return fail(ErrorCode::invalid_request,
                   "preferences must have at most " + std::to_string(kMaxPreferences) + " bytes");
  }
  const auto saved =
      co_await ctx.run([&](Session& db) { return store::set_preferences(db, ctx.principal().user, text, ctx.now_s); });
  if (!saved) co_return std::unexpected(saved.error());
  co_return ok();
}

constexpr std::array kRows{
    Row{Method::get, "/api/user/self/preferences", Permission::user, &show},
    Row{Method::put, "/api/user/self/preferences", Permission::user, &replace},
};

}  // namespace

std::span<const Row> preference_routes() { return kRows; }

}  // namespace tollgate::manage
