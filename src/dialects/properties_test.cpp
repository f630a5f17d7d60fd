// What must hold for every dialect, whatever the conversation: rendering and parsing lose neither words nor calls.

#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

#include "dialects/media.h"
#include "dialects/registry.h"
#include "dialects/testing.h"

namespace tollgate::dialects {
namespace {

/// Runs each property with fixed seeds and with a fresh one; TOLLGATE_SEED repeats one that failed.
std::vector<std::uint32_t> seeds() {
  if (const char* wanted = std::getenv("TOLLGATE_SEED")) {
    return {static_cast<std::uint32_t>(std::strtoul(wanted, nullptr, 10))};
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 1; i <= 40; ++i) out.push_back(i);
  out.push_back(std::random_device{}());
  return out;
}

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint32_t>(limit)); }
  bool sometimes() { return below(3) == 0; }

  std::string word() {
    static constexpr std::string_view kPieces[] = {
        "a",    "Hello", "\"",     "\\",     "{",       "}", "\n",   "\t",  "ä",
        "日本", "😀",    "data: ", "[DONE]", "\\u0041", "/", "\x01", "x y", "0"};
    std::string out = "w";
    for (int i = below(6); i > 0; --i) out += kPieces[below(std::size(kPieces))];
    return out + "z";  // ends trimmed, so that joining with blanks can be undone
  }
  std::string name() {
    static constexpr std::string_view kNames[] = {"get_weather", "run", "a-b_c", "x1"};
    return std::string(kNames[below(std::size(kNames))]);
  }
  std::string arguments() {
    json::object out;
    for (int i = below(3); i > 0; --i)
      out[word()] = sometimes() ? json::value(below(100)) : json::value(to_string(word()));
    return json::serialize(out);
  }

  llm::ChatRequest request(DialectId origin) {
    llm::ChatRequest out;
    out.origin = origin;
    out.model = "m-" + name();
    if (sometimes()) out.messages.push_back(message(llm::Role::system, {llm::Text{word()}}));
    for (int i = 0; i <= below(4); ++i) {
      out.messages.push_back(message(llm::Role::user, {llm::Text{word()}}));
      llm::Message assistant = message(llm::Role::assistant, {llm::Text{word()}});
      llm::Message results = message(llm::Role::user, {});
      for (int calls = below(3); calls > 0; --calls) {
        const std::string id = "call_" + std::to_string(++ids_);
        add(assistant, llm::ToolCall{id, name(), arguments()});
        llm::ToolResult result{id, {}, false};
        llm::Block text;
        text.is = llm::Text{word()};
        result.blocks.push_back(std::move(text));
        add(results, std::move(result));
      }
      out.messages.push_back(std::move(assistant));
      if (!results.blocks.empty()) {
        results.role = origin == DialectId::openai_chat ? llm::Role::tool : llm::Role::user;
        if (results.role == llm::Role::user) {
          out.messages.push_back(std::move(results));
        } else {
          for (llm::Block& block : results.blocks) {
            llm::Message one = message(llm::Role::tool, {});
            one.blocks.push_back(std::move(block));
            out.messages.push_back(std::move(one));
          }
        }
      }
    }
    out.messages.push_back(message(llm::Role::user, {llm::Text{word()}}));
    for (const char* tool_name : {"get_weather", "run", "a-b_c", "x1"}) {
      llm::Tool tool;
      tool.name = tool_name;
      tool.description = word();
      tool.schema = json::object{{"type", "object"}, {"properties", json::object{{to_string(word()), json::object()}}}};
      out.tools.push_back(std::move(tool));
    }
    using Mode = llm::ToolChoice::Mode;
    static constexpr Mode kModes[] = {Mode::unset, Mode::automatic, Mode::none, Mode::required, Mode::named};
    out.tool_choice.mode = kModes[below(5)];
    if (out.tool_choice.mode == Mode::named) out.tool_choice.name = "run";
    if (sometimes()) out.sampling.temperature = below(11) / 10.0;
    if (sometimes()) out.stop.push_back(word());
    if (sometimes()) out.user = word();
    out.max_output_tokens = 1 + below(5000);
    out.stream = sometimes();
    return out;
  }

  llm::ChatResponse response() {
    llm::ChatResponse out;
    out.id = "r" + std::to_string(below(1000));
    out.model = "m";
    out.blocks.push_back(block(llm::Text{word()}));
    for (int calls = below(3); calls > 0; --calls) {
      out.blocks.push_back(block(llm::ToolCall{"call_" + std::to_string(++ids_), name(), arguments()}));
    }
    out.finish = out.blocks.size() > 1 ? llm::FinishReason::tool_calls : llm::FinishReason::length;
    llm::Usage usage;
    usage.input_uncached = below(1000);
    usage.cache_read = below(1000);
    usage.output = below(1000);
    out.usage = usage;
    return out;
  }

 private:
  static llm::Block block(decltype(llm::Block::is) is) {
    llm::Block out;
    out.is = std::move(is);
    return out;
  }
  static void add(llm::Message& message, decltype(llm::Block::is) is) {
    message.blocks.push_back(block(std::move(is)));
  }
  static llm::Message message(llm::Role role, std::vector<llm::Text> texts) {
    llm::Message out;
    out.role = role;
    for (llm::Text& text : texts) add(out, std::move(text));
    return out;
  }
  std::mt19937 random_;
  int ids_ = 0;
};

