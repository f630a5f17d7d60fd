#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "api_document.h"
#include "base/strings.h"
#include "manage_client.h"
#include "store/query.h"

namespace tollgate::testing {
namespace {

/// Of whom the recording's sessions were, if a line does not say otherwise.
std::string_view user_of(std::string_view role) {
  if (role == "root") return "root";
  if (role == "admin") return "carol";
  if (role == "user") return "alice";
  return role == "guest" || role == "token" ? std::string_view() : role;
}

std::string_view kind_of(const json::value& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return "bool";
  if (value.is_number()) return "number";
  if (value.is_string()) return "string";
  return value.is_array() ? "list" : "object";
}

/// Calls that were made to one-hub, made again in their order. What was recorded is compared by status, envelope, and
/// names and kinds of members; differences/ says where the gateway answers otherwise on purpose. Each answer is also
/// held against api/openapi.yaml.
class Replay {
 public:
  Replay() : gateway_(manage_settings({{"trusted_proxies", "127.0.0.1"}, {"demo.enabled", "false"}})) {
    // The recording began with neither tokens nor channels, and its calls name them by number.
    const auto emptied = gateway_.on_storage([](store::Session& db) {
      return store::guarded(db, "empty_tokens", [&]() -> Result<void> {
        store::Query(db, "DELETE FROM tokens").execute();
        store::Query(db, "DELETE FROM sqlite_sequence WHERE name = 'tokens'").execute();
        return {};
      });
    });
    EXPECT_TRUE(emptied);
  }

  void play(const json::object& line);

 private:
  HttpAnswer send(const json::object& line, std::string_view path);
  [[nodiscard]] std::string authorization(std::string text);
  const std::string& key(const std::string& kind);
  void note(const json::object& line, std::string_view path, const HttpAnswer& answer);
  void compare(const json::value& wanted, const json::value& given, const std::string& path);
  [[nodiscard]] bool ignored(const std::string& path) const;

