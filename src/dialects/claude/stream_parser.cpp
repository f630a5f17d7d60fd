#include <cstring>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "dialects/claude/claude.h"
#include "dialects/text_cursor.h"
#include "dialects/upstream_error.h"
#include "llm/bad_answer.h"
#include "llm/sse.h"

namespace tollgate::dialects::claude {
namespace {

namespace event = llm::event;
using event::BlockKind;

/// Memory of a stream is bounded, whatever an upstream sends.
constexpr int kMostBlocks = 65'536;
constexpr std::size_t kMostOpenBlocks = 1024;

/// A content block of the upstream that is still open.
struct Open {
  enum class Kind : std::uint8_t { text, thinking, redacted, tool, schema_answer, opaque };
  std::int64_t index = 0;
  Kind kind = Kind::text;
  int block = -1;       ///< the neutral number
  bool started = true;  ///< an opaque block has no neutral one
  bool has_input = false;
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
      give_up(sink, llm::stream_cut_short("no stop_reason and no message_stop"));
    }
  }

 private:
  void on_event(std::string_view one, llm::EventSink& sink) {
    if (take_common(one, sink)) return;
    const llm::SseEvent read = llm::read_sse_event(one, scratch_);
    const std::string_view payload = trim(read.data);
    if (payload.empty()) {
      sink.on(event::Ping{});
      return;
    }
    auto parsed = json::parse_object(payload);
    if (!parsed) {
      give_up(sink, llm::stream_not_its_api(parsed.error().message()));
      return;
    }
    const std::string_view type = json::find_string(*parsed, "type");
    if (type == "error" || (type.empty() && json::find(*parsed, "error"))) {
      give_up(sink, parse_error(200, payload));
    } else if (type == "message_start") {
      on_message_start(*parsed, sink);
    } else if (type == "ping") {
      sink.on(event::Ping{});
    } else if (type.empty()) {
      give_up(sink, llm::stream_not_its_api("an event without a type"));
    } else if (type == "content_block_start" || type == "content_block_delta" || type == "content_block_stop" ||
               type == "message_delta" || type == "message_stop") {
      if (!started_) {
        give_up(sink, llm::stream_not_its_api(std::string(type) + " before message_start"));
      } else if (type == "content_block_start") {
        on_block_start(*parsed, sink);
      } else if (type == "content_block_delta") {
        on_block_delta(*parsed, payload, sink);
      } else if (type == "content_block_stop") {
        on_block_stop(*parsed, sink);
      } else if (type == "message_delta") {
        on_message_delta(*parsed, sink);
      } else {
        end(sink);
      }
    }
    // Events of unknown types are for later versions of the API.
  }

