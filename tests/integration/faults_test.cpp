// What an upstream may do wrong, as a table: what the client is told, whether another channel is asked, what is held
// against the channel, what is charged, and what the log says; for both dialects on both sides, plain and streamed.
#include <algorithm>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cases.h"

namespace tollgate::testing {
namespace {

/// What is held against the channel.
enum class Mark : std::uint8_t { nothing, failure, limit };

struct Fault {
  const char* name;
  std::function<Script(Tongue)> script;  ///< nothing: no upstream listens
  ErrorCode code;
  int status;
  bool another = true;  ///< the next channel is asked
  Mark mark = Mark::failure;
  friend std::ostream& operator<<(std::ostream& out, const Fault& fault) { return out << fault.name; }
};

bool stalls(const Fault& fault, Tongue up) {
  return fault.script &&
         std::ranges::any_of(fault.script(up), [](const Step& step) { return std::holds_alternative<Stall>(step); });
}

std::string name_of(const ::testing::TestParamInfo<Fault>& info) { return info.param.name; }

std::string error_body(Tongue up, std::string_view type, std::string_view code, std::string_view message) {
  const std::string words = R"({"type":")" + std::string(type) + R"(","code":")" + std::string(code) +
                            R"(","message":")" + std::string(message) + "\"}";
  return up == Tongue::openai ? R"({"error":)" + words + "}" : R"({"type":"error","error":)" + words + "}";
}

std::function<Script(Tongue)> sends(const std::string& bytes, const Step& then) {
  return [=](Tongue) { return Script{Send{bytes}, then}; };
}
std::function<Script(Tongue)> fails(int status, std::string_view type = "some_error", std::string_view code = "",
                                    std::string_view headers = "") {
  return
      [=](Tongue up) { return Script{Send{http_json(status, error_body(up, type, code, "Secret words"), headers)}}; };
}
std::string with_length(std::size_t length, std::string_view body, std::string_view type = "application/json") {
  return "HTTP/1.1 200 OK\r\nContent-Type: " + std::string(type) + "\r\nContent-Length: " + std::to_string(length) +
         "\r\n\r\n" + std::string(body);
}
std::string html() { return with_length(21, "<html>Gateway</html>\n", "text/html"); }
/// An event stream that begins with `bytes`.
std::function<Script(Tongue)> begins(const std::string& bytes, const Step& then) {
  return [=](Tongue) { return Script{Send{sse_head() + (bytes.empty() ? bytes : chunk(bytes))}, then}; };
}
std::string error_event(Tongue up, std::string_view type) {
  const std::string data = "data: " + error_body(up, type, "", "Secret words") + "\n\n";
  return up == Tongue::openai ? data : "event: error\n" + data;
}

using enum ErrorCode;

/// The same for plain and streamed calls: nothing of an answer came.
const Fault kBeforeAnAnswer[] = {
    {"refused", {}, upstream_connect_failed, 502},
    {"stall_before_head", [](Tongue) { return Script{Stall{}}; }, upstream_timeout, 504},
    {"stall_inside_head", sends("HTTP/1.1 200 OK\r\nContent-", Stall{}), upstream_timeout, 504},
    {"close_before_head", [](Tongue) { return Script{Close{}}; }, upstream_reset, 502},
    {"reset_before_head", [](Tongue) { return Script{Reset{}}; }, upstream_reset, 502},
    {"close_inside_head", sends("HTTP/1.1 200 OK\r\nContent-", Close{}), upstream_reset, 502},
    {"reset_inside_head", sends("HTTP/1.1 20", Reset{}), upstream_reset, 502},
    {"no_http", sends("SSH-2.0-OpenSSH\r\n\r\n", Close{}), upstream_bad_answer, 502},
    {"endless_head", sends("HTTP/1.1 200 OK\r\nX: " + std::string(1 << 20, 'x'), Close{}), upstream_bad_answer, 502},
    {"both_lengths", sends("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", Close{}),
     upstream_bad_answer, 502},
    {"html", sends(html(), Close{}), upstream_bad_answer, 502},
    {"redirect", sends("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", Close{}),
     upstream_bad_answer, 502},
    {"status_400", fails(400, "invalid_request_error"), upstream_rejected_request, 400, false, Mark::nothing},
    {"status_401", fails(401), upstream_auth_failed, 502},
    {"status_402", fails(402), upstream_no_credit, 502},
    {"status_403", fails(403), upstream_auth_failed, 502},
    {"status_404_of_the_model", fails(404, "not_found_error", "model_not_found"), upstream_model_missing, 502, true,
     Mark::nothing},
    {"status_404_of_the_path", sends("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n", Close{}), upstream_bad_answer, 502},
    {"status_408", fails(408), upstream_timeout, 504},
    {"status_409", fails(409), upstream_rejected_request, 409, false, Mark::nothing},
    {"status_413", fails(413), upstream_rejected_request, 413, false, Mark::nothing},
    {"status_400_compressed",
     sends("HTTP/1.1 400 X\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x01", Close{}),
     upstream_rejected_request, 400, false, Mark::nothing},
    {"status_422", fails(422), upstream_rejected_request, 422, false, Mark::nothing},
    {"status_429", fails(429), upstream_rate_limited, 429, true, Mark::limit},
    {"status_429_of_credit", fails(429, "insufficient_quota", "insufficient_quota"), upstream_no_credit, 502},
    {"status_500", fails(500), upstream_server_error, 502},
    {"status_502_of_a_proxy",
     sends("HTTP/1.1 502 X\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>", Close{}),
     upstream_server_error, 502},
    {"status_503", fails(503), upstream_server_error, 503},
    {"status_529", fails(529, "overloaded_error"), upstream_server_error, 503},
    {"status_500_then_stall", sends("HTTP/1.1 500 X\r\nContent-Length: 100\r\n\r\n{", Stall{}), upstream_server_error,
     502},
    {"status_429_then_reset", sends("HTTP/1.1 429 X\r\nContent-Length: 100\r\n\r\n{", Reset{}), upstream_rate_limited,
     429, true, Mark::limit},
};

/// Plain calls only: the answer's body is wrong.
const Fault kPlainBody[] = {
    {"stall_before_body", sends(with_length(500, ""), Stall{}), upstream_timeout, 504},
    {"stall_in_body", sends(with_length(500, "{\"id\":"), Stall{}), upstream_timeout, 504},
    {"reset_in_body", sends(with_length(500, "{\"id\":"), Reset{}), upstream_reset, 502},
    {"short_body", sends(with_length(500, "{\"id\":"), Close{}), upstream_reset, 502},
    {"bad_chunk",
     sends("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
           Close{}),
     upstream_bad_answer, 502},
    {"compressed", sends(with_length(4, "\x1f\x8b\x08\x01", "application/json\r\nContent-Encoding: gzip"), Close{}),
     upstream_bad_answer, 502},
    {"bad_json", sends(with_length(9, "{\"id\":\"x\""), Close{}), upstream_bad_answer, 502},
    {"json_of_another_kind", sends(with_length(11, "{\"ok\":true}"), Close{}), upstream_bad_answer, 502},
    {"no_body", sends(with_length(0, ""), Close{}), upstream_bad_answer, 502},
    {"events_instead_of_json", [](Tongue up) { return Script{Send{whole_stream(up)}}; }, upstream_bad_answer, 502},
    {"error_as_200",
     [](Tongue up) { return Script{Send{http_json(200, error_body(up, "server_error", "", "Secret words"))}}; },
     upstream_server_error, 502},
};

/// Streamed calls only: it goes wrong before the first event of an answer.
const Fault kStreamBeforeEvents[] = {
    {"json_instead_of_events", [](Tongue up) { return Script{Send{http_json(200, plain_answer(up))}}; },
     upstream_bad_answer, 502},
    {"stream_of_nothing", begins("0", Close{}), upstream_reset, 502},
    {"stream_ends_at_once", [](Tongue) { return Script{Send{sse_head() + last_chunk()}}; }, upstream_stream_broken,
     502},
    {"stream_stalls_at_once", begins("", Stall{}), upstream_timeout, 504},
    {"stream_is_reset_at_once", begins("", Reset{}), upstream_reset, 502},
    {"compressed_stream",
     [](Tongue up) {
       const std::string body = joined(stream_events(up));
       return Script{Send{with_length(body.size(), body, "text/event-stream\r\nContent-Encoding: br")}};
     },
     upstream_bad_answer, 502},
    {"closing_event_alone", [](Tongue up) { return Script{Send{sse_head() + chunk(stream_events(up).back())}}; },
     upstream_bad_answer, 502},
    {"stream_of_junk", begins("data: what?\n\n", Close{}), upstream_bad_answer, 502},
    {"error_first", [](Tongue up) { return Script{Send{sse_head() + chunk(error_event(up, "overloaded_error"))}}; },
     upstream_server_error, 503},
    {"limit_first", [](Tongue up) { return Script{Send{sse_head() + chunk(error_event(up, "rate_limit_error"))}}; },
     upstream_rate_limited, 429, true, Mark::limit},
    {"rejection_first",
     [](Tongue up) { return Script{Send{sse_head() + chunk(error_event(up, "invalid_request_error"))}}; },
     upstream_rejected_request, 400, false, Mark::nothing},
    {"event_without_end", begins("data: {\"id\":\"" + std::string(17 << 20, 'x'), Stall{}), upstream_bad_answer, 502},
};

/// Streamed calls only: two bytes of text were delivered.
const Fault kInsideAStream[] = {
    {"stall", [](Tongue up) { return Script{Send{sse_head() + chunk(stream_until_text(up))}, Stall{}}; },
     upstream_timeout, 504},
    {"reset", [](Tongue up) { return Script{Send{sse_head() + chunk(stream_until_text(up))}, Pause{20}, Reset{}}; },
     upstream_reset, 502},
    {"cut", [](Tongue up) { return Script{Send{sse_head() + chunk(stream_until_text(up))}, Close{}}; }, upstream_reset,
     502},
    {"end_without_a_reason",
     [](Tongue up) { return Script{Send{sse_head() + chunk(stream_until_text(up)) + last_chunk()}}; },
     upstream_stream_broken, 502},
    {"bad_chunk", [](Tongue up) { return Script{Send{sse_head() + chunk(stream_until_text(up)) + "zz\r\n"}, Close{}}; },
     upstream_bad_answer, 502},
    {"error",
     [](Tongue up) {
       return Script{Send{sse_head() + chunk(stream_until_text(up) + error_event(up, "overloaded_error"))}, Close{}};
     },
     upstream_server_error, 503},
    {"junk",
     [](Tongue up) { return Script{Send{sse_head() + chunk(stream_until_text(up) + "data: <b>\n\n")}, Close{}}; },
     upstream_bad_answer, 502},
    {"event_without_end",
     [](Tongue up) {
       return Script{Send{sse_head() + chunk(stream_until_text(up) + "data: " + std::string(17 << 20, 'x'))}, Stall{}};
     },
     upstream_bad_answer, 502},
};

class Faults : public ::testing::TestWithParam<Fault> {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>();
    good_ = std::make_unique<ScriptedUpstream>([](const SeenRequest& request) {
      return sound(request.target == "/v1/messages" ? Tongue::claude : Tongue::openai, request);
    });
  }
  static void TearDownTestSuite() {
    gateway_.reset();
    good_.reset();
  }