  TestGateway gateway_;
  ApiDocument document_;
  std::map<std::string, std::string> keys_;
  std::map<std::string, std::string, std::less<>> sessions_;  // cookies by user name
  std::map<std::string, std::string, std::less<>> answers_;   // data that is a text, by the call's name
  const json::array* ignore_ = nullptr;
};

const std::string& Replay::key(const std::string& kind) {
  const auto known = keys_.find(kind);
  if (known != keys_.end()) return known->second;
  const TestCaller caller = gateway_.add_caller(1'000'000, {.quota = 600'000, .unlimited = kind == "unlimited"});
  if (kind == "expired") {
    const auto expired = gateway_.on_storage([&](store::Session& db) -> Result<void> {
      auto token = store::find_token(db, caller.token);
      if (!token) return std::unexpected(std::move(token.error()));
      (*token)->expires_at = 1;
      return store::update_token(db, **token);
    });
    EXPECT_TRUE(expired);
    gateway_.parts().publisher->token_changed(caller.user);
  }
  return keys_.emplace(kind, caller.key).first->second;
}

/// `@answer:<name>` stands for the text that the call of that name was answered with, `@key:<kind>` for a token's key.
std::string Replay::authorization(std::string text) {
  if (const std::size_t at = text.find("@answer:"); at != std::string::npos) {
    const auto found = answers_.find(text.substr(at + 8));
    return text.substr(0, at) + (found == answers_.end() ? "none" : found->second);
  }
  if (const std::size_t at = text.find("@key:"); at != std::string::npos) {
    return text.substr(0, at) + key(text.substr(at + 5));
  }
  return text;
}

HttpAnswer Replay::send(const json::object& line, std::string_view path) {
  HeaderList headers;
  const std::string given = authorization(std::string(json::find_string(line, "authorization")));
  if (!given.empty()) headers.emplace_back("Authorization", given);
  if (given.empty() || json::find(line, "session") != nullptr) {
    const auto cookie = sessions_.find(user_of(json::find_string(line, "as")));
    if (cookie != sessions_.end()) headers.emplace_back("Cookie", "session=" + cookie->second);
  }
  if (const auto from = json::find_string(line, "from"); !from.empty()) headers.emplace_back("X-Forwarded-For", from);
  std::string body;
  if (const json::value* request = json::find(line, "request")) {
    body = request->is_string() ? std::string(json::view(request->get_string())) : json::serialize(*request);
  }
  // The recording's root had the predecessors' own password.
  if (path == "/api/user/login" && body.find("\"123456\"") != std::string::npos) {
    body.replace(body.find("123456"), 6, kRootPassword);
  }
  return http_request(gateway_.port(), json::find_string(line, "method"), path, body, headers);
}

void Replay::note(const json::object& line, std::string_view path, const HttpAnswer& answer) {
  const auto document = json::parse_object(answer.body);
  if (document && !json::find_string(*document, "data").empty()) {
    answers_[std::string(json::find_string(line, "name"))] = json::find_string(*document, "data");
  }
  const auto cookie = answer.headers.find("set-cookie");
  if (path != "/api/user/login" || cookie == answer.headers.end() || !document) return;
  const json::object* user = json::find_object(*document, "data");
  ASSERT_NE(user, nullptr);
  const std::size_t from = cookie->second.find('=') + 1;
  sessions_[std::string(json::find_string(*user, "username"))] =
      cookie->second.substr(from, cookie->second.find(';') - from);
}

bool Replay::ignored(const std::string& path) const {
  if (ignore_ == nullptr) return false;
  for (const json::value& name : *ignore_) {
    if (json::view(name.get_string()) == path) return true;
  }
  return false;
}

void Replay::compare(const json::value& wanted, const json::value& given, const std::string& path) {
  if (ignored(path)) return;
  if (wanted.is_string()) {
    const std::string_view kind = json::view(wanted.get_string());
    EXPECT_TRUE(kind == "null" || kind == kind_of(given)) << path << " should be " << kind << ": " << given;
    return;
  }
  const json::object& shape = wanted.get_object();
  if (const json::value* element = json::find(shape, "list")) {
    ASSERT_TRUE(given.is_array()) << path << " should be a list: " << given;
    for (const json::value& item : given.get_array()) compare(*element, item, path + "[]");
    return;
  }
  ASSERT_TRUE(given.is_object()) << path << " should be an object: " << given;
  if (const json::value* element = json::find(shape, "map")) {
    for (const auto& member : given.get_object()) compare(*element, member.value(), path + ".*");
    return;
  }
  for (const auto& member : *json::find_object(shape, "object")) {
    const std::string name(member.key());
    const std::string at = path.empty() ? name : path + "." + name;
    if (ignored(at)) continue;
    if (!given.get_object().contains(name)) {
      ADD_FAILURE_AT(__FILE__, __LINE__) << "lacks " << at << ": " << given;
    } else {
      compare(member.value(), given.get_object().at(name), at);
    }
  }
}

void Replay::play(const json::object& line) {
  const std::string name(json::find_string(line, "name"));
  const std::string path(json::find_string(line, "path"));
  SCOPED_TRACE(name + ": " + std::string(json::find_string(line, "method")) + " " + path);
  if (json::find(line, "skip") != nullptr) return;
  const HttpAnswer answer = send(line, path);
  note(line, path.substr(0, path.find('?')), answer);
  const auto status = static_cast<int>(json::find(line, "status")->to_number<std::int64_t>());
  EXPECT_EQ(answer.status, status) << answer.body;
  if (answer.status != status) return;

  ignore_ = json::find_array(line, "ignore");
  const auto document = json::parse(answer.body);
  if (const json::value* success = json::find(line, "success")) {
    ASSERT_TRUE(document && document->is_object()) << answer.body;
    const json::value* given = json::find(document->get_object(), "success");
    ASSERT_NE(given, nullptr) << answer.body;
    EXPECT_EQ(*given, *success) << answer.body;
  }
  if (const json::value* shape = json::find(line, "shape")) {
    ASSERT_TRUE(document) << answer.body;
    compare(*shape, *document, {});
  }
  const auto* operation = document_.find(json::find_string(line, "method"), path.substr(0, path.find('?')));
  if (operation != nullptr && !answer.body.empty()) {
    EXPECT_EQ(document_.check(*operation, answer.status, answer.body), "") << answer.body;
  }
}

TEST(ManageReplay, AnswersAsThePredecessorDid) {
  std::ifstream file(TOLLGATE_SOURCE_DIR "/tests/manage/expectations.jsonl");
  Replay replay;
  int lines = 0;
  for (std::string text; std::getline(file, text); ++lines) {
    const auto line = json::parse_object(text);
    ASSERT_TRUE(line) << "line " << lines + 1;
    replay.play(*line);
  }
  EXPECT_GT(lines, 400);
}

}  // namespace
}  // namespace tollgate::testing