/// The words and calls of blocks in order, as text: what a conversion may not lose.
void tell(const std::vector<llm::Block>& blocks, std::string& out) {
  for (const llm::Block& block : blocks) {
    if (const auto* text = block.as<llm::Text>()) out += text->text;
    if (const auto* call = block.as<llm::ToolCall>()) {
      const auto parsed = json::parse(call->arguments.empty() ? "{}" : call->arguments);
      out += "<" + call->id + " " + call->name + " " + (parsed ? json::serialize(*parsed) : "?") + ">";
    }
    if (const auto* result = block.as<llm::ToolResult>()) {
      out += "(" + result->call_id + ":";
      tell(result->blocks, out);
      out += ")";
    }
  }
}
std::string told(const llm::ChatRequest& request) {
  std::string out;
  for (const llm::Message& message : request.messages) {
    out += message.role == llm::Role::assistant ? "A" : message.role == llm::Role::system ? "S" : "";
    tell(message.blocks, out);
  }
  return out;
}

llm::Conversion conversion(DialectId client, DialectId upstream) {
  llm::Conversion out = test::fixed_conversion(client, upstream);
  out.shown_model.clear();
  return out;
}

TEST(EveryDialect, KeepsWordsAndCallsOfARequest) {
  for (const std::uint32_t seed : seeds()) {
    SCOPED_TRACE("TOLLGATE_SEED=" + std::to_string(seed));
    for (const llm::Dialect* client : all()) {
      for (const llm::Dialect* upstream : all()) {
        Generator generator(seed);
        const llm::ChatRequest request = generator.request(client->id);
        llm::Conversion context = conversion(client->id, upstream->id);
        const auto body = upstream->render_request(request, context);
        ASSERT_TRUE(body.has_value()) << body.error().message();
        const auto again = upstream->parse_request(*body);
        ASSERT_TRUE(again.has_value()) << again.error().message();
        EXPECT_EQ(told(*again), told(request)) << client->name << " on " << upstream->name;
        EXPECT_EQ(again->model, request.model);
        EXPECT_EQ(again->max_output_tokens, request.max_output_tokens);
        EXPECT_EQ(again->stop, request.stop);
        EXPECT_EQ(again->user, request.user);
        EXPECT_EQ(again->stream, request.stream);
        EXPECT_EQ(again->tool_choice.mode, request.tool_choice.mode);
        EXPECT_EQ(again->tool_choice.name, request.tool_choice.name);
        EXPECT_EQ(again->sampling.temperature, request.sampling.temperature);
        ASSERT_EQ(again->tools.size(), request.tools.size());
        for (std::size_t i = 0; i < request.tools.size(); ++i) {
          EXPECT_EQ(again->tools[i].name, request.tools[i].name);
          EXPECT_EQ(again->tools[i].description, request.tools[i].description);
          EXPECT_TRUE(again->tools[i].schema == request.tools[i].schema);
        }
      }
    }
  }
}