  /// A model of its own with a faulty channel and, if wanted, a sound one behind it.
  struct Scene {
    std::string model;
    TestCaller caller;
    ChannelId channel, fallback;
    std::size_t asked_before = 0, good_before = 0;
  };
  Scene scene(Pair pair, bool with_fallback) {
    Scene out;
    out.model = "m" + std::to_string(++models_);
    out.caller = gateway_->add_caller();
    gateway_->set_price(out.model, "1", "2");
    store::ChannelRow row;
    row.priority = 9;
    // What stalls is waited for; anything else has the time that a busy machine takes.
    const std::string wait_ms = stalls(GetParam(), pair.upstream) ? "250" : "10000";
    row.options = R"({"gateway":{"first_byte_timeout_ms":)" + wait_ms + R"(,"idle_timeout_ms":)" + wait_ms + "}}";
    const auto& script = GetParam().script;
    tongue_ = pair.upstream;
    if (script && !faulty_) {
      faulty_ = std::make_unique<ScriptedUpstream>([this](const SeenRequest&) { return GetParam().script(tongue_); });
    }
    out.channel =
        gateway_->add_channel(provider_of(pair.upstream), script ? faulty_->url() : dead_url(), out.model, row);
    if (with_fallback) {
      out.fallback = gateway_->add_channel(provider_of(pair.upstream), good_->url(), out.model);
    }
    out.asked_before = asked();
    out.good_before = good_->request_count();
    return out;
  }
  [[nodiscard]] std::size_t asked() const { return faulty_ ? faulty_->request_count() : 0; }

