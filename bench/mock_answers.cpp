#include "mock_answers.h"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace tollgate::bench {

namespace {

constexpr std::uint64_t kMaxKept = 256;  // answers; callers with endless model names must not fill the memory

template <typename Integer>
bool read_number(std::string_view text, Integer& out) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return false;
  out = value;
  return true;
}

std::string delta_text(const Shape& shape) {
  constexpr std::string_view kWord = "hello ";
  std::string text;
  while (text.size() < shape.text_bytes) text += kWord.substr(0, shape.text_bytes - text.size());
  return text;
}

std::string repeated(const std::string& text, std::uint64_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::uint64_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += text;
  return out;
}

std::string openai_usage(const Shape& shape) {
  return fmt::format(R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})", shape.prompt_tokens,
                     shape.events, shape.prompt_tokens + shape.events);
}

std::string chat_plain(const Shape& shape, std::string_view model) {
  return fmt::format(R"({{"id":"chatcmpl-mock","object":"chat.completion","created":1700000000,"model":"{}",)"
                     R"("choices":[{{"index":0,"message":{{"role":"assistant","content":"{}"}},"logprobs":null,)"
                     R"("finish_reason":"stop"}}],"usage":{}}})",
                     model, repeated(delta_text(shape), shape.events), openai_usage(shape));
}

std::vector<std::string> chat_events(const Shape& shape, std::string_view model, bool usage) {
  const auto event = [&](std::string_view delta, std::string_view finish) {
    return fmt::format(
        R"(data: {{"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1700000000,"model":"{}",)"
        R"("choices":[{{"index":0,"delta":{},"finish_reason":{}}}]}})"
        "\n\n",
        model, delta, finish);
  };
  std::vector<std::string> events{event(R"({"role":"assistant","content":""})", "null")};
  const std::string delta = fmt::format(R"({{"content":"{}"}})", delta_text(shape));
  for (std::uint64_t i = 0; i < shape.events; ++i) events.push_back(event(delta, "null"));
  events.push_back(event("{}", R"("stop")"));
  if (usage) {
    events.push_back(fmt::format(
        R"(data: {{"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1700000000,"model":"{}",)"
        R"("choices":[],"usage":{}}})"
        "\n\n",
        model, openai_usage(shape)));
  }
  events.emplace_back("data: [DONE]\n\n");
  return events;
}

std::string completions_plain(const Shape& shape, std::string_view model) {
  return fmt::format(R"({{"id":"cmpl-mock","object":"text_completion","created":1700000000,"model":"{}",)"
                     R"("choices":[{{"index":0,"text":"{}","logprobs":null,"finish_reason":"stop"}}],"usage":{}}})",
                     model, repeated(delta_text(shape), shape.events), openai_usage(shape));
}

std::vector<std::string> completions_events(const Shape& shape, std::string_view model, bool usage) {
  std::vector<std::string> events;
  const auto event = [&](std::string_view choices, std::string_view more) {
    return fmt::format(
        R"(data: {{"id":"cmpl-mock","object":"text_completion","created":1700000000,"model":"{}","choices":[{}]{}}})"
        "\n\n",
        model, choices, more);
  };
  const std::string choice =
      fmt::format(R"({{"index":0,"text":"{}","logprobs":null,"finish_reason":null}})", delta_text(shape));
  for (std::uint64_t i = 0; i < shape.events; ++i) events.push_back(event(choice, ""));
  events.push_back(event(R"({"index":0,"text":"","logprobs":null,"finish_reason":"stop"})", ""));
  if (usage) events.push_back(event("", R"(,"usage":)" + openai_usage(shape)));
  events.emplace_back("data: [DONE]\n\n");
  return events;
}

std::string messages_plain(const Shape& shape, std::string_view model) {
  return fmt::format(R"({{"id":"msg_mock","type":"message","role":"assistant","model":"{}",)"
                     R"("content":[{{"type":"text","text":"{}"}}],"stop_reason":"end_turn","stop_sequence":null,)"
                     R"("usage":{{"input_tokens":{},"output_tokens":{}}}}})",
                     model, repeated(delta_text(shape), shape.events), shape.prompt_tokens, shape.events);
}

