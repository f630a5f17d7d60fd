#include <map>
#include <utility>

#include "dialects/openai_chat/openai_chat.h"

namespace tollgate::dialects::openai_chat {
namespace {

namespace event = llm::event;

/// Chunks as OpenAI's own: the role first, one id for all, tool calls numbered as they start, the reason in a chunk of
/// its own, usage (if asked for) in one without choices, then [DONE].
class Renderer final : public llm::StreamRenderer {
 public:
  explicit Renderer(const llm::Conversion& conversion) : conversion_(conversion) {}

  void render(const llm::StreamEvent& event, std::string& out) override {
    std::visit([&](const auto& one) { on(one, out); }, event);
  }

 private:
  void begin(std::string_view id, std::string_view model, std::int64_t created, std::string& out) {
    head_ = "data: {\"id\":";
    std::string full(id.empty() ? std::string_view(conversion_.fallback_id) : id);
    if (!full.starts_with(kIdPrefix)) full.insert(0, kIdPrefix);
    json::quote_to(full, head_);
    head_ += ",\"object\":\"chat.completion.chunk\",\"created\":";
    head_ += std::to_string(created != 0 ? created : conversion_.now_unix_s);
    head_ += ",\"model\":";
    json::quote_to(conversion_.model_for_client(model), head_);
    delta_head_ = head_ + ",\"choices\":[{\"index\":0,\"delta\":{";
    delta_tail_ = "},\"logprobs\":null,\"finish_reason\":null}]";
    if (conversion_.include_usage) delta_tail_ += ",\"usage\":null";
    delta_tail_ += "}\n\n";
    put(out, R"("role":"assistant","content":"","refusal":null)");
  }
  /// Something came before the start: the stream gets one all the same.
  void ensure_begun(std::string& out) {
    if (head_.empty()) begin({}, {}, 0, out);
  }

  void put(std::string& out, std::string_view delta) { out.append(delta_head_).append(delta).append(delta_tail_); }
  void put_text(std::string& out, std::string_view key, std::string_view raw) {
    ensure_begun(out);
    if (raw.empty()) return;
    out.append(delta_head_).append("\"").append(key).append("\":\"").append(raw).append("\"").append(delta_tail_);
  }

  void on(const event::Start& start, std::string& out) {
    usage_.overlay(start.usage);
    if (head_.empty()) begin(start.id, start.model, start.created_unix_s, out);
  }
  void on(const event::BlockStart& start, std::string& out) {
    ensure_begun(out);
    refusing_ = start.kind == event::BlockKind::refusal;
    if (start.kind == event::BlockKind::tool_call) {
      const int index = static_cast<int>(tool_index_.size());
      tool_index_[start.block] = index;
      out.append(delta_head_).append("\"tool_calls\":[{\"index\":").append(std::to_string(index)).append(",\"id\":");
      json::quote_to(start.tool_id, out);
      out += ",\"type\":\"function\",\"function\":{\"name\":";
      json::quote_to(start.tool_name, out);
      out.append(",\"arguments\":\"\"}}]").append(delta_tail_);
    } else if (start.kind == event::BlockKind::redacted_reasoning) {
      out.append(delta_head_).append("\"thinking_blocks\":[{\"type\":\"redacted_thinking\",\"data\":");
      json::quote_to(start.redacted, out);
      out.append("}]").append(delta_tail_);
    }
  }
  void on(const event::TextDelta& delta, std::string& out) {
    put_text(out, refusing_ ? "refusal" : "content", delta.text.raw);
  }
  void on(const event::ReasoningDelta& delta, std::string& out) { put_text(out, "reasoning_content", delta.text.raw); }
  void on(const event::SignatureDelta& delta, std::string& out) {
    if (delta.signature.empty() || delta.origin == DialectId::openai_chat) return;
    ensure_begun(out);
    out.append(delta_head_).append(R"("thinking_blocks":[{"type":"thinking","thinking":"","signature":)");
    json::quote_to(delta.signature, out);
    out.append("}]").append(delta_tail_);
  }
  void on(const event::ToolArgumentsDelta& delta, std::string& out) {
    const auto known = tool_index_.find(delta.block);
    if (known == tool_index_.end() || delta.json_piece.raw.empty()) return;
    out.append(delta_head_).append("\"tool_calls\":[{\"index\":").append(std::to_string(known->second));
    out.append(",\"function\":{\"arguments\":\"").append(delta.json_piece.raw).append("\"}}]").append(delta_tail_);
  }
  void on(const event::BlockStop&, std::string&) {}
  void on(const event::UsageReport& report, std::string&) { usage_.overlay(report.usage); }
  void on(const event::Finish& finish, std::string& out) {
    ensure_begun(out);
    finished_ = true;
    llm::FinishReason reason = finish.reason;
    const bool plain_stop = reason == llm::FinishReason::stop || reason == llm::FinishReason::unknown;
    if (plain_stop && !tool_index_.empty()) reason = llm::FinishReason::tool_calls;
    out.append(delta_head_)
        .append("},\"logprobs\":null,\"finish_reason\":\"")
        .append(finish_name(reason))
        .append("\"}]");
    if (conversion_.include_usage) out += ",\"usage\":null";
    out += "}\n\n";
  }
  void on(const event::End&, std::string& out) {
    if (!finished_) on(event::Finish{llm::FinishReason::stop, {}}, out);
    if (conversion_.include_usage && !usage_.empty()) {
      out.append(head_).append(",\"choices\":[],\"usage\":");
      json::serialize_to(llm::openai_usage_json(usage_), out);
      out += "}\n\n";
    }
    out += kTerminal;
  }
  void on(const event::Failure& failure, std::string& out) {
    out += render_error(failure.error, conversion_.request_id, true);
  }
  void on(const event::Ping&, std::string& out) { out += kPing; }
  void on(const event::OpaqueEvent&, std::string&) {}

  const llm::Conversion& conversion_;
  std::string head_;                     ///< `data: {...` up to the model
  std::string delta_head_, delta_tail_;  ///< around a delta's members
  std::map<int, int> tool_index_;        ///< block to number among the calls
  llm::Usage usage_;
  bool refusing_ = false;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<llm::StreamRenderer> make_renderer(const llm::Conversion& conversion) {
  return std::make_unique<Renderer>(conversion);
}

}  // namespace tollgate::dialects::openai_chat