  /// A delta spelled as Anthropic spells it, compared byte for byte. @return false: not of that shape.
  bool take_common(std::string_view one, llm::EventSink& sink) {
    TextCursor at(one);
    if (!at.eat("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":")) return false;
    const char* digits = at.position();
    if (!at.eat_digits()) return false;
    const auto index = parse_int({digits, static_cast<std::size_t>(at.position() - digits)});
    if (!at.eat(",\"delta\":{\"type\":\"")) return false;
    Open::Kind kind;
    if (at.eat("text_delta\",\"text\":\"")) {
      kind = Open::Kind::text;
    } else if (at.eat("thinking_delta\",\"thinking\":\"")) {
      kind = Open::Kind::thinking;
    } else if (at.eat("input_json_delta\",\"partial_json\":\"")) {
      kind = Open::Kind::tool;
    } else {
      return false;
    }
    std::string_view raw;
    if (!at.eat_string_rest(raw) || !at.eat("}")) return false;
    at.eat_blanks();
    if (!at.eat("}")) return false;
    at.eat_blanks();
    if (!at.done() || !is_string_inside(raw) || !index) return false;
    Open* open = find(*index);
    if (!open || !accepts(*open, kind)) return false;
    deliver(*open, raw, sink);
    return true;
  }

  static bool accepts(const Open& open, Open::Kind delta) {
    return open.kind == delta || (open.kind == Open::Kind::schema_answer && delta == Open::Kind::tool);
  }

  void deliver(Open& open, std::string_view raw, llm::EventSink& sink) {
    if (raw.empty()) return;
    open.has_input = true;
    switch (open.kind) {
      case Open::Kind::text:
      case Open::Kind::schema_answer:
        sink.on(event::TextDelta{open.block, {raw}});
        break;
      case Open::Kind::thinking:
        sink.on(event::ReasoningDelta{open.block, {raw}});
        break;
      case Open::Kind::tool:
        sink.on(event::ToolArgumentsDelta{open.block, {raw}});
        break;
      case Open::Kind::redacted:
      case Open::Kind::opaque:
        break;
    }
  }
  void deliver_plain(Open& open, std::string_view text, llm::EventSink& sink) {
    escaped_.clear();
    json::escape_to(text, escaped_);
    deliver(open, escaped_, sink);
  }

  Open* find(std::int64_t index) {
    for (Open& open : open_) {
      if (open.index == index) return &open;
    }
    return nullptr;
  }

  [[nodiscard]] llm::Usage read_usage(const json::object& usage) const {
    return (conversion_.read_usage ? conversion_.read_usage : &llm::read_claude_usage)(usage);
  }

  void on_message_start(const json::object& body, llm::EventSink& sink) {
    const json::object* message = json::find_object(body, "message");
    if (!message || started_) {
      give_up(sink, llm::stream_not_its_api(started_ ? "a second message_start" : "message_start without a message"));
      return;
    }
    started_ = true;
    event::Start start{json::find_string(*message, "id"), json::find_string(*message, "model"), 0, {}};
    if (const json::object* usage = json::find_object(*message, "usage")) start.usage = read_usage(*usage);
    sink.on(start);
  }

  void on_block_start(const json::object& body, llm::EventSink& sink) {
    const auto index = llm::count_at(body, "index");
    const json::object* block = json::find_object(body, "content_block");
    if (!index || !block || find(*index)) {
      give_up(sink, llm::stream_not_its_api("a content_block_start without an index of its own or a block"));
      return;
    }
    if (open_.size() == kMostOpenBlocks || next_block_ == kMostBlocks) {
      give_up(sink, llm::stream_not_its_api("more blocks than any answer has"));
      return;
    }
    const std::string_view type = json::find_string(*block, "type");
    Open open{.index = *index};
    event::BlockStart start{};
    if (type == "text") {
      open.kind = Open::Kind::text;
    } else if (type == "thinking") {
      open.kind = Open::Kind::thinking;
      start.kind = BlockKind::reasoning;
    } else if (type == "redacted_thinking") {
      open.kind = Open::Kind::redacted;
      start.kind = BlockKind::redacted_reasoning;
      start.redacted = json::find_string(*block, "data");
    } else if (type == "tool_use") {
      const std::string_view name = json::find_string(*block, "name");
      if (name.empty()) {
        give_up(sink, llm::stream_not_its_api("a tool_use block without a name"));
        return;
      }
      if (!conversion_.schema_tool.empty() && name == conversion_.schema_tool) {
        open.kind = Open::Kind::schema_answer;
        answered_by_schema_ = true;
      } else {
        open.kind = Open::Kind::tool;
        called_ = true;
        start.kind = BlockKind::tool_call;
        start.tool_id = json::find_string(*block, "id");
        start.tool_name = conversion_.client_tool_name(name);
      }
    } else {
      open.kind = Open::Kind::opaque;
      open.started = false;
      sink.on(event::OpaqueEvent{DialectId::claude, json::serialize(body)});
    }
    if (open.started) {
      open.block = start.block = next_block_++;
      sink.on(start);
    }
    Open& kept = open_.emplace_back(open);
    if (kept.kind == Open::Kind::text) deliver_plain(kept, json::find_string(*block, "text"), sink);
    if (kept.kind == Open::Kind::thinking) deliver_plain(kept, json::find_string(*block, "thinking"), sink);
    if (kept.kind == Open::Kind::tool || kept.kind == Open::Kind::schema_answer) {
      // Usually empty, with the input to follow; some gateways send all of it here.
      const json::object* input = json::find_object(*block, "input");
      if (input && !input->empty()) deliver_plain(kept, json::serialize(*input), sink);
    }
  }

  void on_block_delta(const json::object& body, std::string_view payload, llm::EventSink& sink) {
    const auto index = llm::count_at(body, "index");
    const json::object* delta = json::find_object(body, "delta");
    Open* open = index ? find(*index) : nullptr;
    if (!open || !delta) {
      give_up(sink, llm::stream_not_its_api("a content_block_delta of no open block"));
      return;
    }
    const std::string_view type = json::find_string(*delta, "type");
    const auto take = [&](Open::Kind kind, std::string_view key) {
      const json::value* text = json::find(*delta, key);
      if (!accepts(*open, kind) || !text || !text->is_string()) {
        give_up(sink, llm::stream_not_its_api("a " + std::string(type) + " that does not fit its block"));
        return;
      }
      deliver_plain(*open, json::view(text->get_string()), sink);
    };
    if (type.empty()) {
      give_up(sink, llm::stream_not_its_api("a delta without a type"));
    } else if (open->kind != Open::Kind::opaque && type == "text_delta") {
      take(Open::Kind::text, "text");
    } else if (open->kind != Open::Kind::opaque && type == "thinking_delta") {
      take(Open::Kind::thinking, "thinking");
    } else if (open->kind != Open::Kind::opaque && type == "input_json_delta") {
      take(Open::Kind::tool, "partial_json");
    } else if (type == "signature_delta" && open->kind == Open::Kind::thinking) {
      sink.on(event::SignatureDelta{open->block, json::find_string(*delta, "signature"), DialectId::claude});
    } else {
      sink.on(event::OpaqueEvent{DialectId::claude, payload});
    }
  }

  void stop_block(Open& open, llm::EventSink& sink) {
    if (!open.started) return;
    if (open.kind == Open::Kind::tool && !open.has_input) sink.on(event::ToolArgumentsDelta{open.block, {"{}"}});
    sink.on(event::BlockStop{open.block});
  }

  void on_block_stop(const json::object& body, llm::EventSink& sink) {
    const auto index = llm::count_at(body, "index");
    for (auto open = open_.begin(); open != open_.end(); ++open) {
      if (!index || open->index != *index) continue;
      if (open->kind == Open::Kind::opaque) sink.on(event::OpaqueEvent{DialectId::claude, json::serialize(body)});
      stop_block(*open, sink);
      open_.erase(open);
      return;
    }
    give_up(sink, llm::stream_not_its_api("a content_block_stop of no open block"));
  }

  void on_message_delta(const json::object& body, llm::EventSink& sink) {
    if (const json::object* usage = json::find_object(body, "usage")) {
      const llm::Usage read = read_usage(*usage);
      if (!read.empty()) sink.on(event::UsageReport{read});
    }
    const json::object* delta = json::find_object(body, "delta");
    const std::string_view reason = delta ? json::find_string(*delta, "stop_reason") : std::string_view();
    if (reason.empty() || finish_seen_) return;
    finish_seen_ = true;
    close_blocks(sink);
    llm::FinishReason finish = finish_reason(reason);
    if (answered_by_schema_ && !called_ && finish == llm::FinishReason::tool_calls) finish = llm::FinishReason::stop;
    sink.on(event::Finish{finish, json::find_string(*delta, "stop_sequence")});
  }

  void close_blocks(llm::EventSink& sink) {
    for (Open& open : open_) stop_block(open, sink);
    open_.clear();
  }
  void end(llm::EventSink& sink) {
    close_blocks(sink);
    over_ = true;
    sink.on(event::End{});
  }
  void give_up(llm::EventSink& sink, Error error) {
    over_ = true;
    sink.on(event::Failure{std::move(error)});
  }

  const llm::Conversion& conversion_;
  llm::SseSplitter splitter_;
  std::vector<Open> open_;
  std::string scratch_, escaped_;
  int next_block_ = 0;
  bool started_ = false;
  bool called_ = false;
  bool answered_by_schema_ = false;
  bool finish_seen_ = false;
  bool over_ = false;
};

}  // namespace

std::unique_ptr<llm::StreamParser> make_parser(const llm::Conversion& conversion) {
  return std::make_unique<Parser>(conversion);
}

}  // namespace tollgate::dialects::claude
