#include "providers/target.h"

#include <gtest/gtest.h>

#include "providers/registry.h"

namespace tollgate::providers {
namespace {

using enum Operation;

std::string path(std::string_view slug, std::string_view base_url, Operation operation,
                 DialectId dialect = DialectId::openai_chat) {
  const ProviderDescriptor& provider = *find(slug);
  const ChannelFacts channel{.base_url = base_url.empty() ? provider.default_base_url : base_url};
  const auto got = request_path(provider, channel, dialect, operation);
  return got ? *got : std::string(got.error().name()) + ": " + got.error().message();
}

TEST(RequestPath, IsTheProvidersOwn) {
  const DialectId claude = DialectId::claude;
  EXPECT_EQ(path("openai", "", chat), "/v1/chat/completions");
  EXPECT_EQ(path("openai", "", completions), "/v1/completions");
  EXPECT_EQ(path("openai", "", embeddings), "/v1/embeddings");
  EXPECT_EQ(path("openai", "", moderations), "/v1/moderations");
  EXPECT_EQ(path("anthropic", "", chat, claude), "/v1/messages");
  EXPECT_EQ(path("anthropic", "", count_tokens, claude), "/v1/messages/count_tokens");
  EXPECT_EQ(path("openrouter", "", chat), "/api/v1/chat/completions");
  EXPECT_EQ(path("openrouter", "", chat, claude), "/api/v1/messages");
  EXPECT_EQ(path("deepseek", "", chat, claude), "/anthropic/v1/messages");
  EXPECT_EQ(path("fireworks", "", chat, claude), "/inference/v1/messages");
  EXPECT_EQ(path("doubao", "", embeddings), "/api/v3/embeddings");
  EXPECT_EQ(path("zhipu", "", chat), "/api/paas/v4/chat/completions");
  EXPECT_EQ(path("dashscope", "", chat), "/compatible-mode/v1/chat/completions");
  EXPECT_EQ(path("groq", "", chat), "/openai/v1/chat/completions");
  EXPECT_EQ(path("perplexity", "", chat), "/chat/completions");
  EXPECT_EQ(path("cohere", "", chat), "/compatibility/v1/chat/completions");
  EXPECT_EQ(path("github", "", chat), "/chat/completions");
}

TEST(RequestPath, TakesEveryWayToWriteABaseUrl) {
  EXPECT_EQ(path("openai", "https://host", chat), "/v1/chat/completions");
  EXPECT_EQ(path("openai", "https://host/", chat), "/v1/chat/completions");
  EXPECT_EQ(path("openai", "https://host/v1", chat), "/v1/chat/completions");
  EXPECT_EQ(path("openai", "https://host/v1/", chat), "/v1/chat/completions");
  EXPECT_EQ(path("openai", "https://host/proxy", chat), "/proxy/v1/chat/completions");
  EXPECT_EQ(path("openai", "https://host/proxy/v1", embeddings), "/proxy/v1/embeddings");
  EXPECT_EQ(path("openai", "http://127.0.0.1:8000", chat), "/v1/chat/completions");
  // Another version than the dialect's.
  EXPECT_EQ(path("openai", "https://open.bigmodel.cn/api/paas/v4", chat), "/api/paas/v4/chat/completions");
  EXPECT_EQ(path("openai", "https://host/v1beta", chat), "/v1beta/chat/completions");
  // A word that only looks like one.
  EXPECT_EQ(path("openai", "https://host/vendor", chat), "/vendor/v1/chat/completions");
  // The whole address pasted.
  EXPECT_EQ(path("openai", "https://host/v1/chat/completions", chat), "/v1/chat/completions");
  // A part of the provider's own prefix.
  EXPECT_EQ(path("dashscope", "https://dashscope.aliyuncs.com/compatible-mode", chat),
            "/compatible-mode/v1/chat/completions");
  EXPECT_EQ(path("dashscope", "https://dashscope.aliyuncs.com/compatible-mode/v1", chat),
            "/compatible-mode/v1/chat/completions");
  EXPECT_EQ(path("anthropic", "https://host/v1", chat, DialectId::claude), "/v1/messages");
  // Cloudflare's gateway: the provider's segment implies the version.
  EXPECT_EQ(path("openai", "https://gateway.ai.cloudflare.com/v1/acct/gw/openai", chat),
            "/v1/acct/gw/openai/chat/completions");
}

TEST(RequestPath, RefusesWhatTheProviderLacks) {
  EXPECT_EQ(path("anthropic", "", embeddings, DialectId::claude), "not_supported: Anthropic does not offer embeddings");
  EXPECT_EQ(path("openai", "", chat, DialectId::claude), "not_supported: OpenAI does not offer chat");
  EXPECT_EQ(path("deepseek", "", count_tokens, DialectId::claude),
            "not_supported: DeepSeek does not offer count_tokens");
  EXPECT_EQ(path("jina", "", chat), "not_supported: Jina AI does not offer chat");
}

TEST(RequestPath, CustomChannelsSetTheirOwn) {
  const ProviderDescriptor& custom = *find("custom");
  const json::object plugin =
      json::parse_object(R"({"customize":{"1":"/gw/{model}/chat","3":"disable","4":"no/slash"}})").value();
  const json::object options = json::parse_object(R"({"completions_path":"/fill"})").value();
  const ChannelFacts channel{.base_url = "https://host/base", .options = &options, .plugin = &plugin};
  const auto get = [&](Operation operation) {
    return request_path(custom, channel, DialectId::openai_chat, operation);
  };
  EXPECT_EQ(*get(chat), "/base/gw/{model}/chat");
  EXPECT_EQ(*get(completions), "/base/fill");
  EXPECT_EQ(*get(moderations), "/base/no/slash");
  EXPECT_EQ(get(embeddings).error().message(), "embeddings is switched off on this channel");
  EXPECT_EQ(operations_of(custom, channel), operations(chat, completions, moderations));
  EXPECT_EQ(operations_of(custom, {.base_url = "https://host"}),
            operations(chat, completions, embeddings, moderations));
}

TEST(ModelsPath, IsWhereTheListStands) {
  const auto get = [](std::string_view slug) {
    const ProviderDescriptor& provider = *find(slug);
    const auto got = models_path(provider, {.base_url = provider.default_base_url});
    return got ? *got : got.error().message();
  };
  EXPECT_EQ(get("openai"), "/v1/models");
  EXPECT_EQ(get("anthropic"), "/v1/models?limit=1000");
  EXPECT_EQ(get("zhipu"), "/api/paas/v4/models");
  EXPECT_EQ(get("perplexity"), "Perplexity does not list its models");
}

TEST(PathForModel, EscapesTheName) {
  EXPECT_FALSE(needs_model("/v1/chat"));
  EXPECT_TRUE(needs_model("/m/{model}/x"));
  EXPECT_EQ(*path_for_model("/v1/chat", ""), "/v1/chat");
  EXPECT_EQ(*path_for_model("/m/{model}/x?n={model}", "gpt-4o"), "/m/gpt-4o/x?n=gpt-4o");
  EXPECT_EQ(*path_for_model("/m/{model}", "org/na me?#%&é"), "/m/org%2Fna%20me%3F%23%25%26%C3%A9");
  EXPECT_EQ(*path_for_model("/m/{model}", "a@b:c~1.0_x"), "/m/a@b:c~1.0_x");
  EXPECT_EQ(*path_for_model("/m/{model}", "{model}"), "/m/%7Bmodel%7D");
  for (const std::string& name : {std::string(), std::string("."), std::string(".."), std::string("a\nb"),
                                  std::string("a\0b", 3), std::string("\x7f"), std::string(257, 'a')}) {
    const auto refused = path_for_model("/m/{model}", name);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code(), ErrorCode::invalid_request);
    EXPECT_EQ(refused.error().param(), "model");
  }
}

std::string headers(const ProviderDescriptor& provider, std::string_view key, const json::object& options,
                    DialectId dialect = DialectId::openai_chat, std::string_view other = {},
                    const json::object* plugin = nullptr) {
  const auto got =
      request_headers(provider, {.base_url = "", .other = other, .options = &options, .plugin = plugin}, dialect, key);
  if (!got) return std::string(got.error().name()) + ": " + got.error().message();
  std::string out;
  for (const auto& [name, value] : got->fixed) out += name + "=" + value.reveal() + ";";
  for (const auto& [name, value] : got->replaceable) out += "(" + name + "=" + value + ")";
  return out;
}

TEST(RequestHeaders, CarryTheKeyAsTheProviderWants) {
  EXPECT_EQ(headers(*find("openai"), "sk-1", {}), "Authorization=Bearer sk-1;");
  EXPECT_EQ(headers(*find("openai"), " sk-1\n", {}), "Authorization=Bearer sk-1;");
  EXPECT_EQ(headers(*find("anthropic"), "sk-ant", {}, DialectId::claude),
            "x-api-key=sk-ant;(anthropic-version=2023-06-01)");
  EXPECT_EQ(headers(*find("deepseek"), "sk-1", {}), "Authorization=Bearer sk-1;");
  EXPECT_EQ(headers(*find("deepseek"), "sk-1", {}, DialectId::claude), "x-api-key=sk-1;(anthropic-version=2023-06-01)");
  EXPECT_EQ(headers(*find("ollama"), "", {}), "");
  EXPECT_EQ(headers(*find("demo"), "whatever", {}), "");
  ProviderDescriptor azure_like = *find("openai");
  azure_like.auth = Auth::api_key;
  EXPECT_EQ(headers(azure_like, "k", {}), "api-key=k;");
}

TEST(RequestHeaders, CarryTheChannelsOptions) {
  EXPECT_EQ(headers(*find("openai"), "k", {{"organization", "org-1"}, {"project", " proj_1 "}}),
            "Authorization=Bearer k;OpenAI-Organization=org-1;OpenAI-Project=proj_1;");
  EXPECT_EQ(headers(*find("dashscope"), "k", {}, DialectId::openai_chat, R"({"p":{}})"),
            R"(Authorization=Bearer k;X-DashScope-Plugin={"p":{}};)");
  const json::object plugin = json::parse_object(R"({"headers":{"CF-Access-Client-Id":"id"}})").value();
  EXPECT_EQ(
      headers(*find("ollama"), "", {{"headers", json::object{{"X-More", "1"}}}}, DialectId::openai_chat, {}, &plugin),
      "CF-Access-Client-Id=id;X-More=1;");
}

TEST(RequestHeaders, NothingCanStartAFieldOfItsOwn) {
  EXPECT_EQ(headers(*find("openai"), "sk\r\nX-Evil: 1", {}),
            "channel_not_usable: the channel's key has characters that no key has");
  EXPECT_EQ(headers(*find("openai"), "k", {{"project", "a\r\nb"}}),
            "channel_not_usable: options.project has characters that cannot be sent in a header field");
}

TEST(FactsFor, DependOnTheModel) {
  const auto renames = [](std::string_view model) { return facts_for(*find("openai"), model).max_completion_tokens; };
  for (const std::string_view model : {"o1", "o3-mini", "o4-mini-2025", "gpt-5", "gpt-5-mini", "openai/o1"}) {
    EXPECT_TRUE(renames(model)) << model;
  }
  for (const std::string_view model : {"gpt-4o", "gpt-4.1", "omni-moderation-latest", "o", "o0", "o1x", ""}) {
    EXPECT_FALSE(renames(model)) << model;
  }
  struct Case {
    std::string_view model;
    bool adaptive, structured;
    std::int64_t limit;
  };
  for (const Case& c :
       {Case{"claude-3-haiku-20240307", false, false, 4096}, Case{"claude-3-5-sonnet-20241022", false, false, 8192},
        Case{"claude-3-7-sonnet-20250219", false, false, 8192}, Case{"claude-sonnet-4-20250514", false, false, 8192},
        Case{"claude-opus-4-1-20250805", false, true, 8192}, Case{"claude-sonnet-4-5", false, true, 8192},
        Case{"claude-haiku-4-5-20251001", false, true, 8192}, Case{"claude-opus-4-6", true, true, 8192},
        Case{"claude-opus-5", true, true, 8192}, Case{"claude-latest", true, true, 8192}}) {
    const llm::UpstreamFacts facts = facts_for(*find("anthropic"), c.model);
    EXPECT_EQ(facts.adaptive_thinking, c.adaptive) << c.model;
    EXPECT_EQ(facts.structured_output, c.structured) << c.model;
    EXPECT_EQ(facts.default_max_output_tokens, c.limit) << c.model;
  }
}

json::object adjusted(std::string_view slug, std::string_view body) {
  json::object out = json::parse_object(body).value();
  if (needs_adjusting(*find(slug), body)) find(slug)->adjust(out);
  return out;
}

TEST(Adjusting, LeavesOrdinaryRequestsAlone) {
  constexpr std::string_view kPlain = R"({"model":"m","messages":[],"temperature":1})";
  for (const ProviderDescriptor* provider : all()) {
    EXPECT_FALSE(needs_adjusting(*provider, kPlain)) << provider->slug;
    if (provider->adjust == nullptr) continue;
    json::object body = json::parse_object(kPlain).value();
    provider->adjust(body);
    EXPECT_EQ(body, json::parse_object(kPlain).value()) << provider->slug;
    // Nonsense is left to the provider to refuse.
    for (const std::string_view text : {R"({})", R"({"messages":7,"tools":[],"stop":1,"seed":null})",
                                        R"({"messages":[7,{"tool_calls":[1]},{"tool_calls":{}}],"tool_choice":{}})"}) {
      json::object nonsense = json::parse_object(text).value();
      provider->adjust(nonsense);
    }
  }
}

TEST(Adjusting, TakesOutWhatIsRefused) {
  EXPECT_EQ(adjusted("groq", R"({"model":"m","logprobs":true,"n":1})"), json::parse_object(R"({"model":"m","n":1})"));
  EXPECT_EQ(adjusted("cerebras", R"({"frequency_penalty":1,"top_p":1})"), json::parse_object(R"({"top_p":1})"));
  EXPECT_EQ(adjusted("xai", R"({"model":"grok-3","stop":"x"})"),
            json::parse_object(R"({"model":"grok-3","stop":"x"})"));
  EXPECT_EQ(adjusted("xai", R"({"model":"grok-4","stop":"x"})"), json::parse_object(R"({"model":"grok-4"})"));
  // An explicit limit of the other name wins.
  EXPECT_EQ(adjusted("deepseek", R"({"max_completion_tokens":5,"max_tokens":7})"),
            json::parse_object(R"({"max_tokens":7})"));
}

TEST(Adjusting, DeepSeekGetsASchemaInItsPrompt) {
  const json::object got = adjusted("deepseek", R"({"messages":[{"role":"user","content":"x"}],"response_format":
      {"type":"json_schema","json_schema":{"name":"p","schema":{"type":"object"}}}})");
  EXPECT_EQ(json::find_string(*json::find_object(got, "response_format"), "type"), "json_object");
  const json::array& messages = got.at("messages").as_array();
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(json::find_string(messages[0].as_object(), "content"),
            R"(Answer with a JSON object that follows this JSON schema: {"type":"object"})");
  const std::string_view object = R"({"messages":[],"response_format":{"type":"json_object"}})";
  EXPECT_EQ(adjusted("deepseek", object), json::parse_object(object));
}

