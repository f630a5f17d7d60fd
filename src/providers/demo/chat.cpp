#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "providers/demo/answers.h"
#include "providers/demo/schema.h"
#include "providers/demo/words.h"

namespace tollgate::providers::demo {
namespace {

constexpr std::int64_t kMostChoices = 128;
constexpr std::int64_t kLongestPlainWait = 20'000;

/// The texts of a `content`, a string or a list of parts.
struct Content {
  std::string text;
  int images = 0;
};

Content read_content(const json::object& message) {
  Content out;
  const json::value* content = json::find(message, "content");
  if (content == nullptr) return out;
  if (const json::string* text = content->if_string()) {
    out.text = json::view(*text);
  } else if (const json::array* parts = content->if_array()) {
    for (const json::value& part : *parts) {
      const json::object* inner = part.if_object();
      if (inner == nullptr) continue;
      if (json::find_string(*inner, "type") == "image_url") ++out.images;
      out.text += json::find_string(*inner, "text");
    }
  }
  return out;
}

std::int64_t limit_of(const json::object& request) {
  for (const std::string_view name : {"max_completion_tokens", "max_tokens"}) {
    const json::value* limit = json::find(request, name);
    if (limit != nullptr && limit->is_int64() && limit->get_int64() > 0) return limit->get_int64();
  }
  return INT64_MAX;
}

std::int64_t choices_of(const json::object& request) {
  const json::value* n = json::find(request, "n");
  return n != nullptr && n->is_int64() ? std::clamp<std::int64_t>(n->get_int64(), 1, kMostChoices) : 1;
}

bool flag(const json::object& from, std::string_view name) {
  const json::value* value = json::find(from, name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// Where the first stop sequence begins; the text's size if there is none.
std::size_t stop_in(const json::object& request, std::string_view text) {
  std::size_t first = text.size();
  const auto look = [&](const json::value& stop) {
    const json::string* sequence = stop.if_string();
    if (sequence == nullptr || sequence->empty()) return;
    first = std::min(first, text.find(json::view(*sequence)));
  };
  if (const json::value* stop = json::find(request, "stop")) {
    if (const json::array* list = stop->if_array()) {
      for (const json::value& each : *list) look(each);
    } else {
      look(*stop);
    }
  }
  return first;
}

/// One answer: a text, or a call of a tool.
struct Reply {
  std::string text;
  std::string tool;       ///< the name; empty: no call
  std::string arguments;  ///< JSON
  std::string_view finish = "stop";
  std::int64_t tokens = 0;
};

void cut(const json::object& request, Reply& reply) {
  std::string& spoken = reply.tool.empty() ? reply.text : reply.arguments;
  if (reply.tool.empty()) spoken.resize(std::min(spoken.size(), stop_in(request, spoken)));
  const std::vector<std::string_view> pieces = pieces_of(spoken);
  const auto limit = static_cast<std::size_t>(std::min<std::int64_t>(limit_of(request), INT32_MAX));
  reply.tokens = static_cast<std::int64_t>(std::min(pieces.size(), limit));
  if (pieces.size() > limit) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < limit; ++i) size += pieces[i].size();
    spoken.resize(size);
    reply.finish = "length";
  }
}

/// The tool to call: the one that is demanded, else the first; nullptr if none may be.
const json::object* tool_of(const json::object& request) {
  const json::array* tools = json::find_array(request, "tools");
  if (tools == nullptr || json::find_string(request, "tool_choice") == "none") return nullptr;
  std::string_view wanted;
  if (const json::object* choice = json::find_object(request, "tool_choice")) {
    if (const json::object* function = json::find_object(*choice, "function")) {
      wanted = json::find_string(*function, "name");
    }
  }
  for (const json::value& tool : *tools) {
    const json::object* declared = tool.if_object();
    const json::object* function = declared != nullptr ? json::find_object(*declared, "function") : nullptr;
    if (function == nullptr || json::find_string(*function, "name").empty()) continue;
    if (wanted.empty() || json::find_string(*function, "name") == wanted) return function;
  }
  return nullptr;
}

Reply make_reply(const json::object& request, const Heard& heard) {
  Reply out;
  const json::object* tool = heard.answers_tool ? nullptr : tool_of(request);
  const json::object* format = json::find_object(request, "response_format");
  const std::string_view kind = format != nullptr ? json::find_string(*format, "type") : std::string_view();
  if (tool != nullptr) {
    out.tool = json::find_string(*tool, "name");
    const json::object* schema = json::find_object(*tool, "parameters");
    out.arguments = schema != nullptr ? json::serialize(instance_of(*schema, heard.user_text)) : "{}";
    if (!out.arguments.starts_with('{')) out.arguments = "{}";
    out.finish = "tool_calls";
  } else if (kind == "json_schema") {
    const json::object* wrapped = json::find_object(*format, "json_schema");
    const json::object* schema = wrapped != nullptr ? json::find_object(*wrapped, "schema") : nullptr;
    out.text = schema != nullptr ? json::serialize(instance_of(*schema, heard.user_text)) : "{}";
  } else if (kind == "json_object") {
    const std::string answer = reply_to(heard);
    out.text = json::serialize(json::object{{"answer", answer}});
  } else {
    out.text = reply_to(heard);
  }
  cut(request, out);
  return out;
}

/// Steady, but not like a machine.
std::int64_t pause_ms(Behaviour behaviour, std::size_t word) {
  if (behaviour.word_ms == 0) return 0;
  return behaviour.word_ms * 2 / 3 + static_cast<std::int64_t>(word * 17 % 31) * behaviour.word_ms / 45;
}

std::string usage_json(std::int64_t prompt, std::int64_t completion) {
  return fmt::format(R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})", prompt, completion,
                     prompt + completion);
}

