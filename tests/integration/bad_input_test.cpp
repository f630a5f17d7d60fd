// Whatever is wrong with a request or a start: a clear error, in the dialect of who asked, nothing charged, no upstream
// called, no secret told.
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases.h"
#include "config/loader.h"
#include "support/fake_clock.h"

namespace tollgate::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using enum ErrorCode;

class BadInput : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>(
        std::map<std::string, std::string>{{"server.max_body_bytes", "64KiB"}, {"relay.retries", "2"}});
    upstream_ = std::make_unique<ScriptedUpstream>([](const SeenRequest& request) {
      return sound(request.target == "/v1/messages" ? Tongue::claude : Tongue::openai, request);
    });
    gateway_->add_channel("openai", upstream_->url(), "m,unpriced,other");
    gateway_->set_price("m", "1", "2");
    gateway_->set_price("other", "1", "2");
    gateway_->set_price("nowhere", "1", "2");
  }
  static void TearDownTestSuite() {
    gateway_.reset();
    upstream_.reset();
  }

  HttpAnswer send(Tongue tongue, std::string_view body, const HeaderList& headers) {
    return http_request(gateway_->port(), "POST", path_of(tongue), body, headers);
  }
  static HeaderList key_of(const TestCaller& caller) { return {{"Authorization", "Bearer " + caller.key}}; }

  /// Sends it in both dialects.
  void expect_refused(std::string_view body, const HeaderList& headers, ErrorCode code, std::string_view claude_type,
                      std::string_view words = {}, std::string_view param = {}) {
    const std::size_t asked = upstream_->request_count();
    for (const Tongue tongue : {Tongue::openai, Tongue::claude}) {
      SCOPED_TRACE(std::string(path_of(tongue)) + " " + std::string(body.substr(0, 200)));
      const HttpAnswer answer = send(tongue, body, headers);
      EXPECT_EQ(answer.status, traits_of(code).http) << answer.body;
      EXPECT_TRUE(answer.complete);
      EXPECT_EQ(answer.headers.at("content-type"), "application/json");
      EXPECT_EQ(answer.headers.count("x-request-id"), 1U);
      if (tongue == Tongue::openai) {
        EXPECT_EQ(error_member(answer.body, "code"), traits_of(code).name) << answer.body;
        EXPECT_EQ(error_member(answer.body, "param"), param) << answer.body;
      } else {
        EXPECT_TRUE(answer.body.starts_with(R"({"type":"error","error":{"type":")")) << answer.body;
        EXPECT_EQ(error_member(answer.body, "type"), claude_type) << answer.body;
      }
      EXPECT_THAT(error_member(answer.body, "message"), HasSubstr(std::string(words)));
      EXPECT_EQ(answer.body.find(gateway_->data_dir().string()), std::string::npos);
      for (const auto& [name, value] : headers) {
        if (value.size() > 20) EXPECT_EQ(answer.body.find(value.substr(value.size() - 12)), std::string::npos);
      }
    }
    EXPECT_EQ(upstream_->request_count(), asked);
  }
  void expect_untouched(const TestCaller& caller, Quota user = 1'000'000'000, Quota token = 1'000'000'000) {
    EXPECT_EQ(gateway_->user_books(caller.user).balance(), user);
    EXPECT_EQ(gateway_->token_books(caller.token).balance(), token);
  }

  static std::unique_ptr<TestGateway> gateway_;
  static std::unique_ptr<ScriptedUpstream> upstream_;
};
std::unique_ptr<TestGateway> BadInput::gateway_;
std::unique_ptr<ScriptedUpstream> BadInput::upstream_;

TEST_F(BadInput, KeysThatAreNone) {
  expect_refused(ask("m"), {}, missing_api_key, "authentication_error");
  expect_refused(ask("m"), {{"Authorization", "Bearer "}}, missing_api_key, "authentication_error");
  for (const std::string& key : {"sk-" + std::string(48, 'x'), std::string("hello"), std::string("sk-"),
                                 std::string(255, 'k'), std::string(3000, 'k')}) {
    SCOPED_TRACE(key);
    expect_refused(ask("m"), {{"Authorization", "Bearer " + key}}, key == "sk-" ? missing_api_key : invalid_api_key,
                   "authentication_error");
  }
}