TEST(Errors, MiniMaxFailsWithStatus200) {
  const auto code = [](std::string_view body) -> std::string {
    const auto error = find("minimax")->classify_error(200, body);
    return error ? std::string(error->name()) : "none";
  };
  EXPECT_EQ(code(R"({"base_resp":{"status_code":1002}})"), "upstream_rate_limited");
  EXPECT_EQ(code(R"({"base_resp":{"status_code":1004,"status_msg":"login fail"}})"), "upstream_auth_failed");
  EXPECT_EQ(code(R"({"base_resp":{"status_code":987654}})"), "upstream_server_error");
  EXPECT_EQ(code(R"({"choices":[],"base_resp":{"status_code":0}})"), "none");
  EXPECT_EQ(code(R"({"base_resp":null})"), "none");
  EXPECT_EQ(code("<html>"), "none");
}

TEST(Options, AreCheckedAgainstTheSchema) {
  const ProviderDescriptor& openai = *find("openai");
  const auto refusal = [](const ProviderDescriptor& provider, std::string_view options) -> std::string {
    const auto got = check_options(provider, json::parse_object(options).value());
    return got ? "" : got.error().message() + " <" + got.error().param() + ">";
  };
  EXPECT_EQ(refusal(openai, "{}"), "");
  EXPECT_EQ(refusal(openai, R"({"organization":"org-1","project":null})"), "");
  EXPECT_EQ(refusal(openai, R"({"organization":7})"), "options.organization must be a string <options.organization>");
  EXPECT_EQ(refusal(openai, R"({"organisation":"x"})"),
            "options.organisation is not an option of OpenAI; did you mean organization? <options.organisation>");
  EXPECT_EQ(refusal(openai, R"({"zzz":1})"), "options.zzz is not an option of OpenAI <options.zzz>");
  EXPECT_EQ(refusal(openai, "{\"project\":\"a\\nb\"}"),
            "options.project has characters that cannot be sent in a header field <options.project>");
  EXPECT_EQ(refusal(*find("ollama"), R"({"headers":{"a":1}})"),
            "options.headers must be an object of strings <options.headers>");

  static constexpr std::string_view kChoices[] = {"a", "b"};
  static constexpr OptionField kFields[] = {
      {.name = "count", .title = "Count", .kind = OptionField::Kind::integer, .default_value = "3"},
      {.name = "on", .title = "On", .kind = OptionField::Kind::boolean},
      {.name = "one", .title = "One", .kind = OptionField::Kind::choice, .choices = kChoices, .required = true}};
  ProviderDescriptor made = openai;
  made.options = kFields;
  EXPECT_EQ(refusal(made, R"({"count":3,"on":true,"one":"b"})"), "");
  EXPECT_EQ(refusal(made, R"({"one":"c"})"), "options.one must be one of a, b <options.one>");
  EXPECT_EQ(refusal(made, R"({"count":1.5,"one":"a"})"), "options.count must be an integer <options.count>");
  EXPECT_EQ(refusal(made, R"({"on":"yes","one":"a"})"), "options.on must be a boolean <options.on>");
  EXPECT_EQ(refusal(made, "{}"), "options.one is required <options.one>");
  EXPECT_EQ(json::serialize(json::value(options_schema(made))),
            R"([{"name":"count","title":"Count","help":"","type":"integer","required":false,"default":3},)"
            R"({"name":"on","title":"On","help":"","type":"boolean","required":false},)"
            R"({"name":"one","title":"One","help":"","type":"choice","required":true,"choices":["a","b"]}])");
}

TEST(Describe, TellsTheConsoleEverything) {
  const json::object openai = describe(*find("openai"));
  EXPECT_EQ(openai.at("number"), 1);
  EXPECT_EQ(openai.at("base_url_required"), false);
  EXPECT_EQ(openai.at("key_required"), true);
  EXPECT_EQ(json::serialize(openai.at("operations")), R"(["chat","completions","embeddings","moderations"])");
  EXPECT_EQ(openai.at("options").as_array().size(), 2u);
  EXPECT_EQ(describe(*find("custom")).at("base_url_required"), true);
  const json::object demo = describe(*find("demo"));
  EXPECT_EQ(demo.at("local"), true);
  EXPECT_EQ(demo.at("base_url_required"), false);
  EXPECT_EQ(demo.at("key_required"), false);
  EXPECT_EQ(json::serialize(describe(*find("anthropic")).at("dialects")), R"(["claude"])");
}

}  // namespace
}  // namespace tollgate::providers
