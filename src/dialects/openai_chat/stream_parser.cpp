#include <cstring>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "dialects/openai_chat/openai_chat.h"
#include "dialects/text_cursor.h"
#include "dialects/upstream_error.h"
#include "llm/bad_answer.h"
#include "llm/sse.h"

namespace tollgate::dialects::openai_chat {
namespace {

namespace event = llm::event;
using event::BlockKind;

/// Memory of a stream is bounded, whatever an upstream sends.
constexpr std::size_t kMostCalls = 1024;
constexpr std::size_t kMostWaitingBytes = std::size_t{1} << 20;

/// The only string that changes from one delta to the next. An event that has the same bytes around it has the same
/// structure, so its text can be taken without parsing.
struct Shape {
  enum class Role : std::uint8_t { none, text, reasoning, arguments };
  Role role = Role::none;
  int block = 0;
  std::string before, after;
  bool padded = false;  ///< another string stands behind `after`, of random length (`obfuscation`), then `last`
  std::string last;
};

struct Call {
  std::int64_t index = 0;  ///< the upstream's
  std::string id;
  int block = -1;       ///< -1: waits for its name
  std::string waiting;  ///< escaped arguments that came before the name
};

class Parser final : public llm::StreamParser {
 public:
  explicit Parser(const llm::Conversion& conversion) : conversion_(conversion) {}

  void feed(std::string_view bytes, llm::EventSink& sink) override {
    if (over_) return;
    const bool fits = splitter_.feed(bytes, [&](std::string_view one) {
      on_event(one, sink);
      return !over_;
    });
    if (!fits && !over_) give_up(sink, llm::stream_not_its_api("an event is longer than the limit"));
  }

  void finish(llm::EventSink& sink) override {
    if (over_) return;
    if (!splitter_.rest().empty()) feed("\n\n", sink);
    if (over_) return;
    if (finish_seen_) {
      end(sink);
    } else {
      give_up(sink, llm::stream_cut_short("no finish_reason and no [DONE]"));
    }
  }

 private:
  void on_event(std::string_view one, llm::EventSink& sink) {
    if (shape_.role != Shape::Role::none && take_by_shape(one, sink)) return;
    const llm::SseEvent read = llm::read_sse_event(one, scratch_);
    const std::string_view payload = trim(read.data);
    if (payload.empty()) {
      // Comments and empty events keep the connection alive.
      sink.on(event::Ping{});
      return;
    }
    if (payload == "[DONE]") {
      if (started_) {
        end(sink);
      } else {
        give_up(sink, llm::stream_not_its_api("[DONE] without an answer"));
      }
      return;
    }
    auto chunk = json::parse_object(payload);
    if (!chunk) {
      give_up(sink, llm::stream_not_its_api(chunk.error().message()));
      return;
    }
    if (read.name == "error" || json::find(*chunk, "error")) {
      give_up(sink, parse_error(200, payload));
      return;
    }
    on_chunk(*chunk, one, sink);
  }

  bool take_by_shape(std::string_view one, llm::EventSink& sink) {
    TextCursor at(one);
    std::string_view raw, padding;
    if (!at.eat(shape_.before) || !at.eat_string_rest(raw) || !at.eat(shape_.after)) return false;
    if (shape_.padded && (!at.eat_string_rest(padding) || !at.eat(shape_.last))) return false;
    if (!at.done() || !is_string_inside(raw)) return false;
    if (!raw.empty()) deliver(shape_.role, shape_.block, raw, sink);
    return true;
  }

  static void deliver(Shape::Role role, int block, std::string_view raw, llm::EventSink& sink) {
    switch (role) {
      case Shape::Role::text:
        sink.on(event::TextDelta{block, {raw}});
        break;
      case Shape::Role::reasoning:
        sink.on(event::ReasoningDelta{block, {raw}});
        break;
      case Shape::Role::arguments:
        sink.on(event::ToolArgumentsDelta{block, {raw}});
        break;
      case Shape::Role::none:
        break;
    }
  }