TEST(EveryDialect, RendersWhatItParsedInTheSameWay) {
  for (const std::uint32_t seed : seeds()) {
    SCOPED_TRACE("TOLLGATE_SEED=" + std::to_string(seed));
    for (const llm::Dialect* dialect : all()) {
      Generator generator(seed);
      llm::Conversion first = conversion(dialect->id, dialect->id);
      const auto body = dialect->render_request(generator.request(dialect->id), first);
      ASSERT_TRUE(body.has_value());
      const auto parsed = dialect->parse_request(*body);
      ASSERT_TRUE(parsed.has_value()) << parsed.error().message();
      llm::Conversion second = conversion(dialect->id, dialect->id);
      const auto again = dialect->render_request(*parsed, second);
      ASSERT_TRUE(again.has_value());
      EXPECT_EQ(json::serialize(*again), json::serialize(*body)) << dialect->name;
      EXPECT_TRUE(second.notes.empty()) << second.notes.front().path;
    }
  }
}

TEST(EveryDialect, KeepsWordsCallsAndUsageOfAnAnswer) {
  for (const std::uint32_t seed : seeds()) {
    SCOPED_TRACE("TOLLGATE_SEED=" + std::to_string(seed));
    for (const llm::Dialect* dialect : all()) {
      Generator generator(seed);
      const llm::ChatResponse response = generator.response();
      const llm::Conversion context = conversion(dialect->id, dialect->id);
      const auto again = dialect->parse_response(dialect->render_response(response, context), context);
      ASSERT_TRUE(again.has_value()) << again.error().message();
      std::string before, after;
      tell(response.blocks, before);
      tell(again->blocks, after);
      EXPECT_EQ(after, before) << dialect->name;
      EXPECT_EQ(again->finish, response.finish);
      ASSERT_TRUE(again->usage.has_value());
      EXPECT_EQ(again->usage->input_total(), response.usage->input_total());
      EXPECT_EQ(again->usage->cache_read, response.usage->cache_read);
      EXPECT_EQ(again->usage->output_total(), response.usage->output_total());
    }
  }
}

/// The events of an answer, its texts cut at random characters.
std::vector<std::string> pieces(const std::string& text, Generator& generator) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    const bool boundary = (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    if (boundary && generator.sometimes()) out.emplace_back();
    out.back() += c;
  }
  return out;
}

class Collector final : public llm::EventSink {
 public:
  void on(const llm::StreamEvent& one) override {
    if (const auto* start = std::get_if<llm::event::BlockStart>(&one)) {
      texts.resize(std::max(texts.size(), static_cast<std::size_t>(start->block) + 1));
      if (start->kind == llm::event::BlockKind::tool_call) {
        heads += "<" + std::string(start->tool_id) + " " + std::string(start->tool_name) + ">";
      }
    }
    if (const auto* text = std::get_if<llm::event::TextDelta>(&one)) append(text->block, text->text);
    if (const auto* piece = std::get_if<llm::event::ToolArgumentsDelta>(&one)) append(piece->block, piece->json_piece);
    if (const auto* report = std::get_if<llm::event::UsageReport>(&one)) usage.overlay(report->usage);
    if (const auto* done = std::get_if<llm::event::Finish>(&one)) finish = done->reason;
    if (std::holds_alternative<llm::event::End>(one)) ended = true;
    if (const auto* failure = std::get_if<llm::event::Failure>(&one)) broken = failure->error.detail();
  }
  std::vector<std::string> texts;
  std::string heads, broken;
  llm::Usage usage;
  llm::FinishReason finish = llm::FinishReason::unknown;
  bool ended = false;

 private:
  void append(int block, llm::EscapedText text) {
    EXPECT_TRUE(json::unescape_to(text.raw, texts.at(static_cast<std::size_t>(block)))) << text.raw;
  }
};

