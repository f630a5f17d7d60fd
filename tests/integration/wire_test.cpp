// The bytes on the wire, through the whole gateway: the recorded conversions of src/dialects come out of real sockets
// event by event as recorded, for any cut of the upstream's bytes.
#include <filesystem>
#include <map>
#include <memory>
#include <ostream>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cases.h"
#include "dialects/registry.h"
#include "json/scan.h"
#include "relay/metering.h"
#include "support/golden.h"

namespace tollgate::testing {
namespace {

namespace fs = std::filesystem;

std::string_view dialect_of(Tongue tongue) { return tongue == Tongue::openai ? "openai_chat" : "claude"; }

/// A recorded case and who asks for it.
struct Recorded {
  Tongue client, upstream;
  std::string name;
  [[nodiscard]] fs::path file(Tongue whose, std::string_view what) const {
    return fs::path(TOLLGATE_SOURCE_DIR) / "src/dialects" / dialect_of(upstream) / "fixtures" / name /
           (std::string(dialect_of(whose)) + "." + std::string(what));
  }
  [[nodiscard]] bool converts() const { return client != upstream; }
  friend std::ostream& operator<<(std::ostream& out, const Recorded& one) {
    return out << dialect_of(one.client) << " on " << dialect_of(one.upstream) << ": " << one.name;
  }
};

/// Every case that has an upstream's file called `what` and ends well.
std::vector<Recorded> recorded(std::string_view what) {
  std::vector<Recorded> out;
  for (const Tongue upstream : {Tongue::openai, Tongue::claude}) {
    const fs::path folder = fs::path(TOLLGATE_SOURCE_DIR) / "src/dialects" / dialect_of(upstream) / "fixtures";
    for (const std::string& name : tollgate::test::cases_in(folder)) {
      if (fs::exists(folder / name / "facts.json")) continue;
      for (const Tongue client : {Tongue::openai, Tongue::claude}) {
        Recorded one{client, upstream, name};
        if (!fs::exists(one.file(upstream, what)) || !fs::exists(one.file(client, what))) continue;
        // Streams that fail are the fault table's.
        const auto has_error = [&](Tongue whose) {
          const std::string text = tollgate::test::read_file(one.file(whose, what));
          return text.find("event: error") != std::string::npos || text.find("{\"error\":") != std::string::npos;
        };
        if (has_error(Tongue::openai) || has_error(Tongue::claude)) continue;
        out.push_back(std::move(one));
      }
    }
  }
  return out;
}

std::string case_name(const ::testing::TestParamInfo<Recorded>& info) {
  return std::string(dialect_of(info.param.client)) + "_on_" + std::string(dialect_of(info.param.upstream)) + "_" +
         info.param.name;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}
/// Without what depends on the time.
std::string timeless(const std::string& text) {
  static const std::regex kCreated(R"("created":\d+)");
  return std::regex_replace(text, kCreated, R"("created":0)");
}

class Wire : public ::testing::TestWithParam<Recorded> {
 protected:
  static void SetUpTestSuite() { gateway_ = std::make_unique<TestGateway>(); }
  static void TearDownTestSuite() { gateway_.reset(); }

  void SetUp() override {
    upstream_ = std::make_unique<ScriptedUpstream>([this](const SeenRequest&) { return script_; });
    model_ = "m" + std::to_string(++models_);
    gateway_->add_channel(provider_of(GetParam().upstream), upstream_->url(), model_);
    gateway_->set_price(model_, "1", "2");
    caller_ = gateway_->add_caller();
  }