TEST_F(BadInput, KeysThatMayNotBeUsed) {
  const TestCaller expired = gateway_->add_caller();
  gateway_->change_token(expired, [](auto& row) { row.expires_at = 1'000'000; });
  expect_refused(ask("m"), key_of(expired), expired_api_key, "authentication_error");
  const TestCaller disabled = gateway_->add_caller();
  gateway_->change_token(disabled, [](auto& row) { row.status = store::TokenStatus::disabled; });
  expect_refused(ask("m"), key_of(disabled), disabled_api_key, "authentication_error");
  const TestCaller orphan = gateway_->add_caller();
  gateway_->change_user(orphan, [](auto& row) { row.status = store::UserStatus::disabled; });
  expect_refused(ask("m"), key_of(orphan), account_disabled, "permission_error");
  const TestCaller elsewhere = gateway_->add_caller();
  gateway_->change_token(elsewhere, [](auto& row) {
    row.ips_limited = true;
    row.ips = R"(["10.0.0.0/8"])";
  });
  expect_refused(ask("m"), key_of(elsewhere), ip_not_allowed, "permission_error", "127.0.0.1");
  const TestCaller pinned = gateway_->add_caller();
  expect_refused(ask("m"), {{"Authorization", "Bearer " + pinned.key + "#1"}}, channel_pin_not_allowed,
                 "permission_error");
  for (const TestCaller& caller : {expired, disabled, orphan, elsewhere, pinned}) expect_untouched(caller);
}

TEST_F(BadInput, TooManyUnknownKeysFromOneAddress) {
  FakeClock clock;
  TestGateway gateway({{"global.bad_key_rate_limit", "3"}, {"trusted_proxies", "127.0.0.1"}}, &clock);
  gateway.add_channel("openai", upstream_->url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller known = gateway.add_caller(), never_seen = gateway.add_caller();
  int made_up = 0;
  const auto send = [&](Tongue tongue, const std::string& from, std::string key = {}) {
    if (key.empty()) key = "sk-" + std::string(47, 'x') + std::to_string(++made_up);
    return http_request(gateway.port(), "POST", path_of(tongue), ask("m"),
                        {{"Authorization", "Bearer " + key}, {"X-Forwarded-For", from}});
  };
  EXPECT_EQ(send(Tongue::openai, "192.0.2.1", known.key).status, 200);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send(Tongue::openai, "192.0.2.1").status, 401);

  const HttpAnswer refused = send(Tongue::openai, "192.0.2.1");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.at("retry-after"), "20");
  EXPECT_EQ(error_member(refused.body, "code"), "rate_limit_exceeded");
  EXPECT_EQ(error_member(send(Tongue::claude, "192.0.2.1").body, "type"), "rate_limit_error");
  EXPECT_EQ(http_request(gateway.port(), "GET", "/v1/models", {},
                         {{"Authorization", "Bearer sk-x"}, {"X-Forwarded-For", "192.0.2.1"}})
                .status,
            429);
  // Not those who work behind the same address, nor other addresses.
  EXPECT_EQ(send(Tongue::openai, "192.0.2.1", known.key).status, 200);
  EXPECT_EQ(send(Tongue::openai, "192.0.2.1", never_seen.key).status, 429);
  EXPECT_EQ(send(Tongue::openai, "192.0.2.2").status, 401);

  clock.advance_ms(20'001);
  EXPECT_EQ(send(Tongue::openai, "192.0.2.1", never_seen.key).status, 200);
}