TEST(EveryDialect, KeepsWordsCallsAndUsageOfAStreamForAnyCut) {
  using namespace llm::event;
  for (const std::uint32_t seed : seeds()) {
    SCOPED_TRACE("TOLLGATE_SEED=" + std::to_string(seed));
    for (const llm::Dialect* dialect : all()) {
      Generator generator(seed);
      const llm::ChatResponse response = generator.response();
      const llm::Conversion context = conversion(dialect->id, dialect->id);
      auto renderer = dialect->make_renderer(context);
      std::string wire;
      std::vector<std::string> texts;
      std::string heads;
      renderer->render(Start{response.id, response.model, 1, {}}, wire);
      for (const llm::Block& block : response.blocks) {
        const int number = static_cast<int>(texts.size());
        const auto* text = block.as<llm::Text>();
        const auto* call = block.as<llm::ToolCall>();
        texts.push_back(text ? text->text : call->arguments);
        if (text) {
          renderer->render(BlockStart{number, BlockKind::text, {}, {}, {}}, wire);
        } else {
          renderer->render(BlockStart{number, BlockKind::tool_call, call->id, call->name, {}}, wire);
          heads += "<" + call->id + " " + call->name + ">";
        }
        for (const std::string& piece : pieces(texts.back(), generator)) {
          std::string escaped;
          json::escape_to(piece, escaped);
          if (text) {
            renderer->render(TextDelta{number, {escaped}}, wire);
          } else {
            renderer->render(ToolArgumentsDelta{number, {escaped}}, wire);
          }
        }
        renderer->render(BlockStop{number}, wire);
      }
      renderer->render(Finish{response.finish, {}}, wire);
      renderer->render(UsageReport{*response.usage}, wire);
      renderer->render(End{}, wire);

      Collector got;
      auto parser = dialect->make_parser(context);
      std::string_view rest = wire;
      while (!rest.empty()) {
        const auto size = std::min(rest.size(), static_cast<std::size_t>(1 + generator.below(200)));
        parser->feed(rest.substr(0, size), got);
        rest.remove_prefix(size);
      }
      parser->finish(got);
      EXPECT_EQ(got.broken, "");
      EXPECT_TRUE(got.ended) << wire;
      EXPECT_EQ(got.texts, texts) << dialect->name;
      EXPECT_EQ(got.heads, heads);
      EXPECT_EQ(got.finish, response.finish);
      EXPECT_EQ(got.usage.input_total(), response.usage->input_total());
      EXPECT_EQ(got.usage.output_total(), response.usage->output_total());

      // The tap reads the same stream without a tree, event by event.
      std::uint64_t delivered = 0, expected = 0;
      for (const std::string& text : texts) expected += text.size();
      llm::Usage tapped;
      int finishes = 0, ends = 0;
      for (std::size_t at = 0; at < wire.size();) {
        const std::size_t end = wire.find("\n\n", at) + 2;
        const llm::Tap tap = dialect->tap(std::string_view(wire).substr(at, end - at), nullptr);
        EXPECT_NE(static_cast<int>(tap.kind), static_cast<int>(llm::Tap::Kind::malformed));
        delivered += tap.delivered_bytes;
        if (tap.has_usage) tapped.overlay(tap.usage);
        finishes += tap.kind == llm::Tap::Kind::finish;
        ends += tap.kind == llm::Tap::Kind::terminal;
        at = end;
      }
      EXPECT_EQ(delivered, expected) << dialect->name;
      EXPECT_EQ(tapped.output_total(), response.usage->output_total());
      EXPECT_EQ(finishes, 1);
      EXPECT_EQ(ends, 1);
    }
  }
}