  /// Remembers the shape of an event whose only content was `text`, the value of `key`.
  void learn(std::string_view one, std::string_view key, std::string_view text, Shape::Role role, int block) {
    shape_.role = Shape::Role::none;
    needle_.assign(1, '"').append(key).append("\":\"");
    const std::size_t found = one.find(needle_);
    if (found == std::string_view::npos || one.find(needle_, found + 1) != std::string_view::npos) return;
    TextCursor cursor(one.substr(found + needle_.size()));
    std::string_view raw;
    if (!cursor.eat_string_rest(raw)) return;
    // The key could have been found at another place than the value that was read.
    decoded_.clear();
    if (!json::unescape_to(raw, decoded_) || decoded_ != text) return;
    const auto value_at = static_cast<std::size_t>(raw.data() - one.data());
    // Only one line of data: otherwise the bytes are not the JSON's own.
    if (!one.starts_with("data:") || one.substr(0, value_at).find_first_of("\r\n") != std::string_view::npos) return;
    std::string_view after = one.substr(value_at + raw.size() + 1);
    if (after.substr(0, after.find_first_of("\r\n")).size() + 4 < after.size()) return;
    shape_.before.assign(one.substr(0, value_at));
    constexpr std::string_view kPadding = ",\"obfuscation\":\"";
    const std::size_t padding = after.find(kPadding);
    shape_.padded = padding != std::string_view::npos;
    if (shape_.padded) {
      TextCursor rest(after.substr(padding + kPadding.size()));
      std::string_view ignored;
      if (!rest.eat_string_rest(ignored)) return;
      shape_.last.assign(rest.rest());
      after = after.substr(0, padding + kPadding.size());
    }
    shape_.after.assign(after);
    shape_.role = role;
    shape_.block = block;
  }

  void start(const json::object& chunk, llm::EventSink& sink) {
    if (started_) return;
    started_ = true;
    sink.on(event::Start{json::find_string(chunk, "id"),
                         json::find_string(chunk, "model"),
                         llm::count_at(chunk, "created").value_or(0),
                         {}});
  }

  void on_chunk(const json::object& chunk, std::string_view one, llm::EventSink& sink) {
    const json::array* choices = json::find_array(chunk, "choices");
    const json::object* usage = json::find_object(chunk, "usage");
    if (!choices && !usage) {
      // Some providers announce things of their own; a whole stream of them has no finish and fails at its end.
      if (json::find(chunk, "object") || json::find(chunk, "id")) return;
      give_up(sink, llm::stream_not_its_api("an event without choices"));
      return;
    }
    if (choices && !choices->empty()) {
      const json::object* choice = choices->front().if_object();
      if (!choice) {
        give_up(sink, llm::stream_not_its_api("choices[0] is not an object"));
        return;
      }
      start(chunk, sink);
      // Answers of one choice only: what is converted was never asked for more.
      if (llm::count_at(*choice, "index").value_or(0) == 0) on_choice(*choice, one, sink);
      if (over_) return;
      if (!usage) usage = json::find_object(*choice, "usage");
    }
    if (!usage) {
      if (const json::object* groq = json::find_object(chunk, "x_groq")) usage = json::find_object(*groq, "usage");
    }
    if (usage) {
      const llm::Usage read = (conversion_.read_usage ? conversion_.read_usage : &llm::read_openai_usage)(*usage);
      if (!read.empty()) {
        shape_.role = Shape::Role::none;
        sink.on(event::UsageReport{read});
      }
    }
  }

  void on_choice(const json::object& choice, std::string_view one, llm::EventSink& sink) {
    const json::value* raw_delta = json::find(choice, "delta");
    const json::object* delta = raw_delta ? raw_delta->if_object() : nullptr;
    if (raw_delta && !delta) {
      give_up(sink, llm::stream_not_its_api("choices[0].delta is not an object"));
      return;
    }
    const std::string_view reason = json::find_string(choice, "finish_reason");
    if (delta) on_delta(*delta, reason.empty() ? one : std::string_view(), sink);
    if (over_ || reason.empty()) return;
    shape_.role = Shape::Role::none;
    if (!close_blocks(sink)) return;
    if (!finish_seen_) sink.on(event::Finish{finish_reason(reason), {}});
    finish_seen_ = true;
  }

