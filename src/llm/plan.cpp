#include "llm/plan.h"

#include <algorithm>
#include <bit>
#include <string>

#include "llm/operation.h"

namespace tollgate::llm {
namespace {

bool needs_tree(Edits edits, Operation operation) {
  // Only conversations have a system prompt.
  const bool talks = operation == Operation::chat || operation == Operation::count_tokens;
  edits.system_prompt = edits.system_prompt && talks;
  return edits.need_tree();
}

}  // namespace

bool needs_conversion(DialectId client, std::span<const Dialect* const> upstreams) {
  return std::none_of(upstreams.begin(), upstreams.end(),
                      [client](const Dialect* upstream) { return upstream->id == client; });
}

Result<Plan> plan(DialectId client, std::span<const Dialect* const> upstreams, Operation operation, Edits edits,
                  Features features) {
  for (const Dialect* upstream : upstreams) {
    if (upstream->id != client) continue;
    return Plan{.mode = needs_tree(edits, operation) ? Mode::patch : Mode::bytes, .upstream = upstream};
  }
  if (operation != Operation::chat || upstreams.empty()) {
    return fail(ErrorCode::not_supported,
                std::string(traits_of(operation).name) + " is not offered by this channel in the format that was used");
  }
  Features least_missing = features;
  bool first = true;
  for (const Dialect* upstream : upstreams) {
    if (upstream->features.covers(features)) return Plan{.mode = Mode::convert, .upstream = upstream};
    const Features missing = features.without(upstream->features);
    if (first || std::popcount(missing.bits()) < std::popcount(least_missing.bits())) least_missing = missing;
    first = false;
  }
  return fail(ErrorCode::unsupported_parameter,
              "the channel's provider cannot be sent " + feature_names(least_missing) + " in its own format");
}

}  // namespace tollgate::llm