  /// The recorded request of the client, if there is one, for this model.
  std::string request(bool stream) {
    const Recorded& one = GetParam();
    const fs::path file = one.file(one.client, "request.json");
    json::object body =
        fs::exists(file) && one.converts() ? tollgate::test::read_json(file) : json::parse_object(ask("m")).value();
    body["model"] = model_;
    if (stream) {
      body["stream"] = true;
      if (one.client == Tongue::openai) body["stream_options"] = json::object{{"include_usage", true}};
    } else {
      body.erase("stream");
    }
    return json::serialize(body);
  }
  /// What was recorded, with what depends on this test's request.
  std::string expected(std::string text, std::string_view body) {
    text = replaced(std::move(text), "\"shown\"", "\"" + model_ + "\"");
    const auto prompt = relay::meter({}, json::measure_prompt(body), 0, true).usage.input_total();
    return timeless(
        replaced(std::move(text), "\"input_tokens\":77,", "\"input_tokens\":" + std::to_string(prompt) + ","));
  }
  /// What the last answer was charged for, if its upstream did not say all of it.
  std::optional<llm::Usage> counted() {
    const store::LogRow row = logged_calls(*gateway_, caller_).at(0).row;
    if (!row.has(store::kLogEstimated)) return std::nullopt;
    llm::Usage usage;
    usage.input_uncached = row.input_tokens;
    usage.output = row.output_tokens;
    return usage;
  }
  /// The stream with its last count of the answer as it was charged.
  std::string with_counted_output(std::string stream) {
    constexpr std::string_view kNothing = "\"output_tokens\":0}";
    const std::size_t at = stream.rfind(kNothing);
    const auto usage = counted();
    if (!usage || at == std::string::npos) return stream;
    return stream.replace(at, kNothing.size(), "\"output_tokens\":" + std::to_string(*usage->output) + "}");
  }

