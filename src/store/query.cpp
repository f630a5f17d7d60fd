#include "store/query.h"

#include <cstring>
#include <list>

#include <soci/soci.h>

#include "store/bulk.h"
#include "store/failure.h"

namespace tollgate::store {
struct Query::Impl {
  struct Param {
    std::string name;
    bool is_text;
    long long number = 0;
    std::string text{};
    soci::indicator indicator = soci::i_ok;
  };
  struct Column {
    Kind kind;
    void* target;
    long long number = 0;
    std::string text{};
    soci::indicator indicator = soci::i_ok;
  };

  Impl(Session& session, std::string_view text) : db(session), sql(text), statement(session.soci()) {}

  Param& param(std::string_view name, bool is_text) {
    for (Param& p : params) {
      if (p.name == name) return p;
    }
    return params.emplace_back(Param{.name = std::string(name), .is_text = is_text});
  }

  void prepare() {
    if (prepared) return;
    if (db.broken()) throw soci::soci_error("the connection was lost before");
    for (Param& p : params) {
      if (p.is_text) {
        statement.exchange(soci::use(p.text, p.indicator, p.name));
      } else {
        statement.exchange(soci::use(p.number, p.indicator, p.name));
      }
    }
    for (Column& c : columns) {
      if (c.kind == Kind::text || c.kind == Kind::secret) {
        statement.exchange(soci::into(c.text, c.indicator));
      } else {
        statement.exchange(soci::into(c.number, c.indicator));
      }
    }
    statement.alloc();
    // Not prepared at the server: that would be two more round trips for a statement that runs once.
    statement.prepare(sql, soci::details::st_one_time_query);
    statement.define_and_bind();
    prepared = true;
  }

  void deliver() {
    for (Column& c : columns) {
      const bool null = c.indicator == soci::i_null;
      const long long number = null ? 0 : c.number;
      switch (c.kind) {
        case Kind::i64:
          std::memcpy(c.target, &number, 8);
          break;
        case Kind::i32:
          store<std::int32_t>(c.target, number);
          break;
        case Kind::i16:
          store<std::int16_t>(c.target, number);
          break;
        case Kind::i8:
          store<std::int8_t>(c.target, number);
          break;
        case Kind::boolean:
          *static_cast<bool*>(c.target) = number != 0;
          break;
        case Kind::text:
          *static_cast<std::string*>(c.target) = null ? std::string() : c.text;
          break;
        case Kind::secret:
          *static_cast<Secret*>(c.target) = Secret(null ? std::string() : c.text);
          break;
      }
    }
  }

  template <class T>
  static void store(void* target, long long number) {
    const T narrow = static_cast<T>(number);
    std::memcpy(target, &narrow, sizeof(T));
  }

  Session& db;
  std::string sql;
  std::list<Param> params;  // lists: SOCI keeps addresses
  std::list<Column> columns;
  bool prepared = false, started = false;
  long long inserted_id = 0;
  soci::statement statement;  // last: it goes first
};

Query::Query(Session& db, std::string_view sql) : impl_(std::make_unique<Impl>(db, sql)) {}
Query::~Query() = default;

Query& Query::use_integer(std::string_view name, std::int64_t value) {
  impl_->param(name, false).number = value;
  return *this;
}

Query& Query::use_text(std::string_view name, std::string_view value, bool empty_is_null) {
  if (!is_storable(value)) throw RefusedText("a text holds a zero byte or is not valid UTF-8");
  Impl::Param& p = impl_->param(name, true);
  p.text = value;
  p.indicator = empty_is_null && value.empty() ? soci::i_null : soci::i_ok;
  return *this;
}

void Query::into_target(Kind kind, void* target) {
  impl_->columns.emplace_back(Impl::Column{.kind = kind, .target = target});
}

bool Query::next() {
  Impl& q = *impl_;
  if (!q.started) {
    q.prepare();
    q.statement.execute(false);
    q.started = true;
  }
  if (!q.statement.fetch()) return false;
  q.deliver();
  return true;
}

std::int64_t Query::execute() {
  Impl& q = *impl_;
  const auto lock = q.db.statement_lock();
  q.prepare();
  q.statement.execute(true);
  return q.statement.get_affected_rows();
}

std::int64_t Query::insert() {
  Impl& q = *impl_;
  const auto lock = q.db.statement_lock();
  const bool returns = q.db.engine() == Engine::postgresql;
  if (!q.prepared && returns) {
    q.sql += " RETURNING id";
    q.columns.emplace_back(Impl::Column{.kind = Kind::i64, .target = &q.inserted_id});
  }
  q.prepare();
  q.statement.execute(true);
  if (returns) {
    q.deliver();
  } else {
    q.db.soci().get_last_insert_id("", q.inserted_id);
  }
  return q.inserted_id;
}

std::int64_t execute(Session& db, std::string_view sql) { return Query(db, sql).execute(); }

}  // namespace tollgate::store
