#include "store/server_facts.h"

#include <string_view>

#include "store/query.h"
#include "store/session.h"

namespace tollgate::store {
namespace {

std::string_view facts_sql(Engine engine) {
  switch (engine) {
    case Engine::sqlite:
      return "SELECT sqlite_version(), CAST(strftime('%s', 'now') AS INTEGER)";
    case Engine::postgresql:
      return "SELECT current_setting('server_version'), CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)";
    case Engine::mysql:
      return "SELECT VERSION(), UNIX_TIMESTAMP()";
  }
  return {};
}

}  // namespace

Result<ServerFacts> server_facts(Session& db) {
  return guarded(db, "server_facts", [&]() -> Result<ServerFacts> {
    ServerFacts out;
    Query(db, facts_sql(db.engine())).into(out.version, out.clock).next();
    return out;
  });
}

}  // namespace tollgate::store