/// Collects the events of a stream, with the pauses between them.
class Stream {
 public:
  explicit Stream(Behaviour behaviour) : behaviour_(behaviour) {}

  void event(std::string_view json, std::int64_t delay_ms = 0) {
    // What comes without a pause comes in one piece.
    if (delay_ms > 0 || steps_.empty()) steps_.push_back({.delay_ms = delay_ms, .bytes = {}});
    std::string& bytes = steps_.back().bytes;
    bytes += "data: ";
    bytes += json;
    bytes += "\n\n";
  }
  /// @return whether the stream goes on after so many of all words.
  bool goes_on(std::size_t word, std::size_t words) const {
    return behaviour_.way == Behaviour::Way::answer || word < (words + 1) / 2;
  }
  LocalAnswer finish() {
    LocalAnswer out;
    out.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}};
    switch (behaviour_.way) {
      case Behaviour::Way::answer:
        event("[DONE]");
        break;
      case Behaviour::Way::stall:
        out.end = LocalAnswer::End::stalled;
        break;
      case Behaviour::Way::break_off:
        out.end = LocalAnswer::End::broken;
        break;
      case Behaviour::Way::fail_in_stream:
        event(R"({"error":{"message":"The demo model fails in mid-stream, as its name says.",)"
              R"("type":"server_error","param":null,"code":"demo_failure"}})");
        break;
    }
    out.steps = std::move(steps_);
    return out;
  }

 private:
  Behaviour behaviour_;
  std::vector<LocalStep> steps_;
};

/// A plain answer, late or damaged as the model behaves.
LocalAnswer plain(const json::object& body, Behaviour behaviour, std::int64_t tokens) {
  LocalAnswer out = json_answer(body);
  out.head_delay_ms = std::min(behaviour.first_ms + behaviour.word_ms * tokens, kLongestPlainWait);
  switch (behaviour.way) {
    case Behaviour::Way::answer:
      break;
    case Behaviour::Way::stall:
      out.steps.clear();
      out.end = LocalAnswer::End::stalled;
      break;
    case Behaviour::Way::break_off:
      out.steps[0].bytes.resize(out.steps[0].bytes.size() / 2);
      out.end = LocalAnswer::End::broken;
      break;
    case Behaviour::Way::fail_in_stream:
      return failed(500, "server_error", "demo_failure", "The demo model fails, as its name says.");
  }
  return out;
}

class Chat {
 public:
  Chat(const LocalCall& call, const json::object& request, Behaviour behaviour)
      : request_(request),
        behaviour_(behaviour),
        id_("chatcmpl-" + std::string(call.id)),
        created_(call.now_unix_s),
        model_(json::find_string(request, "model")) {}

