#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "llm/dialect.h"

/// What the dialects' tests share. Not part of the library.
namespace tollgate::dialects::test {

/// A conversion with every outside fact fixed.
inline llm::Conversion fixed_conversion(DialectId client, DialectId upstream) {
  llm::Conversion out;
  out.client = client;
  out.upstream = upstream;
  out.shown_model = "shown";
  out.fallback_id = "fixed";
  out.request_id = "req-1";
  out.now_unix_s = 1'700'000'001;
  out.estimated_input_tokens = 77;
  out.include_usage = true;
  return out;
}

/// Renders what a parser says, and keeps the usage.
class Relay final : public llm::EventSink {
 public:
  Relay(const llm::Dialect& upstream, const llm::Dialect& client, const llm::Conversion& conversion)
      : parser_(upstream.make_parser(conversion)), renderer_(client.make_renderer(conversion)) {}

  void feed(std::string_view bytes) { parser_->feed(bytes, *this); }
  void finish() { parser_->finish(*this); }
  void on(const llm::StreamEvent& event) override {
    after_end_ = after_end_ || over_;
    over_ = std::holds_alternative<llm::event::End>(event) || std::holds_alternative<llm::event::Failure>(event);
    failed_ = failed_ || std::holds_alternative<llm::event::Failure>(event);
    if (const auto* start = std::get_if<llm::event::Start>(&event)) usage_.overlay(start->usage);
    if (const auto* report = std::get_if<llm::event::UsageReport>(&event)) usage_.overlay(report->usage);
    renderer_->render(event, out_);
  }

  [[nodiscard]] const std::string& out() const { return out_; }
  [[nodiscard]] const llm::Usage& usage() const { return usage_; }
  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool spoke_after_end() const { return after_end_; }

 private:
  std::unique_ptr<llm::StreamParser> parser_;
  std::unique_ptr<llm::StreamRenderer> renderer_;
  std::string out_;
  llm::Usage usage_;
  bool over_ = false, failed_ = false, after_end_ = false;
};

/// The counts that are there, by name.
inline json::object usage_members(const llm::Usage& usage) {
  json::object out;
  const auto put = [&](const char* name, const std::optional<std::int64_t>& count) {
    if (count) out[name] = *count;
  };
  put("input_uncached", usage.input_uncached);
  put("cache_read", usage.cache_read);
  put("cache_write_5m", usage.cache_write_5m);
  put("cache_write_1h", usage.cache_write_1h);
  put("input_audio", usage.input_audio);
  put("input_image", usage.input_image);
  put("output", usage.output);
  put("reasoning", usage.reasoning);
  put("output_audio", usage.output_audio);
  put("output_image", usage.output_image);
  put("web_searches", usage.web_searches);
  return out;
}

}  // namespace tollgate::dialects::test
