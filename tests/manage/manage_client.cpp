#include "manage_client.h"

#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

#include "api_document.h"

namespace tollgate::testing {
namespace {

const json::value kNull;

/// Whatever a test asks, the answer must be what api/openapi.yaml says.
void expect_described(std::string_view method, std::string_view path, const ManageAnswer& answer) {
  static const ApiDocument kDocument;
  const ApiDocument::Operation* operation = kDocument.find(method, path.substr(0, path.find('?')));
  const auto kind = answer.headers.find("content-type");
  const bool is_stream = kind != answer.headers.end() && kind->second.starts_with("text/event-stream");
  if (operation == nullptr || is_stream) return;
  EXPECT_EQ(kDocument.check(*operation, answer.status, answer.body), "") << method << " " << path << "\n"
                                                                         << answer.body;
}

}  // namespace

std::map<std::string, std::string> manage_settings(std::map<std::string, std::string> more) {
  more.try_emplace("initial_root_password", std::string(kRootPassword));
  more.try_emplace("global.api_rate_limit", "0");
  more.try_emplace("global.critical_rate_limit", "100000");
  return more;
}

bool ManageAnswer::success() const {
  const auto* object = document.if_object();
  const json::value* value = object != nullptr ? json::find(*object, "success") : nullptr;
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::string ManageAnswer::message() const {
  const auto* object = document.if_object();
  return object != nullptr ? std::string(json::find_string(*object, "message")) : std::string();
}

const json::value& ManageAnswer::data() const {
  const auto* object = document.if_object();
  const json::value* value = object != nullptr ? json::find(*object, "data") : nullptr;
  return value != nullptr ? *value : kNull;
}

const json::value& ManageAnswer::data(std::string_view member) const {
  const auto* object = data().if_object();
  const json::value* value = object != nullptr ? json::find(*object, member) : nullptr;
  return value != nullptr ? *value : kNull;
}

ManageAnswer ManageClient::sign_in(std::string_view name, std::string_view password) {
  ManageAnswer answer =
      post("/api/user/login", json::serialize(json::object{{"username", name}, {"password", password}}));
  if (const auto found = answer.headers.find("set-cookie"); found != answer.headers.end()) {
    const std::size_t from = found->second.find('=') + 1;
    cookie_ = found->second.substr(from, found->second.find(';') - from);
  }
  return answer;
}

ManageAnswer ManageClient::call(std::string_view method, std::string_view path, std::string_view body,
                                HeaderList headers) {
  if (!cookie_.empty()) headers.emplace_back("Cookie", "session=" + cookie_);
  if (!authorization_.empty()) headers.emplace_back("Authorization", authorization_);
  HttpAnswer answer = http_request(gateway_.port(), method, path, body, headers);
  ManageAnswer out{answer.status, std::move(answer.headers), std::move(answer.body), nullptr};
  if (auto document = json::parse(out.body)) out.document = std::move(*document);
  expect_described(method, path, out);
  return out;
}

ManageClient make_user(TestGateway& gateway, ManageClient& root, const std::string& name, std::string_view action) {
  const std::string password = "pass-" + name + "-1";
  const auto must = [](const ManageAnswer& answer, std::string_view what) {
    if (!answer.success()) throw std::runtime_error(std::string(what) + ": " + answer.body);
  };
  must(root.post("/api/user/", json::serialize(json::object{{"username", name}, {"password", password}})), "create");
  if (!action.empty()) {
    must(root.post("/api/user/manage", json::serialize(json::object{{"username", name}, {"action", action}})), action);
  }
  ManageClient out(gateway);
  must(out.sign_in(name, password), "sign in");
  return out;
}

}  // namespace tollgate::testing
