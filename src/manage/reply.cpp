#include "manage/reply.h"

#include <utility>

namespace tollgate::manage {
namespace {

Reply envelope(bool success, std::string_view message) {
  Reply reply;
  reply.body = success ? R"({"success":true,"message":)" : R"({"success":false,"message":)";
  json::quote_to(message, reply.body);
  return reply;
}

int status_of(const Error& error) {
  switch (error.code()) {
    case ErrorCode::request_too_large:
    case ErrorCode::rate_limit_exceeded:
    case ErrorCode::overloaded:
    case ErrorCode::storage_unavailable:
    case ErrorCode::shutting_down:
    case ErrorCode::internal:
      return error.http_status();
    default:
      return 200;
  }
}

void add_member(Reply& reply, std::string_view name, std::string_view text) {
  reply.body.back() = ',';
  json::quote_to(name, reply.body);
  reply.body += ':';
  json::quote_to(text, reply.body);
  reply.body += '}';
}

}  // namespace

Reply ok() {
  Reply reply = envelope(true, {});
  reply.body += '}';
  return reply;
}

Reply ok(const json::value& data) {
  Reply reply = envelope(true, {});
  reply.body += R"(,"data":)";
  json::serialize_to(data, reply.body);
  reply.body += '}';
  return reply;
}

Reply ok_in_language(const json::value& data) {
  Reply out = ok(data);
  out.headers.add("Vary", "Accept-Language");
  return out;
}

Reply ok(const json::value& data, const json::object& beside) {
  Reply reply = ok(data);
  if (beside.empty()) return reply;
  reply.body.back() = ',';
  std::string members;
  json::serialize_to(beside, members);
  reply.body.append(members, 1);  // without its opening brace
  return reply;
}

Reply ok_saying(std::string_view message) {
  Reply reply = envelope(true, message);
  reply.body += '}';
  return reply;
}

Reply refused(int status, std::string_view message) {
  Reply reply = envelope(false, message);
  reply.body += '}';
  reply.status = status;
  return reply;
}

Reply raw(const json::value& document, int status) {
  Reply reply;
  reply.status = status;
  json::serialize_to(document, reply.body);
  return reply;
}

Reply already_sent() {
  Reply reply;
  reply.sent = true;
  return reply;
}

Reply failure(const Error& error) {
  Reply reply = refused(status_of(error), error.message());
  if (!error.param().empty()) add_member(reply, "field", error.param());
  if (error.code() == ErrorCode::password_needed) add_member(reply, "code", error.name());
  if (const auto wait = error.retry_after_ms(); wait && reply.status != 200) {
    reply.headers.add("Retry-After", std::to_string((*wait + 999) / 1000));
  }
  return reply;
}

}  // namespace tollgate::manage