TEST(EveryDialect, SurvivesAnyDamageToAStream) {
  for (const std::uint32_t seed : seeds()) {
    SCOPED_TRACE("TOLLGATE_SEED=" + std::to_string(seed));
    for (const llm::Dialect* dialect : all()) {
      Generator generator(seed);
      const llm::Conversion context = conversion(dialect->id, dialect->id);
      auto renderer = dialect->make_renderer(context);
      std::string wire, escaped;
      json::escape_to(generator.word(), escaped);
      renderer->render(llm::event::Start{"x", "m", 1, {}}, wire);
      renderer->render(llm::event::BlockStart{0, llm::event::BlockKind::text, {}, {}, {}}, wire);
      for (int i = 0; i < 4; ++i) renderer->render(llm::event::TextDelta{0, {escaped}}, wire);
      renderer->render(llm::event::BlockStop{0}, wire);
      renderer->render(llm::event::Finish{llm::FinishReason::stop, {}}, wire);
      renderer->render(llm::event::End{}, wire);
      for (int i = 0; i <= generator.below(4); ++i) {
        const auto at = static_cast<std::size_t>(generator.below(static_cast<int>(wire.size())));
        if (generator.sometimes()) {
          wire.erase(at, static_cast<std::size_t>(generator.below(30)));
        } else {
          wire[at] = static_cast<char>(generator.below(256));
        }
      }
      for (const llm::Dialect* client : all()) {
        test::Relay relay(*dialect, *client, context);
        relay.feed(wire);
        relay.finish();
        EXPECT_TRUE(relay.over()) << "neither an end nor a failure: " << wire;
        EXPECT_FALSE(relay.spoke_after_end());
      }
      for (std::size_t at = 0; at < wire.size(); at += 37)
        (void)dialect->tap(std::string_view(wire).substr(at), nullptr);
      (void)dialect->tap_plain(wire, nullptr);
      (void)dialect->parse_error(500, wire);
    }
  }
}

TEST(EveryDialect, EndsAStreamByTheBytesItDeclares) {
  for (const llm::Dialect* dialect : all()) {
    EXPECT_EQ(dialect->tap(dialect->terminal, nullptr).kind, llm::Tap::Kind::terminal) << dialect->name;
    EXPECT_EQ(dialect->tap(dialect->ping, nullptr).kind, llm::Tap::Kind::ignore) << dialect->name;
    const std::string error = dialect->render_error(Error(ErrorCode::upstream_timeout, "late"), "r", true);
    EXPECT_EQ(dialect->tap(error, nullptr).kind, llm::Tap::Kind::error) << dialect->name;
    EXPECT_TRUE(
        dialect->tap_plain(dialect->render_error(Error(ErrorCode::internal, "x"), "r", false), nullptr).is_error);
    const llm::Conversion context = conversion(dialect->id, dialect->id);
    std::string out;
    dialect->make_renderer(context)->render(llm::event::End{}, out);
    EXPECT_TRUE(out.ends_with(dialect->terminal)) << dialect->name;
  }
}

TEST(EveryDialect, PutsTheOperatorsPromptFirst) {
  for (const llm::Dialect* dialect : all()) {
    for (const bool has_system : {false, true}) {
      llm::ChatRequest request = Generator(3).request(dialect->id);
      std::erase_if(request.messages, [](const llm::Message& m) { return m.role == llm::Role::system; });
      if (has_system) {
        llm::Message system;
        system.role = llm::Role::system;
        llm::Block block;
        block.is = llm::Text{"Theirs."};
        system.blocks.push_back(block);
        request.messages.insert(request.messages.begin(), system);
      }
      llm::Conversion context = conversion(dialect->id, dialect->id);
      json::object body = dialect->render_request(request, context).value();
      json::object kept = body;
      dialect->add_system_prompt(body, "Ours.", false);
      std::string words;
      const auto parsed = dialect->parse_request(body);
      ASSERT_TRUE(parsed.has_value());
      for (const llm::Message& message : parsed->messages) {
        if (message.role == llm::Role::system) words += joined_text(message.blocks, "\n\n") + "|";
      }
      EXPECT_TRUE(words.starts_with("Ours.")) << dialect->name << ": " << words;
      EXPECT_EQ(words.find("Theirs.") != std::string::npos, has_system) << dialect->name;
      const json::object before = kept;
      dialect->add_system_prompt(kept, "Ours.", true);
      EXPECT_EQ(json::serialize(kept) == json::serialize(before), has_system) << dialect->name;
    }
  }
}

}  // namespace
}  // namespace tollgate::dialects
