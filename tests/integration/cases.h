#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/strings.h"
#include "json/value.h"
#include "store/logs.h"
#include "store/names.h"
#include "support/scripted_upstream.h"
#include "support/test_gateway.h"

/// What the integration tests share: two dialects' requests and answers, and readers of what is left behind.
namespace tollgate::testing {

/// A client's or an upstream's language, as these tests tell them apart.
enum class Tongue : std::uint8_t { openai, claude };

[[nodiscard]] inline std::string_view path_of(Tongue client) {
  return client == Tongue::openai ? "/v1/chat/completions" : "/v1/messages";
}
[[nodiscard]] inline std::string_view provider_of(Tongue upstream) {
  return upstream == Tongue::openai ? "openai" : "anthropic";
}

/// A client and an upstream.
struct Pair {
  Tongue client, upstream;
};
inline constexpr Pair kPairs[] = {{Tongue::openai, Tongue::openai},
                                  {Tongue::claude, Tongue::claude},
                                  {Tongue::openai, Tongue::claude},
                                  {Tongue::claude, Tongue::openai}};

/// A request of `model` that is good in both dialects.
[[nodiscard]] inline std::string ask(std::string_view model, bool stream = false, std::string_view more = {}) {
  return R"({"model":")" + std::string(model) + R"(","max_tokens":100,)" + (stream ? R"("stream":true,)" : "") +
         std::string(more) + R"("messages":[{"role":"user","content":"Hello"}]})";
}

/// `Hi`, 10 tokens in, 5 out.
[[nodiscard]] inline std::string plain_answer(Tongue upstream) {
  if (upstream == Tongue::openai) {
    return R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
           R"({"role":"assistant","content":"Hi"},"finish_reason":"stop"}],)"
           R"("usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}})";
  }
  return R"({"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],)"
         R"("stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5}})";
}

/// The same as a stream, event by event: `Hi` in two deltas of one byte, the reason, the usage, the end.
[[nodiscard]] inline std::vector<std::string> stream_events(Tongue upstream) {
  if (upstream == Tongue::openai) {
    const auto piece = [](std::string_view delta, std::string_view reason) {
      return R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[)"
             R"({"index":0,"delta":)" +
             std::string(delta) + R"(,"finish_reason":)" + std::string(reason) + "}]}\n\n";
    };
    const std::string usage =
        R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],)"
        R"("usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}})"
        "\n\n";
    return {piece(R"({"role":"assistant","content":""})", "null"),
            piece(R"({"content":"H"})", "null"),
            piece(R"({"content":"i"})", "null"),
            piece("{}", "\"stop\""),
            usage,
            "data: [DONE]\n\n"};
  }
  const auto event = [](std::string_view name, std::string_view rest) {
    return "event: " + std::string(name) + "\ndata: {\"type\":\"" + std::string(name) + "\"" + std::string(rest) +
           "}\n\n";
  };
  return {event("message_start",
                R"(,"message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],)"
                R"("stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":1}})"),
          event("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})"),
          event("content_block_delta", R"(,"index":0,"delta":{"type":"text_delta","text":"H"})"),
          event("content_block_delta", R"(,"index":0,"delta":{"type":"text_delta","text":"i"})"),
          event("content_block_stop", R"(,"index":0)"),
          event("message_delta", R"(,"delta":{"stop_reason":"end_turn","stop_sequence":null},)"
                                 R"("usage":{"output_tokens":5})"),
          event("message_stop", "")};
}

[[nodiscard]] inline std::string joined(const std::vector<std::string>& events, std::size_t count = SIZE_MAX) {
  std::string out;
  for (std::size_t i = 0; i < std::min(count, events.size()); ++i) out += events[i];
  return out;
}

/// Up to and with the first `Hi`.
[[nodiscard]] inline std::string stream_until_text(Tongue upstream) {
  return joined(stream_events(upstream), upstream == Tongue::openai ? 3 : 4);
}
/// Up to and with the reason why it ended; usage and end are missing (Claude's reason carries the usage).
[[nodiscard]] inline std::string stream_until_finish(Tongue upstream) {
  return joined(stream_events(upstream), upstream == Tongue::openai ? 4 : 6);
}

[[nodiscard]] inline std::string whole_stream(Tongue upstream) {
  return sse_head() + chunk(joined(stream_events(upstream))) + last_chunk();
}
/// What a sound upstream says to any request.
[[nodiscard]] inline Script sound(Tongue upstream, const SeenRequest& request) {
  if (request.body.find("\"stream\":true") != std::string::npos) return {Send{whole_stream(upstream)}};
  return {Send{http_json(200, plain_answer(upstream))}};
}

/// A member of an error body, or of a stream's error event, whichever dialect it is in: `type`, `code`, `message`.
[[nodiscard]] inline std::string error_member(std::string_view body, std::string_view key) {
  const std::size_t data = body.rfind("data: {");
  if (data != std::string_view::npos) body = trim(body.substr(data + 6));
  const auto parsed = json::parse_object(body);
  if (!parsed) return "(no JSON: " + std::string(body) + ")";
  const json::object* error = json::find_object(*parsed, "error");
  return error ? std::string(json::find_string(*error, key)) : "(no error)";
}

/// The newest log rows of a caller, newest first, with the error's name.
struct LoggedCall {
  store::LogRow row;
  std::string error;
};
[[nodiscard]] inline std::vector<LoggedCall> logged_calls(TestGateway& gateway, const TestCaller& caller) {
  gateway.flush();
  auto calls = gateway.parts().storage->log().run_blocking([&](store::Session& db) -> Result<std::vector<LoggedCall>> {
    store::LogFilter filter;
    filter.users = {caller.user};
    auto page = store::list_logs(db, filter, {.before_id = 0, .offset = 0, .limit = 1000, .order = {}});
    if (!page) return std::unexpected(page.error());
    std::vector<LoggedCall> out;
    for (store::LogRow& row : page->rows) {
      std::string error;
      if (row.error != 0) {
        auto names = store::find_names(db, {row.error});
        if (names && !names->empty()) error = names->front().text;
      }
      out.push_back({std::move(row), std::move(error)});
    }
    return out;
  });
  if (!calls) throw std::runtime_error(calls.error().message() + calls.error().detail());
  return std::move(*calls);
}

/// Looks again and again until it holds, for what follows an answer's last byte without being waited for.
[[nodiscard]] inline bool eventually(const std::function<bool()>& holds, int ms = 5000) {
  for (int waited = 0; !holds(); waited += 2) {
    if (waited >= ms) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

[[nodiscard]] inline std::string metrics_of(TestGateway& gateway) {
  return http_request(gateway.port(), "GET", "/metrics").body;
}

/// The value of one series, with its labels as they stand in the page; -1 where there is none.
[[nodiscard]] inline std::int64_t metric(TestGateway& gateway, std::string_view series) {
  const std::string text = metrics_of(gateway);
  const std::size_t at = text.find("\n" + std::string(series) + " ");
  if (at == std::string::npos) return -1;
  return std::stoll(text.substr(at + series.size() + 2));
}

/// A port on which nothing listens.
[[nodiscard]] inline std::string dead_url() { return "http://127.0.0.1:1"; }

}  // namespace tollgate::testing