  /// @param one  The event, or empty if it says more than this delta.
  void on_delta(const json::object& delta, std::string_view one, llm::EventSink& sink) {
    int texts = 0;
    std::string_view key, text;
    Shape::Role role = Shape::Role::none;
    int block = 0;
    const auto take = [&](std::string_view member, BlockKind kind, Shape::Role as) {
      const std::string_view found = json::find_string(delta, member);
      if (found.empty()) return false;
      block = open(kind, sink);
      escaped_.clear();
      json::escape_to(found, escaped_);
      deliver(as, block, escaped_, sink);
      ++texts;
      key = member;
      text = found;
      role = as;
      return true;
    };
    // Both names of the same thought: some providers send it twice.
    if (!take("reasoning_content", BlockKind::reasoning, Shape::Role::reasoning)) {
      take("reasoning", BlockKind::reasoning, Shape::Role::reasoning);
    } else if (json::find(delta, "reasoning")) {
      ++texts;
    }
    if (const json::value* content = json::find(delta, "content"); content && !content->is_string()) {
      if (!on_content_parts(*content, sink)) return;
      ++texts;
    } else {
      take("content", BlockKind::text, Shape::Role::text);
    }
    take("refusal", BlockKind::refusal, Shape::Role::text);
    if (const json::array* calls = json::find_array(delta, "tool_calls"); calls && !calls->empty()) {
      if (texts != 0) ++texts;
      for (const json::value& item : *calls) {
        const json::object* call = item.if_object();
        if (!call) {
          give_up(sink, llm::stream_not_its_api("a tool call is not an object"));
          return;
        }
        const Call* known = on_tool_call(*call, sink);
        if (over_) return;
        const json::object* function = json::find_object(*call, "function");
        if (!known || !function || calls->size() != 1 || known->block < 0) continue;
        // A call's first delta names it and is not like those that follow.
        if (json::find(*function, "name") || json::find(*call, "id")) continue;
        ++texts;
        key = "arguments";
        text = json::find_string(*function, "arguments");
        role = Shape::Role::arguments;
        block = known->block;
      }
      if (text.empty()) texts = 0;
    } else if (const json::object* function = json::find_object(delta, "function_call")) {
      json::object call{{"index", 0}, {"function", *function}};
      on_tool_call(call, sink);
      texts = 2;
    }
    if (texts == 1 && !one.empty() && !json::find(delta, "annotations")) learn(one, key, text, role, block);
  }

  /// Content as a list of parts: texts and thoughts.
  bool on_content_parts(const json::value& content, llm::EventSink& sink) {
    const json::array* parts = content.if_array();
    if (!parts) {
      give_up(sink, llm::stream_not_its_api("delta.content is neither a text nor a list"));
      return false;
    }
    const auto say = [&](const json::object& part, BlockKind kind, Shape::Role role) {
      const std::string_view text = json::find_string(part, "text");
      if (text.empty()) return;
      const int block = open(kind, sink);
      escaped_.clear();
      json::escape_to(text, escaped_);
      deliver(role, block, escaped_, sink);
    };
    for (const json::value& item : *parts) {
      const json::object* part = item.if_object();
      if (!part) continue;
      if (const json::array* thoughts = json::find_array(*part, "thinking")) {
        for (const json::value& piece : *thoughts) {
          if (const json::object* object = piece.if_object())
            say(*object, BlockKind::reasoning, Shape::Role::reasoning);
        }
      } else {
        say(*part, BlockKind::text, Shape::Role::text);
      }
    }
    return true;
  }