  LocalAnswer run() {
    const json::array* messages = json::find_array(request_, "messages");
    if (messages == nullptr || messages->empty()) {
      return failed(400, "invalid_request_error", "invalid_value", "messages must be a list that is not empty");
    }
    listen(*messages);
    reply_ = make_reply(request_, heard_);
    choices_ = choices_of(request_);
    return flag(request_, "stream") ? streamed() : whole();
  }

 private:
  void listen(const json::array& messages) {
    for (const json::value& item : messages) {
      const json::object* message = item.if_object();
      if (message == nullptr) continue;
      Content content = read_content(*message);
      prompt_tokens_ += count_pieces(content.text) + content.images;
      const std::string_view role = json::find_string(*message, "role");
      heard_.answers_tool = role == "tool";
      if (role == "tool") {
        tool_text_ = std::move(content.text);
      } else if (role == "user") {
        user_text_ = std::move(content.text);
        heard_.images = content.images;
      }
    }
    if (const json::array* tools = json::find_array(request_, "tools")) {
      prompt_tokens_ += count_pieces(json::serialize(json::value(*tools)));
    }
    heard_.user_text = user_text_;
    heard_.tool_result = tool_text_;
  }

  std::string call_id(std::int64_t choice) const { return fmt::format("call_{}{}", id_.substr(9), choice); }

  LocalAnswer whole() const {
    json::array choices;
    for (std::int64_t i = 0; i < choices_; ++i) {
      json::object message{{"role", "assistant"}, {"content", nullptr}, {"refusal", nullptr}};
      if (reply_.tool.empty()) {
        message["content"] = reply_.text;
      } else {
        message["tool_calls"] = json::array{
            json::object{{"id", call_id(i)},
                         {"type", "function"},
                         {"function", json::object{{"name", reply_.tool}, {"arguments", reply_.arguments}}}}};
      }
      choices.push_back(
          json::object{{"index", i},
                       {"message", std::move(message)},
                       {"logprobs", nullptr},
                       {"finish_reason", boost::json::string_view(reply_.finish.data(), reply_.finish.size())}});
    }
    const std::int64_t completion = reply_.tokens * choices_;
    const json::object body{{"id", id_},
                            {"object", "chat.completion"},
                            {"created", created_},
                            {"model", model_},
                            {"choices", std::move(choices)},
                            {"usage", json::parse_object(usage_json(prompt_tokens_, completion)).value()},
                            {"system_fingerprint", "fp_demo"}};
    return plain(body, behaviour_, reply_.tokens);
  }

  std::string chunk(std::int64_t choice, std::string_view delta, std::string_view finish) const {
    std::string out =
        fmt::format(R"({{"id":"{}","object":"chat.completion.chunk","created":{},"model":)", id_, created_);
    json::quote_to(model_, out);
    out += fmt::format(R"(,"system_fingerprint":"fp_demo","choices":[{{"index":{},"delta":{},"logprobs":null,)", choice,
                       delta);
    out += finish.empty() ? R"("finish_reason":null}]})" : fmt::format(R"("finish_reason":"{}"}}]}})", finish);
    return out;
  }

  std::string first_delta(std::int64_t choice) const {
    if (reply_.tool.empty()) return R"({"role":"assistant","content":"","refusal":null})";
    return fmt::format(R"({{"role":"assistant","content":null,"tool_calls":[{{"index":0,"id":"{}","type":"function",)"
                       R"("function":{{"name":{},"arguments":""}}}}]}})",
                       call_id(choice), json::quote(reply_.tool));
  }

  std::string word_delta(std::string_view word) const {
    if (reply_.tool.empty()) return fmt::format(R"({{"content":{}}})", json::quote(word));
    return fmt::format(R"({{"tool_calls":[{{"index":0,"function":{{"arguments":{}}}}}]}})", json::quote(word));
  }