  void expect_mark(const Scene& scene, Mark mark) {
    const auto stats = gateway_->parts().health->stats(scene.channel);
    ASSERT_TRUE(stats.has_value());
    EXPECT_EQ(stats->state.failures_in_row, mark == Mark::failure ? 1U : 0U);
    EXPECT_EQ(stats->limited, mark == Mark::limit ? 1U : 0U);
    EXPECT_TRUE(eventually([&] { return gateway_->parts().health->stats(scene.channel)->in_flight == 0; }));
  }
  void expect_error(Tongue client, const Fault& fault, std::string_view body) {
    const Error error(fault.code, "");
    if (client == Tongue::openai) {
      const std::string_view code =
          fault.code == upstream_rate_limited ? std::string_view("rate_limit_exceeded") : error.name();
      EXPECT_EQ(error_member(body, "code"), code) << body;
      EXPECT_NE(error_member(body, "type"), "") << body;
    } else {
      const std::string_view type = fault.code == upstream_timeout        ? "timeout_error"
                                    : fault.code == upstream_rate_limited ? "rate_limit_error"
                                    : fault.status == 503                 ? "overloaded_error"
                                    : fault.code == upstream_rejected_request && fault.status == 413
                                        ? "request_too_large"
                                    : fault.code == upstream_rejected_request ? "invalid_request_error"
                                                                              : "api_error";
      EXPECT_EQ(error_member(body, "type"), type) << body;
    }
    EXPECT_NE(error_member(body, "message"), "") << body;
    // Only what is wrong with the caller's own request is passed on in the provider's words.
    if (fault.code != upstream_rejected_request) EXPECT_EQ(body.find("Secret words"), std::string::npos) << body;
    EXPECT_EQ(body.find("upstream-key"), std::string::npos);
    EXPECT_EQ(body.find("127.0.0.1"), std::string::npos) << body;
  }