  static std::unique_ptr<TestGateway> gateway_;
  static int models_;
  std::unique_ptr<ScriptedUpstream> upstream_;
  Script script_;
  std::string model_;
  TestCaller caller_;
};
std::unique_ptr<TestGateway> Wire::gateway_;
int Wire::models_ = 0;

class StreamedWire : public Wire {};
TEST_P(StreamedWire, IsAsRecordedForAnyCutOfTheUpstreamsBytes) {
  const Recorded& one = GetParam();
  const std::string input = tollgate::test::read_file(one.file(one.upstream, "stream.sse"));
  const std::string body = request(true);
  std::string wanted;
  if (one.converts()) {
    wanted = expected(tollgate::test::read_file(one.file(one.client, "stream.sse")), body);
  } else {
    // Byte for byte, but for a closing event that the upstream left out.
    wanted = input;
    const std::string_view closing = one.client == Tongue::openai
                                         ? "data: [DONE]\n\n"
                                         : "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    if (wanted.find("[DONE]") == std::string::npos && wanted.find("message_stop") == std::string::npos) {
      wanted += closing;
    }
    wanted = timeless(wanted);
  }
  std::optional<Quota> charged;
  for (const std::size_t step : {std::size_t{1}, std::size_t{13}, std::size_t{256}, input.size()}) {
    SCOPED_TRACE("in steps of " + std::to_string(step));
    script_ = {Send{sse_head()}};
    for (std::size_t at = 0; at < input.size(); at += step) {
      script_.emplace_back(Send{chunk(std::string_view(input).substr(at, step))});
    }
    script_.emplace_back(Send{last_chunk()});
    const Quota before = gateway_->user_books(caller_.user).used;
    const HttpAnswer answer = gateway_->post(caller_, path_of(one.client), body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(timeless(answer.body), one.converts() ? with_counted_output(wanted) : wanted);
    const Quota cost = gateway_->user_books(caller_.user).used - before;
    EXPECT_GT(cost, 0);
    if (!charged) charged = cost;
    EXPECT_EQ(cost, *charged);
  }
}
INSTANTIATE_TEST_SUITE_P(Recorded, StreamedWire, ::testing::ValuesIn(recorded("stream.sse")), case_name);

class PlainWire : public Wire {};
TEST_P(PlainWire, IsAsRecorded) {
  const Recorded& one = GetParam();
  const std::string input = tollgate::test::read_file(one.file(one.upstream, "response.json"));
  const std::string body = request(false);
  script_ = {Send{http_json(200, input)}};
  const HttpAnswer answer = gateway_->post(caller_, path_of(one.client), body);
  EXPECT_EQ(answer.status, 200) << answer.body;
  if (!one.converts()) {
    EXPECT_EQ(answer.body, input);
    return;
  }
  const std::string recorded_answer = json::serialize(tollgate::test::read_json(one.file(one.client, "response.json")));
  // Where the upstream gives no ids, they are made of the request's.
  const std::string recorded_here = replaced(recorded_answer, "_fixed", "_" + answer.headers.at("x-request-id"));
  json::object wanted = json::parse_object(expected(recorded_here, body)).value();
  if (wanted.contains("model")) wanted["model"] = model_;
  if (const auto usage = counted()) {
    wanted["usage"] = one.client == Tongue::claude ? llm::claude_usage_json(*usage) : llm::openai_usage_json(*usage);
  }
  const auto got = json::parse_object(answer.body);
  ASSERT_TRUE(got.has_value()) << answer.body;
  EXPECT_EQ(json::parse(timeless(answer.body)).value(), json::value(wanted));

  // And what the upstream was asked is what was recorded too.
  if (!fs::exists(one.file(one.client, "request.json")) || !fs::exists(one.file(one.upstream, "request.json"))) return;
  json::object asked = json::parse_object(upstream_->seen().back().body).value();
  json::object recorded_request = tollgate::test::read_json(one.file(one.upstream, "request.json"));
  for (json::object* either : {&asked, &recorded_request}) {
    for (const char* ours : {"model", "stream", "stream_options"}) either->erase(ours);
  }
  EXPECT_EQ(json::value(asked), json::value(recorded_request));
}
INSTANTIATE_TEST_SUITE_P(Recorded, PlainWire, ::testing::ValuesIn(recorded("response.json")), case_name);

TEST(UsageInAStream, IsAskedOfTheUpstreamAndKeptFromClientsThatDidNot) {
  TestGateway gateway;
  ScriptedUpstream openai([](const SeenRequest& request) { return sound(Tongue::openai, request); });
  ScriptedUpstream claude([](const SeenRequest& request) { return sound(Tongue::claude, request); });
  gateway.add_channel("openai", openai.url(), "a");
  gateway.add_channel("anthropic", claude.url(), "b");
  for (const char* model : {"a", "b"}) {
    gateway.set_price(model, "1", "2");
    const TestCaller caller = gateway.add_caller();
    const auto stream = [&](std::string_view options) {
      return gateway.post(caller, "/v1/chat/completions", ask(model, true, options)).body;
    };
    for (const std::string_view options : {R"()", R"("stream_options":{"include_usage":false},)",
                                           R"("stream_options":null,)", R"("stream_options":{},)"}) {
      const std::string body = stream(options);
      EXPECT_EQ(body.find("prompt_tokens"), std::string::npos) << options << body;
      EXPECT_EQ(body.find("\"choices\":[]"), std::string::npos) << options << body;
      EXPECT_TRUE(body.ends_with("data: [DONE]\n\n"));
    }
    const std::string body = stream(R"("stream_options":{"include_usage":true},)");
    EXPECT_NE(body.find(R"("choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5)"), std::string::npos)
        << body;
    EXPECT_EQ(gateway.user_books(caller.user).used, 5 * 20);
  }
  for (const SeenRequest& request : openai.seen()) {
    EXPECT_NE(request.body.find(R"("include_usage":true)"), std::string::npos) << request.body;
  }
}

TEST(SilentStreams, AreKeptAliveBetweenEventsOnceTheyHaveBegun) {
  TestGateway gateway({{"relay.sse_keepalive", "20ms"}});
  for (const Tongue tongue : {Tongue::openai, Tongue::claude}) {
    const std::string model = "m" + std::to_string(static_cast<int>(tongue));
    const std::string text = stream_until_text(tongue);
    ScriptedUpstream upstream([&](const SeenRequest&) {
      // Silent before the first event, after one, and in the middle of one.
      const std::string rest = joined(stream_events(tongue)).substr(text.size());
      return Script{Send{sse_head()},
                    Pause{60},
                    Send{chunk(text)},
                    AwaitGate{},
                    Send{chunk(rest.substr(0, 20))},
                    Pause{60},
                    Send{chunk(rest.substr(20)) + last_chunk()}};
    });
    gateway.add_channel(provider_of(tongue), upstream.url(), model);
    gateway.set_price(model, "1", "2");
    const TestCaller caller = gateway.add_caller();
    HttpClient client(gateway.port());
    ASSERT_TRUE(client.send_request("POST", path_of(tongue),
                                    ask(model, true, R"("stream_options":{"include_usage":true},)"),
                                    {{"Authorization", "Bearer " + caller.key}}));
    const std::string ping(
        dialects::find(tongue == Tongue::claude ? llm::DialectId::claude : llm::DialectId::openai_chat)->ping);
    ASSERT_TRUE(client.read_until(ping).has_value());
    upstream.open_gate();
    const HttpAnswer answer = client.read_answer();
    EXPECT_TRUE(answer.complete);
    EXPECT_TRUE(answer.body.starts_with(text)) << answer.body;
    EXPECT_EQ(replaced(answer.body, ping, ""), joined(stream_events(tongue)));
    EXPECT_EQ(gateway.user_books(caller.user).used, 20);
  }
}

TEST(BytesPath, LeavesEverythingElseAlone) {
  TestGateway gateway;
  ScriptedUpstream upstream([](const SeenRequest& request) { return sound(Tongue::openai, request); });
  store::ChannelRow mapped;
  mapped.model_mapping = R"({"alias":"real"})";
  gateway.add_channel("openai", upstream.url(), "m,alias", mapped);
  gateway.set_price("m", "1", "2");
  gateway.set_price("alias", "1", "2");
  gateway.set_price("real", "1", "2");
  const TestCaller caller = gateway.add_caller();
  const std::string odd = R"(  {"zeta" : 1.50e+2 ,"model":"NAME", "messages":[{"role":"user","content":"\u00e9\/"}],)"
                          R"("n":1, "unknown":{"a":[1,2,{"model":"inner"}]}, "seed":12345678901234567890 } )";
  for (const char* model : {"m", "alias"}) {
    EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", replaced(odd, "NAME", model)).status, 200);
    EXPECT_EQ(upstream.seen().back().body, replaced(odd, "NAME", std::string_view(model) == "m" ? "m" : "real"));
  }
}

TEST(Requests, ComeWholeHoweverTheyAreSent) {
  TestGateway gateway;
  ScriptedUpstream upstream([](const SeenRequest& request) { return sound(Tongue::openai, request); });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  const std::string head =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + caller.key + "\r\n";
  const auto answered = [&](const std::string& body) {
    return upstream.seen().back().body == body && upstream.seen().back().headers.count("expect") == 0;
  };
  {  // More than is scanned on the loop.
    const std::string big = ask("m", false, R"("user":")" + std::string(3 << 20, 'u') + "\",");
    EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", big).status, 200);
    EXPECT_TRUE(answered(big));
    // And converted, away from the loop.
    ScriptedUpstream claude([](const SeenRequest& request) { return sound(Tongue::claude, request); });
    gateway.add_channel("anthropic", claude.url(), "c");
    gateway.set_price("c", "1", "2");
    const std::string text(2 << 20, 't');
    const std::string long_prompt = R"({"model":"c","messages":[{"role":"user","content":")" + text + "\"}]}";
    EXPECT_EQ(gateway.post(caller, "/v1/chat/completions", long_prompt).status, 200);
    EXPECT_NE(claude.seen().at(0).body.find(text), std::string::npos);
  }
  const std::string body = ask("m");
  {  // In chunks, byte by byte.
    HttpClient client(gateway.port());
    client.send_raw(head + "Transfer-Encoding: chunked\r\n\r\n");
    for (const char c : body) client.send_raw(chunk(std::string_view(&c, 1)));
    client.send_raw(last_chunk());
    EXPECT_EQ(client.read_answer().status, 200);
    EXPECT_TRUE(answered(body));
  }
  {  // After asking whether it may.
    HttpClient client(gateway.port());
    client.send_raw(head + "Expect: 100-continue\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    EXPECT_TRUE(client.read_until("HTTP/1.1 100").has_value());
    client.send_raw(body);
    EXPECT_EQ(client.read_answer().status, 200);
    EXPECT_TRUE(answered(body));
  }
  {  // By a client of the last century, which learns the end from the connection's.
    HttpClient client(gateway.port());
    const std::string streamed = ask("m", true);
    client.send_raw(replaced(head, "HTTP/1.1", "HTTP/1.0") + "Content-Length: " + std::to_string(streamed.size()) +
                    "\r\n\r\n" + streamed);
    HttpAnswer answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers["transfer-encoding"], "");
    EXPECT_TRUE(answer.body.ends_with("data: [DONE]\n\n")) << answer.body;
  }
  EXPECT_EQ(gateway.user_books(caller.user).used, 100);
}

TEST(Upstreams, MayAnswerInManyForms) {
  TestGateway gateway;
  const std::string plain = plain_answer(Tongue::openai), streamed = joined(stream_events(Tongue::openai));
  const std::string type = "HTTP/1.1 200 OK\r\nContent-Type: ";
  struct Form {
    bool stream;
    Script script;
  };
  const Form forms[] = {
      {false, {Send{"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + http_json(200, plain)}}},
      {false, {Send{type + "application/json\r\n\r\n" + plain}, Close{}}},
      {false,
       {Send{type + "application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(plain.substr(0, 9)) +
             chunk(plain.substr(9)) + "0\r\nX-Trailer: t\r\n\r\n"}}},
      {false, {Send{http_json(201, plain)}}},
      {true, {Send{type + "text/event-stream; charset=utf-8\r\n\r\n" + streamed}, Close{}}},
      {true,
       {Send{type + "text/event-stream\r\nContent-Length: " + std::to_string(streamed.size()) + "\r\n\r\n" +
             streamed}}},
      {true, {Send{"HTTP/1.1 200 OK\r\n\r\n" + streamed}, Close{}}},
      {true, {Send{sse_head() + chunk(": hello\n\n") + chunk(streamed)}, Pause{200}, Close{}}},
  };
  int made = 0;
  for (const Form& form : forms) {
    SCOPED_TRACE(made);
    ScriptedUpstream upstream([&](const SeenRequest&) { return form.script; });
    const std::string model = "m" + std::to_string(++made);
    gateway.add_channel("openai", upstream.url(), model);
    gateway.set_price(model, "1", "2");
    const TestCaller caller = gateway.add_caller();
    const HttpAnswer answer = gateway.post(caller, "/v1/chat/completions",
                                           ask(model, form.stream, R"("stream_options":{"include_usage":true},)"));
    EXPECT_EQ(answer.status / 100, 2) << answer.body;
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(replaced(answer.body, ": hello\n\n", ""), form.stream ? streamed : plain);
    EXPECT_EQ(gateway.user_books(caller.user).used, 20);
  }
}

TEST(Browsers, MayCallFromOtherOrigins) {
  TestGateway gateway;
  const TestCaller caller = gateway.add_caller();
  HttpAnswer asked = http_request(gateway.port(), "OPTIONS", "/v1/chat/completions", {},
                                  {{"Origin", "https://app.example"},
                                   {"Access-Control-Request-Method", "POST"},
                                   {"Access-Control-Request-Headers", "authorization,content-type"}});
  EXPECT_EQ(asked.status, 204);
  EXPECT_EQ(asked.headers["access-control-allow-origin"], "*");
  EXPECT_EQ(asked.headers["access-control-allow-headers"], "authorization,content-type");
  for (const char* model : {"demo-fast", "unknown"}) {
    HttpAnswer answer = gateway.post(caller, "/v1/chat/completions", ask(model), {{"Origin", "https://app.example"}});
    EXPECT_EQ(answer.headers["access-control-allow-origin"], "*") << model;
  }
  HttpAnswer own = gateway.post(caller, "/v1/chat/completions", ask("demo-fast"), {{"Origin", "http://gateway.test"}});
  EXPECT_EQ(own.headers.count("access-control-allow-origin"), 0U);
}

TEST(AnswersOfManyMegabytes, ArePassedOnAsTheyComeAndCharged) {
  TestGateway gateway;
  std::string vectors;
  for (int i = 0; i < 3000; ++i) {
    vectors += (i ? "," : "") + std::string(R"({"object":"embedding","index":)") + std::to_string(i) +
               R"(,"embedding":[)" + std::string(1000, '1') + "]}";
  }
  const std::string body = R"({"object":"list","data":[)" + vectors +
                           R"(],"model":"m","usage":{"prompt_tokens":12000,"total_tokens":12000}})";
  std::atomic<bool> cut = false;
  ScriptedUpstream upstream([&](const SeenRequest&) {
    if (cut) return Script{Send{http_json(200, body).substr(0, 2 << 20)}, Close{}};
    return Script{Send{http_json(200, body)}};
  });
  gateway.add_channel("openai", upstream.url(), "m");
  gateway.set_price("m", "1", "2");
  const TestCaller caller = gateway.add_caller();
  const HttpAnswer answer = gateway.post(caller, "/v1/embeddings", R"({"model":"m","input":["a","b"]})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.complete);
  EXPECT_TRUE(answer.body == body);
  EXPECT_EQ(gateway.user_books(caller.user).used, 12'000);
  // Cut off: the connection says so, and vectors are no output tokens.
  cut = true;
  const TestCaller other = gateway.add_caller();
  const std::string_view question = R"({"model":"m","input":["a","b"]})";
  const HttpAnswer broken = gateway.post(other, "/v1/embeddings", question);
  EXPECT_FALSE(broken.complete);
  EXPECT_EQ(gateway.user_books(other.user).used, static_cast<Quota>((question.size() + 3) / 4));
  EXPECT_TRUE(logged_calls(gateway, other).at(0).row.has(store::kLogInterrupted));
}

}  // namespace
}  // namespace tollgate::testing
