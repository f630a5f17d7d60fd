#include "relay/pump.h"

#include <bitset>
#include <utility>

#include "json/keys.h"
#include "llm/bad_answer.h"
#include "relay/metering.h"

namespace tollgate::relay {
namespace {

class PassPump final : public StreamPump {
 public:
  PassPump(const llm::Dialect& dialect, llm::UsageReader read_usage, bool keep_usage, std::int64_t choices)
      : dialect_(dialect), read_usage_(read_usage), keep_usage_(keep_usage), choices_(choices) {}

  void feed(std::string_view bytes, Flow& flow) override {
    flow.clear();
    take(bytes, flow);
  }

  void finish(Flow& flow) override {
    flow.clear();
    if (ended_ || failure_) return;
    // A last event without its blank line counts: some providers close right behind it.
    if (!splitter_.rest().empty()) take("\n\n", flow);
    if (ended_ || failure_) return;
    if (finish_seen_) {
      // Complete but for the closing event, which some providers never send.
      flow.last = dialect_.terminal;
      ended_ = true;
    } else {
      failure_ = llm::stream_cut_short("no closing event");
    }
  }

 private:
  void take(std::string_view bytes, Flow& flow) {
    if (ended_ || failure_) return;
    const bool fits = splitter_.feed(bytes, [&](std::string_view event) {
      const bool lasting = event.data() >= bytes.data() && event.data() + event.size() <= bytes.data() + bytes.size();
      return on_event(event, lasting, flow);
    });
    if (!fits && !failure_) failure_ = llm::stream_not_its_api("an event is longer than the limit");
  }

  bool on_event(std::string_view event, bool lasting, Flow& flow) {
    using Kind = llm::Tap::Kind;
    llm::Tap tap = dialect_.tap(event, read_usage_);
    if (tap.has_usage) usage_.overlay(tap.usage);
    delivered_ += tap.delivered_bytes;
    switch (tap.kind) {
      case Kind::malformed:
        failure_ = llm::stream_not_its_api("an event is not of this dialect");
        return false;
      case Kind::error: {
        std::string scratch;
        failure_ = dialect_.parse_error(200, llm::read_sse_event(event, scratch).data);
        return false;
      }
      case Kind::terminal:
        if (finished_.none() && delivered_ == 0) {
          failure_ = llm::stream_not_its_api("a closing event without an answer");
          return false;
        }
        if (lasting) {
          flow.last = event;
        } else {
          flow.set_last_copy(event);
        }
        ended_ = true;
        return false;
      case Kind::usage_only:
        if (!keep_usage_) return true;
        break;
      case Kind::finish:
        finished_ |= tap.finished;
        finish_seen_ = std::cmp_greater_equal(finished_.count(), choices_);
        break;
      case Kind::ignore:
      case Kind::content:
        break;
    }
    if (lasting) {
      flow.add(event);
    } else {
      flow.add_copy(event);
    }
    return true;
  }

  const llm::Dialect& dialect_;
  const llm::UsageReader read_usage_;
  const bool keep_usage_;
  const std::int64_t choices_;
  std::bitset<llm::kMostChoices> finished_;
  llm::SseSplitter splitter_;
};

class ConvertPump final : public StreamPump, private llm::EventSink {
 public:
  ConvertPump(const llm::Dialect& client, const llm::Dialect& upstream, const llm::Conversion& conversion,
              json::PromptSize prompt)
      : prompt_(prompt), parser_(upstream.make_parser(conversion)), renderer_(client.make_renderer(conversion)) {}

  void feed(std::string_view bytes, Flow& flow) override {
    begin(flow);
    if (!ended_ && !failure_) parser_->feed(bytes, *this);
    publish(flow);
  }

  void finish(Flow& flow) override {
    begin(flow);
    if (!ended_ && !failure_) parser_->finish(*this);
    if (!ended_ && !failure_) failure_ = llm::stream_cut_short("no closing event");
    publish(flow);
  }

 private:
  void begin(Flow& flow) {
    flow.clear();
    now_.clear();
    last_.clear();
  }

  void publish(Flow& flow) {
    if (!now_.empty()) flow.add(now_);
    flow.last = last_;
  }

  void on(const llm::StreamEvent& event) override {
    if (ended_ || failure_) return;
    if (const auto* failure = std::get_if<llm::event::Failure>(&event)) {
      failure_ = failure->error;
      return;
    }
    if (const auto* text = std::get_if<llm::event::TextDelta>(&event)) {
      delivered_ += json::unescaped_size(text->text.raw);
    } else if (const auto* thought = std::get_if<llm::event::ReasoningDelta>(&event)) {
      delivered_ += json::unescaped_size(thought->text.raw);
    } else if (const auto* arguments = std::get_if<llm::event::ToolArgumentsDelta>(&event)) {
      delivered_ += json::unescaped_size(arguments->json_piece.raw);
    } else if (const auto* start = std::get_if<llm::event::Start>(&event)) {
      usage_.overlay(start->usage);
    } else if (const auto* report = std::get_if<llm::event::UsageReport>(&event)) {
      usage_.overlay(report->usage);
    } else if (std::holds_alternative<llm::event::Finish>(event)) {
      finish_seen_ = true;
    }
    if (std::holds_alternative<llm::event::End>(event)) {
      // The client is told what it is charged for, also where that had to be counted.
      if (const Metered metered = meter(usage_, prompt_, delivered_, true); metered.estimated) {
        renderer_->render(llm::event::UsageReport{metered.usage}, now_);
      }
      renderer_->render(event, last_);
      ended_ = true;
    } else {
      renderer_->render(event, now_);
    }
  }

  const json::PromptSize prompt_;
  std::unique_ptr<llm::StreamParser> parser_;
  std::unique_ptr<llm::StreamRenderer> renderer_;
  std::string now_, last_;
};

}  // namespace

void Flow::clear() {
  now.clear();
  last = {};
  copies_.clear();
}

void Flow::add(std::string_view piece) {
  if (piece.empty()) return;
  if (!now.empty() && now.back().data() + now.back().size() == piece.data()) {
    now.back() = {now.back().data(), now.back().size() + piece.size()};
  } else {
    now.push_back(piece);
  }
}

void Flow::add_copy(std::string_view bytes) { now.emplace_back(copies_.emplace_back(bytes)); }

void Flow::set_last_copy(std::string_view bytes) { last = copies_.emplace_back(bytes); }

std::unique_ptr<StreamPump> make_pass_pump(const llm::Dialect& dialect, llm::UsageReader read_usage, bool keep_usage,
                                           std::int64_t choices) {
  return std::make_unique<PassPump>(dialect, read_usage, keep_usage, choices);
}

std::unique_ptr<StreamPump> make_convert_pump(const llm::Dialect& client, const llm::Dialect& upstream,
                                              const llm::Conversion& conversion, json::PromptSize prompt) {
  return std::make_unique<ConvertPump>(client, upstream, conversion, prompt);
}

}  // namespace tollgate::relay