TEST_F(BadInput, MessagesRoutesThatAreSwitchedOff) {
  TestGateway gateway({{"relay.claude_api", "false"}});
  gateway.add_channel("openai", upstream_->url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  for (const char* path : {"/v1/messages", "/claude/v1/messages", "/v1/messages/count_tokens"}) {
    const HttpAnswer answer = gateway.post(caller, path, ask("m"));
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(error_member(answer.body, "type"), "not_found_error") << answer.body;
  }
  EXPECT_EQ(gateway.get(caller, "/claude/v1/models").status, 404);
  EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", ask("m")).status, 200);
  EXPECT_EQ(gateway.get(caller, "/v1/models").status, 200);
}

TEST_F(BadInput, KeysThatWorkedAMomentAgoStopAtOnce) {
  const TestCaller caller = gateway_->add_caller();
  EXPECT_EQ(send(Tongue::openai, ask("m"), key_of(caller)).status, 200);
  gateway_->change_token(caller, [](auto& row) { row.status = store::TokenStatus::disabled; });
  expect_refused(ask("m"), key_of(caller), disabled_api_key, "authentication_error");
  gateway_->change_token(caller, [](auto& row) { row.status = store::TokenStatus::enabled; });
  EXPECT_EQ(send(Tongue::openai, ask("m"), key_of(caller)).status, 200);
}

TEST_F(BadInput, Models) {
  const TestCaller caller = gateway_->add_caller();
  expect_refused(ask("unheard-of"), key_of(caller), model_not_found, "not_found_error", "unheard-of", "model");
  expect_refused(ask("nowhere"), key_of(caller), model_not_found, "not_found_error", "nowhere", "model");
  expect_refused(ask("unpriced"), key_of(caller), model_price_missing, "api_error", "unpriced");
  expect_refused(ask(std::string(5000, 'm')), key_of(caller), model_not_found, "not_found_error", "mmm", "model");
  gateway_->change_token(caller, [](auto& row) {
    row.models_limited = true;
    row.models = R"(["other"])";
  });
  expect_refused(ask("m"), key_of(caller), model_not_allowed, "permission_error", "'m'", "model");
  EXPECT_EQ(send(Tongue::openai, ask("other"), key_of(caller)).status, 200);
  expect_untouched(caller, 1'000'000'000 - 20, 1'000'000'000 - 20);
}

TEST_F(BadInput, AModelWhoseOnlyChannelIsSwitchedOff) {
  const ChannelId channel = gateway_->add_channel("openai", upstream_->url(), "off");
  gateway_->set_price("off", "1", "2");
  gateway_->update_channel(channel, [](auto& row) { row.status = store::ChannelStatus::disabled; });
  const TestCaller caller = gateway_->add_caller();
  for (const Tongue tongue : {Tongue::openai, Tongue::claude}) {
    const HttpAnswer answer = send(tongue, ask("off"), key_of(caller));
    EXPECT_THAT(answer.status, AnyOf(404, 503)) << answer.body;
    EXPECT_THAT(error_member(answer.body, "message"), HasSubstr("off"));
  }
  expect_untouched(caller);
}

TEST_F(BadInput, BodiesThatAreNoJsonObject) {
  const TestCaller caller = gateway_->add_caller();
  const std::string good = ask("m");
  for (const std::string& body :
       {std::string(), std::string("hello"), std::string("[]"), std::string("null"), std::string("{"), good + "x",
        good + good, good.substr(0, good.size() - 1), good.substr(0, good.size() / 2), std::string(100, '['),
        std::string(40'000, '['), "{\"model\":\"m\xff\"," + good.substr(1), std::string(1, '\0') + good,
        R"({"model":"m","messages":[{"role":"user","content":)" + std::string(80, '[') + std::string(80, ']') +
            "}]}"}) {
    expect_refused(body, key_of(caller), invalid_json, "invalid_request_error");
  }
  expect_untouched(caller);
}

TEST_F(BadInput, BodiesThatAreCompressed) {
  const TestCaller caller = gateway_->add_caller();
  const std::size_t asked = upstream_->request_count();
  for (const Tongue tongue : {Tongue::openai, Tongue::claude}) {
    HeaderList headers = key_of(caller);
    headers.emplace_back("Content-Encoding", "gzip");
    const HttpAnswer answer = send(tongue, "\x1f\x8b", headers);
    EXPECT_EQ(answer.status, 415) << answer.body;
    EXPECT_THAT(error_member(answer.body, "message"), HasSubstr("must not be compressed (Content-Encoding: gzip)"));
    headers.back().second = "identity";
    EXPECT_EQ(send(tongue, ask("m"), headers).status, 200);
  }
  EXPECT_EQ(upstream_->request_count(), asked + 2);
}

TEST_F(BadInput, MembersThatAreWrong) {
  const TestCaller caller = gateway_->add_caller();
  const auto body = [](std::string_view model, std::string_view rest) {
    return "{" + std::string(model) + R"("max_tokens":9,)" + std::string(rest) + "}";
  };
  const std::string messages = R"("messages":[{"role":"user","content":"Hello"}])";
  const std::string model = R"("model":"m",)";
  struct Wrong {
    std::string body;
    std::string_view param;
  };
  const Wrong cases[] = {
      {body("", messages), "model"},
      {body(R"("model":5,)", messages), "model"},
      {body(R"("model":null,)", messages), "model"},
      {body(R"("model":"",)", messages), "model"},
      {body(R"("model":["m"],)", messages), "model"},
      {body(model, R"("model":"m",)" + messages), "model"},
      {body(model, messages + R"(,"model":"other")"), "model"},
      {body(model, messages + R"(,"\u006dodel":"other")"), "model"},
      {body(model, messages + R"(,"Model":"other")"), "model"},
      {body(model, messages + R"(,"MODEL":"other")"), "model"},
      {body(model, R"("stream":"yes",)" + messages), "stream"},
      {body(model, R"("stream":1,)" + messages), "stream"},
      {R"({"model":"m","max_tokens":"many",)" + messages + "}", "max_tokens"},
      {body(model, R"("temperature":1)"), "messages"},
      {body(model, R"("messages":{})"), "messages"},
      {body(model, R"("messages":"Hello")"), "messages"},
  };
  for (const Wrong& wrong : cases) {
    expect_refused(wrong.body, key_of(caller), invalid_request, "invalid_request_error", {}, wrong.param);
  }
  expect_untouched(caller);
}

TEST_F(BadInput, BodiesThatAreTooLarge) {
  const TestCaller caller = gateway_->add_caller();
  const std::string big = ask("m", false, R"("user":")" + std::string(70'000, 'u') + "\",");
  expect_refused(big, key_of(caller), request_too_large, "request_too_large");
  // In chunks nobody says beforehand how much it will be.
  for (const Tongue tongue : {Tongue::openai, Tongue::claude}) {
    HttpClient client(gateway_->port());
    client.send_raw("POST " + std::string(path_of(tongue)) + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " +
                    caller.key + "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(big) + last_chunk());
    const HttpAnswer answer = client.read_answer();
    EXPECT_EQ(answer.status, 413) << answer.body;
  }
  expect_untouched(caller);
}

TEST_F(BadInput, Balances) {
  const TestCaller poor = gateway_->add_caller(10);
  expect_refused(ask("m"), key_of(poor), insufficient_user_quota, "billing_error");
  expect_untouched(poor, 10);
  const TestCaller capped = gateway_->add_caller(1'000'000'000, {.quota = 10});
  expect_refused(ask("m"), key_of(capped), insufficient_token_quota, "billing_error");
  expect_untouched(capped, 1'000'000'000, 10);
  const TestCaller free = gateway_->add_caller(10, {.quota = 0, .unlimited = true});
  expect_refused(ask("m"), key_of(free), insufficient_user_quota, "billing_error");
  const auto logged = logged_calls(*gateway_, poor);
  ASSERT_EQ(logged.size(), 2U);
  EXPECT_EQ(logged[0].error, "insufficient_user_quota");
  EXPECT_EQ(logged[0].row.status, 402);
  EXPECT_EQ(logged[0].row.channel, ChannelId{});  // none was asked
}

TEST_F(BadInput, UnlimitedTokensSkipOnlyTheirOwnBalance) {
  const TestCaller caller = gateway_->add_caller(1'000'000'000, {.quota = 0, .unlimited = true});
  EXPECT_EQ(send(Tongue::openai, ask("m"), key_of(caller)).status, 200);
  EXPECT_EQ(gateway_->user_books(caller.user).used, 20);
  EXPECT_EQ(gateway_->token_books(caller.token).used, 20);
}

TEST_F(BadInput, FreeModelsNeedNoBalance) {
  gateway_->add_channel("openai", upstream_->url(), "gratis");
  gateway_->set_price("gratis", "0", "0");
  const TestCaller caller = gateway_->add_caller(0, {.quota = 0});
  for (const bool stream : {false, true}) {
    EXPECT_EQ(send(Tongue::openai, ask("gratis", stream), key_of(caller)).status, 200);
  }
  expect_untouched(caller, 0, 0);
  EXPECT_EQ(logged_calls(*gateway_, caller).size(), 2U);
}

TEST(Concurrency, IsBoundedAndGivenBackWhenCallersLeave) {
  TestGateway gateway({{"limits.user_concurrency", "2"}});
  ScriptedUpstream upstream([](const SeenRequest&) { return Script{Stall{}}; });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  for (std::size_t round = 1; round <= 3; ++round) {
    HttpClient first(gateway.port()), second(gateway.port());
    for (HttpClient* client : {&first, &second}) {
      ASSERT_TRUE(
          client->send_request("POST", "/v1/chat/completions", ask("m"), {{"Authorization", "Bearer " + caller.key}}));
    }
    ASSERT_TRUE(eventually([&] { return upstream.request_count() == 2 * round; }));
    const HttpAnswer third = gateway.post(caller, "/v1/messages", ask("m"));
    EXPECT_EQ(third.status, 429) << third.body;
    EXPECT_EQ(error_member(third.body, "type"), "rate_limit_error");
    first.close();
    second.reset();
    ASSERT_TRUE(upstream.wait_hung_up(2 * round));
  }
}

TEST_F(BadInput, Rates) {
  const auto made = gateway_->on_storage([&](store::Session& db) {
    store::GroupRow slow;
    slow.symbol = slow.name = "slow";
    slow.api_rate = 2;
    return store::create_group(db, slow);
  });
  ASSERT_TRUE(made.has_value());
  gateway_->update_channel(ChannelId{2}, [](auto& row) { row.groups = "default,slow"; });
  gateway_->publish();
  const TestCaller caller = gateway_->add_caller();
  gateway_->change_user(caller, [](auto& row) { row.group = "slow"; });
  EXPECT_EQ(send(Tongue::openai, ask("m"), key_of(caller)).status, 200);
  EXPECT_EQ(send(Tongue::claude, ask("m"), key_of(caller)).status, 200);
  for (const Tongue tongue : {Tongue::openai, Tongue::claude}) {
    HttpAnswer answer = send(tongue, ask("m"), key_of(caller));
    EXPECT_EQ(answer.status, 429) << answer.body;
    EXPECT_EQ(error_member(answer.body, "type"), "rate_limit_error");
    EXPECT_NE(answer.headers["retry-after"], "");
  }
  EXPECT_EQ(gateway_->user_books(caller.user).used, 40);
}

// As the predecessors answer: OpenAI's shape, and a wrong method is an address that does not exist.
TEST_F(BadInput, AddressesAndMethods) {
  const TestCaller caller = gateway_->add_caller();
  const HttpAnswer missing = gateway_->post(caller, "/v1/chat/completion", ask("m"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(error_member(missing.body, "message"), "Invalid URL (POST /v1/chat/completion)");
  const HttpAnswer wrong = gateway_->get(caller, "/v1/chat/completions");
  EXPECT_EQ(wrong.status, 404);
  EXPECT_EQ(error_member(wrong.body, "message"), "Invalid URL (GET /v1/chat/completions)");
  EXPECT_EQ(error_member(wrong.body, "type"), "invalid_request_error");
}

// Starts
// ---------------------------------------------------------------------------------------------------------------

Result<std::unique_ptr<app::Gateway>> start_on(const std::filesystem::path& folder,
                                               std::map<std::string, std::string> settings = {}) {
  config::Inputs inputs;
  inputs.file = folder / "config.yaml";
  inputs.flags = std::move(settings);
  for (const auto& [key, value] : std::map<std::string, std::string>{{"data_dir", folder.string()},
                                                                     {"host", "127.0.0.1"},
                                                                     {"port", "0"},
                                                                     {"workers", "1"},
                                                                     {"journal.segment_bytes", "1MiB"},
                                                                     {"journal.min_free_bytes", "0"},
                                                                     {"security.bcrypt_cost", "4"},
                                                                     {"log_level", "error"}}) {
    inputs.flags.try_emplace(key, value);
  }
  config::Loaded loaded = config::load(inputs);
  if (!loaded.ok()) return fail(Error(invalid_request, loaded.errors()));
  return app::Gateway::start({.inputs = std::move(inputs), .settings = std::move(loaded.settings)});
}

TEST(Start, IsRefusedOnATakenPort) {
  TestGateway first;
  const TemporaryFolder folder;
  const auto second = start_on(folder.path(), {{"port", std::to_string(first.port())}});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), conflict);
  EXPECT_THAT(second.error().message(), HasSubstr(std::to_string(first.port())));
}

TEST(Start, IsRefusedOnADataDirectoryInUse) {
  const TemporaryFolder folder;
  const auto first = start_on(folder.path());
  ASSERT_TRUE(first.has_value()) << first.error().message();
  const auto second = start_on(folder.path());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code(), conflict);
  EXPECT_THAT(second.error().message(), HasSubstr(folder.path().string()));
  // The first one goes on.
  EXPECT_EQ(http_request((*first)->port(), "GET", "/healthz").status, 200);
}

TEST(Start, IsRefusedWithAnotherMasterKey) {
  const TemporaryFolder folder;
  {
    ASSERT_TRUE(start_on(folder.path()).has_value());
  }
  std::filesystem::path file;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.path().filename().string().find("key") != std::string::npos) file = entry.path();
  }
  ASSERT_FALSE(file.empty());
  std::filesystem::path other = folder.path() / "other";
  std::filesystem::create_directory(other);
  {
    ASSERT_TRUE(start_on(other).has_value());
  }
  std::filesystem::copy_file(other / file.filename(), file, std::filesystem::copy_options::overwrite_existing);
  const auto again = start_on(folder.path());
  ASSERT_FALSE(again.has_value());
  EXPECT_THAT(again.error().message(), HasSubstr("master key"));
}

TEST(Start, NamesWhatIsWrongWithTheConfiguration) {
  const TemporaryFolder folder;
  const auto refused_with = [&](std::string_view yaml) {
    std::ofstream(folder.path() / "config.yaml") << yaml;
    const auto started = start_on(folder.path());
    return started ? std::string("(it started)") : started.error().message();
  };
  EXPECT_THAT(refused_with("relay:\n  retrys: 3\n"),
              ::testing::AllOf(HasSubstr("relay.retrys"), HasSubstr("2"), HasSubstr("relay.retries")));
  EXPECT_THAT(refused_with("relay:\n  retries: many\n"), HasSubstr("relay.retries"));
  EXPECT_THAT(refused_with("relay: [\n"), HasSubstr("config.yaml"));
  std::filesystem::remove(folder.path() / "config.yaml");
  std::filesystem::create_directory(folder.path() / "config.yaml");
  const auto started = start_on(folder.path());
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error().message(), HasSubstr("config.yaml"));
}

TEST(Start, NamesFilesThatCannotBeUsed) {
  const TemporaryFolder folder;
  const auto no_certificate =
      start_on(folder.path(), {{"tls.cert_file", "/nonexistent/cert.pem"}, {"tls.key_file", "/nonexistent/key.pem"}});
  ASSERT_FALSE(no_certificate.has_value());
  EXPECT_THAT(no_certificate.error().message(), HasSubstr("/nonexistent/cert.pem"));
  const std::filesystem::path file = folder.path() / "file";
  std::ofstream(file) << "x";
  const auto no_folder = start_on(file, {{"data_dir", file.string()}});
  ASSERT_FALSE(no_folder.has_value());
  EXPECT_EQ(no_folder.error().code(), invalid_request);
  EXPECT_THAT(no_folder.error().message(), HasSubstr(file.string()));
}

}  // namespace
}  // namespace tollgate::testing