  void fails_before_an_answer(Pair pair, bool stream) {
    const Fault& fault = GetParam();
    const Scene alone = scene(pair, false);
    const HttpAnswer answer = gateway_->post(alone.caller, path_of(pair.client), ask(alone.model, stream));
    EXPECT_EQ(answer.status, fault.status) << answer.body;
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    expect_error(pair.client, fault, answer.body);
    EXPECT_EQ(asked() - alone.asked_before, fault.script ? 1U : 0U);
    expect_mark(alone, fault.mark);
    EXPECT_EQ(gateway_->user_books(alone.caller.user).used, 0);
    EXPECT_EQ(gateway_->token_books(alone.caller.token).used, 0);
    const auto calls = logged_calls(*gateway_, alone.caller);
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0].error, traits_of(fault.code).name);
    EXPECT_EQ(calls[0].row.status, fault.status);
    EXPECT_EQ(calls[0].row.type, store::LogType::error);
    EXPECT_EQ(calls[0].row.channel, alone.channel);
    EXPECT_EQ(calls[0].row.quota, 0);
    EXPECT_EQ(calls[0].row.request_id, answer.headers.at("x-request-id"));

    const Scene both = scene(pair, true);
    const HttpAnswer second = gateway_->post(both.caller, path_of(pair.client), ask(both.model, stream));
    EXPECT_EQ(second.status, fault.another ? 200 : fault.status) << second.body;
    EXPECT_EQ(asked() - both.asked_before, fault.script ? 1U : 0U);
    EXPECT_EQ(good_->request_count() - both.good_before, fault.another ? 1U : 0U);
    const auto served = logged_calls(*gateway_, both.caller);
    ASSERT_EQ(served.size(), 1U);
    EXPECT_EQ(served[0].row.quota, fault.another ? 20 : 0);
    EXPECT_EQ(gateway_->user_books(both.caller.user).used, fault.another ? 20 : 0);
    if (fault.another) {
      EXPECT_EQ(served[0].error, "");
      EXPECT_EQ(served[0].row.channel, both.fallback);
      EXPECT_EQ(served[0].row.attempts, "[{\"channel\":" + std::to_string(both.channel.value) + ",\"error\":\"" +
                                            std::string(traits_of(fault.code).name) +
                                            "\"},{\"channel\":" + std::to_string(both.fallback.value) + "}]");
    }
  }

  void fails_inside_a_stream(Pair pair) {
    const Fault& fault = GetParam();
    const Scene both = scene(pair, true);
    const std::string body = ask(both.model, true);
    const HttpAnswer answer = gateway_->post(both.caller, path_of(pair.client), body);
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.headers.at("content-type"), "text/event-stream");
    if (pair.client == pair.upstream) {
      EXPECT_TRUE(answer.body.starts_with(stream_until_text(pair.client))) << answer.body;
    }
    const std::string_view text = pair.client == Tongue::openai ? R"("content":"i")" : R"("text":"i")";
    EXPECT_NE(answer.body.find(text), std::string::npos) << answer.body;
    expect_error(pair.client, fault, answer.body);
    // The error is the last event, and nothing says that the stream ended well.
    EXPECT_EQ(answer.body.find("[DONE]"), std::string::npos);
    EXPECT_EQ(answer.body.find("message_stop"), std::string::npos);
    const std::string_view last =
        pair.client == Tongue::openai ? "data: {\"error\":" : "event: error\ndata: {\"type\":";
    EXPECT_EQ(answer.body.rfind("\n\n", answer.body.size() - 3) + 2, answer.body.rfind(last)) << answer.body;

    EXPECT_EQ(asked() - both.asked_before, 1U);
    EXPECT_EQ(good_->request_count(), both.good_before);
    expect_mark(both, fault.mark);
    // Two bytes of text are a token. Claude said at the start what the prompt was.
    const auto prompt = pair.upstream == Tongue::claude ? 10 : static_cast<Quota>((body.size() + 3) / 4);
    const Quota charge = prompt + 2;
    EXPECT_EQ(gateway_->user_books(both.caller.user).used, charge);
    EXPECT_EQ(gateway_->token_books(both.caller.token).used, charge);
    EXPECT_EQ(gateway_->channel_used(both.channel), charge);
    const auto calls = logged_calls(*gateway_, both.caller);
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0].error, traits_of(fault.code).name);
    EXPECT_EQ(calls[0].row.status, fault.status);
    EXPECT_EQ(calls[0].row.type, store::LogType::consume);
    EXPECT_EQ(calls[0].row.quota, charge);
    EXPECT_EQ(calls[0].row.channel, both.channel);
    EXPECT_TRUE(calls[0].row.has(store::kLogInterrupted));
    EXPECT_EQ(calls[0].row.has(store::kLogEstimated), pair.upstream == Tongue::openai);
  }

  template <class Fn>
  void for_each_pair(Fn fn) {
    for (const Pair& pair : kPairs) {
      SCOPED_TRACE(std::string(path_of(pair.client)) + " over " + std::string(provider_of(pair.upstream)));
      fn(pair);
    }
  }

  static std::unique_ptr<TestGateway> gateway_;
  static std::unique_ptr<ScriptedUpstream> good_;
  std::unique_ptr<ScriptedUpstream> faulty_;
  std::atomic<Tongue> tongue_ = Tongue::openai;
  static int models_;
};