  const Call* on_tool_call(const json::object& delta, llm::EventSink& sink) {
    const json::object* function = json::find_object(delta, "function");
    const std::string_view id = json::find_string(delta, "id");
    const std::string_view name = function ? json::find_string(*function, "name") : std::string_view();
    const auto stated = llm::count_at(delta, "index");
    Call* call = nullptr;
    for (Call& known : calls_) {
      if (stated ? known.index == *stated : (id.empty() || known.id == id)) call = &known;
    }
    // Some providers number every call 0 and tell them apart by their ids alone.
    if (call && stated && !id.empty() && !call->id.empty() && call->id != id && !name.empty()) call = nullptr;
    if (!call) {
      if (!stated && id.empty() && name.empty()) {
        give_up(sink, llm::stream_not_its_api("arguments of an unknown tool call"));
        return nullptr;
      }
      if (calls_.size() == kMostCalls) {
        give_up(sink, llm::stream_not_its_api("more tool calls than any answer has"));
        return nullptr;
      }
      call = &calls_.emplace_back();
      call->index = stated.value_or(static_cast<std::int64_t>(calls_.size()) - 1);
    }
    if (call->id.empty()) call->id = id;
    if (call->block < 0 && !name.empty()) begin_call(*call, name, sink);
    if (!function) return call;
    const json::value* arguments = json::find(*function, "arguments");
    if (!arguments) return call;
    escaped_.clear();
    if (const json::string* text = arguments->if_string()) {
      json::escape_to(json::view(*text), escaped_);
    } else {
      json::escape_to(json::serialize(*arguments), escaped_);
    }
    if (escaped_.empty()) return call;
    if (call->block < 0) {
      call->waiting += escaped_;
      if (call->waiting.size() > kMostWaitingBytes)
        give_up(sink, llm::stream_not_its_api("a tool call without a function name"));
    } else {
      sink.on(event::ToolArgumentsDelta{call->block, {escaped_}});
    }
    return call;
  }

  void begin_call(Call& call, std::string_view name, llm::EventSink& sink) {
    stop_text(sink);
    if (call.id.empty()) {
      call.id = "call_" + conversion_.fallback_id + "_" + std::to_string(calls_.size() - 1);
    }
    call.block = next_block_++;
    sink.on(event::BlockStart{call.block, BlockKind::tool_call, call.id, conversion_.client_tool_name(name), {}});
    if (!call.waiting.empty()) sink.on(event::ToolArgumentsDelta{call.block, {call.waiting}});
    call.waiting.clear();
  }

  /// Makes the wanted block the open one.
  int open(BlockKind kind, llm::EventSink& sink) {
    if (open_block_ >= 0 && open_kind_ == kind) return open_block_;
    stop_text(sink);
    open_block_ = next_block_++;
    open_kind_ = kind;
    sink.on(event::BlockStart{open_block_, kind, {}, {}, {}});
    return open_block_;
  }
  void stop_text(llm::EventSink& sink) {
    shape_.role = Shape::Role::none;
    if (open_block_ >= 0) sink.on(event::BlockStop{open_block_});
    open_block_ = -1;
  }
  /// @return false if the stream failed: a call never got its name.
  bool close_blocks(llm::EventSink& sink) {
    stop_text(sink);
    for (const Call& call : calls_) {
      if (call.block < 0) {
        give_up(sink, llm::stream_not_its_api("a tool call without a function name"));
        return false;
      }
      sink.on(event::BlockStop{call.block});
    }
    calls_.clear();
    return true;
  }

  void end(llm::EventSink& sink) {
    if (!close_blocks(sink)) return;
    over_ = true;
    sink.on(event::End{});
  }
  void give_up(llm::EventSink& sink, Error error) {
    over_ = true;
    sink.on(event::Failure{std::move(error)});
  }

  const llm::Conversion& conversion_;
  llm::SseSplitter splitter_;
  Shape shape_;
  std::vector<Call> calls_;
  std::string scratch_, escaped_, decoded_, needle_;
  int next_block_ = 0;
  int open_block_ = -1;  ///< a text or thought; calls may overlap it no more than each other
  BlockKind open_kind_ = BlockKind::text;
  bool started_ = false;
  bool finish_seen_ = false;
  bool over_ = false;
};

}  // namespace

std::unique_ptr<llm::StreamParser> make_parser(const llm::Conversion& conversion) {
  return std::make_unique<Parser>(conversion);
}

}  // namespace tollgate::dialects::openai_chat
