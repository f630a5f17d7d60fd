#include "dialects/claude/claude.h"

namespace tollgate::dialects::claude {

using llm::Feature;

extern constinit const llm::Dialect kDialect{
    .id = DialectId::claude,
    .name = "claude",
    .features = Feature::tools | Feature::images | Feature::files | Feature::json_schema | Feature::json_object |
                Feature::reasoning | Feature::server_tools,
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
    .read_usage = &llm::read_claude_usage,
};

}  // namespace tollgate::dialects::claude