  LocalAnswer streamed() const {
    Stream stream(behaviour_);
    const auto each_choice = [&](auto&& use) {
      for (std::int64_t i = 0; i < choices_; ++i) use(i);
    };
    each_choice([&](std::int64_t i) { stream.event(chunk(i, first_delta(i), {}), i == 0 ? behaviour_.first_ms : 0); });
    const auto words = pieces_of(reply_.tool.empty() ? reply_.text : reply_.arguments);
    for (std::size_t word = 0; word < words.size() && stream.goes_on(word, words.size()); ++word) {
      const std::string delta = word_delta(words[word]);
      each_choice([&](std::int64_t i) { stream.event(chunk(i, delta, {}), i == 0 ? pause_ms(behaviour_, word) : 0); });
    }
    if (behaviour_.way == Behaviour::Way::answer) {
      each_choice([&](std::int64_t i) { stream.event(chunk(i, "{}", reply_.finish)); });
      const json::object* options = json::find_object(request_, "stream_options");
      if (options != nullptr && flag(*options, "include_usage")) {
        std::string usage =
            fmt::format(R"({{"id":"{}","object":"chat.completion.chunk","created":{},"model":)", id_, created_);
        json::quote_to(model_, usage);
        usage += R"(,"system_fingerprint":"fp_demo","choices":[],"usage":)";
        usage += usage_json(prompt_tokens_, reply_.tokens * choices_);
        usage += '}';
        stream.event(usage);
      }
    }
    return stream.finish();
  }

  const json::object& request_;
  Behaviour behaviour_;
  std::string id_;
  std::int64_t created_;
  std::string_view model_;
  Heard heard_;
  std::string user_text_, tool_text_;
  Reply reply_;
  std::int64_t choices_ = 1;
  std::int64_t prompt_tokens_ = 0;
};

}  // namespace

LocalAnswer answer_chat(const LocalCall& call, const json::object& request, Behaviour behaviour) {
  return Chat(call, request, behaviour).run();
}

LocalAnswer answer_completions(const LocalCall& call, const json::object& request, Behaviour behaviour) {
  const json::value* prompt = json::find(request, "prompt");
  const std::vector<std::string> prompts = prompt != nullptr ? texts_of(*prompt) : std::vector<std::string>{};
  if (prompts.empty()) {
    return failed(400, "invalid_request_error", "invalid_value", "prompt must be a text or a list of texts");
  }
  const std::string id = "cmpl-" + std::string(call.id);
  const std::string_view model = json::find_string(request, "model");
  const std::int64_t each = choices_of(request);
  std::int64_t prompt_tokens = 0, completion_tokens = 0;
  std::vector<Reply> replies;
  for (const std::string& text : prompts) {
    prompt_tokens += count_pieces(text);
    for (std::int64_t i = 0; i < each && replies.size() < static_cast<std::size_t>(kMostChoices); ++i) {
      Reply reply;
      reply.text = reply_to({.user_text = text});
      cut(request, reply);
      completion_tokens += reply.tokens;
      replies.push_back(std::move(reply));
    }
  }

  const auto head = [&] {
    std::string out =
        fmt::format(R"({{"id":"{}","object":"text_completion","created":{},"model":)", id, call.now_unix_s);
    json::quote_to(model, out);
    return out;
  }();
  const auto choice = [](std::size_t index, std::string_view text, std::string_view finish) {
    return fmt::format(R"({{"index":{},"text":{},"logprobs":null,"finish_reason":{}}})", index, json::quote(text),
                       finish.empty() ? "null" : json::quote(finish));
  };
  if (!flag(request, "stream")) {
    std::string body = head + R"(,"choices":[)";
    for (std::size_t i = 0; i < replies.size(); ++i) {
      if (i > 0) body += ',';
      body += choice(i, replies[i].text, replies[i].finish);
    }
    body += R"(],"usage":)" + usage_json(prompt_tokens, completion_tokens) + '}';
    return plain(json::parse_object(body).value(), behaviour, completion_tokens);
  }
  Stream stream(behaviour);
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const auto words = pieces_of(replies[i].text);
    for (std::size_t word = 0; word < words.size() && stream.goes_on(word, words.size()); ++word) {
      const std::int64_t delay = pause_ms(behaviour, word) + (i == 0 && word == 0 ? behaviour.first_ms : 0);
      stream.event(head + R"(,"choices":[)" + choice(i, words[word], {}) + "]}", delay);
    }
    if (behaviour.way != Behaviour::Way::answer) break;
    stream.event(head + R"(,"choices":[)" + choice(i, {}, replies[i].finish) + "]}");
  }
  const json::object* options = json::find_object(request, "stream_options");
  if (behaviour.way == Behaviour::Way::answer && options != nullptr && flag(*options, "include_usage")) {
    stream.event(head + R"(,"choices":[],"usage":)" + usage_json(prompt_tokens, completion_tokens) + '}');
  }
  return stream.finish();
}

}  // namespace tollgate::providers::demo