std::vector<std::string> messages_events(const Shape& shape, std::string_view model) {
  const auto event = [](std::string_view type, std::string_view members) {
    return fmt::format("event: {0}\ndata: {{\"type\":\"{0}\"{1}}}\n\n", type, members);
  };
  std::vector<std::string> events;
  events.push_back(
      event("message_start",
            fmt::format(R"(,"message":{{"id":"msg_mock","type":"message","role":"assistant","model":"{}","content":[],)"
                        R"("stop_reason":null,"stop_sequence":null,"usage":{{"input_tokens":{},"output_tokens":1}}}})",
                        model, shape.prompt_tokens)));
  events.push_back(event("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})"));
  const std::string delta =
      event("content_block_delta",
            fmt::format(R"(,"index":0,"delta":{{"type":"text_delta","text":"{}"}})", delta_text(shape)));
  for (std::uint64_t i = 0; i < shape.events; ++i) events.push_back(delta);
  events.push_back(event("content_block_stop", R"(,"index":0)"));
  events.push_back(
      event("message_delta",
            fmt::format(R"(,"delta":{{"stop_reason":"end_turn","stop_sequence":null}},"usage":{{"output_tokens":{}}})",
                        shape.events)));
  events.push_back(event("message_stop", ""));
  return events;
}

std::string embeddings_plain(const Shape& shape, std::string_view model) {
  return fmt::format(
      R"({{"object":"list","model":"{}","data":[{{"object":"embedding","index":0,"embedding":[0.1,0.2,0.3]}}],)"
      R"("usage":{{"prompt_tokens":{},"total_tokens":{}}}}})",
      model, shape.prompt_tokens, shape.prompt_tokens);
}

std::string render_plain(const Shape& shape, Operation operation, std::string_view model) {
  switch (operation) {
    case Operation::chat:
      return chat_plain(shape, model);
    case Operation::messages:
      return messages_plain(shape, model);
    case Operation::completions:
      return completions_plain(shape, model);
    case Operation::embeddings:
      return embeddings_plain(shape, model);
  }
  std::unreachable();
}

std::vector<std::string> render_events(const Shape& shape, Operation operation, const Wanted& wanted) {
  switch (operation) {
    case Operation::chat:
      return chat_events(shape, wanted.model, wanted.usage);
    case Operation::messages:
      return messages_events(shape, wanted.model);
    case Operation::completions:
      return completions_events(shape, wanted.model, wanted.usage);
    case Operation::embeddings:
      return {};
  }
  std::unreachable();
}

// Each event is a chunk of its own, as providers send them, unless told otherwise; the last part has the body's end.
void write_stream(Answer& answer, const std::vector<std::string>& events) {
  answer.stream =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  std::vector<std::size_t> ends;
  for (const std::string& event : events) {
    answer.stream += fmt::format("{:x}\r\n{}\r\n", event.size(), event);
    ends.push_back(answer.stream.size());
  }
  answer.stream += "0\r\n\r\n";
  ends.back() = answer.stream.size();
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    answer.stream_parts.push_back(std::string_view(answer.stream).substr(begin, end - begin));
    begin = end;
  }
}

bool has_true(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    std::string_view rest = text.substr(at + key.size());
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == ':')) rest.remove_prefix(1);
    if (rest.starts_with("true")) return true;
  }
  return false;
}

std::string_view string_of(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = text.find('"', at + key.size());
  if (begin == std::string_view::npos) return {};
  const std::size_t end = text.find('"', begin + 1);
  return end == std::string_view::npos ? std::string_view{} : text.substr(begin + 1, end - begin - 1);
}

struct FaultRow {
  std::string_view name;
  Fault fault;
};