std::unique_ptr<TestGateway> Faults::gateway_;
std::unique_ptr<ScriptedUpstream> Faults::good_;
int Faults::models_ = 0;

class BeforeAnAnswer : public Faults {};
TEST_P(BeforeAnAnswer, PlainCallsFailOrMoveOn) {
  for_each_pair([&](Pair pair) { fails_before_an_answer(pair, false); });
}
TEST_P(BeforeAnAnswer, StreamedCallsFailOrMoveOn) {
  for_each_pair([&](Pair pair) { fails_before_an_answer(pair, true); });
}
INSTANTIATE_TEST_SUITE_P(Faults, BeforeAnAnswer, ::testing::ValuesIn(kBeforeAnAnswer), name_of);

class PlainBody : public Faults {};
TEST_P(PlainBody, FailsOrMovesOn) {
  for_each_pair([&](Pair pair) { fails_before_an_answer(pair, false); });
}
INSTANTIATE_TEST_SUITE_P(Faults, PlainBody, ::testing::ValuesIn(kPlainBody), name_of);

class StreamBeforeEvents : public Faults {};
TEST_P(StreamBeforeEvents, FailsOrMovesOn) {
  for_each_pair([&](Pair pair) { fails_before_an_answer(pair, true); });
}
INSTANTIATE_TEST_SUITE_P(Faults, StreamBeforeEvents, ::testing::ValuesIn(kStreamBeforeEvents), name_of);

class InsideAStream : public Faults {};
TEST_P(InsideAStream, EndsItAtOnceWithTheClientsOwnErrorAndChargesWhatWasDelivered) {
  for_each_pair([&](Pair pair) { fails_inside_a_stream(pair); });
}
INSTANTIATE_TEST_SUITE_P(Faults, InsideAStream, ::testing::ValuesIn(kInsideAStream), name_of);

}  // namespace
}  // namespace tollgate::testing
