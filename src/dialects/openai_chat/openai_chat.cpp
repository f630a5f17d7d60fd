#include "dialects/openai_chat/openai_chat.h"

namespace tollgate::dialects::openai_chat {

using llm::Feature;

extern constinit const llm::Dialect kDialect{
    .id = DialectId::openai_chat,
    .name = "openai_chat",
    .features = Feature::tools | Feature::images | Feature::audio_input | Feature::audio_output | Feature::files |
                Feature::several_choices | Feature::json_schema | Feature::json_object | Feature::reasoning |
                Feature::custom_tools | Feature::token_logprobs,
    .parse_request = &parse_request,
    .render_response = &render_response,
    .make_renderer = &make_renderer,
    .render_error = &render_error,
    .ping = kPing,
    .terminal = kTerminal,
    .render_request = &render_request,
    .parse_response = &parse_response,
    .make_parser = &make_parser,
    .parse_error = &parse_error,
    .add_system_prompt = &add_system_prompt,
    .apply_argument = &apply_argument,
    .tap = &tap,
    .tap_plain = &tap_plain,
    .read_usage = &llm::read_openai_usage,
    .usage_on_request = true,
};

}  // namespace tollgate::dialects::openai_chat