constexpr std::array kFaults{
    FaultRow{"fault-400", Fault::status_400},    FaultRow{"fault-401", Fault::status_401},
    FaultRow{"fault-429", Fault::status_429},    FaultRow{"fault-500", Fault::status_500},
    FaultRow{"fault-503", Fault::status_503},    FaultRow{"fault-stall-half", Fault::stall_half},
    FaultRow{"fault-stall", Fault::stall},       FaultRow{"fault-reset", Fault::reset},
    FaultRow{"fault-cut", Fault::cut},           FaultRow{"fault-html", Fault::html},
    FaultRow{"fault-bad-json", Fault::bad_json},
};

int status_of(Fault fault) {
  switch (fault) {
    case Fault::status_400:
      return 400;
    case Fault::status_401:
      return 401;
    case Fault::status_429:
      return 429;
    case Fault::status_500:
      return 500;
    case Fault::status_503:
      return 503;
    default:
      return 0;
  }
}

}  // namespace

bool Shape::set(std::string_view name, std::string_view value) {
  if (name == "events") return read_number(value, events);
  if (name == "interval_ms") return read_number(value, interval_ms);
  if (name == "delay_ms") return read_number(value, delay_ms);
  if (name == "text_bytes") return read_number(value, text_bytes);
  if (name == "prompt_tokens") return read_number(value, prompt_tokens);
  if (name == "one_chunk" && (value == "0" || value == "1")) {
    one_chunk = value == "1";
    return true;
  }
  return false;
}

Fault fault_of(std::string_view model) {
  if (!model.contains("fault-")) return Fault::none;
  for (const FaultRow& row : kFaults) {
    if (model.contains(row.name)) return row.fault;
  }
  return Fault::none;
}

Wanted scan_body(std::string_view first, std::string_view last) {
  Wanted wanted;
  wanted.model = string_of(first, "\"model\"");
  if (wanted.model.empty()) wanted.model = string_of(last, "\"model\"");
  wanted.stream = has_true(first, "\"stream\"") || has_true(last, "\"stream\"");
  wanted.usage = has_true(first, "\"include_usage\"") || has_true(last, "\"include_usage\"");
  return wanted;
}

void AnswerBook::reshape(const Shape& shape) {
  shape_ = shape;
  answers_.clear();
}

std::shared_ptr<const Answer> AnswerBook::find(Operation operation, const Wanted& wanted) {
  key_.clear();
  key_ += static_cast<char>('0' + static_cast<int>(operation));
  key_ += wanted.usage ? 'u' : '-';
  key_ += wanted.model;
  if (const auto found = answers_.find(key_); found != answers_.end()) return found->second;

  auto answer = std::make_shared<Answer>();
  answer->plain = json_message(200, render_plain(shape_, operation, wanted.model));
  answer->completion_tokens = operation == Operation::embeddings ? 0 : shape_.events;
  if (auto events = render_events(shape_, operation, wanted); !events.empty()) {
    if (shape_.one_chunk && shape_.interval_ms == 0) events = {joined(events)};
    write_stream(*answer, events);
  }
  if (answers_.size() >= kMaxKept) answers_.clear();
  answers_.emplace(key_, answer);
  return answer;
}

std::string json_message(int status, std::string_view body, std::string_view extra_fields) {
  return fmt::format("HTTP/1.1 {} {}\r\nContent-Type: application/json\r\n{}Content-Length: {}\r\n\r\n{}", status,
                     status == 200 ? "OK" : "Refused", extra_fields, body.size(), body);
}

std::string fault_message(Fault fault, Operation operation) {
  if (fault == Fault::html) {
    constexpr std::string_view kPage = "<!doctype html><title>Bad gateway</title>";
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{}", kPage.size(),
                       kPage);
  }
  if (fault == Fault::bad_json) return json_message(200, R"({"choices":[{"message":)");
  const int status = status_of(fault);
  if (status == 0) return {};
  const std::string body =
      operation == Operation::messages
          ? fmt::format(R"({{"type":"error","error":{{"type":"api_error","message":"mock failure {}"}}}})", status)
          : fmt::format(
                R"({{"error":{{"message":"mock failure {0}","type":"mock_error","param":null,"code":"mock_{0}"}}}})",
                status);
  return json_message(status, body, status == 429 ? "Retry-After: 1\r\n" : "");
}

}  // namespace tollgate::bench
